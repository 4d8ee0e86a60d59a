"""Making and opening a SQLite store: what is there already is never harmed."""

import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from dirsync_core.model.errors import StoreBusy, StoreError, StoreMissing, StoreTooNew
from dirsync_core.store.sqlite import schema
from dirsync_core.store.sqlite import store as module
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from dirsync_core.testing.storing.making import record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "store.db"


async def test_a_store_is_made_once(path: Path) -> None:
    assert [make_sqlite(path), make_sqlite(path)] == [True, False]

    await open_sqlite(path).close()


def test_a_store_that_is_not_there_is_missing(path: Path) -> None:
    with pytest.raises(StoreMissing, match="dirsync init"):
        open_sqlite(path)

    assert not path.exists()


@pytest.mark.parametrize("verb", [make_sqlite, open_sqlite])
def test_a_store_of_a_newer_version_is_refused_and_left_as_it_was(path: Path, verb: object) -> None:
    make_sqlite(path)
    newer(path)
    before = path.read_bytes()

    with pytest.raises(StoreTooNew, match=r"newer dirsync.*0099_moon"):
        verb(path)  # type: ignore[operator]

    assert before == path.read_bytes()


def newer(path: Path) -> None:
    migrations = sqlite_utils.Migrations("dirsync")
    migrations(name="0099_moon")(lambda db: None)
    db = sqlite_utils.Database(path)
    migrations.apply(db)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


@pytest.mark.parametrize("verb", [make_sqlite, open_sqlite])
@pytest.mark.parametrize(
    ("content", "told"),
    [(b"no database, but quite some text", "is no dirsync store"), (None, "another program")],
)
def test_what_is_no_store_is_refused_and_left_as_it_was(
    path: Path, verb: object, content: bytes | None, told: str
) -> None:
    path.parent.mkdir(parents=True)
    if content is None:
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE notes (text TEXT)")
        db.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()

    with pytest.raises(StoreError, match=told):
        verb(path)  # type: ignore[operator]

    assert before == path.read_bytes()


async def test_only_its_owner_may_read_a_new_store(path: Path) -> None:
    make_sqlite(path)
    store = open_sqlite(path)

    modes = {file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    await store.close()

    assert modes == {0o600}


def test_a_damaged_store_leads_to_a_backup(path: Path) -> None:
    make_sqlite(path)
    path.write_bytes(path.read_bytes()[:20_000])

    with pytest.raises(StoreError, match=r"is damaged.*dirsync init --from BACKUP"):
        open_sqlite(path)


def test_a_store_where_no_folder_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="can't be made"):
        make_sqlite(tmp_path / "file" / "store.db")


def test_a_folder_is_no_store(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(StoreError, match="can't be opened"):
        make_sqlite(path)


async def test_a_store_of_another_user_is_not_called_another_programs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sqlite(path)
    monkeypatch.setattr(module, "read_only", refused_write)

    with pytest.raises(StoreError, match=r"can't be opened: attempt to write.*the user who owns the file"):
        open_sqlite(path)


def refused_write(path: Path) -> sqlite3.Connection:
    """What SQLite says to those who may not write beside a store; root may always, so it is asked of a table."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA query_only = 1")
    connection.execute("CREATE TABLE moon (id)")
    return connection


def test_an_empty_file_waits_for_init(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()

    with pytest.raises(StoreError, match="dirsync init"):
        open_sqlite(path)
    assert make_sqlite(path)


def test_a_store_of_an_older_version_waits_for_init(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_sqlite(path)
    later = sqlite_utils.Migrations("dirsync")
    later._migrations = [*schema.MIGRATIONS._migrations]
    later(name="0099_moon")(lambda db: db.execute("CREATE TABLE moon (id)"))
    monkeypatch.setattr(module, "MIGRATIONS", later)

    with pytest.raises(StoreError, match=r"0099_moon.*dirsync init"):
        open_sqlite(path)
    assert [make_sqlite(path), make_sqlite(path)] == [True, False]


async def test_a_store_that_another_process_holds_is_busy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.05)
    make_sqlite(path)
    store = open_sqlite(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreBusy, match="Nothing was written"):
        await store.write(lambda tx: tx.records.put(record("1")))

    other.execute("ROLLBACK")
    other.close()
    await store.write(lambda tx: tx.records.put(record("1")))
    await store.close()


async def test_a_full_disk_fails_the_job_that_fills_it_and_no_other(path: Path) -> None:
    make_sqlite(path)
    store = open_sqlite(path)
    await store.write(lambda tx: tx._connection.execute("PRAGMA max_page_count = 60"))  # type: ignore[attr-defined]

    with pytest.raises(StoreError, match="disk is full"):
        await store.write(lambda tx: tx.records.put(record("1", body=b"x" * 1_000_000)))

    await store.write(lambda tx: tx.records.put(record("2")))
    assert await store.read(lambda tx: [tx.records.any(id_) is None for id_ in ("1", "2")]) == [True, False]
    await store.close()
