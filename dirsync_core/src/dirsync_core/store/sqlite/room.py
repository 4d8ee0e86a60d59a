"""What the rooms of a transaction share: a connection, and how times lie in a column."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.sqlite.memory import Memory

K = TypeVar("K", bound=str)
V = TypeVar("V")

_first = itemgetter(0)


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

    def _tally(self, facet: str) -> Mapping[str, int]:
        """Give kept counts, by key; all of them are few, and pages ask for several kinds."""
        tally = self._memory.tally
        if not tally:
            tally[facet] = {}
            for kind, rows in groupby(
                self._all("SELECT facet, key, n FROM tally WHERE n > 0 ORDER BY facet, key"), _first
            ):
                tally[kind] = {key: n for _, key, n in rows}
        return tally.get(facet, {})

    def _grouped(self, sql: str, keys: Sequence[K], read: Callable[[tuple[Any, ...]], V]) -> dict[K, list[V]]:
        """Read rows whose first column is one of the keys, which is left out, by key."""
        found: dict[K, list[V]] = {key: [] for key in keys}
        for key, *row in self._all(sql.format(marks(keys)), *keys) if keys else ():
            found[key].append(read(tuple(row)))
        return found

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


def marks(values: Sequence[str]) -> str:
    """Give as many question marks as there are values."""
    return ",".join("?" * len(values))
