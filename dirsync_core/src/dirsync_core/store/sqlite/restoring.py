"""Starting from a backup: looked at first, then copied to where a store is not yet."""

import sqlite3
from pathlib import Path

from dirsync_core.model.errors import Refused, StoreMissing
from dirsync_core.store.sqlite.copying import copy_sqlite
from dirsync_core.store.sqlite.store import inspect, translated

_ADVICE = "Name the file that dirsync backup wrote."


def check_backup(backup: Path) -> None:
    """See that a file is a backup that can be started from; it is left as it is.

    Raises:
        StoreMissing: there is no such file.
        StoreTooNew: a newer dirsync wrote it.
        StoreError: it is no dirsync store.
    """
    if not backup.is_file():
        raise StoreMissing(f"There is no file {backup}. {_ADVICE}")
    inspect(backup, advice=_ADVICE, filled=True)


def restore_sqlite(backup: Path, path: Path) -> None:
    """Put a copy of a backup where a store is not yet. `make_sqlite` then brings it up to date.

    Raises:
        Refused: a store is there.
        StoreError: as for `check_backup`, or the disk is full.
    """
    check_backup(backup)
    refuse_taken(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy_sqlite(backup, path)
    except sqlite3.Error as error:
        raise translated(error) from error


def refuse_taken(path: Path) -> None:
    """Refuse a place where a store is."""
    if path.exists():
        raise Refused(
            f"There is a store at {path} already, and a backup is put in the place of none.",
            ("Move it away first, or name another in [directory] store.",),
        )
