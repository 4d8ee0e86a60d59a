"""Cutting a filter into strings, words and brackets, and reading a word as a name or a value.

A word is whatever stands between blanks, brackets and double quotes; what it means depends on where it
stands, so that attributes may be called `and`, `eq` or `true`. Start at `tokenize`.
"""

from __future__ import annotations

import json
import math
import re
from typing import Literal, TypeAlias

import attrs

from dirsync_core.filtering.errors import FilterError
from dirsync_core.filtering.tree import AttributePath, Value

MAX_LENGTH = 4096
"""How many characters a filter may have."""

Kind: TypeAlias = Literal["string", "word", "(", ")", "[", "]", "end"]

_TOKEN = re.compile(r'\s*(?:(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<mark>[()\[\]])|(?P<word>[^\s()\[\]"]+)|\Z)')
_NAME = r"\$?[A-Za-z][A-Za-z0-9$_-]*"  # the "$" of "$ref": RFC 7644, erratum 8924
_SUB = re.compile(rf"\.({_NAME})")
# A URN has colons and dots of its own ("2.0"), a name has no colon: the last colon decides. RFC 7644 3.10
_PATH = re.compile(rf"(?:(?P<urn>.+):)?(?P<name>{_NAME})(?:\.(?P<sub>{_NAME}))?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<decimal>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_MAX_DIGITS = 64
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}


@attrs.frozen
class Token:
    """A piece of the text and where it begins."""

    kind: Kind
    text: str
    column: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"“{_clip(self.text)}”"

    def says(self, word: str) -> bool:
        return self.kind == "word" and self.text.lower() == word


def tokenize(text: str) -> tuple[Token, ...]:
    """All tokens of the text; the last is always the one of kind `end`.

    Raises FilterError: the text is too long, is not proper Unicode, or has a string that is not closed.
    """
    _check(text)
    tokens: list[Token] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unclosed(text, position)
        tokens.append(_token(found))
        position = found.end()
    return tuple(tokens)


def attribute_path(token: Token) -> AttributePath:
    """The word as a name: `userName`, `name.familyName`, `urn:…:2.0:User:department`."""
    found = _PATH.fullmatch(token.text) if token.kind == "word" else None
    if found is None:
        raise FilterError(
            f"{token} is not the name of an attribute: write one such as userName or name.familyName",
            token.column,
        )
    return AttributePath(found["urn"], found["name"], found["sub"], column=token.column)


def sub_attribute(token: Token) -> AttributePath:
    """The word after a closing bracket, `.value`, as a path within the element."""
    found = _SUB.fullmatch(token.text)
    if found is None:
        raise FilterError(f"{token} cannot follow “]”: write one sub-attribute, such as .value", token.column)
    return AttributePath(None, found[1], column=token.column + 1)


def value(token: Token) -> Value:
    """The token as a JSON string, number, true, false or null."""
    if token.kind == "string":
        return _string(token)
    if token.kind == "word" and token.text.lower() in _CONSTANTS:
        return _CONSTANTS[token.text.lower()]
    if token.kind == "word" and (found := _NUMBER.fullmatch(token.text)):
        return _number(token, whole=not found["decimal"])
    raise FilterError(
        f"A value is expected here, not {token}: write text in double quotes, a number, true, false or null",
        token.column,
    )


def _check(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise FilterError(f"The filter has {len(text)} characters: shorten it to {MAX_LENGTH}", MAX_LENGTH + 1)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FilterError("Half a character stands here: write it anew", error.start + 1) from error


def _token(found: re.Match[str]) -> Token:
    if found["string"] is not None:
        return Token("string", found["string"], found.start("string") + 1)
    if found["word"] is not None:
        return Token("word", found["word"], found.start("word") + 1)
    if found["mark"] is not None:
        return Token(_mark(found["mark"]), found["mark"], found.start("mark") + 1)
    return Token("end", "", found.end() + 1)


def _mark(text: str) -> Kind:
    marks: dict[str, Kind] = {"(": "(", ")": ")", "[": "[", "]": "]"}
    return marks[text]


def _unclosed(text: str, position: int) -> FilterError:
    return FilterError(
        "The text that begins here is not closed on its line: end it with a double quote, "
        "and write a line break in it as \\n",
        text.index('"', position) + 1,
    )


def _string(token: Token) -> str:
    try:
        text: str = json.loads(token.text)
        text.encode()
    except ValueError as error:  # JSON's and Unicode's errors both derive from it
        raise FilterError(
            f"{token} has an escape that JSON does not know: write a backslash as \\\\", token.column
        ) from error
    return text


def _number(token: Token, *, whole: bool) -> int | float:
    number = math.inf if len(token.text) > _MAX_DIGITS else int(token.text) if whole else float(token.text)
    if math.isinf(number):
        raise FilterError(f"The number {token} is too large: write a smaller one", token.column)
    return number


def _clip(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
