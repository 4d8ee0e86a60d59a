"""The two-valued evaluation of RFC 7644, over a nested resource, compiled to closures. Start at `matcher`.

An attribute with several values satisfies a comparison if *any* of them does, `ne` too: `tags ne "x"` asks
for a value that is not "x"; that no value is "x" is `not (tags eq "x")`. An attribute without a value is
null: not equal to anything, so only `ne` and `eq null` hold. "", [] and {} and null are no value for `pr` and
for `eq null`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from dirsync_core.filtering.terms import MANY, Bound, Comparison, Either, Elements, Every, Negation, Presence

Matcher: TypeAlias = Callable[[Mapping[str, object]], bool]

_NOTHING = (None,)
# Extension, complex attribute, elements, sub-attribute: SCIM nests no deeper; no body may exhaust the stack.
_LEVELS = 6


def matcher(part: Bound) -> Matcher:
    """A function that tells whether a resource satisfies the filter; it raises at no JSON whatever."""
    match part:
        case Comparison():
            return _comparison(part)
        case Presence():
            return _presence(part)
        case Elements():
            return _elements(part)
        case Every(parts):
            return _joined(parts, decisive=False)
        case Either(parts):
            return _joined(parts, decisive=True)
        case Negation(inner):
            return _negation(matcher(inner))


def reader(keys: tuple[str, ...]) -> Callable[[Mapping[str, object]], Collection[object]]:
    """A function that collects the values at these keys, through lists; None stands for a missing one."""

    def read(resource: Mapping[str, object]) -> Collection[object]:
        values: Collection[object] = (resource,)
        for key in keys:
            values = [value for each in values for value in _values(each, key)]
        return values

    return read


def present(value: object, levels: int = _LEVELS) -> bool:
    """Whether `pr` holds: there is more than null, "", an empty list or a node without any value."""
    if isinstance(value, Mapping):
        return any(levels == 0 or present(each, levels - 1) for each in value.values())
    if isinstance(value, MANY):
        return any(levels == 0 or present(each, levels - 1) for each in value)
    return value is not None and value != ""


def _values(node: object, key: str) -> Collection[object]:
    value = _get(node, key) if isinstance(node, Mapping) else None
    return (value or _NOTHING) if isinstance(value, MANY) else (value,)


def _get(node: Mapping[str, object], key: str) -> object:
    if key in node:
        return node[key]
    folded = key.lower()
    return next((value for name, value in node.items() if name.lower() == folded), None)


def _comparison(term: Comparison) -> Matcher:
    read, test, negated = reader(term.target.keys), term.test, term.op == "ne"
    if term.target.attribute.type == "any":
        test = _through_value(test)

    def matches(resource: Mapping[str, object]) -> bool:
        return any(test(value) is not negated for value in read(resource))

    return matches


def _through_value(test: Callable[[object], bool]) -> Callable[[object], bool]:
    # A complex value of an undeclared attribute compares by its "value", as a declared one does.
    def through(value: object) -> bool:
        return test(_get(value, "value") if isinstance(value, Mapping) else value)

    return through


def _presence(term: Presence) -> Matcher:
    read, wanted = reader(term.target.keys), term.wanted

    def matches(resource: Mapping[str, object]) -> bool:
        return any(present(value) is wanted for value in read(resource))

    return matches


def _elements(term: Elements) -> Matcher:
    read, inner = reader(term.target.keys), matcher(term.filter)

    def matches(resource: Mapping[str, object]) -> bool:
        return any(inner(element(value)) for value in read(resource) if value is not None)

    return matches


def element(value: object) -> Mapping[str, object]:
    """The element of a set as a node; a plain value is its `value`, as in `schemas[value eq "urn:…"]`."""
    return value if isinstance(value, Mapping) else {"value": value}


def _joined(parts: tuple[Bound, ...], *, decisive: bool) -> Matcher:
    matchers = tuple(matcher(part) for part in parts)

    def matches(resource: Mapping[str, object]) -> bool:
        for each in matchers:
            if each(resource) is decisive:
                return decisive
        return not decisive

    return matches


def _negation(inner: Matcher) -> Matcher:
    return lambda resource: not inner(resource)
