"""Pulling: a source is asked, and what it says is written. Start at `pull`.

A session has the source to itself, across processes, by a claim in the store that it renews as it goes. What it yields
is written a batch at a time; whom it does not name is withdrawn in the last transaction, together with the cursor, and
only where it was complete. Whatever breaks off before that withdraws nobody, and of one that brought nobody the guard
holds everybody.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import datetime, timedelta

import attrs
import structlog

from dirsync_core.api import Complete, Provider
from dirsync_core.host.asked.enumerating import Enumeration, Item
from dirsync_core.host.asked.taking import Absent, absent, settled, take, withdraw
from dirsync_core.host.handle import ProviderEdit, begin
from dirsync_core.host.host import Host
from dirsync_core.host.opening import opened
from dirsync_core.host.plugin_errors import described, words_of
from dirsync_core.model.errors import DirsyncError, NotFound, PluginUnavailable, Refused
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.model.moments import Moment, Request, written_time
from dirsync_core.store.contract import PullCounts, PullOutcome, PullSession, PullState, Transaction

log = structlog.get_logger()

CLAIM = timedelta(minutes=6)
"""Longer than a source may be silent."""
EMPTIED = (
    "It brought nobody where there was somebody, so all of them are held and stay. If the source is mended, the next"
    " pull takes that back by itself. If they are really gone: dirsync cases"
)

Told = Callable[[PullCounts], None]


class AlreadyPulling(Refused):
    """Somebody else asks the source just now."""


class _Lost(Refused):
    """Somebody else has taken the session over."""


def asked(host: Host) -> list[str]:
    """Give the sources of the settings that are asked."""
    types = host.plugins.providers
    return [name for name, p in host.settings.providers.items() if p.plugin in types and types[p.plugin].pulls]


async def pull(
    host: Host, name: str, *, again: bool = False, is_open: bool = False, told: Told = lambda counts: None
) -> PullState:
    """Ask a source once and write what it says; gives how it stands then, a session that failed among it.

    `again` forgets the cursor, so that the source says everything. `is_open` says that it need not be opened.

    Raises:
        NotFound, Refused: there is no source of that name that is asked.
        AlreadyPulling: somebody asks it just now.
        PluginUnavailable: its records can't be mapped or judged now.
        StoreError: the store can't be used.
    """
    session = _Session(host, name, source(host, name), told)
    cursor = await session.claim()
    return await session.run(None if again else cursor, is_open=is_open)


def source(host: Host, name: str) -> Provider:
    """Give a source that is asked.

    Raises:
        NotFound: there is none of that name.
        Refused: it is not asked.
        PluginUnavailable: it could not be made.
    """
    there = ", ".join(asked(host)) or "none"
    if name not in host.settings.providers:
        raise NotFound(f"There is no provider “{name}” in plugins.toml; those that are asked: {there}.")
    if name not in host.providers:
        raise PluginUnavailable(name, f"{name} can't be asked: {host.rules.failed.get(name, 'it is off')}")
    if name not in asked(host):
        raise Refused(f"{name} is not a source that is asked.", (f"Those that are: {there}.",))
    return host.providers[name]


def author(name: str) -> str:
    """Give the author under which what a source says stands in the history."""
    return f"pull:{name}"


# --- a session -------------------------------------------------------------------------------------------------------


@attrs.define
class _Session:
    """One time that a source is asked. All of it is one request, each transaction a moment of its own."""

    host: Host
    name: str
    provider: Provider
    told: Told
    request: Request = attrs.field()
    _last: datetime | None = None

    @request.default
    def _new_request(self) -> Request:
        return Request(new_request_id(), author(self.name))

    async def claim(self) -> str | None:
        """Have the source to oneself, and give the cursor to go on from."""
        at = self._now()

        def job(tx: Transaction) -> str | None:
            state = tx.pulls.get(self.name)
            _refuse_running(state, at)
            self._begin(tx, at)
            session = PullSession(self.request.id, self.request.by, at, claimed_until=at + CLAIM)
            tx.pulls.put(attrs.evolve(state, session=session, next_at=None))
            return state.cursor

        return await self.host.store.write(job)

    async def run(self, cursor: str | None, *, is_open: bool) -> PullState:
        said = Enumeration()
        try:
            async with AsyncExitStack() as stack:
                if not is_open:
                    await stack.enter_async_context(opened(self.name, self.provider))
                batches = await stack.enter_async_context(aclosing(said.batches(self.provider, cursor)))
                async for batch in batches:
                    self.told(await self._write(batch))
            return await self._finish(said, cursor)
        except _Lost:
            raise
        except asyncio.CancelledError:
            await self._let_go()
            raise
        except Exception as error:  # a plugin's code, or the store
            note_failure(self.name, error)
            return await self._end(PullOutcome.FAILED, words_of(error))

    async def _write(self, batch: Sequence[Item]) -> PullCounts:
        at = self._now()

        def job(tx: Transaction) -> PullCounts:
            state, session = self._mine(tx)
            edit = self._begin(tx, at)
            counts = session.counts + take(edit, batch)
            counts += settled(tx, edit)[1]
            session = attrs.evolve(session, counts=counts, claimed_until=at + CLAIM)
            tx.pulls.put(attrs.evolve(state, session=session))
            return counts

        return await self.host.store.write(job)

    async def _finish(self, said: Enumeration, cursor: str | None) -> PullState:
        """Withdraw whom a complete enumeration did not name, and keep where the next one goes on."""
        if said.complete is None:
            return await self._end(PullOutcome.FAILED, UNFINISHED)
        complete, at = said.complete, self._now()

        def job(tx: Transaction) -> PullState:
            state, session = self._mine(tx)
            edit = self._begin(tx, at)
            gone = gone_of(edit, said, cursor)
            counts = session.counts + withdraw(edit, gone)
            counts += settled(tx, edit, emptied=gone.emptied)[1]
            session = attrs.evolve(session, counts=counts)
            ended = _held(state, session, at) if gone.emptied else _done(state, session, complete, at)
            tx.pulls.put(ended)
            return ended

        return await self.host.store.write(job)

    async def _end(self, outcome: PullOutcome, because: str) -> PullState:
        at = self._now()
        if outcome is PullOutcome.FAILED:
            self.host.failed(self.name, f"pull of {self.name}: {because}")

        def job(tx: Transaction) -> PullState:
            state, session = self._mine(tx)
            ended = _broken_off(state, session, outcome, because, at)
            tx.pulls.put(ended)
            return ended

        return await self.host.store.write(job)

    async def _let_go(self) -> None:
        """Note that it was told to stop; where that can't be kept, the claim expires by itself."""
        try:
            await self._end(PullOutcome.INTERRUPTED, INTERRUPTED)
        except DirsyncError as error:
            log.warning("pull_not_ended", provider=self.name, request=self.request.id, error=repr(error))

    def _begin(self, tx: Transaction, at: datetime) -> ProviderEdit:
        return begin(tx, self.host.rules(tx), Moment(at, self.request, self.name), self.name)

    def _mine(self, tx: Transaction) -> tuple[PullState, PullSession]:
        state = tx.pulls.get(self.name)
        if state.session is None or state.session.request != self.request.id:
            raise _Lost(f"Somebody else has begun to ask {self.name} meanwhile.", ("Nobody was withdrawn.",))
        return state, state.session

    def _now(self) -> datetime:
        """Give the time; ids are made of it and the request, so no two moments of a session are the same."""
        now = self.host.clock()
        self._last = now if self._last is None else max(now, self._last + timedelta(milliseconds=1))
        return self._last


UNFINISHED = (
    "It ended without Complete, so it may have been cut short: what came was written, and nobody was withdrawn."
)


INTERRUPTED = "It was told to stop before it was finished; nobody was withdrawn."


def _refuse_running(state: PullState, at: datetime) -> None:
    session = state.session
    if session is None or session.outcome is not PullOutcome.RUNNING:
        return
    if session.claimed_until is not None and session.claimed_until > at:
        raise AlreadyPulling(
            f"{state.provider} is being asked already, since {written_time(session.started_at)} in request"
            f" {session.request}.",
            (f"If that process is gone, ask again after {written_time(session.claimed_until)}.",),
        )


def gone_of(edit: ProviderEdit, said: Enumeration, cursor: str | None) -> Absent:
    """Absence means gone only in a full enumeration that began without a cursor."""
    if cursor is not None or said.complete is None or not said.complete.full:
        return Absent()
    return absent(edit, said.keys)


# --- how it ends -----------------------------------------------------------------------------------------------------


def _done(state: PullState, session: PullSession, complete: Complete, at: datetime) -> PullState:
    return attrs.evolve(
        state,
        session=_ended(session, PullOutcome.DONE, None, at),
        cursor=complete.cursor,
        cursor_at=at if complete.cursor is not None else None,
        done_at=at,
        failures=0,
    )


def _held(state: PullState, session: PullSession, at: datetime) -> PullState:
    """The next one begins without a cursor: what is gone must be said again."""
    ended = _ended(session, PullOutcome.HELD, EMPTIED, at)
    return attrs.evolve(
        state, session=ended, cursor=None, cursor_at=None, failures=0, last_error=EMPTIED, last_error_at=at
    )


def _broken_off(
    state: PullState, session: PullSession, outcome: PullOutcome, because: str, at: datetime
) -> PullState:  # fmt: skip
    ended = _ended(session, outcome, because, at)
    if outcome is PullOutcome.INTERRUPTED:
        return attrs.evolve(state, session=ended)
    return attrs.evolve(state, session=ended, failures=state.failures + 1, last_error=because, last_error_at=at)


def _ended(session: PullSession, outcome: PullOutcome, because: str | None, at: datetime) -> PullSession:
    return attrs.evolve(session, outcome=outcome, because=because, ended_at=at, claimed_until=None)


def note_failure(name: str, error: Exception) -> None:
    """Log a plugin's own exception. One in words for people is told to them, and may name people."""
    if not isinstance(error, DirsyncError):
        log.error("pull_failed", provider=name, error=described(error))
