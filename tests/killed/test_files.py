"""12: a process that is killed while it copies, restores or migrates a store leaves each file whole, or none."""

import asyncio
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest

from dirsync_core.store.sqlite import store as module
from dirsync_core.store.sqlite.store import open_sqlite
from tests.core.cli.conftest import SETTINGS, Prompt
from tests.core.invariants.machine import EXAMPLES
from tests.core.invariants.picture import Rows, tables
from tests.core.world import plugins
from tests.killed.acts import BACKUP, STORE, back_up, later, migrate, start_from
from tests.killed.child import killed_within, seen_doing
from tests.killed.points import Point, ends, every_point


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with people in it."""
    folder = tmp_path_factory.mktemp("installation")
    (folder / "plugins.toml").write_text(SETTINGS)
    prompt = Prompt(folder, plugins())
    prompt.done("init")
    for key in ("ann", "bo"):
        prompt.push(key, email=f"{key}@x.example")
    return folder / STORE


def content(path: Path) -> Rows:
    return asyncio.run(_content(path))


async def _content(path: Path) -> Rows:
    store = open_sqlite(path)
    try:
        return await store.read(tables)
    finally:
        await store.close()


def points(done: list[str], *, copying: bool = False) -> list[Point]:
    """Where the process is killed that does this: at acts on files and on tables, and in the midst of copying them."""
    if EXAMPLES:
        return [*every_point(done), *(Point(end, "after") for end in ends(done))]
    changing = [n for n, what in enumerate(done) if re.match(r"open|os\.|COMMIT|ALTER", what)]
    copies = [n for n, what in enumerate(done) if copying and what.startswith("VACUUM")]
    within = [Point(n, "within", instructions) for n in copies for instructions in (2, 50, 500)]
    return [*within, *(Point(n, "before") for n in changing)]


def test_a_backup_that_is_killed_is_whole_or_not_there(store: Path, tmp_path: Path) -> None:
    expected = content(store)
    for point in points(seen_doing(back_up, laid(tmp_path / "seen", store)), copying=True):
        with TemporaryDirectory(dir=tmp_path) as name:
            folder = laid(Path(name) / "killed", store)
            killed_within(back_up, folder, point)

            if not (folder / BACKUP).exists():
                back_up(folder)
            assert expected == content(folder / BACKUP), point


def test_a_store_whose_start_from_a_backup_is_killed_is_whole_or_not_there(store: Path, tmp_path: Path) -> None:
    expected = content(store)

    for point in points(seen_doing(start_from, laid(tmp_path / "seen", store, BACKUP))):
        with TemporaryDirectory(dir=tmp_path) as name:
            folder = laid(Path(name) / "killed", store, BACKUP)
            killed_within(start_from, folder, point)

            if (folder / "new" / STORE).exists():
                Prompt(folder / "new", plugins()).done("init")
            else:
                start_from(folder)
            assert expected == content(folder / "new" / STORE), point


def test_a_migration_that_is_killed_is_done_again_and_the_backup_is_there(store: Path, tmp_path: Path) -> None:
    expected = content(store)

    for point in points(seen_doing(migrate, laid(tmp_path / "seen", store))):
        with TemporaryDirectory(dir=tmp_path) as name:
            folder = laid(Path(name) / "killed", store)
            killed_within(migrate, folder, point)

            migrate(folder)
            first, *_ = sorted(folder.glob("*.backup"))
            assert expected == content(first), point
            with patch.object(module, "MIGRATIONS", later()):
                migrated = content(folder / STORE)
            assert expected == {table: rows for table, rows in migrated.items() if table != "moon"}, point
            assert [1, 1] == [sun for _, sun in migrated["moon"]], point


def laid(folder: Path, store: Path, name: str = STORE) -> Path:
    """Lay a store into a folder of its own, under a name, with the settings for it."""
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "plugins.toml").write_text(SETTINGS)
    shutil.copyfile(store, folder / name)
    return folder
