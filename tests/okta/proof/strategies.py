"""Resources, filters and patches for a type that is given as data: mostly such as fit it, now and then not."""

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from dirsync_okta.scim import Attribute
from tests.okta.proof.twins import Twin

_TEXTS = ["a", "A", "ab", "b", "Ødegård", "ødegård", "x y", 'q"\\', "work", ""]
_VALUES: dict[str, list[Any]] = {
    "string": _TEXTS,
    "reference": ["https://x.example/a", "https://x.example/A", "urn:x:y"],
    "boolean": [True, False],
    "integer": [-1, 0, 1, 2, 10**20],
    "decimal": [-2.25, 0, 0.5, 1, 3.0],
    "dateTime": ["2011-05-13T04:42:34Z", "2011-05-13T06:42:34+02:00", "2012-01-01T00:00:00.5Z"],
    "binary": ["YQ==", "YWI=", "QQ=="],
}
_WRONG = [None, True, 5, 0.5, "", "nope", "true", [], {}, ["a"], [["a"]], {"value": 5}, {"value": "a"}, [None]]
# In these scim2-models is the more tolerant one, but for references, which it wants to be URIs: see the differences.
_LAX: dict[str, list[Any]] = {
    "integer": [True],
    "decimal": [True, "true"],
    "dateTime": [5, 0.5, {"value": 5}],
    "reference": ["nope", "true", "", "a", ["a"]],
}
# What a filter can't compare an attribute of a type with.
_UNLIKE: dict[str, list[Any]] = {
    "string": [1, True],
    "reference": [1, True],
    "boolean": ["a", 5],
    "integer": ["a"],
    "decimal": ["a"],
    "dateTime": ["a", True],
    "binary": [1, True],
}
_ORDERED = ["eq", "ne", "gt", "ge", "lt", "le"]
_TEXTUAL = [*_ORDERED, "co", "sw", "ew"]
_OPERATORS = {"string": _TEXTUAL, "reference": _TEXTUAL, "boolean": ["eq", "ne", "eq", "ne", "gt", "co"]}


@cache
def respelled(name: str) -> st.SearchStrategy[str]:
    """Give a name, at times in another case."""
    return st.sampled_from([name, name, name, name.upper(), name.lower()])


@cache
def one(attribute: Attribute) -> st.SearchStrategy[Any]:
    """Give a value that fits, one element where there may be several."""
    if attribute.type == "complex":
        parts = {each.name: one(each) for each in attribute.sub if each.mutability != "readOnly"}
        return st.fixed_dictionaries({}, optional=parts)
    return st.sampled_from(_VALUES[attribute.type])


@cache
def fitting(attribute: Attribute) -> st.SearchStrategy[Any]:
    """Give a value that fits."""
    return st.lists(one(attribute), max_size=3) if attribute.multi else one(attribute)


@cache
def nearly_fitting(attribute: Attribute) -> st.SearchStrategy[Any]:
    """Give a value that fits in most cases."""
    wrong = [each for each in _WRONG if not _taken_by_them(attribute, each)]
    return st.one_of(fitting(attribute), fitting(attribute), fitting(attribute), st.sampled_from(wrong))


def _taken_by_them(attribute: Attribute, value: Any) -> bool:
    if isinstance(value, dict) and value and (attribute.type == "complex" or attribute.multi):
        value = value["value"]
    if attribute.type == "complex" and value not in ({}, [], None):
        inner = attribute.find("value")
        return inner is None or inner.mutability == "readOnly" or _taken_by_them(inner, value)
    return any(value == each and type(value) is type(each) for each in _LAX.get(attribute.type, ()))


# --- resources -------------------------------------------------------------------------------------------------------


@cache
def resources(twin: Twin, *, strict: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Give the body of a POST; a strict one fits the type."""
    places = [place for place in twin.places() if place[1].mutability != "readOnly" and place[1].name != twin.ours.key]
    given = st.one_of([_entry(urn, attribute, strict=strict) for urn, attribute in places])
    keys = ["a", "Bo"] if strict else ["a", "Bo", "a", "Bo", None]
    return st.builds(_body, st.just(twin), st.lists(given, max_size=5, unique_by=_place), st.sampled_from(keys))


def _entry(urn: str | None, attribute: Attribute, *, strict: bool) -> st.SearchStrategy[tuple[Any, ...]]:
    name = st.just(attribute.name) if strict else respelled(attribute.name)
    return st.tuples(
        st.just(urn), name, fitting(attribute) if strict or attribute.secret else nearly_fitting(attribute)
    )


def _place(entry: tuple[Any, ...]) -> tuple[str | None, str]:
    return entry[0], entry[1].lower()


def _body(twin: Twin, entries: list[tuple[Any, ...]], key: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"schemas": [twin.ours.core.urn]}
    for urn, name, value in entries:
        (body if urn is None else body.setdefault(urn, {}))[name] = value
    if key is not None:
        body[twin.ours.key] = key
    body["schemas"] += [urn for urn in body if ":" in urn]
    return body


def without_blanks(value: Any) -> Any:
    """Give a value with another text for each empty one."""
    if isinstance(value, dict):
        return {name: without_blanks(part) for name, part in value.items()}
    if isinstance(value, list):
        return [without_blanks(each) for each in value]
    return value or "z" if isinstance(value, str) else value


# --- filters ---------------------------------------------------------------------------------------------------------


@cache
def filters(twin: Twin) -> st.SearchStrategy[str]:
    """Give the text of a filter over a type."""
    places = [place for place in twin.places() if not place[1].secret]
    return _joined(st.one_of([_term(f"{urn}:{each.name}" if urn else each.name, each) for urn, each in places]), 3)


def _joined(term: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    negated = st.builds(lambda text, dice: f"not ({text})" if dice == 0 else text, term, st.integers(0, 5))
    joints = st.tuples(st.sampled_from(["and", "or"]), st.booleans(), negated)
    return st.builds(_chained, negated, st.lists(joints, max_size=most - 1))


def _chained(text: str, joints: list[tuple[str, bool, str]]) -> str:
    for joint, bracketed, part in joints:
        text = f"({text}) {joint} {part}" if bracketed else f"{text} {joint} {part}"
    return text


@cache
def _term(name: str, attribute: Attribute) -> st.SearchStrategy[str]:
    if attribute.type != "complex":
        return _compared(name, attribute, several=attribute.multi)
    present = respelled(name).map(lambda spelled: f"{spelled} pr")
    parts = st.one_of([_compared(f"{name}.{each.name}", each, several=attribute.multi) for each in attribute.sub])
    return st.one_of(parts, _selected(name, attribute), present) if attribute.multi else st.one_of(parts, present)


def _selected(name: str, attribute: Attribute) -> st.SearchStrategy[str]:
    inner = _joined(st.one_of([_compared(each.name, each) for each in attribute.sub]), 2)
    return inner.map(lambda text: f"{name}[{text}]")


@cache
def _compared(name: str, attribute: Attribute, *, several: bool = False) -> st.SearchStrategy[str]:
    # "ne" of several values is read in two ways: see the differences.
    operators = [each for each in _OPERATORS.get(attribute.type, _ORDERED) if each != "ne" or not several]
    usual = st.tuples(st.sampled_from(operators), st.sampled_from(_VALUES[attribute.type]))
    null = st.tuples(st.sampled_from(operators[:1] if several else ["eq", "ne"]), st.none())
    odd = st.tuples(st.just("eq"), st.sampled_from(_UNLIKE[attribute.type]))
    compared = st.builds(
        lambda spelled, pair: f"{spelled} {pair[0]} {_literal(pair[1])}",
        respelled(name),
        st.one_of(usual, usual, usual, usual, null, odd),
    )
    return st.one_of(compared, compared, compared, st.just(f"{name} pr"))


def _literal(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


# --- patches ---------------------------------------------------------------------------------------------------------


@cache
def operations(twin: Twin) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Give the operations of a PATCH."""
    places = [(f"{urn}:{each.name}" if urn else each.name, each) for urn, each in _patched(twin)]
    targeted = st.one_of([_targeted(name, attribute) for name, attribute in places])
    return st.lists(st.one_of(targeted, targeted, targeted, _without_path(twin)), min_size=1, max_size=4)


def _patched(twin: Twin) -> list[tuple[str | None, Attribute]]:
    # scim2-models decodes a list of binaries again each time that one is added.
    places = [place for place in twin.places() if not place[1].secret]
    return [(urn, each) for urn, each in places if not (each.multi and each.type == "binary")]


def _without_path(twin: Twin) -> st.SearchStrategy[dict[str, Any]]:
    places = _patched(twin)
    entries = st.one_of([st.tuples(st.just(urn), st.just(each.name), nearly_fitting(each)) for urn, each in places])
    value = st.builds(_whole, st.lists(entries, min_size=1, max_size=3, unique_by=_place), st.booleans())
    return st.fixed_dictionaries({"op": st.sampled_from(["add", "replace"]), "value": value})


def _whole(entries: list[tuple[Any, ...]], nested: bool) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for urn, name, part in entries:
        if urn and nested:
            value.setdefault(urn, {})[name] = part
        else:
            value[f"{urn}:{name}" if urn else name] = part
    return value


def _targeted(name: str, attribute: Attribute) -> st.SearchStrategy[dict[str, Any]]:
    ways = [_operation(respelled(name), nearly_fitting(attribute))]
    for part in attribute.sub if not attribute.multi else ():
        ways.append(_operation(st.just(f"{name}.{part.name}"), nearly_fitting(part)))
    if attribute.multi and attribute.type == "complex":
        selected = _selected(name, attribute)
        ways.append(_operation(selected, one(attribute)))
        ways += [_operation(selected.map(_dotted(each.name)), nearly_fitting(each)) for each in attribute.sub]
    return st.one_of(ways)


def _dotted(part: str) -> Callable[[str], str]:
    return lambda text: f"{text}.{part}"


def _operation(path: st.SearchStrategy[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    write = st.fixed_dictionaries({"op": st.sampled_from(["add", "replace"]), "path": path, "value": value})
    return st.one_of(write, write, st.fixed_dictionaries({"op": st.just("remove"), "path": path}))
