"""What a term saw, in words for people: `city is “Göteborg”`, `city is missing`, `no group “Interns” yet`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dirsync_core.filtering.schema import Attribute
from dirsync_core.filtering.terms import MANY, Comparison, Term

NOT_KNOWN = object()
"""Stands for the value where the caller called the comparison undetermined."""

_SHOWN = 3
_LONGEST = 40


def saw(term: Term, value: object) -> str:
    """A short sentence; long values and long lists are cut, and those that satisfy the term come first."""
    label, attribute = term.target.label, term.target.attribute
    if value is NOT_KNOWN and isinstance(term, Comparison):
        return f"no {_noun(attribute)} {_say(term.value)} yet"
    if value is None or value == "":
        return f"{label} is {'empty' if attribute.complete else 'missing'}"
    if not isinstance(value, MANY):
        return f"{label} is {_say(value)}"
    if not value:
        return f"{label} is {'empty' if attribute.complete else 'missing'}"
    return f"{label} has {_listing(_foremost(term, value))}"


def _noun(attribute: Attribute) -> str:
    if attribute.noun is not None:
        return attribute.noun
    return attribute.name.removesuffix("s") if attribute.multi_valued else attribute.name


def _say(value: object) -> str:
    if isinstance(value, str):
        return f"“{value if len(value) <= _LONGEST else value[: _LONGEST - 1] + '…'}”"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "several parts" if isinstance(value, Mapping) else str(value)


def _foremost(term: Term, values: Iterable[object]) -> list[object]:
    if not isinstance(term, Comparison):
        return list(values)
    test = term.test
    return sorted(values, key=lambda value: not test(value))


def _listing(values: list[object]) -> str:
    shown = ", ".join(_say(value) for value in values[:_SHOWN])
    more = len(values) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
