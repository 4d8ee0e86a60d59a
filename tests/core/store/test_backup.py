"""A copy of everything while others write: whole or not there, and never over what is there."""

import asyncio
import errno
import os
import sqlite3
import stat
from pathlib import Path

import pytest
import sqlite_utils

from dirsync_core.model.errors import Refused, StoreError, StoreMissing, StoreTooNew
from dirsync_core.store.contract import Store
from dirsync_core.store.sqlite import copying, schema
from dirsync_core.store.sqlite import store as module
from dirsync_core.store.sqlite.restoring import check_backup, restore_sqlite
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from dirsync_core.testing.storing.making import record
from tests.core.store.test_opening import newer


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def records_in(path: Path) -> int:
    copy = open_sqlite(path)
    try:
        return await copy.read(lambda tx: len(list(tx.records.every())))
    finally:
        await copy.close()


async def test_a_backup_holds_what_was_answered_and_only_its_owner_may_read_it(store: Store, tmp_path: Path) -> None:
    await store.write(lambda tx: tx.records.put(record("1")))

    await store.backup(tmp_path / "copy")

    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert names_in(tmp_path) - {"store.db", "store.db-wal", "store.db-shm"} == {"copy"}
    assert await records_in(tmp_path / "copy") == 1


async def test_a_backup_is_one_moment_while_others_write(store: Store, tmp_path: Path) -> None:
    """Each job writes two records; a copy never has one of them."""

    async def write(n: int) -> None:
        await store.write(lambda tx: [tx.records.put(record(f"{n}-{i}", key=f"{n}-{i}")) for i in range(2)])

    async with asyncio.TaskGroup() as group:
        for n in range(200):
            group.create_task(write(n))
            if n % 40 == 20:
                group.create_task(store.backup(tmp_path / f"copy-{n}"))

    counts = [await records_in(tmp_path / f"copy-{n}") for n in range(20, 200, 40)]
    assert all(count % 2 == 0 for count in counts)


async def test_what_was_deleted_is_not_in_a_backup(store: Store, tmp_path: Path) -> None:
    await store.write(lambda tx: tx.access.put_code("secret-code", "sofie.rasmussen", record("1").created_at))
    await store.write(lambda tx: tx.access.take_code("secret-code", record("1").created_at))

    await store.backup(tmp_path / "copy")

    assert b"sofie.rasmussen" not in (tmp_path / "copy").read_bytes()


async def test_a_backup_overwrites_only_where_that_is_said(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.write_text("precious")

    with pytest.raises(Refused, match="is there already"):
        await store.backup(target)
    assert target.read_text() == "precious"

    await store.backup(target, overwrite=True)
    assert await records_in(target) == 0


async def test_a_backup_never_goes_over_the_store_itself(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the store itself"):
        await store.backup(tmp_path / "store.db", overwrite=True)


async def test_a_backup_beside_the_log_of_another_store_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy-wal").write_bytes(b"")

    with pytest.raises(Refused, match="in use"):
        await store.backup(tmp_path / "copy", overwrite=True)


@pytest.mark.parametrize("overwrite", [False, True])
async def test_a_backup_that_fails_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    def fail(source: Path, part: Path) -> None:
        part.write_bytes(b"half")
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(copying, "_copy", fail)
    before = names_in(tmp_path)

    with pytest.raises(StoreError, match="disk I/O error"):
        await store.backup(tmp_path / "copy", overwrite=overwrite)

    assert names_in(tmp_path) == before


async def test_a_backup_can_be_where_files_have_one_name_only(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sticks and some network folders have no hard links."""
    monkeypatch.setattr(os, "link", refuse_link)

    await store.backup(tmp_path / "copy")

    assert await records_in(tmp_path / "copy") == 0
    with pytest.raises(Refused, match="is there already"):
        await store.backup(tmp_path / "copy")


def refuse_link(*_: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


async def test_a_backup_whose_name_is_taken_meanwhile_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copying._copy

    def slowly(source: Path, part: Path) -> None:
        copy(source, part)
        (tmp_path / "copy").write_text("precious")

    monkeypatch.setattr(copying, "_copy", slowly)

    with pytest.raises(Refused, match="is there already"):
        await store.backup(tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"
    assert names_in(tmp_path) - {"store.db", "store.db-wal", "store.db-shm"} == {"copy"}


async def test_a_folder_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        await store.backup(tmp_path / "nowhere" / "copy")


# --- starting from one ------------------------------------------------------------------------------------------------


async def test_a_store_starts_from_a_backup(store: Store, tmp_path: Path) -> None:
    await store.write(lambda tx: tx.records.put(record("1")))
    await store.backup(tmp_path / "copy")

    restore_sqlite(tmp_path / "copy", tmp_path / "new" / "store.db")

    assert await records_in(tmp_path / "new" / "store.db") == 1


async def test_a_store_that_is_there_stays(store: Store, tmp_path: Path) -> None:
    await store.backup(tmp_path / "copy")
    before = (tmp_path / "store.db").read_bytes()

    with pytest.raises(Refused, match="Move it away first"):
        restore_sqlite(tmp_path / "copy", tmp_path / "store.db")

    assert (tmp_path / "store.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"no database, but quite some text", b"", None])
def test_what_is_no_backup_is_refused_and_left_as_it_was(tmp_path: Path, content: bytes | None) -> None:
    if content is None:
        sqlite_utils.Database(tmp_path / "copy").execute("CREATE TABLE notes (text TEXT)").close()
    else:
        (tmp_path / "copy").write_bytes(content)
    before = (tmp_path / "copy").read_bytes()

    with pytest.raises(StoreError, match="dirsync backup"):
        check_backup(tmp_path / "copy")

    assert (tmp_path / "copy").read_bytes() == before


def test_a_backup_that_is_not_there_or_newer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        check_backup(tmp_path / "copy")

    make_sqlite(tmp_path / "copy")
    newer(tmp_path / "copy")
    with pytest.raises(StoreTooNew):
        restore_sqlite(tmp_path / "copy", tmp_path / "new")


def test_a_damaged_backup_is_refused(tmp_path: Path) -> None:
    make_sqlite(tmp_path / "copy")
    sqlite_utils.Database(tmp_path / "copy").execute("PRAGMA journal_mode = DELETE").close()
    whole = bytearray((tmp_path / "copy").read_bytes())
    whole[8192:] = b"\xff" * (len(whole) - 8192)
    (tmp_path / "copy").write_bytes(whole)

    with pytest.raises(StoreError):
        restore_sqlite(tmp_path / "copy", tmp_path / "new")
    assert not (tmp_path / "new").exists()


# --- before a migration -----------------------------------------------------------------------------------------------


def upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the store lacks a table."""
    later = sqlite_utils.Migrations("dirsync")
    later._migrations = [*schema.MIGRATIONS._migrations]
    later(name="0099_moon")(lambda db: db.execute("CREATE TABLE moon (id)"))
    monkeypatch.setattr(module, "MIGRATIONS", later)


async def test_a_store_with_content_is_copied_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told = tmp_path / "store.db", []
    make_sqlite(path)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO event (at, kind, request, by) VALUES ('', 'test', '', '')")
    db.close()
    newest = max(migration.name for migration in schema.MIGRATIONS._migrations)
    (tmp_path / f"store.db.{newest}.backup").write_text("of an earlier try")
    upgraded(monkeypatch)

    assert make_sqlite(path, backed_up=told.append)

    assert told == [tmp_path / f"store.db.{newest}-2.backup"]
    copy = sqlite_utils.Database(told[0])
    assert (copy["event"].count, "moon" in copy.table_names()) == (1, False)
    copy.close()


def test_an_empty_store_is_migrated_without_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_sqlite(tmp_path / "store.db")
    upgraded(monkeypatch)

    make_sqlite(tmp_path / "store.db", backed_up=lambda _: pytest.fail("there is nothing to copy"))

    assert list(tmp_path.glob("*.backup")) == []
