"""The provider `csv`: people from a file that another system exports, an HR system for instance.

Each pull is a full enumeration: whoever is not in the file any more is gone. So nothing of a file is taken that has
anything wrong in it, and it is read anew each time; rows that are as they were leave no trace.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from dirsync_core.api import (
    AttributeKind,
    Claim,
    Claims,
    Complete,
    Context,
    Mapper,
    MapperType,
    Provider,
    ProviderType,
    Pulled,
    Record,
    Set,
    Value,
    read_table,
)
from dirsync_core.builtin.csv_rows import Layout, layout
from dirsync_core.builtin.csv_settings import ATTRIBUTES, CsvSettings

_KINDS = {attribute.name: attribute.kind for attribute in ATTRIBUTES}


class Csv(Provider):
    """A file, asked again and again."""

    settings: CsvSettings

    def __init__(self, settings: CsvSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._path = context.folder / settings.file

    async def pull(self, cursor: str | None) -> AsyncIterator[Pulled]:
        """Yield a record for each row, once the whole file was found to be in order."""
        rows = await asyncio.to_thread(self._read)
        for upsert in rows.upserts():
            yield upsert
        yield Complete()

    def _read(self) -> Layout:
        table = read_table(self._path, encoding=self.settings.encoding, delimiter=self.settings.delimiter)
        found = layout(table, self.settings)
        found.check()
        return found


def map_csv(record: Record, claims: Claims) -> Claims:
    """Claim what the cells say; an empty cell is no opinion. Without a name, it is made of given and family name."""
    found: dict[str, Claim] = {
        name: Set(value)
        for name, said in record.content.items()
        if name in _KINDS and (value := _value(said, _KINDS[name])) is not None
    }
    if "displayName" not in found and (name := _full_name(record.content)):
        found["displayName"] = Set(name)
    return found


def _value(said: object, kind: AttributeKind) -> Value | None:
    if kind.is_set:
        return tuple(str(item) for item in said) if isinstance(said, list) else None
    return str(said) if isinstance(said, str | int | float) else None


def _full_name(content: Mapping[str, Any]) -> str:
    return " ".join(str(content[part]) for part in ("givenName", "familyName") if content.get(part))


def _mapper(_: None) -> Mapper:
    return map_csv


CSV = ProviderType("csv", CsvSettings, Csv, mappers=("csv",), title="CSV")
CSV_MAPPER = MapperType("csv", ATTRIBUTES, _mapper)
