"""Entra's HTTP: one base address, the flag in every query, and what is refused collected. Start at `Client.call`."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiohttp
import attrs
from yarl import URL

from dirsync_core.api import DirsyncError
from dirsync_entra.rehearsal.report import Failure
from dirsync_entra.rehearsal.wire import FLAG, Body

TIMEOUT = 60.0
"""Seconds for each call."""

_TYPE = {"Content-Type": "application/scim+json; charset=utf-8"}


class RehearsalError(DirsyncError):
    """The rehearsal could not go on. The message says why, and what to do."""


class CallFailed(Exception):
    """The server did not answer as Entra needs it. The failure is in the client's collection already."""


@attrs.define
class Client:
    """Sends to one Tenant URL; counts the requests, and collects the failures."""

    session: aiohttp.ClientSession
    base: str
    flag: bool
    requests: int = 0
    failures: list[Failure] = attrs.field(factory=list)

    async def call(
        self, who: str, step: str, method: str, path: str, body: Body | None = None, *, good: int = 200
    ) -> Body:
        """Send a request; give the JSON object answered, empty for 204.

        Raises:
            CallFailed: another status than the good one, or no JSON object.
            RehearsalError: nothing listens, or the token is refused: nothing else would go better.
        """
        self.requests += 1
        url, data = self._url(path), json.dumps(body).encode() if body is not None else None
        try:
            async with self.session.request(method, url, data=data, headers=_TYPE if data else {}) as response:
                status, text = response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RehearsalError(f"Nothing answers at {self.base} ({error!r}). Start it with: dirsync serve") from error
        answer = _object(text) if text else {}
        if status == 401:
            raise RehearsalError(f"The token was refused: {_detail(answer)}")
        if status != good or answer is None:
            raise self.fail(who, step, _detail(answer), status)
        return answer

    async def found(self, who: str, step: str, path: str, filter: str, more: str = "") -> list[Body]:
        """Look for resources by a filter. Finding nobody must be an empty list: a 404 has Entra give up."""
        answer = await self.call(who, step, "GET", f"{path}?filter={quote(filter, safe='')}{more}")
        listed = answer.get("Resources", [])
        return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []

    def fail(self, who: str, step: str, detail: str, status: int | None = None) -> CallFailed:
        """Note a failure; the caller raises what is given where nothing more can be done for `who`."""
        self.failures.append(Failure(who, step, status, detail))
        return CallFailed(detail)

    def _url(self, path: str) -> URL:
        """Entra puts the flag of the Tenant URL in front of its own query."""
        bare, _, query = path.partition("?")
        said = "&".join(part for part in (FLAG if self.flag else "", query) if part)
        return URL(f"{self.base}{bare}{f'?{said}' if said else ''}", encoded=True)


@asynccontextmanager
async def open_client(base: str, token: str, *, flag: bool) -> AsyncIterator[Client]:
    """Open a client; its connections are closed at the end of the block."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/scim+json"}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
        yield Client(session, base.rstrip("/"), flag)


def id_of(client: Client, who: str, step: str, resource: Body) -> str:
    """Give the id of a resource.

    Raises:
        CallFailed: it has none.
    """
    found = resource.get("id")
    if not isinstance(found, str) or not found:
        raise client.fail(who, step, "the answer has no id")
    return found


def _object(text: str) -> Body | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _detail(answer: Body | None) -> str:
    if answer is None:
        return "the answer is no JSON object"
    detail = answer.get("detail")
    return detail if isinstance(detail, str) and detail else "an answer without detail"
