"""What commands print: one JSON document, or tables for people."""

import json
import unicodedata
from collections.abc import Iterable, Sequence

import click

from dirsync_core.model.people import Json

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


def print_json(shape: Json) -> None:
    """Print a document, and nothing else, on stdout."""
    click.echo(json_text(shape))


def json_text(shape: Json) -> str:
    """Write a document as it is printed."""
    return json.dumps(shape, ensure_ascii=False, indent=2)


def print_table(header: Sequence[str], rows: Iterable[Sequence[Json]]) -> None:
    """Print rows under a header, in columns as wide as they need; without rows, nothing."""
    lines = [[shown(cell) for cell in row] for row in rows]
    if not lines:
        return
    lines.insert(0, [title.upper() for title in header])
    widths = [max(_width(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def shown(value: Json) -> str:
    """Give a value in one line; what would move the cursor of a terminal is taken out."""
    return "".join(c if c.isprintable() else " " for c in _text(value))


def when(time: Json) -> str:
    """Give a time of the interface to the second; nothing for none."""
    return f"{time[:19].replace('T', ' ')}Z" if isinstance(time, str) else ""


def plural(count: int, one: str, many: str) -> str:
    """Count something in words."""
    return f"{count:,} {one if count == 1 else many}"


def _width(text: str) -> int:
    """Count the columns that a terminal needs: two for a Chinese character, none for an accent on its own."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(bool(unicodedata.combining(c)) for c in text)


def _text(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(_text(item) for item in value)
        case dict():
            return _reference(value)
        case _:
            return str(value)


def _reference(value: dict[str, Json]) -> str:
    state = value.get("state")
    name = str(value.get("email") or value.get("written") or "")
    return name if state == "resolved" else f"{name} ({state})"
