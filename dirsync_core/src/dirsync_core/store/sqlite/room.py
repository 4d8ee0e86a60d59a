"""What the rooms of a transaction share: a connection, and how times lie in a column."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.sqlite.memory import Memory


class Room:
    """Statements on one connection, inside a transaction that somebody else began."""

    def __init__(self, connection: sqlite3.Connection, memory: Memory) -> None:
        self._connection = connection
        self._memory = memory

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return row

    def _do(self, sql: str, *values: object) -> int:
        return self._connection.execute(sql, values).rowcount

    def _many(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._connection.executemany(sql, rows)


def packed(value: object) -> str:
    """Write JSON for a column: compact, text as it is, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def time_or_none(text: str | None) -> datetime | None:
    """Read a column that may be empty."""
    return None if text is None else read_time(text)


def text_or_none(at: datetime | None) -> str | None:
    """Write a column that may be empty."""
    return None if at is None else written_time(at)


def chunks(values: list[str], size: int = 500) -> Iterable[list[str]]:
    """Cut a list so that each part fits into the variables of one statement."""
    return (values[i : i + size] for i in range(0, len(values), size))


def marks(values: list[str]) -> str:
    """Give as many question marks as there are values."""
    return ",".join("?" * len(values))
