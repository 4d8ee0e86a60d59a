"""The pages without a browser: aiohttp's own client against an invented company."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from dirsync_core.web.pages import COOKIE, add_pages
from tests.browser.pages.company import NOW, halden
from tests.browser.pages.fake_desk import FakeDesk

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def desk() -> FakeDesk:
    """A company of 640 people."""
    return FakeDesk(halden())


@pytest_asyncio.fixture
async def open_client() -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    """Open a client of a desk's pages; signed in unless `cookie` is False."""
    clients: list[Client] = []

    async def start(desk: Any, *, cookie: bool = True) -> Client:
        app = web.Application()
        add_pages(app, desk, now=lambda: NOW)
        client = TestClient(TestServer(app), cookies={COOKIE: desk.secret} if cookie else {})
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


@pytest_asyncio.fixture
async def client(open_client: Callable[..., Awaitable[Client]], desk: FakeDesk) -> Client:
    """A client that is signed in."""
    return await open_client(desk)
