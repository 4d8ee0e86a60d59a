"""The directory as a table for other programs: the columns, and a line for each person.

Several values of one attribute are parted by semicolons, and people are e-mail addresses.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, Shape

_FIRST = ("id", "status", "email", "displayName")
_LAST = ("createdAt", "changedAt")


def columns(reading: Reading) -> list[str]:
    """Give the columns: every attribute that can be set, whoever has it."""
    others = sorted({*reading.rules.schema, "locations"} - {*_FIRST, *_LAST})
    return [*_FIRST, *others, *_LAST]


def rows(people: Iterable[Shape], columns: Sequence[str]) -> str:
    """Write people as lines of CSV (RFC 4180, but for the ends of lines)."""
    return lines([_cell(person.get(column)) for column in columns] for person in people)


def lines(cells: Iterable[Sequence[str]]) -> str:
    """Write lines of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(cells)
    return text.getvalue()


def _cell(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return ";".join(_cell(item) for item in value)
        case dict():
            return str(value.get("email") or value.get("written") or "")
        case _:
            return str(value)
