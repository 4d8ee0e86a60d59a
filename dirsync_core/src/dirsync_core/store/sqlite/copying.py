"""A copy of a SQLite store in one file: consistent while others write, checked, safe on disk, and never half there."""

import os
import sqlite3
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import quote

import sqlite_utils

from dirsync_core.model.errors import Refused, StoreError
from dirsync_core.store.sqlite.schema import MIGRATIONS

_WAIT_SECONDS = 10.0


def copy_sqlite(source: Path, target: Path, *, overwrite: bool = False) -> None:
    """Copy a store as it is at one moment into a file that only its owner may read.

    The copy is written beside its place, checked, brought to disk and then moved there, so that a file of that name is
    whole. It holds what is in the store and nothing that was deleted from it.

    Raises:
        Refused: there is a file already, and it is not to be overwritten; or it is in use.
        StoreError: the folder can't be written to.
        sqlite3.Error: the store can't be read, or the disk is full.
    """
    _refuse_used(source, target)
    if not overwrite and target.exists():
        raise _there_already(target)
    part = _part_beside(target)
    try:
        _copy(source, part)
        _put(part, target, overwrite=overwrite)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def read_only(path: Path) -> sqlite3.Connection:
    """Open a file to read, and leave it as it is."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_WAIT_SECONDS, isolation_level=None)


def content(path: Path) -> str | None:
    """Give the newest migration of a store in which something was written; None of one that is as it was made."""
    with closing(read_only(path)) as connection:
        if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'event'").fetchone()[0]:
            return None
        if connection.execute("SELECT 1 FROM event LIMIT 1").fetchone() is None:
            return None
        applied = MIGRATIONS.applied(sqlite_utils.Database(connection, execute_plugins=False))
        return max(migration.name for migration in applied)


def free_name(path: Path, version: str) -> Path:
    """Give a name for a copy beside a store: with the version of its tables, and a number where that is taken."""
    names = (f"{path.name}.{version}{f'-{n}' if n > 1 else ''}.backup" for n in count(1))
    return next(found for name in names if not (found := path.with_name(name)).exists())


def _part_beside(target: Path) -> Path:
    """Make an empty file that only its owner may read; its name is nobody else's, whoever was killed here before."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise _not_written(target, error) from error
    os.close(descriptor)
    return Path(name)


def _put(part: Path, target: Path, *, overwrite: bool) -> None:
    """Give what was written its name, in one step."""
    try:
        if not overwrite:
            _reserve(part, target)
        os.replace(part, target)
    except FileExistsError:
        raise _there_already(target) from None
    except OSError as error:
        raise _not_written(target, error) from error


def _reserve(part: Path, target: Path) -> None:
    """Have the name, unless it is taken meanwhile. Where files can't have two names, it is an empty file's first."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))


def _there_already(target: Path) -> Refused:
    return Refused(f"{target} is there already.", ("Name another file, or say that it is overwritten.",))


def _not_written(target: Path, error: OSError) -> StoreError:
    return StoreError(f"{target} can't be written: {error.strerror}.")


def _copy(source: Path, part: Path) -> None:
    with closing(read_only(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(part),))
    with closing(read_only(part)) as connection:
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise StoreError(f"{source} is damaged: {said}. Nothing was written.")
    _sync(part)


def _refuse_used(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        raise Refused(f"{target} is the store itself.", ("Name another file.",))
    left = [path for end in ("-wal", "-journal") if (path := target.with_name(target.name + end)).exists()]
    if left:
        raise Refused(
            f"{left[0]} says that a store is, or was, in use there; a copy would be mixed up with it.",
            ("Name another file, or take that one away first.",),
        )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
