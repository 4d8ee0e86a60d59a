"""A file of people kept by hand: from its rows to entries, and what an import did in words."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from dirsync_core.api import Entry, Imported, Json, Row, TableError, read_table

_LOCATIONS = "locations"


def read_entries(path: Path, *, encoding: str, delimiter: str | None) -> list[Entry]:
    """Read a CSV file whose columns are named as attributes, `locations` and `until`.

    Raises:
        TableError: it can't be read, or has no column `email`.
    """
    table = read_table(path, encoding=encoding, delimiter=delimiter)
    if table.column("email") is None:
        there = ", ".join(table.columns)
        raise TableError(
            table.file, [f"line 1: there is no column email, by which people are known; there are {there}"]
        )
    return [_entry(row, table.column(_LOCATIONS)) for row in table.rows()]


def _entry(row: Row, locations: str | None) -> Entry:
    values = {name: text for name, text in row.cells.items() if name != locations}
    keys = re.split("[;,]", row.cells[locations]) if locations is not None else []
    return Entry(f"line {row.line}", values, tuple(key.strip() for key in keys if key.strip()))


def told(done: Imported, *, dry_run: bool) -> str:
    """Say what an import did, or would do."""
    counts = f"{done.added:,} new, {done.changed:,} changed, {done.unchanged:,} unchanged"
    if dry_run:
        return f"{counts}. Nothing was changed yet."
    taken_back = f" Take it back with: dirsync undo {done.request}" if done.added or done.changed else ""
    return f"{counts}.{taken_back}"


def effect_lines(done: Imported) -> Iterator[str]:
    """Say each effect in a line."""
    for effect in done.effects:
        what = f"{effect['name']}: {_shown(effect['before'])} → {_shown(effect['after'])}"
        yield f"{effect['kind']}  {_who(effect)}{f'  {what}' if effect['kind'] == 'changes' else ''}"


def _who(effect: Mapping[str, Json]) -> str:
    return f"{effect['displayName']} <{effect['email']}>" if effect["displayName"] else str(effect["email"])


def _shown(value: Json) -> str:
    match value:
        case None | "" | []:
            return "nothing"
        case list():
            return ", ".join(_shown(item) for item in value)
        case {"written": written}:
            return str(written)
        case _:
            return str(value)
