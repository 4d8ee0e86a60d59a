"""A filter as rows of a form: attribute, operator, value, joined by *or* or by *and*; and back into the same text.

What rows can't say is None, and is edited as text. Both ways write the filter language.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

import attrs

from dirsync_core.filtering import And, AttributePath, Compare, Node, Not, Operator, Or, Present, parse

Join = Literal["any", "all"]

OPS: Mapping[str, tuple[str, str]] = {
    "is": ("is", "has"),
    "one": ("is one of", "has one of"),
    "not": ("is not", "has not"),
    "none": ("is none of", "has none of"),
    "co": ("contains", "has one with"),
    "sw": ("starts with", "has one that starts with"),
    "ew": ("ends with", "has one that ends with"),
    "pr": ("is there", "has any"),
    "absent": ("is missing", "has none"),
}
"""The operators of rows, in words: of a single value, of a set."""

VALUELESS = ("pr", "absent")
_PARTS: Mapping[str, Operator] = {"co": "co", "sw": "sw", "ew": "ew"}
_SEPARATOR = ", "


@attrs.frozen
class Row:
    """One line of a rule. `value` is empty where the operator takes none; several are separated by commas."""

    name: str
    op: str = "is"
    value: str = ""


@attrs.frozen
class Rows:
    """A rule as lines."""

    join: Join
    lines: tuple[Row, ...]


def rows_of(text: str) -> Rows | None:
    """Read a filter into rows; None where rows can't say it, and no rows for an empty filter.

    Raises:
        FilterError: it is no filter.
    """
    if not text.strip():
        return Rows("any", ())
    node = parse(text)
    parts: Sequence[Node] = node.operands if isinstance(node, And | Or) else (node,)
    lines = [_row(part) for part in parts]
    known = tuple(line for line in lines if line is not None)
    return Rows("all" if isinstance(node, And) else "any", known) if len(known) == len(lines) else None


def text_of(rows: Rows, booleans: Collection[str] = ()) -> str:
    """Write rows as a filter; a row without an attribute, or without the value it needs, says nothing yet.

    `booleans` are the attributes that are true or false.
    """
    nodes = [_node(row, row.name in booleans) for row in rows.lines if row.name and not _unsaid(row)]
    if len(nodes) < 2:
        return str(nodes[0]) if nodes else ""
    return str(And(tuple(nodes)) if rows.join == "all" else Or(tuple(nodes)))


def said(row: Row, *, is_set: bool = False) -> str:
    """Say an operator in words."""
    return OPS[row.op][is_set]


def _unsaid(row: Row) -> bool:
    return row.op not in VALUELESS and not _values(row)


def _values(row: Row) -> list[str]:
    if row.op in ("one", "none"):
        return [value.strip() for value in row.value.split(",") if value.strip()]
    return [row.value.strip()] if row.value.strip() else []


# --- from a tree -----------------------------------------------------------------------------------------------------


def _row(node: Node) -> Row | None:
    match node:
        case Compare(path, op, value) if op in ("eq", *_PARTS) and _is_plain(path):
            shown = _shown(value)
            return None if shown is None else Row(path.name, "is" if op == "eq" else op, shown)
        case Present(path) if _is_plain(path):
            return Row(path.name, "pr")
        case Or(operands):
            return _one_of(operands, "one")
        case Not(Present(path)) if _is_plain(path):
            return Row(path.name, "absent")
        case Not(Or(operands)):
            return _one_of(operands, "none")
        case Not(Compare(path, "eq", value)) if _is_plain(path):
            shown = _shown(value)
            return None if shown is None else Row(path.name, "not", shown)
        case _:
            return None


def _one_of(operands: Sequence[Node], op: str) -> Row | None:
    rows = [_row(operand) for operand in operands]
    lines = [row for row in rows if row is not None and row.op == "is" and "," not in row.value]
    if len(lines) < len(rows) or len({row.name for row in lines}) > 1:
        return None
    return Row(lines[0].name, op, _SEPARATOR.join(row.value for row in lines))


def _is_plain(path: AttributePath) -> bool:
    return path.urn is None and path.sub is None


def _shown(value: object) -> str | None:
    """Give a value as it stands in a field; None where it would not come back out of one as it was."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) and value == value.strip() and value else None


# --- into a tree -----------------------------------------------------------------------------------------------------


def _node(row: Row, boolean: bool) -> Node:
    path = AttributePath(None, row.name)
    compare = _comparing(path, boolean=boolean)
    values = _values(row)
    match row.op:
        case "pr":
            return Present(path)
        case "absent":
            return Not(Present(path))
        case "not" | "none":
            return Not(_either([compare(value) for value in values]))
        case "co" | "sw" | "ew":
            return Compare(path, _PARTS[row.op], values[0])
        case _:
            return _either([compare(value) for value in values])


def _comparing(path: AttributePath, *, boolean: bool) -> Callable[[str], Node]:
    def compare(text: str) -> Node:
        if boolean and text.lower() in ("true", "false", "yes", "no"):
            return Compare(path, "eq", text.lower() in ("true", "yes"))
        return Compare(path, "eq", text)

    return compare


def _either(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))
