"""A directory of its own for one test: settings from a table, plugins, a scratch store, a clock that stands still."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, TypeVar

import attrs
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from dirsync_core.api import Edit, Provider, Record, Request, new_request_id
from dirsync_core.host.acts import by_hand
from dirsync_core.host.asked.pulling import pull
from dirsync_core.host.doors import create_token
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import Plugins, load_plugins
from dirsync_core.host.settings import settings_of
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Person, Status
from dirsync_core.store.contract import PullState, Transaction
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from dirsync_core.testing.clock import Clock
from dirsync_core.web.server import make_app

T = TypeVar("T")

POINTS: Mapping[str, str] = {"core": "dirsync_core.builtin", "testing": "dirsync_core.testing.neighbours"}
_ALL = 1_000_000


def plugins_of(*modules: str) -> Plugins:
    """Load the core's own plugin, the neighbours, and those of the given modules (values of entry points)."""
    points = dict(POINTS) | {module: module for module in modules if module not in POINTS.values()}
    return load_plugins([EntryPoint(name, value, "dirsync") for name, value in points.items()])


@attrs.frozen
class Door:
    """A provider's own address on a running server, with a token that opens it."""

    client: "TestClient[web.Request, web.Application]"
    provider: str
    headers: Mapping[str, str]
    base_url: str

    async def request(self, method: str, path: str, **said: Any) -> ClientResponse:
        """Call a path of the provider's own application; what is said besides is aiohttp's (`json`, `data`, …)."""
        headers = {**self.headers, **said.pop("headers", {})}
        response = await self.client.request(method, f"/providers/{self.provider}{path}", headers=headers, **said)
        await response.read()
        return response

    async def get(self, path: str, **said: Any) -> ClientResponse:
        """GET a path."""
        return await self.request("GET", path, **said)

    async def post(self, path: str, **said: Any) -> ClientResponse:
        """POST to a path."""
        return await self.request("POST", path, **said)

    async def put(self, path: str, **said: Any) -> ClientResponse:
        """PUT to a path."""
        return await self.request("PUT", path, **said)


@attrs.frozen
class Server:
    """A running server on a scratch store; `client` is aiohttp's test client."""

    scratch: "Scratch"
    client: "TestClient[web.Request, web.Application]"

    async def door(self, provider: str) -> Door:
        """Make a token for a provider, and give what calls its address with it."""
        secret = await self.scratch.token(provider)
        headers = {"Authorization": f"Bearer {secret}"}
        return Door(self.client, provider, headers, self.scratch.host.base_url(provider))


class Scratch:
    """A directory that nobody else knows. Open it with `async with`; its rules are applied then."""

    def __init__(self, folder: Path, table: Mapping[str, Any], plugins: Plugins, clock: Clock | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = clock or Clock()
        settings = settings_of(table, folder)
        make_sqlite(settings.store_path)
        self.host = Host(settings, plugins, open_sqlite(settings.store_path), self.clock)

    async def __aenter__(self) -> "Scratch":
        await self.host.apply(self.by("test"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.host.close()

    def by(self, name: str) -> Request:
        """Give a new request; a second passes."""
        self.clock.tick(seconds=1)
        return Request(new_request_id(), name)

    def provider(self, name: str) -> Provider:
        """Give a provider's object.

        Raises:
            AssertionError: it could not be made.
        """
        assert name in self.host.providers, f"{name} could not be made: {self.host.rules.failed.get(name)}"
        return self.host.providers[name]

    # --- what happens ------------------------------------------------------------------------------------------------

    async def pull(self, name: str, *, again: bool = False) -> PullState:
        """Ask a source once, as `dirsync pull` does."""
        self.clock.tick(seconds=1)
        return await pull(self.host, name, again=again)

    async def write(self, provider: str, job: Callable[[Edit], T]) -> T:
        """Write records of a provider, as its application would."""
        return await self.provider(provider).records.write(job, by=self.by(provider))

    async def add_by_hand(self, provider: str, email: str, **values: str) -> None:
        """Record somebody by hand."""
        by, at = self.by("sofie"), self.clock()
        kept = self.host.by_hand[provider]
        await self.host.store.write(
            lambda tx: by_hand.add(tx, self.host.rules(tx), Moment(at, by), kept, email, values, (), None)
        )

    async def token(self, provider: str) -> str:
        """Make a token for a provider; gives its secret."""
        moment = Moment(self.clock(), self.by("test"))
        name = moment.request.id
        return await self.host.store.write(lambda tx: create_token(tx, moment, provider=provider, name=name))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Server]:
        """Run a server, on a free port of this machine, for as long as the block takes."""
        client = TestClient(TestServer(await make_app(self.host)))
        await client.start_server()
        try:
            yield Server(self, client)
        finally:
            await client.close()

    # --- what is there -----------------------------------------------------------------------------------------------

    async def records(self, provider: str) -> Sequence[Record]:
        """Give the live records of a provider, users before groups."""
        return await self.host.store.read(lambda tx: [*_page(tx, provider, "user"), *_page(tx, provider, "group")])

    async def people(self) -> Sequence[Person]:
        """Give everybody who is or was in the directory."""
        return await self.host.store.read(
            lambda tx: [found for each in tx.facts.everybody() if (found := tx.people.get(each)) is not None]
        )

    async def active(self) -> frozenset[str]:
        """Give the addresses of all who are in the directory."""
        return frozenset(person.email for person in await self.people() if person.status is Status.ACTIVE)

    async def changes(self) -> int:
        """Count what was published so far."""
        return await self.host.store.read(lambda tx: tx.feed.end())


def _page(tx: Transaction, provider: str, kind: Any) -> Sequence[Record]:
    return tx.records.page(provider, kind, after=None, start=0, limit=_ALL)
