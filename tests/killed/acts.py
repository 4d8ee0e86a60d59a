"""Acts on the files of a store, each in a folder; what they need is imported before processes are forked for them."""

from pathlib import Path
from unittest.mock import patch

import sqlite_utils

from dirsync_core.store.sqlite import schema
from dirsync_core.store.sqlite import store as module
from dirsync_core.store.sqlite.copying import copy_sqlite
from dirsync_core.store.sqlite.store import make_sqlite
from tests.core.cli.conftest import Prompt
from tests.core.world import plugins

STORE = "dirsync.db"
BACKUP = "copy"


def back_up(folder: Path) -> None:
    copy_sqlite(folder / STORE, folder / BACKUP)


def start_from(folder: Path) -> None:
    Prompt(folder / "new", plugins()).done("init", "--from", str(folder / BACKUP))


def migrate(folder: Path) -> None:
    with patch.object(module, "MIGRATIONS", later()):
        make_sqlite(folder / STORE)


def later() -> sqlite_utils.Migrations:
    """Two migrations more than there are."""
    found = sqlite_utils.Migrations("dirsync")
    found._migrations = [*schema.MIGRATIONS._migrations]

    @found(name="0098_moon")
    def moon(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE moon (record TEXT)")
        db.execute("INSERT INTO moon SELECT id FROM record")

    @found(name="0099_sun")
    def sun(db: sqlite_utils.Database) -> None:
        db.execute("ALTER TABLE moon ADD COLUMN sun")
        db.execute("UPDATE moon SET sun = 1")

    return found
