"""A copy of the store to try things out on at length, while others go on writing; nothing of it remains."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from dirsync_core.store.contract import Transaction
from dirsync_core.store.sqlite.copying import read_only
from dirsync_core.store.sqlite.raising import as_exception
from dirsync_core.store.sqlite.transaction import SqliteTransaction

T = TypeVar("T")


class _Connection(sqlite3.Connection):
    """A connection whose statements fail once its job is `given_up`: nobody waits for what it finds."""

    given_up = False

    def execute(self, *words: Any) -> sqlite3.Cursor:
        if self.given_up:
            raise sqlite3.OperationalError("given up")
        return super().execute(*words)


class SqliteAside:
    """`Trials` in a database without a name: SQLite removes its file while it is open, so a crash leaves nothing.

    A job that nobody waits for any more ends with its next statement.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dirsync-aside")
        self._connection: _Connection | None = None

    async def open(self) -> None:
        """Copy everything as it is at one moment."""
        await self._run(self._open)

    async def close(self) -> None:
        """Forget the copy."""
        await self._run(self._close)
        self._thread.shutdown(wait=False)

    async def read(self, job: Callable[[Transaction], T]) -> T:
        """Run a job on the copy."""
        return await self.try_out(job)

    async def try_out(self, job: Callable[[Transaction], T]) -> T:
        """Run a job on the copy, and undo it."""
        return await self._run(lambda: self._tried(job))

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except asyncio.CancelledError:
            if self._connection is not None:
                self._connection.given_up = True
            raise

    def _open(self) -> None:
        copy = sqlite3.connect("", isolation_level=None, cached_statements=512, factory=_Connection)
        with closing(read_only(self._source)) as source:
            source.backup(copy)
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "cache_size = -65536"):
            copy.execute(f"PRAGMA {pragma}")
        self._connection = copy

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _tried(self, job: Callable[[Transaction], T]) -> T:
        assert self._connection is not None
        self._connection.execute("BEGIN")
        try:
            return job(SqliteTransaction(self._connection))
        except BaseException as error:
            raise as_exception(error) from error.__cause__
        finally:
            self._connection.rollback()
