"""Retirements in SQLite."""

from collections.abc import Mapping
from typing import Any

from dirsync_core.model.moments import read_time, written_time
from dirsync_core.model.retirements import Retirement
from dirsync_core.store.sqlite.room import Room

_COLUMNS = "provider, fate, by, at, successor"


class SqliteRetirements(Room):
    """`RetirementRoom` in SQLite."""

    def get(self, provider: str) -> Retirement | None:
        row = self._one(f"SELECT {_COLUMNS} FROM retirement WHERE provider = ?", provider)
        return _retirement(row) if row else None

    def all(self) -> Mapping[str, Retirement]:
        return {row[0]: _retirement(row) for row in self._all(f"SELECT {_COLUMNS} FROM retirement ORDER BY provider")}

    def put(self, retirement: Retirement) -> None:
        self._do(
            f"INSERT OR REPLACE INTO retirement ({_COLUMNS}) VALUES (?,?,?,?,?)",
            retirement.provider, retirement.fate, retirement.by, written_time(retirement.at), retirement.successor,
        )  # fmt: skip

    def end(self, provider: str) -> bool:
        return self._do("DELETE FROM retirement WHERE provider = ?", provider) > 0


def _retirement(row: tuple[Any, ...]) -> Retirement:
    provider, fate, by, at, successor = row
    return Retirement(provider, fate, by, read_time(at), successor)
