"""What a filter says, before anything is known of the attributes it names.

`str(node)` is the canonical text: lower-case operators, single spaces, only the parentheses that are needed.
Parsing it gives an equal tree. Where something stood in the text (`column`) takes no part in equality.
"""

from __future__ import annotations

import json
from typing import Literal, TypeAlias, get_args

import attrs

Operator: TypeAlias = Literal["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
Value: TypeAlias = str | bool | int | float | None
Node: TypeAlias = "And | Or | Not | Compare | Present | ValuePath"

OPERATORS: frozenset[str] = frozenset(get_args(Operator))


def literal(value: Value) -> str:
    """The value as a filter spells it, quoted and escaped as JSON."""
    return json.dumps(value, ensure_ascii=False)


@attrs.frozen
class AttributePath:
    """An attribute or one of its sub-attributes, with or without the URN of its schema."""

    urn: str | None
    name: str
    sub: str | None = None
    column: int = attrs.field(default=1, eq=False, repr=False, kw_only=True)

    def __str__(self) -> str:
        prefix = "" if self.urn is None else f"{self.urn}:"
        suffix = "" if self.sub is None else f".{self.sub}"
        return f"{prefix}{self.name}{suffix}"


@attrs.frozen
class Compare:
    """An attribute compared with a value; `column` is where the operator stands."""

    path: AttributePath
    op: Operator
    value: Value
    column: int = attrs.field(default=1, eq=False, repr=False, kw_only=True)

    def __str__(self) -> str:
        return f"{self.path} {self.op} {literal(self.value)}"


@attrs.frozen
class Present:
    """The attribute has a value."""

    path: AttributePath

    def __str__(self) -> str:
        return f"{self.path} pr"


@attrs.frozen
class ValuePath:
    """One and the same element of a complex attribute satisfies the whole filter."""

    path: AttributePath
    filter: Node

    def __str__(self) -> str:
        return f"{self.path}[{self.filter}]"


@attrs.frozen
class Not:
    """The operand does not hold."""

    operand: Node

    def __str__(self) -> str:
        return f"not ({self.operand})"


@attrs.frozen
class And:
    """Every operand holds; there are two or more."""

    operands: tuple[Node, ...] = attrs.field(validator=attrs.validators.min_len(2))

    def __str__(self) -> str:
        return " and ".join(f"({node})" if isinstance(node, And | Or) else str(node) for node in self.operands)


@attrs.frozen
class Or:
    """One operand or more holds; there are two or more."""

    operands: tuple[Node, ...] = attrs.field(validator=attrs.validators.min_len(2))

    def __str__(self) -> str:
        return " or ".join(f"({node})" if isinstance(node, Or) else str(node) for node in self.operands)


@attrs.frozen
class Path:
    """What a PATCH operation points at (RFC 7644 3.5.2).

    That is `attribute`, or the elements of it that `filter` selects, or the sub-attribute `sub` of either.
    """

    attribute: AttributePath
    filter: Node | None = None
    sub: str | None = None

    def __str__(self) -> str:
        selection = "" if self.filter is None else f"[{self.filter}]"
        suffix = "" if self.sub is None else f".{self.sub}"
        return f"{self.attribute}{selection}{suffix}"
