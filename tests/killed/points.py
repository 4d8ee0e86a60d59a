"""Where a process can be killed: before, within and after each statement that SQLite is given.

A killer ends its own process with SIGKILL, so that neither Python nor SQLite can do anything about it.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any, Literal
from unittest.mock import patch

import attrs

from tests.core.invariants.picture import Rows, tables

_FEW_PAGES = "PRAGMA cache_size = 10"  # so that what is not committed yet goes to the file all the same


@attrs.frozen
class Point:
    """A place in what a process does: its n-th statement, or act on files, from 0.

    `instructions` of SQLite's machine are done of a statement when a process is killed within it; one that needs fewer
    is done, and the process killed then.
    """

    n: int
    when: Literal["before", "within", "after"]
    instructions: int = 2


@attrs.define
class Witness:
    """Notes all that is done, and what the tables say after each commit."""

    done: list[str] = attrs.field(factory=list)
    states: list[Rows] = attrs.field(factory=list)

    def before(self, what: str, _: sqlite3.Connection | None = None) -> None:
        self.done.append(what)

    def after(self, what: str, connection: sqlite3.Connection) -> None:
        if what == "COMMIT":
            unseen = SimpleNamespace(execute=partial(sqlite3.Connection.execute, connection))
            self.states.append(tables(SimpleNamespace(_connection=unseen)))  # type: ignore[arg-type]


@attrs.define
class Killer:
    """Ends the process at a point."""

    point: Point
    n: int = -1

    def before(self, _: str, connection: sqlite3.Connection | None = None) -> None:
        self.n += 1
        if self.n != self.point.n:
            return
        if self.point.when == "before":
            kill()
        if self.point.when == "within" and connection is not None:
            connection.set_progress_handler(kill, self.point.instructions)

    def after(self, _: str, __: sqlite3.Connection) -> None:
        if self.n == self.point.n:
            kill()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal(sqlite3.Connection):
    """Tells of every statement between BEGIN IMMEDIATE and COMMIT, or of all (`everything`)."""

    watcher: Witness | Killer
    everything = False
    writing = False

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        if sql.startswith("PRAGMA cache_size"):
            sql = _FEW_PAGES
        return self._told(sql, lambda: sqlite3.Connection.execute(self, sql, values))

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        return self._told(sql, lambda: sqlite3.Connection.executemany(self, sql, rows))

    def _told(self, sql: str, run: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        self.writing = self.writing or sql == "BEGIN IMMEDIATE"
        if not (self.writing or self.everything):
            return run()
        self.watcher.before(sql, self)
        found = run()
        self.watcher.after(sql, self)
        self.writing = self.writing and sql != "COMMIT"
        return found


class Split(Mortal):
    """A store with a defect: what is derived is written in a transaction after that of the facts."""

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        if self.writing and sql.lstrip().startswith("INSERT OR REPLACE INTO person"):
            for part in ("COMMIT", "BEGIN IMMEDIATE", "SAVEPOINT job"):
                super().execute(part)
        return super().execute(sql, values)


@contextmanager
def watched(watcher: Witness | Killer, kind: type[Mortal] = Mortal, *, files: bool = False) -> Iterator[None]:
    """Tell a watcher what this process does from now on; with `files` also what it does outside of transactions."""
    kind.watcher, kind.everything = watcher, files
    if files:
        sys.addaudithook(partial(_told_of_files, watcher))
    with patch.object(sqlite3, "connect", partial(sqlite3.connect, factory=kind)):
        yield


_CHANGING = {"open", "os.rename", "os.remove", "os.link", "os.chmod", "os.truncate", "os.mkdir"}


def _told_of_files(watcher: Witness | Killer, event: str, words: tuple[Any, ...]) -> None:
    if event in _CHANGING and not (event == "open" and _reads(words[2])):
        watcher.before(event)


def _reads(flags: object) -> bool:
    return isinstance(flags, int) and not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)


def every_point(done: Sequence[str]) -> list[Point]:
    """Give every place where a process can be killed that does this, but for those right after a commit."""
    within = [Point(n, "within") for n, what in enumerate(done) if what not in _CHANGING]
    return [*within, *(Point(n, "before") for n in range(len(done)))]


def some_points(done: Sequence[str]) -> list[Point]:
    """Give two for each transaction: in the midst of a write in its middle, and before its end."""
    begins = [0, *(end + 1 for end in ends(done))]
    writes = [[n for n in range(*part) if _writes(done[n])] for part in zip(begins, ends(done), strict=False)]
    middles = [Point(found[len(found) // 2], "within") for found in writes if found]
    return [*middles, *(Point(end, "before") for end in ends(done))]


def ends(done: Sequence[str]) -> list[int]:
    """Give where transactions end."""
    return [n for n, what in enumerate(done) if what == "COMMIT"]


def _writes(statement: str) -> bool:
    return statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))
