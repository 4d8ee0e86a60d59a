"""A store, fresh for each test. What every store has to be is in `dirsync_core.testing.storing`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dirsync_core.store.contract import Store
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite


def sqlite(folder: Path) -> Store:
    """Make and open a store in a file."""
    make_sqlite(folder / "store.db")
    return open_sqlite(folder / "store.db")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    opened = sqlite(tmp_path)
    yield opened
    await opened.close()
