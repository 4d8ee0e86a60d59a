"""What can happen to a directory, as values: small names, few addresses, so that they collide often."""

from collections.abc import Mapping
from typing import Any

import attrs
from hypothesis import strategies as st

from dirsync_core.api import KeyTaken, Member, NoSuchRecord, NotFound, RecordId, Refused
from dirsync_core.model.errors import PluginUnavailable
from tests.core.world import World

TENANTS = ("okta", "hr", "lab")
KEYS = ("1", "2", "3")
ADDRESSES = ("a@x.example", "b@x.example", "c@x.example", "d@y.example")
GROUPS = ("Team", "Interns")
_PROVIDERS = {
    "okta": {"plugin": "flat", "domains": ["x.example", "y.example"]},
    "hr": {"plugin": "flat", "domains": ["x.example"]},
    "lab": {"plugin": "flat"},
    "contractors": {"plugin": "manual"},
}
_DIRECTORY = {"precedence": list(TENANTS)}
_WITHOUT_LAB = {name: table for name, table in _PROVIDERS.items() if name != "lab"}
OSLO = {"oslo": {"filter": 'city eq "Oslo"'}}
TABLES: Mapping[str, Mapping[str, Any]] = {
    "everybody": {"directory": _DIRECTORY, "providers": _PROVIDERS},
    "oslo": {"directory": _DIRECTORY, "providers": _PROVIDERS, "locations": OSLO},
    "teams": {
        "directory": _DIRECTORY,
        "providers": _PROVIDERS,
        "locations": OSLO | {"team": {"filter": 'not (groups eq "Interns")', "missing": "in"}},
    },
    "no interns": {
        "directory": {"precedence": ["hr", "okta", "lab"]},
        "providers": _PROVIDERS | {"okta": _PROVIDERS["okta"] | {"filter": 'not (groups eq "Interns")'}},
    },
    "adopting": {
        "directory": _DIRECTORY,
        "providers": _PROVIDERS | {"okta": _PROVIDERS["okta"] | {"on_match": "adopt"}},
    },
    "owned": {"directory": _DIRECTORY, "providers": _PROVIDERS, "precedence": {"assistants": ["local"]}},
    "without lab": {"directory": {"precedence": ["okta", "hr"]}, "providers": _WITHOUT_LAB, "locations": OSLO},
}


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
        found = await _record(w, *self.record) if self.record is not None else None
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
class Apply:
    """Other rules are applied."""

    table: str

    async def happen(self, w: World) -> None:
        await w.rules(TABLES[self.table])
        await w.tick()


@attrs.frozen
class Clock:
    """Days pass."""

    days: int

    async def happen(self, w: World) -> None:
        await w.tick(days=self.days)


@attrs.frozen
class Restart:
    """The process starts again, with all plugins or without one."""

    without: str | None = None

    async def happen(self, w: World) -> None:
        await w.restart(w.table, *(name for name in ("core", "manual", "flat") if name != self.without))
        await w.tick()


Step = Push | Delete | Group | Add | Edit | Remove | Place | Adopt | Release | Say | Apply | Clock | Restart
REFUSALS = (Refused, NotFound, KeyTaken, NoSuchRecord, PluginUnavailable)


def is_pushed(step: Step) -> bool:
    """Whether a provider writes, and no person, rule or clock."""
    return isinstance(step, Push | Delete | Group)


async def happen(step: Step, w: World) -> bool:
    """Let a step happen. False where it can't: nobody is meant, the plugin is away, a person is refused."""
    if is_pushed(step) and step.provider not in w.host.providers:
        return False
    if isinstance(step, Add) and not w.host.by_hand:
        return False
    if isinstance(step, Delete) and await _record(w, step.provider, step.key) is None:
        return False
    try:
        await step.happen(w)
    except REFUSALS:
        return False
    return True


async def _record(w: World, provider: str, key: str) -> RecordId | None:
    """Give the live record of a tenant, read as the tenant or, while its plugin is away, from the store."""
    found = await w.look(lambda tx: tx.records.find(provider, "user", "key", key))
    return found[0].id if found else None


# --- strategies ------------------------------------------------------------------------------------------------------

providers, keys, addresses = st.sampled_from(TENANTS), st.sampled_from(KEYS), st.sampled_from(ADDRESSES)
names = st.lists(addresses, max_size=2, unique=True)
details = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(("Chef", "boom", "")),
        "city": st.sampled_from(("Oslo", "Bergen")),
        "assistants": names,
        "manager": addresses,
    },
)
mostly = st.sampled_from((True, True, True, False))
pushes = st.builds(Push, providers, keys, addresses | addresses | addresses | st.none(), mostly, details)
deletes = st.builds(Delete, providers, keys)
groups = st.builds(
    Group,
    providers,
    st.sampled_from(GROUPS),
    st.lists(keys, max_size=2, unique=True).map(tuple),
    st.sampled_from((*GROUPS, None)),
)
days = st.sampled_from(("2026-11-24", "2026-11-25", "2026-11-27"))
by_hand = (
    st.builds(
        Add,
        addresses,
        until=st.none() | days,
        locations=st.sampled_from(((), ("oslo",))),
        assistants=names.map(", ".join),
    )
    | st.builds(
        Edit,
        addresses,
        st.fixed_dictionaries(
            {}, optional={"email": addresses, "title": st.sampled_from(("Nurse", "")), "until": days | st.just("")}
        ),
    )
    | st.builds(Remove, addresses)
    | st.builds(Place, addresses, st.sampled_from(("oslo", "team")), st.sampled_from(("add", "mask", "clear")))
)
words = (
    st.builds(Say, st.just("pin"), addresses, st.just("title"), st.sampled_from(("Boss", None)))
    | st.builds(Say, st.sampled_from(("add", "mask")), addresses, st.just("assistants"), addresses)
    | st.builds(Say, st.just("clear"), addresses, st.sampled_from(("title", "assistants")), st.none())
)
handing_over = st.builds(Adopt, addresses, st.none() | st.tuples(providers, keys)) | st.builds(Release, addresses)
others = (
    st.builds(Apply, st.sampled_from(tuple(TABLES)))
    | st.builds(Clock, st.integers(1, 3))
    | st.builds(Restart, st.sampled_from((None, None, "flat", "manual")))
)
steps: st.SearchStrategy[Step] = pushes | pushes | pushes | deletes | groups | by_hand | handing_over | words | others


def histories(*, most: int = 20) -> st.SearchStrategy[list[Step]]:
    """Give lists of steps, long ones as often as short ones."""
    return st.integers(1, most).flatmap(lambda n: st.lists(steps, min_size=n, max_size=n))
