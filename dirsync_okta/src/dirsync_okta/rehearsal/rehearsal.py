"""The rehearsal as a whole: test the connection, push all, live through a day, read everything back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from dirsync_okta.rehearsal import day as days
from dirsync_okta.rehearsal.client import CallFailed, Clock, ScimClient, Sleep, open_client
from dirsync_okta.rehearsal.errors import RehearsalError
from dirsync_okta.rehearsal.listing import read_all
from dirsync_okta.rehearsal.people import invent
from dirsync_okta.rehearsal.personality import STYLES
from dirsync_okta.rehearsal.provisioning import Provisioner
from dirsync_okta.rehearsal.report import Progress, Report, Timing
from dirsync_okta.rehearsal.tenant import Tenant, found
from dirsync_okta.rehearsal.verify import verify

T = TypeVar("T")
Show = Callable[[Progress], None]


def _silent(progress: Progress) -> None:
    pass


async def rehearse(
    *,
    url: str,
    token: str,
    people: int = 200,
    style: str = "oin",
    seed: int = 1,
    concurrency: int = 10,
    progress: Show = _silent,
    day: bool = True,
    also: Sequence[str] = (),
    sleep: Sleep = asyncio.sleep,
    clock: Clock = time.perf_counter,
) -> Report:
    """Play an Okta tenant against the SCIM server at `url`, its base address.

    Pushes `people` invented people and one for each address in `also`, their groups and, with `day`, a day of
    changes; then reads everything back. What the server refuses for one person or group does not stop the
    others: it is in the report. Doing it again with the same seed finds the same people.

    At most `concurrency` requests are under way at a time. `sleep` gets the seconds that a 429 asks for.

    Raises:
        RehearsalError: nothing listens, the token is refused, or the first request is not answered by SCIM.
        ValueError: no such style.
    """
    if style not in STYLES:
        raise ValueError(f"style {style!r}: there are {', '.join(STYLES)}")
    tenant, begun = found(invent(people, seed=seed, also=also), seed=seed), clock()
    async with open_client(url, token, connections=concurrency, clock=clock, sleep=sleep) as http:
        okta = Provisioner(http=http, personality=STYLES[style](http), tenant=tenant)
        await okta.test_connection()
        await _take_up(http, tenant)
        await _each(tenant.users.values(), okta.assign, concurrency, _steps(progress, "people", len(tenant.users)))
        await _each(tenant.groups, okta.push_group, concurrency, _steps(progress, "groups", len(tenant.groups)))
        told: tuple[str, ...] = ()
        if day:
            told = await days.work(okta, seed=seed, step=_steps(progress, "the day", len(days.EDITS)))
        total = len(tenant.users) + len(tenant.groups)
        verified = await verify(http, tenant, step=_steps(progress, "reading back", total))
    return Report(
        url=http.base,
        style=style,
        seed=seed,
        people=len(tenant.users),
        groups=len(tenant.groups),
        seconds=round(clock() - begun, 3),
        done=dict(sorted(okta.done.items())),
        requests={kind: Timing.of(seconds) for kind, seconds in http.timings.items()},
        pauses=http.pauses,
        day=told,
        verified=verified,
        failures=tuple(http.failures),
    )


async def _take_up(http: ScimClient, tenant: Tenant) -> None:
    """Read what is there, as Okta's import does: a tenant keeps the links of an earlier rehearsal."""
    try:
        tenant.remember_links(await read_all(http, "list users", "/Users"))
    except CallFailed:
        return  # noted; without the links everybody is looked up


def _steps(show: Show, phase: str, total: int) -> Callable[[], None]:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        show(Progress(phase, done, max(total, done)))

    return step


async def _each(
    things: Collection[T], job: Callable[[T], Awaitable[None]], workers: int, step: Callable[[], None]
) -> None:
    """Do a job for each thing, several at a time; a refusal ends that thing's job only."""
    queue = iter(things)
    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(workers, len(things))):
                tasks.create_task(_work_off(queue, job, step))
    except BaseExceptionGroup as group:
        ended, rest = group.split(RehearsalError)
        if ended is None or rest is not None:
            raise
        raise ended.exceptions[0] from None


async def _work_off(queue: Iterable[T], job: Callable[[T], Awaitable[None]], step: Callable[[], None]) -> None:
    for thing in queue:
        with suppress(CallFailed):  # noted by the client
            await job(thing)
        step()
