"""Scrubbing: what was deleted is gone from the file too, and not only from the tables."""

import sqlite3
from contextlib import closing
from pathlib import Path


def scrub(path: Path, *, seconds: float) -> bool:
    """Write the file anew from what its tables hold, and empty its journal.

    Deleted rows lie on in unused parts of pages, and copies of pages in the journal, until both are written over.
    Others read and write meanwhile; they wait at most as long as this takes. Gives False where a reader was in the way
    for longer than `seconds`: then the journal still has them.
    """
    with closing(sqlite3.connect(path, timeout=seconds, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
