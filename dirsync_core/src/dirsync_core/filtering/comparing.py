"""What an operator does with values, by type (RFC 7644 3.4.2.2, RFC 7643 2.3). Start at `test`.

Text compares in NFC and without regard to case unless the attribute is `case_exact`; references and binary
values compare exactly; dates as instants, UTC where no offset is given; numbers by value.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias
from unicodedata import normalize

from dirsync_core.filtering.errors import FilterError
from dirsync_core.filtering.schema import Attribute, AttributeType, Target
from dirsync_core.filtering.tree import Compare, Operator, Value, literal

Test: TypeAlias = Callable[[object], bool]
# A value in the form in which it compares; None if it is not of the type, and so equal to nothing.
Reader: TypeAlias = Callable[[object], object]

_EQUALITY = frozenset[Operator](("eq", "ne"))
_ORDER = _EQUALITY | frozenset[Operator](("gt", "ge", "lt", "le"))
_ALL = _ORDER | frozenset[Operator](("co", "sw", "ew"))
_ALLOWED: dict[AttributeType, frozenset[Operator]] = {
    **{"string": _ALL, "reference": _ALL},
    **{"integer": _ORDER, "decimal": _ORDER, "dateTime": _ORDER},
    **{
        "boolean": _EQUALITY,
        "binary": _EQUALITY,
    },  # the RFC answers gt, ge, lt, le on these with invalidFilter
}
_WANTED: dict[AttributeType, str] = {
    **{"string": "text between double quotes", "reference": "text between double quotes"},
    **{"integer": "a number", "decimal": "a number", "boolean": "true or false"},
    **{"dateTime": 'a moment such as "2011-05-13T04:42:34Z"', "binary": "base64 between double quotes"},
}
_APPLY: dict[Operator, Callable[..., bool]] = {
    **{
        "eq": operator.eq,
        "ne": operator.eq,
        "co": operator.contains,
        "sw": str.startswith,
        "ew": str.endswith,
    },
    **{"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le},
}


def test(term: Compare, target: Target) -> Test:
    """Whether one value satisfies the comparison; for `ne`, whether it *equals*: the caller turns that round.

    Values of another type satisfy nothing.

    Raises FilterError: the operator or the value does not fit the attribute's type.
    """
    kind = _kind(target.attribute, term.value)
    _check_operator(term, target, kind)
    read = _reader(target.attribute, kind)
    wanted = read(_lenient(term.value) if kind == "boolean" else term.value)
    if wanted is None:
        said = literal(term.value)
        raise FilterError(f"“{target.label}” cannot be compared with {said}: write {_WANTED[kind]}", term.column)
    return _test(read, _APPLY[term.op], wanted)


def _test(read: Reader, apply: Callable[..., bool], wanted: object) -> Test:
    def satisfies(value: object) -> bool:
        seen = read(value)
        return seen is not None and apply(seen, wanted)

    return satisfies


def _kind(attribute: Attribute, value: Value) -> AttributeType:
    if attribute.type != "any":
        return attribute.type
    return "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "decimal"


def _check_operator(term: Compare, target: Target, kind: AttributeType) -> None:
    if term.value is None:
        raise FilterError(f"“{term.op}” cannot compare with null: write eq null or ne null", term.column)
    if term.op not in _ALLOWED[kind]:
        allowed = ", ".join(sorted((*_ALLOWED[kind], "pr")))
        raise FilterError(
            f"“{term.op}” cannot compare “{target.label}”, which is {kind}: write one of {allowed}",
            term.column,
        )


def _reader(attribute: Attribute, kind: AttributeType) -> Reader:
    if kind == "string":
        return _text(attribute.fold or (_exact if attribute.case_exact else caseless))
    if kind in ("reference", "binary"):
        return _text(attribute.fold or _exact)
    return {"boolean": _boolean, "dateTime": _instant}.get(kind, _number)


def caseless(text: str) -> str:
    """The form in which text compares by default: composed and case-folded."""
    return text.casefold() if text.isascii() else normalize("NFC", normalize("NFC", text).casefold())


def _exact(text: str) -> str:
    return text if text.isascii() else normalize("NFC", text)


def _text(fold: Callable[[str], str]) -> Reader:
    def read(value: object) -> str | None:
        return fold(value) if isinstance(value, str) else None

    return read


def _boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _instant(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _lenient(value: Value) -> Value:
    # Entra sends roles[primary eq "True"].
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value
