"""A filter after binding: every name a target, every comparison a test; what the evaluations compile from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import attrs

from dirsync_core.filtering.comparing import Test
from dirsync_core.filtering.schema import Target
from dirsync_core.filtering.tree import Operator, Value

Bound: TypeAlias = "Comparison | Presence | Elements | Every | Either | Negation"
Term: TypeAlias = "Comparison | Presence | Elements"

MANY = (list, tuple, set, frozenset)
"""What holds the values of a multi-valued attribute."""


@attrs.frozen
class Comparison:
    """One comparison; `test` is that of `eq` where `op` is `ne`."""

    target: Target
    op: Operator
    value: Value
    test: Test
    text: str


@attrs.frozen
class Presence:
    """`pr` and `ne null`; `eq null` where not `wanted`."""

    target: Target
    text: str
    wanted: bool


@attrs.frozen
class Elements:
    """A value path; the keys in `filter` are those of an element, the names those of the whole resource."""

    target: Target
    filter: Bound
    text: str


@attrs.frozen
class Every:
    parts: tuple[Bound, ...]


@attrs.frozen
class Either:
    parts: tuple[Bound, ...]


@attrs.frozen
class Negation:
    part: Bound


def leaves(part: Bound) -> Iterator[Comparison | Presence]:
    """The comparisons in the order of the text, those in value paths too."""
    match part:
        case Comparison() | Presence():
            yield part
        case Elements(filter=inner) | Negation(part=inner):
            yield from leaves(inner)
        case Every(parts=parts) | Either(parts=parts):
            for each in parts:
                yield from leaves(each)


def required(part: Bound) -> Iterator[Comparison | Presence]:
    """Those comparisons without which the filter cannot hold."""
    match part:
        case Comparison() | Presence():
            yield part
        case Elements(filter=inner):
            yield from required(inner)
        case Every(parts=parts):
            for each in parts:
                yield from required(each)
