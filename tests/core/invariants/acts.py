"""What people do to a directory, as values: records kept by hand, words, placements, decisions, undoing, forgetting."""

from collections.abc import Mapping
from typing import Literal

import attrs

from dirsync_core.api import RecordId
from dirsync_core.model.cases import Case, CaseKind
from dirsync_core.model.errors import NotFound
from dirsync_core.model.retirements import Fate
from dirsync_core.store.contract import Transaction
from tests.core.world import World


@attrs.frozen
class Add:
    """Somebody is recorded by hand."""

    email: str
    title: str = "By hand"
    until: str | None = None
    locations: tuple[str, ...] = ()
    assistants: str = ""

    async def happen(self, w: World) -> None:
        await w.add(self.email, *self.locations, until=self.until, title=self.title, assistants=self.assistants)


@attrs.frozen
class Edit:
    """Values of somebody recorded by hand are changed."""

    who: str
    values: Mapping[str, str]

    async def happen(self, w: World) -> None:
        await w.edit(self.who, **self.values)


@attrs.frozen
class Remove:
    """Somebody recorded by hand is removed."""

    who: str

    async def happen(self, w: World) -> None:
        await w.remove(self.who)


@attrs.frozen
class Place:
    """Somebody is placed in a location, hidden from it, or given back to the rules."""

    who: str
    location: str
    op: str

    async def happen(self, w: World) -> None:
        await w.place(self.who, self.location, self.op)


@attrs.frozen
class Adopt:
    """Somebody recorded by hand is handed over to the record that asks for their address, or to one of a tenant."""

    who: str
    record: tuple[str, str] | None = None

    async def happen(self, w: World) -> None:
        found = await record_of(w, *self.record) if self.record is not None else None
        await w.adopt(self.who, found)


@attrs.frozen
class Release:
    """Somebody who was handed over is taken back."""

    who: str

    async def happen(self, w: World) -> None:
        await w.release(self.who)


@attrs.frozen
class Say:
    """An admin says, or takes back, what holds whatever providers say."""

    op: str
    who: str
    name: str
    value: str | None

    async def happen(self, w: World) -> None:
        if self.op == "pin":
            await w.pin(self.who, self.name, self.value)
        else:
            await w.say(self.op, self.who, self.name, self.value)


@attrs.frozen
class Decide:
    """An open case is decided, the `place`-th of its kind; for all whom it is about, or only for the first of them."""

    word: Literal["approve", "keep"]
    kind: CaseKind
    place: int = 0
    some: bool = False

    async def happen(self, w: World) -> None:
        cases = await w.cases(self.kind)
        if not cases:
            raise NotFound("nothing waits")
        case = sorted(cases, key=lambda case: case.id)[self.place % len(cases)]
        who = await w.look(lambda tx: _waiting(tx, case)) if self.some else []
        await (w.approve if self.word == "approve" else w.keep)(case.id, *who[:1])


def _waiting(tx: Transaction, case: Case) -> list[RecordId]:
    return [part.record for part in tx.cases.parts(case.id) if part.part in ("held", "out", "waits")]


@attrs.frozen
class Undo:
    """What was done by hand is taken back: the last of it, or what was done so many times before."""

    before: int = 0

    async def happen(self, w: World) -> None:
        done = await w.look(_done_by_hand)
        if not done:
            raise NotFound("nothing was done")
        await w.undo(done[-1 - self.before % len(done)])


def _done_by_hand(tx: Transaction) -> list[str]:
    return list(dict.fromkeys(event.request for event in tx.events.every() if event.by == "sofie"))


@attrs.frozen
class Erase:
    """Somebody is forgotten on request."""

    who: str

    async def happen(self, w: World) -> None:
        await w.erase(self.who)


@attrs.frozen
class Lift:
    """An address that was erased is made free again."""

    email: str

    async def happen(self, w: World) -> None:
        await w.lift(self.email)


@attrs.frozen
class Retire:
    """It is decided what becomes of the people of a source that is gone."""

    provider: str
    fate: Fate

    async def happen(self, w: World) -> None:
        await w.retire(self.provider, self.fate, "contractors" if self.fate == "to" else None)


async def record_of(w: World, provider: str, key: str) -> RecordId | None:
    """Give the live record of a tenant, from the store, so that it is found also while its plugin is away."""
    found = await w.look(lambda tx: tx.records.find(provider, "user", "key", key))
    return found[0].id if found else None
