"""What can happen to a directory, as values: what sources write, and what rules, clock and plugins bring.

What people do is in `acts`.
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from dirsync_core.api import Complete, KeyTaken, Member, NoSuchRecord, NotFound, Pulled, Refused, Upsert
from dirsync_core.model.errors import PluginUnavailable
from tests.core.invariants.acts import (
    Add,
    Adopt,
    Decide,
    Edit,
    Erase,
    Lift,
    Place,
    Release,
    Remove,
    Retire,
    Say,
    Undo,
    record_of,
)
from tests.core.invariants.tables import ASKED, TABLES
from tests.core.world import POINTS, World


@attrs.frozen
class Push:
    """A tenant creates or replaces a user."""

    provider: str
    key: str
    email: str | None
    active: bool = True
    more: Mapping[str, Any] = attrs.field(factory=dict)

    async def happen(self, w: World) -> None:
        body = {"email": self.email} if self.email is not None else {}
        await w.push(self.provider, self.key, active=self.active, **body, **self.more)


@attrs.frozen
class Delete:
    """A tenant deletes a user."""

    provider: str
    key: str

    async def happen(self, w: World) -> None:
        await w.delete(self.provider, self.key)


@attrs.frozen
class Group:
    """A tenant writes a group: its members, and the name that it has from now on (None: it is deleted)."""

    provider: str
    name: str
    members: tuple[str, ...]
    name_after: str | None

    async def happen(self, w: World) -> None:
        await w.host.providers[self.provider].records.write(self._write, by=w.by())

    def _write(self, edit: Any) -> None:
        found = edit.find("group", "key", self.name)
        group = found[0] if found else edit.create("group", self.name, {"displayName": self.name})
        wanted = {user.id for key in self.members for user in edit.find("user", "key", key)}
        edit.remove_members(group.id, {m.value for m in edit.members(group.id)} - wanted)
        edit.add_members(group.id, [Member(value) for value in sorted(wanted)])
        if self.name_after is None:
            edit.delete(group.id)
        elif self.name_after != self.name:
            edit.replace(
                group.id, key=self.name_after, body={"displayName": self.name_after}, external_id=None, active=True
            )


@attrs.frozen
class Pull:
    """A source is asked: it names these people, and either nobody else, or it breaks off."""

    people: Mapping[str, Mapping[str, Any]]
    end: Literal["complete", "raised", "cut", "nonsense"] = "complete"

    @property
    def withdraws(self) -> bool:
        """Whether whoever is not named is gone."""
        return self.end == "complete" and bool(self.people)

    async def happen(self, w: World) -> None:
        said: list[Pulled | BaseException] = [Upsert(key, dict(body)) for key, body in self.people.items()]
        await w.pull(ASKED, *said, *_ENDS[self.end], again=True)


_ENDS: Mapping[str, list[Any]] = {
    "complete": [Complete()], "raised": [RuntimeError("cut")], "cut": [], "nonsense": ["end"]
}  # fmt: skip


@attrs.frozen
class Apply:
    """Other rules are applied."""

    table: str

    async def happen(self, w: World) -> None:
        await w.rules(TABLES[self.table])
        await w.tick()


@attrs.frozen
class Clock:
    """Days pass, or hours."""

    days: int = 0
    hours: int = 0

    async def happen(self, w: World) -> None:
        await w.tick(days=self.days, hours=self.hours)


@attrs.frozen
class Restart:
    """The process starts again, with all plugins or without one."""

    without: str | None = None

    async def happen(self, w: World) -> None:
        await w.restart(w.table, *(name for name in POINTS if name != self.without))
        await w.tick()


Pushed = Push | Delete | Group | Pull
Done = Add | Edit | Remove | Place | Adopt | Release | Say | Decide | Undo | Erase | Lift | Retire
Step = Pushed | Done | Apply | Clock | Restart
REFUSALS = (Refused, NotFound, KeyTaken, NoSuchRecord, PluginUnavailable)


def is_pushed(step: Step) -> bool:
    """Whether a provider writes, and no person, rule or clock."""
    return isinstance(step, Pushed)


async def happen(step: Step, w: World) -> bool:
    """Let a step happen. False where it can't: nobody is meant, the plugin is away, a person is refused."""
    if not await _can_happen(step, w):
        return False
    try:
        await step.happen(w)
    except REFUSALS:
        return False
    return True


async def _can_happen(step: Step, w: World) -> bool:
    match step:
        case Push(provider) | Group(provider):
            return provider in w.host.providers
        case Delete(provider, key):
            return provider in w.host.providers and await record_of(w, provider, key) is not None
        case Pull():
            return ASKED in w.host.providers
        case Add() | Retire(fate="to"):
            return bool(w.host.by_hand)
        case _:
            return True
