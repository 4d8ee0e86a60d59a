"""A real installation, served: two Okta tenants and contractors kept by hand, on one store in a folder."""

import json
import logging
import sqlite3
import sys
import traceback
from collections import deque
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager, closing
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import structlog
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import AppRunner

from dirsync_core.api import Request, new_request_id
from dirsync_core.host import doors
from dirsync_core.host.acts import by_hand
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.settings import settings_of
from dirsync_core.model.moments import Moment
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from dirsync_core.web.connection import listen
from dirsync_core.web.mounts import unreadable
from dirsync_core.web.server import make_app
from tests.okta.conversation import GROUP, OKTA_BODY, PATCH_OP, okta_user

POINTS = {"core": "dirsync_core.builtin", "manual": "dirsync_manual.plugin", "okta": "dirsync_okta.plugin"}
TABLE = {
    "directory": {"precedence": ["okta", "hr"]},
    "providers": {
        "okta": {"plugin": "okta", "filter": 'not (userType eq "intern")'},
        "hr": {"plugin": "okta"},
        "contractors": {"plugin": "manual"},
    },
    "locations": {"oslo": {"filter": 'city eq "Oslo" or title pr'}},
}
# Everything that is another's: as it was written, as it was accepted, as it is published.
_OTHERS = (
    "SELECT id, provider, kind, key, external_id, body, active, version, created_at, changed_at, deleted_at"
    " FROM record WHERE provider != 'okta' ORDER BY id",
    "SELECT * FROM member WHERE grp IN (SELECT id FROM record WHERE provider != 'okta') ORDER BY 1, 2",
    "SELECT * FROM accepted WHERE provider != 'okta' ORDER BY record",
    "SELECT * FROM link WHERE record IN (SELECT id FROM record WHERE provider != 'okta') ORDER BY record",
    "SELECT id, status, name, address, body, version FROM person WHERE id IN (SELECT person FROM link WHERE record IN"
    " (SELECT id FROM record WHERE provider != 'okta')) ORDER BY id",
)


@attrs.frozen
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@attrs.frozen
class Tenant:
    """One Okta tenant's way in."""

    client: TestClient[Any, Any]
    name: str
    token: str

    @property
    def base(self) -> str:
        return f"/providers/{self.name}/scim/v2"

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self.token}", **{name.replace("_", "-"): v for name, v in headers.items()}}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = OKTA_BODY
        async with self.client.request(method, self.base + path, data=data, headers=sent) as response:
            return Answer(response.status, response.headers, await response.read())

    async def patch(self, path: str, *operations: Any, **headers: str) -> Answer:
        return await self.ask("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)}, **headers)

    async def user(self, name: str, **more: Any) -> str:
        """Have a user made, and give the id."""
        answer = await self.ask("POST", "/Users", okta_user(name, **more))
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    async def group(self, name: str, *members: str) -> str:
        """Have a group made, and give the id."""
        body = {"schemas": [GROUP], "displayName": name, "members": [{"value": each} for each in members]}
        answer = await self.ask("POST", "/Groups", body)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])


@attrs.frozen
class Installation:
    """What is served, and where."""

    host: Host
    client: TestClient[Any, Any]
    okta: Tenant
    hr: Tenant
    port: int
    """Where connections are taken as `dirsync serve` takes them."""

    async def by_hand(self, email: str, **values: str) -> str:
        """Record a contractor, and give the person's id."""
        moment = Moment(self.host.clock(), Request(new_request_id(), "sofie"))
        provider = self.host.by_hand["contractors"]

        def job(tx: Any) -> str:
            return by_hand.add(tx, self.host.rules(tx), moment, provider, email, values, (), None).person

        return await self.host.store.write(job)

    def record_by_hand(self, email: str) -> str:
        """Give the id of a contractor's record."""
        with closing(sqlite3.connect(self.host.settings.store_path)) as db:
            sql = "SELECT id FROM record WHERE provider = 'contractors' AND folded = ?"
            (found,) = db.execute(sql, [email]).fetchone()
        return str(found)

    def others(self) -> list[list[tuple[Any, ...]]]:
        """Give everything that is not the tenant `okta`'s, byte for byte."""
        with closing(sqlite3.connect(self.host.settings.store_path)) as db:
            return [db.execute(sql).fetchall() for sql in _OTHERS]


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Installation]:
    """Serve a new installation in a folder."""
    settings = settings_of(TABLE, folder)
    make_sqlite(settings.store_path)
    plugins = load_plugins([EntryPoint(name, value, "dirsync") for name, value in POINTS.items()])
    host = Host(settings, plugins, open_sqlite(settings.store_path))
    await host.apply_what_changes_nobody(Request(new_request_id(), "test"))
    client = TestClient(TestServer(await make_app(host)))
    await client.start_server()
    listening = await listen(_runner(client), partial(unreadable, client.app), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield Installation(host, client, await _tenant(host, client, "okta"), await _tenant(host, client, "hr"), port)
    finally:
        listening.close()
        await client.close()
        await host.close()


def _runner(client: TestClient[Any, Any]) -> AppRunner:
    runner = client.server.runner
    assert isinstance(runner, AppRunner)
    return runner


async def _tenant(host: Host, client: TestClient[Any, Any], name: str) -> Tenant:
    moment = Moment(host.clock(), Request(new_request_id(), "test"))
    token = await host.store.write(lambda tx: doors.create_token(tx, moment, name=name, provider=name))
    return Tenant(client, name, token)


FAILURES: deque[str] = deque(maxlen=5)
"""What was last logged as an error, once `quiet` was called."""


def quiet() -> None:
    """Log nothing, and keep the last failures: a hundred thousand lines help nobody."""
    for name in ("aiohttp.server", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    structlog.configure(processors=[_kept], wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _kept(_: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    told = {key: part for key, part in event.items() if key != "exc_info"}
    FAILURES.append(f"{told}\n{''.join(traceback.format_exception(error)) if (error := sys.exc_info()[1]) else ''}")
    raise structlog.DropEvent
