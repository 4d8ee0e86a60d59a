"""A working day after the first push: one edit of each kind that a directory meets, and repeated deliveries.

`EDITS` is the programme. An edit picks somebody nobody else has picked, changes them in Okta and pushes; it
is left out where nobody fits. People whose address the caller asked for are never touched.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import attrs

from dirsync_okta.rehearsal.client import CallFailed
from dirsync_okta.rehearsal.names import full_name
from dirsync_okta.rehearsal.people import DOMAIN
from dirsync_okta.rehearsal.places import BERGEN, OSLO, phone
from dirsync_okta.rehearsal.provisioning import Provisioner
from dirsync_okta.rehearsal.tenant import CONTRACTORS, AppUser, PushedGroup, Tenant, office_group
from dirsync_okta.rehearsal.wire import Body


class NobodyFits(Exception):
    """There is nobody left for an edit."""


@attrs.define
class Day:
    """The day so far: whom an edit has picked."""

    okta: Provisioner
    rng: random.Random
    picked: set[str] = attrs.field(factory=set)

    @property
    def tenant(self) -> Tenant:
        return self.okta.tenant

    def pick(self, fits: Callable[[AppUser], bool] = lambda user: True) -> AppUser:
        """Pick somebody who is pushed, active and not picked yet."""
        free = [user for user in self.tenant.users.values() if self._free(user) and fits(user)]
        if not free:
            raise NobodyFits
        user = self.rng.choice(free)
        self.picked.add(user.person.okta_id)
        return user

    def group(self, name: str) -> PushedGroup:
        for group in self.tenant.groups:
            if group.name == name and group.written is not None:
                return group
        raise NobodyFits

    def _free(self, user: AppUser) -> bool:
        return user.active and not user.person.by_wish and user.person.okta_id not in self.picked


Edit = Callable[[Day], Awaitable[str]]


async def new_hire(day: Day) -> str:
    """Somebody joins whom another has named as an assistant before."""
    user = day.tenant.hire
    day.picked.add(user.person.okta_id)
    day.tenant.take_on()
    await day.okta.assign(user)
    await day.okta.change_group(day.group("Everyone"), add=[user])
    return f"{user.name} was hired, whom somebody has had as assistant all along"


async def rename(day: Day) -> str:
    """userName and e-mail change; the record stays the same."""
    user = day.pick()
    before = user.name
    after = _other_address(day.tenant, user)
    user.person = attrs.evolve(user.person, user_name=after, email=after)
    await day.okta.update(user)
    return f"{before} is now {after}"


async def marriage(day: Day) -> str:
    """The family name changes, the address does not."""
    user = day.pick()
    person = user.person
    family = f"{person.family_name}-{full_name(day.rng).family}"
    shown = f"{person.given_name} {family}" if person.display_name else None
    user.person = attrs.evolve(user.person, family_name=family, display_name=shown)
    await day.okta.update(user)
    return f"{user.name} married and is called {user.person.shown_name}"


async def mover(day: Day) -> str:
    """Somebody moves from Oslo to Bergen, with the group of the office."""
    user = day.pick(lambda user: user.person.office == OSLO)
    user.person = attrs.evolve(user.person, office=BERGEN)
    await day.okta.update(user)
    await day.okta.change_group(day.group(office_group(OSLO)), remove=[user])
    await day.okta.change_group(day.group(office_group(BERGEN)), add=[user])
    return f"{user.name} moved from Oslo to Bergen"


async def leaver(day: Day) -> str:
    """Deactivated, and deactivated again: Okta repeats itself."""
    user = day.pick()
    await day.okta.set_active(user, active=False)
    await day.okta.set_active(user, active=False)
    return f"{user.name} left"


async def returner(day: Day) -> str:
    """Deactivated, then assigned afresh: the filter must find them, inactive, under the same id."""
    user = day.pick()
    await day.okta.set_active(user, active=False)
    await _assign_again(day, user)
    return f"{user.name} left and came back the same day"


async def assistant_swap(day: Day) -> str:
    """One assistant instead of another."""
    user = day.pick(lambda user: bool(user.person.assistants))
    other = day.pick()
    user.person = attrs.evolve(user.person, assistants=(*user.person.assistants[:-1], other.person.email))
    await day.okta.update(user)
    return f"{user.name} has {other.name} as assistant now, instead of another"


async def group_change(day: Day) -> str:
    """One goes and one comes, in one change."""
    group = day.group(CONTRACTORS)
    going = day.pick(lambda user: user.person.okta_id in group.members)
    coming = day.pick(lambda user: user.person.okta_id not in group.members)
    await day.okta.change_group(group, add=[coming], remove=[going])
    return f"{coming.name} joined the group {group.name}, {going.name} left it"


async def phone_change(day: Day) -> str:
    """Another number, in another format."""
    user = day.pick()
    user.person = attrs.evolve(user.person, phone=phone(day.rng, user.person.office or OSLO))
    await day.okta.update(user)
    return f"{user.name} has the phone {user.person.phone}"


async def repeated_update(day: Day) -> str:
    """The same profile twice: the second must change nothing, not even a version."""
    user = day.pick()
    await day.okta.update(user)
    before = await _read(day, user)
    await day.okta.update(user)
    _unchanged(day, user, before, await _read(day, user))
    return f"{user.name} was pushed twice with nothing new"


async def repeated_membership(day: Day) -> str:
    """A member added who is one, a stranger removed who is none."""
    group = day.group(CONTRACTORS)
    member = day.pick(lambda user: user.person.okta_id in group.members)
    stranger = day.pick(lambda user: user.person.okta_id not in group.members)
    await day.okta.change_group(group, add=[member], remove=[stranger])
    return f"the group {group.name} was told again what it knew"


async def lost_answer(day: Day) -> str:
    """Okta never saw the answer to a creation and starts again: it must find the same record."""
    user = day.pick()
    await _assign_again(day, user)
    return f"{user.name} was provisioned again, as after a time-out"


EDITS: tuple[Edit, ...] = (
    new_hire,
    mover,
    leaver,
    rename,
    assistant_swap,
    group_change,
    marriage,
    returner,
    phone_change,
    repeated_update,
    repeated_membership,
    lost_answer,
)


async def work(okta: Provisioner, *, seed: int, step: Callable[[], None]) -> tuple[str, ...]:
    """Go through the day, one edit after the other; return a sentence for each that went through.

    What the server refuses is among the client's failures. `step` is called once for each edit.
    """
    day = Day(okta, random.Random(f"{seed}/day"))
    told = [await _tried(edit, day, step) for edit in EDITS]
    return tuple(sentence for sentence in told if sentence is not None)


async def _tried(edit: Edit, day: Day, step: Callable[[], None]) -> str | None:
    try:
        return await edit(day)
    except (NobodyFits, CallFailed):
        return None
    finally:
        step()


async def _assign_again(day: Day, user: AppUser) -> None:
    before, user.scim_id = user.scim_id, None
    try:
        await day.okta.assign(user)
    finally:
        user.scim_id, after = before, user.scim_id
    if after != before:
        raise day.okta.http.fail(user.name, "assign again", f"was record {before}, the server now has {after}")


async def _read(day: Day, user: AppUser) -> Body:
    return await day.okta.read(user.name, user.scim_id or "")


def _unchanged(day: Day, user: AppUser, before: Body, after: Body) -> None:
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    if changed:
        detail = f"the same write again changed {', '.join(sorted(changed))}"
        day.okta.http.fail(user.name, "repeat update", detail)


def _other_address(tenant: Tenant, user: AppUser) -> str:
    """The initial instead of the given name, numbered until nobody has it."""
    given, _, family = user.name.partition("@")[0].partition(".")
    taken = tenant.taken | {other.name.casefold() for other in tenant.users.values()}
    stem, number = f"{given[:1]}.{family or given}", 1
    while (address := f"{stem}{number if number > 1 else ''}@{DOMAIN}") in taken:
        number += 1
    return address
