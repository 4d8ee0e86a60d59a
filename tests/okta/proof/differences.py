"""What we do otherwise than scim2-models on purpose, each with its reason, and each with an example that is tried.

Most concern values that are read more tolerantly: `strictness` undoes that before scim2-models is asked, and
`strategies` leaves out where scim2-models is the more tolerant one, and what can't be said in its language. `allowed`
has what is left. A password is left out of what is compared: we never keep one.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from dirsync_okta.scim import Attribute, Definition, ResourceType
from tests.okta.proof.judging import (
    STRICT,
    Outcome,
    found_by_us,
    order,
    patched_by_them,
    patched_by_us,
    plainly_found_by_them,
    plainly_patched_by_them,
    plainly_read_by_them,
    read_by_us,
)
from tests.okta.proof.twins import Twin, paired, twin

_THING = paired(
    ResourceType(
        "Thing",
        "user",
        "/Things",
        "A thing.",
        Definition(
            "urn:example:thing",
            "Thing",
            "A thing.",
            (
                Attribute("userName", required=True),
                Attribute("badge", mutability="immutable"),
                Attribute("size", "integer"),
                Attribute("since", "dateTime"),
                Attribute("flags", "boolean", multi=True),
                Attribute("moments", "dateTime", multi=True),
                Attribute("shifts", "complex", multi=True, sub=(Attribute("since", "dateTime"),)),
            ),
        ),
        "userName",
    )
)
_USER = twin(0)
_ROUNDABOUT = re.compile(r"\[.*( ne | pr\b| null\b)")
_MOMENTS = re.compile(r"\dT\d\d:")
_MOMENT = datetime(2011, 5, 13, 4, 42, 34, tzinfo=UTC)
_NO_TARGET, _NO_VALUE, _NO_FILTER = (Outcome(refused=each) for each in ("noTarget", "invalidValue", "invalidFilter"))


@attrs.frozen
class Difference:
    """One thing that the two do differently, and why: what comes of a body, with a filter or with operations."""

    name: str
    reason: str
    body: Mapping[str, Any]
    ours: Outcome
    filter: str | None = None
    operations: tuple[Mapping[str, Any], ...] = ()
    twin: Twin = _USER

    def outcomes(self) -> tuple[Outcome, Outcome]:
        """Try the example: with us, and with scim2-models as it is."""
        body = {"schemas": [self.twin.ours.core.urn], "userName": "a", **self.body}
        if self.filter is not None:
            return found_by_us(self.twin, body, self.filter), plainly_found_by_them(self.twin, body, self.filter)
        if self.operations:
            given = [dict(each) for each in self.operations]
            return patched_by_us(self.twin, body, given), plainly_patched_by_them(self.twin, body, given)
        return read_by_us(self.twin, body), plainly_read_by_them(self.twin, body)


def _read(**more: Any) -> Outcome:
    return Outcome({"userName": "a", **more})


_MAIL = {"value": "a@x.example", "type": "work"}

DIFFERENCES = (
    # --- values
    Difference("a lone element", "Entra sends a manager so", {"title": ["x"]}, _read(title="x")),
    Difference("an empty list for no value", "Okta empties so", {"title": []}, _read()),
    Difference(
        "one value for a list of it", "an Okta attribute of type string",
        {"roles": {"value": "x"}}, _read(roles=[{"value": "x"}]),
    ),
    Difference(
        "a text for an object", "Entra sends a manager and roles so", {"roles": ["x"]}, _read(roles=[{"value": "x"}])
    ),
    Difference(
        "an object for a text", "some profile mappings make it so",
        {"urn:dirsync:schemas:1.0:User": {"assistants": [{"value": "x"}]}},
        _read(**{"urn:dirsync:schemas:1.0:User": {"assistants": ["x"]}}),
    ),
    Difference("no text where none belongs", "Okta empties so", {"active": ""}, _read()),
    Difference("any text for a reference", "kept as it was written", {"profileUrl": "x"}, _read(profileUrl="x")),
    Difference(
        "the first of two primaries", "a directory beats a refusal; the answer never has two (RFC 7643 2.4)",
        {"emails": [{**_MAIL, "primary": True}, {"value": "b@x.example", "primary": True}]},
        _read(emails=[{"value": "b@x.example", "primary": False}, {**_MAIL, "primary": True}]),
    ),
    Difference(
        "an element that stands twice is there once", "RFC 7643 2.4: no two of the same value and type",
        {"emails": [_MAIL, {**_MAIL, "display": "x"}]}, _read(emails=[{**_MAIL, "display": "x"}]),
    ),
    Difference("what nobody declared", "Okta's and Entra's custom attributes", {"shoe": 44}, _read(shoe=44)),
    Difference("a number for a truth", "pydantic converts it", {"active": 1}, _NO_VALUE),
    Difference("a text for a number", "pydantic converts it", {"size": "5"}, _NO_VALUE, twin=_THING),
    Difference("a number for a moment", "pydantic converts it", {"since": 5}, _NO_VALUE, twin=_THING),
    Difference("a blank key", "nobody could be known by it", {"userName": " "}, _NO_VALUE),
    # --- filters
    Difference(
        "ne of several values", "any of them suffices, as for every other operator; RFC 7644 leaves it open",
        {"emails": [_MAIL, {"value": "b@x.example"}]}, Outcome(True), filter='emails.value ne "a@x.example"',
    ),
    Difference("an empty text is null", "Okta empties so", {"title": ""}, Outcome(True), filter="title eq null"),
    Difference("null is neither more nor less", "never nobody by mistake", {}, _NO_FILTER, filter="title gt null"),
    Difference("no number has a part", "never nobody by mistake", {}, _NO_FILTER, filter='size co "5"', twin=_THING),
    Difference("a fraction of a whole", "numbers are numbers", {}, Outcome(False), filter="size eq 0.5", twin=_THING),
    Difference("any text against a reference", "as above", {}, Outcome(False), filter='profileUrl eq "x"'),
    Difference("case beyond lower case", "ß is SS", {"title": "Straße"}, Outcome(True), filter='title eq "STRASSE"'),
    # --- patches
    Difference(
        "an element is made only if the filter names its kind", "one that names a value means one that was there",
        {}, _NO_TARGET, operations=({"op": "replace", "path": 'emails[display eq "x"].value', "value": "b@x.example"},),
    ),
    Difference(
        "a filter is what it means",
        "not (x ne y) is x eq y",
        {},
        _read(emails=[{"type": "work", "value": "a@x.example"}]),
        operations=({"op": "add", "path": 'emails[not (type ne "work")].value', "value": "a@x.example"},),
    ),
    Difference(
        "a remove that lists what goes", "Entra removes members so",
        {"emails": [_MAIL]}, _read(), operations=({"op": "remove", "path": "emails", "value": [_MAIL]},),
    ),
    Difference(
        "an added element that has a twin completes it", "RFC 7643 2.4: no two of the same value and type",
        {"emails": [_MAIL]}, _read(emails=[{**_MAIL, "display": "x"}]),
        operations=({"op": "add", "path": "emails", "value": [{**_MAIL, "display": "x"}]},),
    ),
    Difference(
        "a null that is added to a list",
        "it adds nothing; a replace empties the list",
        {"emails": [_MAIL]},
        _read(emails=[_MAIL]),
        operations=({"op": "add", "value": {"emails": None}},),
    ),
    Difference(
        "an element added twice is there once", "as above",
        {}, _read(flags=[True]), operations=({"op": "add", "path": "flags", "value": [True, True]},), twin=_THING,
    ),
    Difference(
        "a moment added again is the same",
        "scim2-models compares it before it converts it",
        {"moments": ["2011-05-13T04:42:34Z"]},
        _read(moments=[_MOMENT]),
        operations=({"op": "add", "path": "moments", "value": ["2011-05-13T04:42:34Z"]},),
        twin=_THING,
    ),
    Difference(
        "a moment in another zone is another value",
        "kept as it was written",
        {"shifts": [{"since": "2011-05-13T04:42:34Z"}]},
        _read(shifts=[{"since": _MOMENT}, {"since": _MOMENT}]),
        operations=({"op": "add", "path": "shifts", "value": [{"since": "2011-05-13T06:42:34+02:00"}]},),
        twin=_THING,
    ),
    Difference(
        "an immutable value may change while it is not stored", "a PATCH is judged as a whole",
        {}, _read(badge="y"), twin=_THING,
        operations=tuple({"op": "replace", "path": "badge", "value": each} for each in "xy"),
    ),
    Difference(
        "an undeclared attribute of an undeclared extension", "Entra patches custom attributes so",
        {}, _read(**{"urn:x:y": {"shoe": 44}}), operations=({"op": "add", "path": "urn:x:y:shoe", "value": 44},),
    ),
)  # fmt: skip


def allowed(case: tuple[Any, ...], ours: Outcome) -> list[Outcome]:
    """Give the outcomes of a patch that are right, in the light of the differences."""
    operations, theirs = case[2], patched_by_them(*case)
    right = [theirs]
    if theirs.refused is None:
        # An element is made only if the filter names its kind.
        right += [each for each in [patched_by_them(*case, STRICT)] if each.refused == "noTarget"]
        if ours.refused == "mutability" and "+02:00" in repr(case[1:]):
            right.append(ours)  # a moment in another zone is another value, and an immutable one may not become so
    elif ours.refused is not None and (len(operations) > 1 or _may_have_two_faults(operations[0])):
        right.append(ours)  # which of two faults is named is nobody's business
    elif theirs.refused == "mutability" and len(operations) > 1:
        right.append(ours)  # a PATCH is judged as a whole
    elif theirs.refused == "noTarget" and any(_ROUNDABOUT.search(each.get("path", "")) for each in operations):
        right.append(ours)  # a filter is what it means
    elif theirs.refused == "invalidValue" and any(_makes_primary(each) for each in operations):
        right.append(ours)  # the first of two primaries
    nulls = any(" null" in each.get("path", "") for each in operations) or theirs.refused == "mutability"
    if nulls and "''" in repr(case[1:]):
        right.append(ours)  # an empty text is null
    if _once(_without_twins(ours, theirs)) == _once(_without_twins(theirs, theirs)):
        right.append(ours)  # an element that stands twice is there once
    if _MOMENTS.search(repr(case[1:])) and _once(ours.value) == _once(theirs.value):
        right.append(ours)  # a moment in another zone is another value; a moment added again is the same
    return right


def _may_have_two_faults(operation: Mapping[str, Any]) -> bool:
    return "[" in operation.get("path", "") or "path" not in operation


def _once(value: Any) -> Any:
    """Give a value with each element of its lists once."""
    if isinstance(value, dict):
        return {name: _once(part) for name, part in value.items()}
    return {order(each): each for each in value} if isinstance(value, list) else value


def _makes_primary(operation: Mapping[str, Any]) -> bool:
    """Whether it may make several elements primary at once: those that a filter chooses."""
    path, value = operation.get("path", ""), operation.get("value")
    part = value.get("primary") if isinstance(value, dict) else value
    return "[" in path and part in (True, "true") and (isinstance(value, dict) or path.lower().endswith(".primary"))


def _without_twins(outcome: Outcome, twinned: Outcome) -> Any:
    """Give a resource without those elements that have one of the same value and type in the other."""
    if outcome.value is None or twinned.value is None:
        return outcome
    flat, other = _lists(outcome.value), _lists(twinned.value)
    return {name: _single(elements, other.get(name, [])) for name, elements in flat.items()}


def _lists(resource: Mapping[str, Any]) -> dict[str, Any]:
    inner = {f"{urn}:{name}": part for urn, parts in resource.items() if ":" in urn for name, part in parts.items()}
    return {**{name: part for name, part in resource.items() if ":" not in name}, **inner}


def _single(value: Any, other: Any) -> Any:
    if not isinstance(value, list) or not isinstance(other, list):
        return value
    counts = Counter(pair for each in other if (pair := _pair(each)))
    return [each for each in value if counts[_pair(each)] < 2]


def _pair(element: Any) -> Any:
    value = element.get("value") if isinstance(element, dict) else None
    if not isinstance(value, str | bytes | datetime):
        return None
    return str(value).casefold(), str(element.get("type", "")).casefold()
