"""From text to tree: the whole filter grammar of RFC 7644 3.4.2.2, and the paths of 3.5.2.

Accepted beyond it: a comparison of a sub-attribute after a value path, `emails[type eq "work"].value eq "x"`,
which Entra sends; it means `emails[type eq "work" and value eq "x"]` and becomes that. Blanks are free around
brackets. Start at `parse`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import attrs

from dirsync_core.filtering.errors import FilterError
from dirsync_core.filtering.tokens import Kind, Token, attribute_path, sub_attribute, tokenize, value
from dirsync_core.filtering.tree import (
    OPERATORS,
    And,
    AttributePath,
    Compare,
    Node,
    Not,
    Operator,
    Or,
    Path,
    Present,
    ValuePath,
)

MAX_DEPTH = 32
"""How many brackets may be open at once; this bounds every recursion over a tree that was parsed."""
MAX_TERMS = 200
"""How many comparisons a filter may have."""

_MEANT = {
    **{"=": "eq", "==": "eq", "is": "eq", "equals": "eq", "!=": "ne", "<>": "ne"},
    **{">": "gt", ">=": "ge", "<": "lt", "<=": "le"},
    **{"contains": "co", "startswith": "sw", "endswith": "ew", "exists": "pr"},
    **{"&&": "and", "&": "and", "||": "or", "|": "or"},
}


def parse(text: str) -> Node:
    """The filter as a tree.

    Bounded in length, depth and number of terms, so that any text at all may be handed over.

    Raises FilterError: the text is not a filter; the error says where and what was expected.
    """
    parser = _Parser(tokenize(text))
    if parser.peek().kind == "end":
        raise FilterError('The filter is empty: write one such as city eq "Oslo"', 1)
    node = parser.disjunction()
    parser.finish()
    return node


def parse_path(text: str) -> Path:
    """The path of a PATCH operation, or of an attribute in the settings: `emails[type eq "work"].value`.

    Raises FilterError: the text is not a path.
    """
    parser = _Parser(tokenize(text))
    path = parser.path()
    parser.finish()
    return path


@attrs.define
class _Parser:
    tokens: tuple[Token, ...]
    index: int = 0
    depth: int = 0
    terms: int = 0
    in_value_path: bool = False

    def peek(self) -> Token:
        return self.tokens[self.index]

    def next(self) -> Token:
        token = self.peek()
        self.index += token.kind != "end"
        return token

    def disjunction(self) -> Node:
        return self._chain("or", self._conjunction, Or)

    def path(self) -> Path:
        attribute = attribute_path(self.next())
        if self.peek().kind != "[":
            return Path(attrs.evolve(attribute, sub=None), sub=attribute.sub)
        selection = self._selection()
        sub = sub_attribute(self.next()).name if self.peek().kind == "word" else None
        return Path(attribute, selection, sub)

    def finish(self) -> None:
        token = self.peek()
        if token.kind == "end":
            return
        if token.kind in (")", "]"):
            raise FilterError(f"{token} closes nothing: take it out, or open it before", token.column)
        raise FilterError(f"“and”, “or” or the end is expected here, not {token}{_hint(token)}", token.column)

    def _conjunction(self) -> Node:
        return self._chain("and", self._term, And)

    def _chain(self, word: str, part: Callable[[], Node], join: Callable[[tuple[Node, ...]], Node]) -> Node:
        parts = [part()]
        while self.peek().says(word):
            self.next()
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def _term(self) -> Node:
        if self.peek().kind == "(":
            return self._bracketed(")")
        token = self.next()
        if token.says("not") and self.peek().kind == "(":
            return Not(self._bracketed(")"))
        if token.kind != "word":
            raise FilterError(f"A comparison is expected here, not {token}: write an attribute first", token.column)
        path = attribute_path(token)
        return self._value_path(path) if self.peek().kind == "[" else self._comparison(path)

    def _bracketed(self, closing: Kind) -> Node:
        opened = self.next()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FilterError(f"More than {MAX_DEPTH} brackets are open here: nest less", opened.column)
        node = self.disjunction()
        self.depth -= 1
        self._close(opened, closing)
        return node

    def _close(self, opened: Token, closing: Kind) -> None:
        token = self.next()
        if token.kind != closing:
            where = f"{opened} was opened at column {opened.column}"
            raise FilterError(f"“{closing}” is expected here, not {token}{_hint(token)}; {where}", token.column)

    def _selection(self) -> Node:
        if self.in_value_path:
            raise FilterError("A value path cannot stand in another: name a sub-attribute", self.peek().column)
        self.in_value_path = True
        node = self._bracketed("]")
        self.in_value_path = False
        return node

    def _value_path(self, path: AttributePath) -> Node:
        selection = self._selection()
        if not (self.peek().kind == "word" and self.peek().text.startswith(".")):
            return ValuePath(path, selection)
        comparison = self._comparison(sub_attribute(self.next()))
        operands = selection.operands if isinstance(selection, And) else (selection,)
        return ValuePath(path, And((*operands, comparison)))

    def _comparison(self, path: AttributePath) -> Node:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise FilterError(f"The filter has more than {MAX_TERMS} comparisons: write fewer", path.column)
        token = self.next()
        if token.says("pr"):
            return Present(path)
        op = token.text.lower()
        if op not in OPERATORS:
            raise _no_operator(path, token)
        return Compare(path, cast(Operator, op), value(self.next()), column=token.column)


def _no_operator(path: AttributePath, token: Token) -> FilterError:
    if str(path).lower() == "not":
        return FilterError("“not” is followed by parentheses: write not (…)", path.column)
    known = "eq, ne, co, sw, ew, gt, ge, lt, le or pr"
    return FilterError(f"An operator ({known}) is expected after “{path}”, not {token}{_hint(token)}", token.column)


def _hint(token: Token) -> str:
    meant = _MEANT.get(token.text.lower())
    return "" if meant is None else f": write {meant}"
