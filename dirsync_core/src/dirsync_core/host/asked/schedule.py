"""Asking sources again and again while serving, each as often as its `every` says. Start at `keep_asking`."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import attrs
import structlog

from dirsync_core.host.asked.pulling import pull
from dirsync_core.host.host import Host
from dirsync_core.model.errors import DirsyncError
from dirsync_core.store.contract import PullOutcome, PullState, Transaction

log = structlog.get_logger()

FIRST_PAUSE = timedelta(minutes=1)
"""After a failure; it doubles with each one that follows, up to `every`."""
_MOST_DOUBLINGS = 20


def next_time(state: PullState, every: timedelta, now: datetime, luck: float) -> datetime:
    """Say when a source is asked next: at once where it never was, sooner than usual where it failed.

    `luck`, from 0 to 1, moves that by up to a tenth, so that sources that began together do not stay together.
    """
    if state.session is None:
        return now
    pause = every
    if state.failures:
        pause = min(every, FIRST_PAUSE * 2 ** min(state.failures - 1, _MOST_DOUBLINGS))
    since = state.session.ended_at or state.session.started_at
    return max(now, since + pause * (0.9 + 0.2 * luck))


async def keep_asking(
    host: Host,
    name: str,
    every: timedelta,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    lucky: Callable[[], float] = random.random,
) -> None:
    """Ask a source, which is open, until cancelled. When is a matter of the store, so a restart asks no sooner.

    A store that is busy, and somebody else who is asking just then, are waited for.
    """
    luck, least = lucky(), timedelta()
    while True:
        now = host.clock()
        due = max(await _due(host, name, every, now, luck), now + least)
        if due > now:
            await sleep((due - now).total_seconds())
            least = timedelta()
            continue  # somebody may have asked meanwhile
        least = timedelta() if await _ask(host, name) else FIRST_PAUSE
        luck = lucky()


async def _due(host: Host, name: str, every: timedelta, now: datetime, luck: float) -> datetime:
    """Say when a source is to be asked, and let others see it."""

    def job(tx: Transaction) -> datetime:
        state = tx.pulls.get(name)
        due = next_time(state, every, now, luck)
        if state.next_at != due:
            tx.pulls.put(attrs.evolve(state, next_at=due))
        return due

    try:
        return await host.store.write(job)
    except DirsyncError as error:
        log.warning("pull_not_planned", provider=name, error=repr(error))
        return now + FIRST_PAUSE


async def _ask(host: Host, name: str) -> bool:
    """Ask a source; False where that could not even begin, or what came of it could not be kept."""
    try:
        state = await pull(host, name, is_open=True)
    except DirsyncError as error:
        log.warning("pull_not_begun", provider=name, error=repr(error))
        return False
    if state.session is not None:
        outcome, counts = state.session.outcome.value, attrs.asdict(state.session.counts)
        tell = log.info if state.session.outcome is PullOutcome.DONE else log.warning
        tell("pull_ended", provider=name, request=state.session.request, outcome=outcome, **counts)
    return True
