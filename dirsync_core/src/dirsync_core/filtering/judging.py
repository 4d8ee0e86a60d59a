"""The three-valued evaluation, over a flat mapping of attributes, that says why. Start at `judge`.

Comparing an attribute that has no value is undetermined, and so is a comparison of which the caller says so;
`pr`, `eq null` and `ne null` never are. `not`, `and` and `or` are Kleene's. An attribute with several values
satisfies a comparison if any of them does; unlike in `matching`, `ne` holds if *no* value equals, so that
`groups ne "Interns"` means what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeAlias

import attrs

from dirsync_core.filtering.matching import element, matcher
from dirsync_core.filtering.saying import NOT_KNOWN, saw
from dirsync_core.filtering.terms import (
    MANY,
    Bound,
    Comparison,
    Either,
    Elements,
    Every,
    Negation,
    Presence,
    Term,
)


class Verdict(Enum):
    """What a filter says of a record."""

    IN = "in"
    OUT = "out"
    UNDETERMINED = "undetermined"


@attrs.frozen
class Judgement:
    """A verdict and why: the text of the term that decided, and what it saw, in words for people.

    Where several terms decided together, the first of them is named.
    """

    verdict: Verdict
    term: str
    saw: str


Undetermined: TypeAlias = Callable[[str, str], bool]
"""Asked with an attribute's name and the text it is compared with by `eq` or `ne`."""

_Finding: TypeAlias = tuple[Verdict, Term, object]
Judge: TypeAlias = Callable[[Mapping[str, object], Undetermined | None], _Finding]

_IN, _OUT, _UNDETERMINED = Verdict.IN, Verdict.OUT, Verdict.UNDETERMINED


def judge(part: Bound) -> Judge:
    """A function that finds the verdict, the term that decided, and the value it saw."""
    match part:
        case Comparison():
            return _comparison(part)
        case Presence():
            return _presence(part)
        case Elements():
            return _elements(part)
        case Every(parts):
            return _joined(parts, decisive=_OUT)
        case Either(parts):
            return _joined(parts, decisive=_IN)
        case Negation(inner):
            return _negation(judge(inner))


def judgement(finding: _Finding) -> Judgement:
    """The finding in words."""
    verdict, term, value = finding
    return Judgement(verdict, term.text, saw(term, value))


def _blank(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, MANY) and not value)


def _comparison(term: Comparison) -> Judge:
    name, test, negated = term.target.name, term.test, term.op == "ne"
    asked = term.value if term.op in ("eq", "ne") and isinstance(term.value, str) else None
    complete = term.target.attribute.complete

    def find(values: Mapping[str, object], undetermined: Undetermined | None) -> _Finding:
        if asked is not None and undetermined is not None and undetermined(name, asked):
            return (_UNDETERMINED, term, NOT_KNOWN)
        value = values.get(name)
        if _blank(value):
            return (_UNDETERMINED if not complete else _IN if negated else _OUT, term, value)
        held = any(map(test, value)) if isinstance(value, MANY) else test(value)
        return (_OUT if held is negated else _IN, term, value)

    return find


def _presence(term: Presence) -> Judge:
    name, wanted = term.target.name, term.wanted

    def find(values: Mapping[str, object], _: Undetermined | None) -> _Finding:
        value = values.get(name)
        return (_OUT if _blank(value) is wanted else _IN, term, value)

    return find


def _elements(term: Elements) -> Judge:
    name, inner = term.target.name, matcher(term.filter)

    def find(values: Mapping[str, object], _: Undetermined | None) -> _Finding:
        value = values.get(name)
        if _blank(value):
            return (_UNDETERMINED, term, value)
        held = any(inner(element(each)) for each in (value if isinstance(value, MANY) else (value,)))
        return (_IN if held else _OUT, term, value)

    return find


def _joined(parts: tuple[Bound, ...], *, decisive: Verdict) -> Judge:
    first, *others = (judge(part) for part in parts)

    def find(values: Mapping[str, object], undetermined: Undetermined | None) -> _Finding:
        chosen = first(values, undetermined)
        if chosen[0] is decisive:
            return chosen
        for each in others:
            found = each(values, undetermined)
            if found[0] is decisive:
                return found
            if found[0] is _UNDETERMINED and chosen[0] is not _UNDETERMINED:
                chosen = found
        return chosen

    return find


def _negation(inner: Judge) -> Judge:
    def find(values: Mapping[str, object], undetermined: Undetermined | None) -> _Finding:
        verdict, term, value = inner(values, undetermined)
        if verdict is _UNDETERMINED:
            return (verdict, term, value)
        return (_OUT if verdict is _IN else _IN, term, value)

    return find
