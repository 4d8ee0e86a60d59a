"""The store in a file passes the suite of stores."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dirsync_core.store.contract import Store
from dirsync_core.testing.storing import StoreContract
from tests.core.store.conftest import sqlite


class TestSqlite(StoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        opened = sqlite(tmp_path)
        yield opened
        await opened.close()
