"""The SQLite store: one writer thread with group commit, readers on connections of their own.

The writer takes whatever jobs wait, runs each in a savepoint, and commits them together; callers are answered after
the commit. `synchronous=FULL` in WAL mode makes that commit safe against `kill -9` and loss of power.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, TypeVar

import attrs
import sqlite_utils

from dirsync_core.model.errors import DirsyncError, StoreBusy, StoreError, StoreMissing, StoreTooNew
from dirsync_core.store.contract import Transaction, Trials
from dirsync_core.store.sqlite.aside import SqliteAside
from dirsync_core.store.sqlite.copying import content, copy_sqlite, free_name, read_only
from dirsync_core.store.sqlite.raising import as_exception
from dirsync_core.store.sqlite.schema import MIGRATIONS
from dirsync_core.store.sqlite.scrubbing import scrub
from dirsync_core.store.sqlite.transaction import SqliteTransaction

T = TypeVar("T")

_BATCH = 128
_READERS = 4
_WAIT_SECONDS = 10.0


@attrs.frozen(eq=False)
class _Job:
    run: Callable[[Transaction], Any]
    keep: bool
    answer: "Future[Any]" = attrs.field(factory=Future)


class SqliteStore:
    """`Store` in one SQLite file. Any number of processes may open the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="dirsync-read")
        self._reading = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False
        # Opened here and not in the thread, so that a file that can't be opened is the caller's error.
        self._writing = _connected(path)
        self._writer = threading.Thread(target=self._write_all, name="dirsync-write", daemon=True)
        self._writer.start()

    async def read(self, job: Callable[[Transaction], T]) -> T:
        """Run a job on one consistent view."""
        self._refuse_closed()
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, job)

    async def write(self, job: Callable[[Transaction], T]) -> T:
        """Run a job alone; the answer comes after the commit."""
        return await self._enqueue(job, keep=True)

    async def try_out(self, job: Callable[[Transaction], T]) -> T:
        """Run a job as `write` would, and undo it."""
        return await self._enqueue(job, keep=False)

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[Trials]:
        """Give a copy to try things out on, while others write."""
        self._refuse_closed()
        copy = SqliteAside(self._path)
        try:
            await copy.open()
            yield copy
        except sqlite3.Error as error:
            raise translated(error) from error
        finally:
            await copy.close()

    async def backup(self, path: Path, *, overwrite: bool = False) -> None:
        """Copy everything as it is now into a file, while others read and write."""
        await asyncio.to_thread(_backup, self._path, path, overwrite=overwrite)

    async def scrub(self) -> bool:
        """Take what was deleted out of the files too."""
        return await asyncio.to_thread(_scrubbed, self._path)

    async def close(self) -> None:
        """Finish what was begun, and close every connection."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()

    async def _enqueue(self, run: Callable[[Transaction], T], *, keep: bool) -> T:
        self._refuse_closed()
        job = _Job(run, keep)
        self._jobs.put(job)
        answer: T = await asyncio.wrap_future(job.answer)
        return answer

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreError("The store is closed.")

    # --- reading ---------------------------------------------------------------------------------------------------

    def _read(self, job: Callable[[Transaction], T]) -> T:
        connection = self._reader()
        connection.execute("BEGIN")
        try:
            return job(SqliteTransaction(connection))
        except sqlite3.Error as error:
            raise translated(error) from error
        except BaseException as error:
            raise as_exception(error) from error.__cause__
        finally:
            connection.execute("ROLLBACK")

    def _reader(self) -> sqlite3.Connection:
        if not hasattr(self._reading, "connection"):
            connection = _connect(self._path)
            connection.execute("PRAGMA query_only = ON")
            self._reading.connection = connection
            self._connections.append(connection)
        found: sqlite3.Connection = self._reading.connection
        return found

    # --- writing ---------------------------------------------------------------------------------------------------

    def _write_all(self) -> None:
        with closing(self._writing):
            while (first := self._jobs.get()) is not None:
                self._write_batch(self._writing, [first, *self._waiting()])

    def _waiting(self) -> list[_Job]:
        batch: list[_Job] = []
        with suppress(queue.Empty):
            while len(batch) < _BATCH:
                job = self._jobs.get_nowait()
                if job is None:
                    self._jobs.put(None)
                    break
                batch.append(job)
        return batch

    def _write_batch(self, connection: sqlite3.Connection, batch: list[_Job]) -> None:
        wanted = [job for job in batch if job.answer.set_running_or_notify_cancel()]
        try:
            answers = _run_together(connection, wanted)
        except sqlite3.Error as error:
            # A full disk, say, ends the whole transaction: what would have gone through alone still may.
            if len(wanted) == 1:
                wanted[0].answer.set_exception(translated(error))
                return
            for job in wanted:
                self._write_alone(connection, job)
            return
        for job, answer in zip(wanted, answers, strict=True):
            answer(job.answer)

    @staticmethod
    def _write_alone(connection: sqlite3.Connection, job: _Job) -> None:
        try:
            (answer,) = _run_together(connection, [job])
        except sqlite3.Error as error:
            job.answer.set_exception(translated(error))
        else:
            answer(job.answer)


Answer = Callable[["Future[Any]"], None]


def _run_together(connection: sqlite3.Connection, jobs: list[_Job]) -> list[Answer]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        answers = [_run(connection, job) for job in jobs]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return answers


def _run(connection: sqlite3.Connection, job: _Job) -> Answer:
    """Run one job in a savepoint. Its own exception is an answer; the loss of the transaction is raised."""
    connection.execute("SAVEPOINT job")
    try:
        result = job.run(SqliteTransaction(connection))
    except BaseException as error:  # sys.exit in a plugin's job must end neither this thread nor the process
        if not connection.in_transaction:  # whatever the job made of it, it was the store that failed
            if isinstance(error, sqlite3.Error):
                raise
            raise sqlite3.OperationalError("the transaction ended") from error
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        failure = translated(error) if isinstance(error, sqlite3.Error) else as_exception(error)
        return lambda answer: answer.set_exception(failure)
    if not job.keep:
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")
    return lambda answer: answer.set_result(result)


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.Error as error:
        raise StoreError(f"The store {path} can't be opened for writing: {error}. Who owns the file?") from error


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -65536")
    except sqlite3.Error as error:
        raise translated(error) from error
    return connection


def translated(error: sqlite3.Error) -> DirsyncError:
    """Say what SQLite reports in the words of people."""
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(
            f"Another process has been writing to the store for {_WAIT_SECONDS:.0f} s. Nothing was written; try again."
        )
    if code.startswith("SQLITE_FULL"):
        return StoreError("The disk is full. Nothing was written; make room and try again.")
    return StoreError(f"The store could not be used: {error}. Nothing was written.")


# --- making and opening ----------------------------------------------------------------------------------------------


def open_sqlite(path: Path) -> SqliteStore:
    """Open a store that is there and up to date.

    Raises:
        StoreMissing: there is no file; `dirsync init` makes it.
        StoreTooNew: a newer dirsync wrote it.
        StoreError: it is no dirsync store, or waits to be migrated by `dirsync init`.
    """
    if not path.exists():
        raise StoreMissing(f"There is no store at {path}. Make it with: dirsync init")
    if pending := inspect(path):
        raise StoreError(f"The store {path} lacks {', '.join(pending)}. Bring it up to date with: dirsync init")
    return SqliteStore(path)


def make_sqlite(path: Path, *, backed_up: Callable[[Path], None] = lambda _: None) -> bool:
    """Make a store, or migrate the one that is there. Gives whether anything was done; doing it again does nothing.

    Only its owner may read a new one. A store with content is copied beside itself before it is migrated; `backed_up`
    is told the name of the copy.

    Raises:
        StoreTooNew: a newer dirsync wrote it.
        StoreError: it is another program's, or can't be written.
    """
    if path.exists():
        if not inspect(path):
            return False
        if version := content(path):
            backed_up(_copied_beside(path, version))
    _reserve(path)
    connection = _connect(path)
    try:
        MIGRATIONS.apply(sqlite_utils.Database(connection, execute_plugins=False))
    except sqlite3.Error as error:
        raise translated(error) from error
    finally:
        connection.close()
    return True


def _reserve(path: Path) -> None:
    """Make a file that only its owner may read where there is none; SQLite gives what lies beside it the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"The store {path} can't be made: {error.strerror}. Who owns the folder?") from error


def _backup(source: Path, target: Path, *, overwrite: bool) -> None:
    try:
        copy_sqlite(source, target, overwrite=overwrite)
    except sqlite3.Error as error:
        raise translated(error) from error


def _scrubbed(path: Path) -> bool:
    try:
        return scrub(path, seconds=_WAIT_SECONDS)
    except sqlite3.Error as error:
        raise translated(error) from error


def _copied_beside(path: Path, version: str) -> Path:
    target = free_name(path, version)
    _backup(path, target, overwrite=False)
    return target


def inspect(path: Path, *, advice: str = "Name another file in [directory] store.", filled: bool = False) -> list[str]:
    """Give the names of the migrations that a file lacks; it is left as it is. `filled`: an empty file is no store.

    Raises:
        StoreTooNew: a newer dirsync wrote it.
        StoreError: it is no dirsync store, or can't be read.
    """
    try:
        connection = read_only(path)
    except sqlite3.Error as error:
        raise _unreadable(path, error, advice) from error
    try:
        db = sqlite_utils.Database(connection, execute_plugins=False)
        applied = {migration.name for migration in MIGRATIONS.applied(db)}
        known = {migration.name for migration in MIGRATIONS.pending(db)} | applied
        strange = applied - _known_names()
        foreign = not applied and bool(db.table_names())
    except sqlite3.Error as error:
        raise _unreadable(path, error, advice) from error
    finally:
        connection.close()
    if strange:
        raise StoreTooNew(
            f"The store {path} was written by a newer dirsync (it has {', '.join(sorted(strange))}). Nothing was"
            f" changed. Update dirsync. {advice}"
        )
    if foreign:
        raise StoreError(f"{path} is another program's database. {advice}")
    if filled and not applied:
        raise StoreError(f"{path} is empty. {advice}")
    return sorted(known - applied)


def _unreadable(path: Path, error: sqlite3.Error, advice: str) -> StoreError:
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith("SQLITE_NOTADB"):
        return StoreError(f"{path} is no dirsync store: {error}. {advice}")
    if code.startswith("SQLITE_CORRUPT"):
        return StoreError(
            f"{path} is damaged: {error}. Go back to a backup that is whole: move the store away, then"
            " dirsync init --from BACKUP"
        )
    return StoreError(
        f"The store {path} can't be opened: {error}. Run dirsync as the user who owns the file and its folder."
    )


def _known_names() -> set[str]:
    blank = sqlite_utils.Database(memory=True)
    names = {migration.name for migration in MIGRATIONS.pending(blank)}
    blank.close()
    return names
