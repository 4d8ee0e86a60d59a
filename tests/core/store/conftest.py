"""A store, fresh for each test; another kind of store is added to `FACTORIES` and passes the same tests."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from dirsync_core.store.contract import Store
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite


def sqlite(folder: Path) -> Store:
    """Make and open a store in a file."""
    make_sqlite(folder / "store.db")
    return open_sqlite(folder / "store.db")


FACTORIES: Mapping[str, Callable[[Path], Store]] = {"sqlite": sqlite}


@pytest.fixture(params=FACTORIES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of each kind."""
    opened = FACTORIES[request.param](tmp_path)
    yield opened
    await opened.close()
