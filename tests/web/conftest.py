"""A server in the test's own process, and what talks to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiohttp.test_utils import TestClient, TestServer

from dirsync_core.api import Request, new_request_id
from dirsync_core.host import doors
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.settings import settings_of
from dirsync_core.model.moments import Moment
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from dirsync_core.web.keys import CALLS
from dirsync_core.web.server import make_app

POINTS = {
    "core": "dirsync_core.builtin",
    "crashing": "tests.plugins.crashing",
    "broken": "tests.plugins.broken",
    "manual": "dirsync_manual.plugin",
    "okta": "dirsync_okta.plugin",
}


@attrs.frozen
class Site:
    """A served installation."""

    host: Host
    client: TestClient[Any, Any]

    async def token(self, **door: Any) -> dict[str, str]:
        """Make a token and give the header that carries it."""
        moment = Moment(self.host.clock(), Request(new_request_id(), "test"))
        secret = await self.host.store.write(lambda tx: doors.create_token(tx, moment, name=moment.request.id, **door))
        return {"Authorization": f"Bearer {secret}"}

    async def flush(self) -> None:
        """Write what is gathered of calls, as happens each second."""
        await self.client.app[CALLS].flush()

    async def get(self, path: str, headers: Mapping[str, str]) -> Any:
        """Give the JSON of an address."""
        async with self.client.get(path, headers=headers) as response:
            return await response.json(content_type=None)


Serve = Callable[[Mapping[str, Any]], Awaitable[Site]]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Serve what a settings table says, again and again on the same store."""
    sites: list[Site] = []

    async def stop() -> None:
        for site in sites:
            await site.client.close()
            await site.host.close()
        sites.clear()

    async def start(table: Mapping[str, Any]) -> Site:
        await stop()
        settings = settings_of(table, tmp_path)
        make_sqlite(settings.store_path)
        plugins = load_plugins([EntryPoint(name, value, "dirsync") for name, value in POINTS.items()])
        host = Host(settings, plugins, open_sqlite(settings.store_path))
        await host.apply_what_changes_nobody(Request(new_request_id(), "test"))
        client = TestClient(TestServer(await make_app(host)))
        await client.start_server()
        sites.append(Site(host, client))
        return sites[-1]

    yield start
    await stop()
