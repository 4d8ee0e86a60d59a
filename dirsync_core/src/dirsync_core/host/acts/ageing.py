"""Ageing: what is older than the settings keep goes. `[directory] keep_leavers` and `keep_history`; off by default.

`keep_leavers` forgets people who have not been active for so long, and whose sources say so themselves. Nobody asked
for it, so nothing refuses them: whoever comes back is somebody new. `keep_history` forgets what was written and
published so long ago; what is shown now stays, with its version and times. Start at `age`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import attrs
import structlog

from dirsync_core.engine.feed import told
from dirsync_core.engine.seats import accepted_of
from dirsync_core.engine.settle import settle_these
from dirsync_core.host.acts.erasing import forget_person, rewritten
from dirsync_core.host.host import Host
from dirsync_core.model.durations import read_duration
from dirsync_core.model.errors import DirsyncError
from dirsync_core.model.facts import Standing
from dirsync_core.model.identifiers import PersonId, RecordId, new_request_id
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Person, Status
from dirsync_core.store.contract import PeopleQuery, Transaction

log = structlog.get_logger()

_BATCH = 100
_DAY_SECONDS = 86_400.0
_GONE = (Standing.DELETED, Standing.INACTIVE, Standing.ENDED, Standing.RETIRED, Standing.DORMANT)
"""What a record's own source says of somebody who is gone there; one that is out of scope is live, and stays."""


@attrs.frozen
class Aged:
    """What went for its age: so many people, changes, and events of which it is no longer told what they wrote."""

    leavers: int = 0
    changes: int = 0
    events: int = 0

    @property
    def anything(self) -> bool:
        """Whether anything went."""
        return bool(self.leavers or self.changes or self.events)


async def age(host: Host, by: Request) -> Aged:
    """Let go what is older than the settings keep, a batch at a time, and take it out of the store's files."""
    now, directory = host.clock(), host.settings.directory
    leavers = await _forget_leavers(host, by, _before(now, directory.keep_leavers))
    changes, events = await _drop_history(host, by, _before(now, directory.keep_history))
    aged = Aged(leavers, changes, events)
    if aged.anything:
        await rewritten(host.store)
    return aged


def _before(now: datetime, kept: str | None) -> datetime | None:
    return now - read_duration(kept) if kept is not None else None


# --- leavers ---------------------------------------------------------------------------------------------------------


async def _forget_leavers(host: Host, by: Request, before: datetime | None) -> int:
    if before is None:
        return 0
    people = await host.store.read(lambda tx: [p.id for p in _leavers(tx, before)])
    batches = (people[i : i + _BATCH] for i in range(0, len(people), _BATCH))
    return sum([await host.store.write(_forgetting(host, by, before, batch)) for batch in batches])


def _forgetting(host: Host, by: Request, before: datetime, people: Iterable[PersonId]) -> Callable[[Transaction], int]:
    at = host.clock()

    def job(tx: Transaction) -> int:
        found = [p for person in people if (p := tx.people.get(person)) is not None and _has_left(tx, p, before)]
        if not found:
            return 0
        moment = Moment(at, by)
        event = tx.events.append(moment, "leavers.forgotten", body={"people": len(found)})
        touched: set[PersonId] = set()
        waiting: set[RecordId] = set()
        for person in found:
            naming, asking = forget_person(tx, moment, person)
            touched |= naming
            waiting |= asking
        settle_these(tx, host.rules(tx), moment, event, waiting, touched - {person.id for person in found})
        return len(found)

    return job


def _leavers(tx: Transaction, before: datetime) -> Iterable[Person]:
    for status in (Status.DEACTIVATED, Status.LEFT, Status.DELETED):
        query = PeopleQuery(status=status, limit=_BATCH)
        while rows := tx.people.select(query):
            yield from (person for _, person in rows if _has_left(tx, person, before))
            query = attrs.evolve(query, after=rows[-1][0])


def _has_left(tx: Transaction, person: Person, before: datetime) -> bool:
    """Say whether somebody has been gone since before then, and no source of theirs says otherwise."""
    if person.status is Status.ACTIVE or any(r.standing not in _GONE for r in accepted_of(tx, person.id)):
        return False
    return left_at(tx, person) < before


def left_at(tx: Transaction, person: Person) -> datetime:
    """Give since when somebody has not been active: the newest change of their status away from being so."""
    steps = [change for change in tx.feed.of(person.id) if "status" in change.changed]
    left = next((c.at for c in reversed(steps) if c.changed["status"][0] in (Status.ACTIVE.value, None)), None)
    base = tx.feed.base(person.id)
    return left or (base.since.get("status") if base is not None else None) or person.created_at


# --- history ---------------------------------------------------------------------------------------------------------


async def _drop_history(host: Host, by: Request, before: datetime | None) -> tuple[int, int]:
    if before is None:
        return 0, 0
    listening = [name for name, _ in host.plugins.listeners()]
    at = host.clock()
    return await host.store.write(lambda tx: drop_history(tx, Moment(at, by), before, listening))


def drop_history(tx: Transaction, moment: Moment, before: datetime, listening: Iterable[str] = ()) -> tuple[int, int]:
    """Drop the changes, and what the events say, that are older; gives how many of each.

    What a listening plugin has not been told yet stays. What the changes of a person had led to is kept, so that
    versions, times and a rebuild are as they would be.
    """
    last = min([tx.feed.last_before(before), tx.feed.end() - 1, *(tx.feed.position(name) for name in listening)])
    for person in tx.feed.people_until(last):
        folded = told(tx, person, until=last)
        if folded is not None and tx.people.get(person) is not None:
            tx.feed.put_base(person, folded)
    changes, events = tx.feed.drop(last), tx.events.forget_bodies(before)
    if changes or events:
        tx.events.append(moment, "history.dropped", body={"changes": changes, "events": events})
    return changes, events


# --- while serving ---------------------------------------------------------------------------------------------------


async def keep_ageing(host: Host, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Let go what is too old, at once and then each day, until cancelled."""
    while True:
        try:
            aged = await age(host, Request(new_request_id(), "clock"))
            if aged.anything:
                log.info("aged", leavers=aged.leavers, changes=aged.changes, events=aged.events)
        except DirsyncError as error:
            log.warning("not_aged", error=repr(error))
        await sleep(_DAY_SECONDS)
