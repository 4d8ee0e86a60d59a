"""Okta's HTTP: its headers, its time-out, its patience with 429; counts, times and collects what fails.

Start at `ScimClient.call`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiohttp
import attrs
from yarl import URL

from dirsync_okta.rehearsal.errors import NothingListens, TokenRefused
from dirsync_okta.rehearsal.report import Failure
from dirsync_okta.rehearsal.wire import Body

TIMEOUT = 60.0  # seconds, for each call
ATTEMPTS = 10  # of one request that is answered 429
PAUSE = 300.0  # seconds after the first 429 without a usable Retry-After; twice as long after each further one
PAGE = 100

_HEADERS = {
    "User-Agent": "Okta SCIM Client 1.0.0",
    "Accept": "application/scim+json",
    "Accept-Charset": "utf-8",
    "Accept-Encoding": "gzip,deflate",
    "Connection": "Keep-Alive",
}
_CONTENT_TYPE = {"Content-Type": "application/scim+json; charset=utf-8"}
_QUOTED = 120  # characters of an answer that is no JSON

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]


class CallFailed(Exception):
    """The server did not answer as Okta needs it. The failure is in the client's collection already."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@attrs.frozen(kw_only=True)
class Call:
    """One request: `kind` names it in the report, `path` stands behind the base and is encoded already."""

    kind: str
    method: str
    path: str
    who: str
    body: Body | None = None
    good: frozenset[int] = frozenset({200})


@attrs.frozen
class _Answer:
    status: int
    text: str
    retry_after: str | None


@attrs.define(kw_only=True)
class ScimClient:
    """Sends to one base address. `timings` has the seconds of every answer, by kind of request."""

    session: aiohttp.ClientSession
    base: str
    clock: Clock
    sleep: Sleep
    timings: dict[str, list[float]] = attrs.field(factory=dict)
    failures: list[Failure] = attrs.field(factory=list)
    pauses: int = 0

    async def call(self, call: Call) -> Body:
        """Send a request, and again after a pause while the answer is 429; return the JSON object answered.

        204 returns an empty object.

        Raises:
            CallFailed: another status than the good ones, no JSON, or no answer in time.
            NothingListens, TokenRefused: the rehearsal as a whole cannot go on.
        """
        answer = await self._send(call)
        for attempt in range(ATTEMPTS - 1):
            if answer.status != 429:
                break
            self.pauses += 1
            await self.sleep(pause(answer.retry_after, attempt))
            answer = await self._send(call)
        return self._judged(call, answer)

    def fail(self, who: str, step: str, detail: str, *, status: int | None = None) -> CallFailed:
        """Note a failure; the caller raises what is returned where nothing more can be done for `who`."""
        failure = Failure(who, step, status, detail)
        self.failures.append(failure)
        return CallFailed(failure)

    async def _send(self, call: Call) -> _Answer:
        data = None if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()
        headers = {**_HEADERS, **(_CONTENT_TYPE if data is not None else {})}
        url = URL(self.base + call.path, encoded=True)
        begun = self.clock()
        try:
            async with self.session.request(
                call.method, url, data=data, headers=headers, allow_redirects=False
            ) as response:
                text = await response.text(errors="replace")
        except TimeoutError:
            raise self.fail(call.who, call.kind, f"no answer within {self.session.timeout.total:g} s") from None
        except aiohttp.ClientConnectorError as error:
            raise NothingListens(self.base, error.os_error.strerror or str(error)) from error
        except aiohttp.ClientError as error:
            raise self.fail(call.who, call.kind, f"the connection broke: {error or type(error).__name__}") from error
        self.timings.setdefault(call.kind, []).append(self.clock() - begun)
        return _Answer(response.status, text, response.headers.get("Retry-After"))

    def _judged(self, call: Call, answer: _Answer) -> Body:
        body = _parsed(answer.text)
        if answer.status == 401:
            raise TokenRefused(self.base, _detail(body, answer.text))
        if answer.status not in call.good:
            raise self.fail(call.who, call.kind, _detail(body, answer.text), status=answer.status)
        if answer.status == 204:
            return {}
        if body is None:
            raise self.fail(call.who, call.kind, _detail(None, answer.text), status=answer.status)
        return body


@asynccontextmanager
async def open_client(
    base: str, token: str, *, connections: int, clock: Clock, sleep: Sleep, patience: float = TIMEOUT
) -> AsyncIterator[ScimClient]:
    """Open a client with at most that many connections at a time, `patience` seconds for each call.

    The connections are closed at the end of the block.
    """
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}"},
        timeout=aiohttp.ClientTimeout(total=patience),
        connector=aiohttp.TCPConnector(limit=connections),
    ) as session:
        yield ScimClient(session=session, base=base.rstrip("/"), clock=clock, sleep=sleep)


def pause(retry_after: str | None, attempt: int) -> float:
    """Seconds to wait: whole seconds are taken at their word, anything else means Okta's own five minutes.

    `attempt` counts from 0.
    """
    if retry_after is not None and retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    return PAUSE * float(2**attempt)


def lookup(attribute: str, value: str) -> str:
    """The query of Okta's existence check."""
    text = f"{attribute} eq {json.dumps(value, ensure_ascii=False)}"
    return f"?filter={quote(text, safe='')}&startIndex=1&count={PAGE}"


def _parsed(text: str) -> Body | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _detail(body: Body | None, text: str) -> str:
    """What an Okta admin would read under Tasks."""
    if body is None:
        return f"Invalid JSON: {' '.join(text.split())[:_QUOTED] or 'an empty answer'}"
    detail = body.get("detail")
    return detail if isinstance(detail, str) and detail else "an answer without detail"
