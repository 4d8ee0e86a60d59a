"""Resources, filters and patches for a type that is given as data: mostly such as fit it, now and then not."""

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
_WRONG = [None, True, 5, 0.5, "", "nope", "true", [], {}, ["a"], [["a"]], {"value": 1}, {"value": "a"}, [None]]
# pydantic takes a truth for a number and a number for a moment, and our services do not: not worth asking again.
_LAX: dict[str, list[Any]] = {"integer": [True], "decimal": [True, "true"], "dateTime": [5, 0.5]}
_ORDERED = ["eq", "ne", "gt", "ge", "lt", "le"]
_TEXTUAL = [*_ORDERED, "co", "sw", "ew"]


def respelled(name: str) -> st.SearchStrategy[str]:
    """Give a name, at times in another case."""
    return st.sampled_from([name, name, name, name.upper(), name.lower()])


def one(attribute: Attribute) -> st.SearchStrategy[Any]:
    """Give a value that fits, one element where there may be several."""
    if attribute.type == "complex":
        parts = {each.name: one(each) for each in attribute.sub if each.mutability != "readOnly"}
        return st.fixed_dictionaries({}, optional=parts)
    return st.sampled_from(_VALUES[attribute.type])


def fitting(attribute: Attribute) -> st.SearchStrategy[Any]:
    """Give a value that fits."""
    return st.lists(one(attribute), max_size=3) if attribute.multi else one(attribute)


def nearly_fitting(attribute: Attribute) -> st.SearchStrategy[Any]:
    """Give a value that fits in most cases."""
    wrong = [each for each in _WRONG if not _taken_by_them(attribute, each)]
    return st.one_of(fitting(attribute), fitting(attribute), fitting(attribute), st.sampled_from(wrong))


def _taken_by_them(attribute: Attribute, value: Any) -> bool:
    return any(value is each for each in _LAX.get(attribute.type, ()))


@st.composite
def resources(draw: st.DrawFn, twin: Twin, *, strict: bool) -> dict[str, Any]:
    """Give the body of a POST; a strict one fits the type."""
    body: dict[str, Any] = {"schemas": [twin.ours.core.urn]}
    value = fitting if strict else nearly_fitting
    places = [place for place in twin.places() if place[1].mutability != "readOnly" and place[1].name != twin.ours.key]
    for urn, attribute in draw(st.lists(st.sampled_from(places), max_size=5, unique_by=id)):
        container = body if urn is None else body.setdefault(urn, {})
        name = attribute.name if strict else draw(respelled(attribute.name))
        container[name] = draw(value(attribute))
    name = twin.ours.key
    if strict or draw(st.integers(0, 9)):
        body[name] = draw(st.sampled_from(["a", "Bo"]))
    body["schemas"] += [urn for urn in body if ":" in urn]
    return body


# --- filters ---------------------------------------------------------------------------------------------------------


@st.composite
def filters(draw: st.DrawFn, twin: Twin) -> str:
    """Give the text of a filter over a type."""
    return draw(_joined(_term(twin), 5))


@st.composite
def _joined(draw: st.DrawFn, term: st.SearchStrategy[str], most: int) -> str:
    parts = draw(st.lists(st.builds(_negated, term, st.integers(0, 5)), min_size=1, max_size=min(most, 3)))
    text = parts[0]
    for part in parts[1:]:
        joint = draw(st.sampled_from(["and", "or"]))
        text = f"({text}) {joint} {part}" if draw(st.booleans()) else f"{text} {joint} {part}"
    return text


def _negated(term: str, dice: int) -> str:
    return f"not ({term})" if dice == 0 else term


@st.composite
def _term(draw: st.DrawFn, twin: Twin) -> str:
    urn, attribute = draw(st.sampled_from([place for place in twin.places() if not place[1].secret]))
    name = f"{urn}:{attribute.name}" if urn else draw(respelled(attribute.name))
    if attribute.type != "complex":
        return draw(_compared(name, attribute))
    if attribute.multi and draw(st.booleans()):
        inner = [_compared(each.name, each) for each in attribute.sub if not each.secret]
        return f"{name}[{draw(_joined(st.one_of(inner), 2))}]"
    if draw(st.integers(0, 4)) == 0:
        return f"{name} pr"
    part = draw(st.sampled_from(attribute.sub))
    return draw(_compared(f"{name}.{part.name}", part))


@st.composite
def _compared(draw: st.DrawFn, name: str, attribute: Attribute) -> str:
    if draw(st.integers(0, 6)) == 0:
        return f"{name} pr"
    operators = _TEXTUAL if attribute.type in ("string", "reference") else _ORDERED
    op = draw(st.sampled_from(operators if draw(st.integers(0, 9)) else _TEXTUAL))
    values = _VALUES[attribute.type] if draw(st.integers(0, 14)) else [None, True, "a", 1]
    return f"{name} {op} {_literal(draw(st.sampled_from(values)))}"


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


@st.composite
def operations(draw: st.DrawFn, twin: Twin) -> list[dict[str, Any]]:
    """Give the operations of a PATCH."""
    return draw(st.lists(_operation(twin), min_size=1, max_size=4))


@st.composite
def _operation(draw: st.DrawFn, twin: Twin) -> dict[str, Any]:
    op = draw(st.sampled_from(["add", "replace", "remove"]))
    places = [place for place in twin.places() if place[1].name != "externalId"]
    urn, attribute = draw(st.sampled_from(places))
    if op != "remove" and draw(st.integers(0, 3)) == 0:
        return {"op": op, "value": draw(_whole(twin))}
    path, value = draw(_target(f"{urn}:{attribute.name}" if urn else attribute.name, attribute))
    return {"op": op, "path": path} if op == "remove" else {"op": op, "path": path, "value": draw(value)}


@st.composite
def _whole(draw: st.DrawFn, twin: Twin) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for urn, attribute in draw(st.lists(st.sampled_from(list(twin.places())), min_size=1, max_size=3, unique_by=id)):
        if urn and draw(st.booleans()):
            value.setdefault(urn, {})[attribute.name] = draw(nearly_fitting(attribute))
        else:
            value[f"{urn}:{attribute.name}" if urn else attribute.name] = draw(nearly_fitting(attribute))
    return value


@st.composite
def _target(draw: st.DrawFn, name: str, attribute: Attribute) -> tuple[str, st.SearchStrategy[Any]]:
    if attribute.type != "complex" or not draw(st.integers(0, 2)):
        return name, nearly_fitting(attribute)
    part = draw(st.sampled_from(attribute.sub))
    if not attribute.multi:
        return f"{name}.{part.name}", nearly_fitting(part)
    selection = draw(_joined(st.one_of([_compared(each.name, each) for each in attribute.sub]), 2))
    if draw(st.booleans()):
        return f"{name}[{selection}]", one(attribute)
    return f"{name}[{selection}].{part.name}", nearly_fitting(part)
