"""What the simulated Okta knows: people, groups, who is assigned, and the links to the server's records."""

from __future__ import annotations

import random
from collections.abc import Iterable

import attrs

from dirsync_okta.rehearsal.people import Cast, Person
from dirsync_okta.rehearsal.places import Office
from dirsync_okta.rehearsal.wire import Body, Member

CONTRACTORS = "Oslo Contractors"


@attrs.define
class AppUser:
    """One person assigned to the app. `scim_id` is the link; `written` is what the server last accepted."""

    person: Person
    password: str
    scim_id: str | None = None
    written: Body | None = None

    @property
    def name(self) -> str:
        return self.person.user_name

    @property
    def active(self) -> bool:
        return self.written is not None and self.written.get("active") is True


@attrs.define
class PushedGroup:
    """A group under Group Push. Members are Okta ids; `written` has the SCIM ids that the server accepted."""

    name: str
    members: list[str]
    scim_id: str | None = None
    written: set[str] | None = None


@attrs.define
class Tenant:
    """Okta's state. `taken` are the userNames that the server showed before the push, case-folded."""

    users: dict[str, AppUser]
    groups: list[PushedGroup]
    hire: AppUser
    taken: set[str] = attrs.field(factory=set)

    def take_on(self) -> AppUser:
        """Assign the one who was waiting to be hired, and make them a member of everybody's group."""
        self.users[self.hire.person.okta_id] = self.hire
        self.groups[0].members.append(self.hire.person.okta_id)
        return self.hire

    def pushed(self, okta_ids: Iterable[str]) -> list[Member]:
        """The members that can be pushed: those who are linked."""
        users = (self.users[okta_id] for okta_id in okta_ids)
        return [(user.scim_id, user.name) for user in users if user.scim_id is not None]

    def remember_links(self, records: Iterable[Body]) -> int:
        """Take up the links of an earlier rehearsal; return how many.

        Only people whose record carries another userName now need it: all others are found by their userName.
        """
        records = list(records)
        self.taken = {name.casefold() for record in records if isinstance(name := record.get("userName"), str)}
        lost = {okta_id: user for okta_id, user in self.users.items() if user.name.casefold() not in self.taken}
        for record in records:
            external, id = record.get("externalId"), record.get("id")
            if isinstance(external, str) and isinstance(id, str) and external in lost:
                lost[external].scim_id = id
        return sum(user.scim_id is not None for user in lost.values())


def found(cast: Cast, *, seed: int) -> Tenant:
    """Set up a tenant in which nobody is pushed yet."""
    users = {person.okta_id: _assigned(person, seed) for person in cast.people}
    return Tenant(users, _groups(cast.people), _assigned(cast.hire, seed))


def _assigned(person: Person, seed: int) -> AppUser:
    rng = random.Random(f"{seed}/{person.okta_id}/password")
    return AppUser(person, f"Zx{rng.getrandbits(64):016x}-placeholder")


def _groups(people: Iterable[Person]) -> list[PushedGroup]:
    """Everyone first; then by office and by department; and one whose name a careless filter trips over."""
    members: dict[str, list[str]] = {"Everyone": [], CONTRACTORS: [], 'Réseau "Nord/Sud" – 北': []}
    for person in people:
        for name in _groups_of(person):
            members.setdefault(name, []).append(person.okta_id)
    return [PushedGroup(name, ids) for name, ids in members.items()]


def _groups_of(person: Person) -> Iterable[str]:
    yield "Everyone"
    yield person.department.name
    if person.office:
        yield office_group(person.office)
    if person.user_type in ("contractor", "consultant"):
        yield CONTRACTORS
    if not person.office or person.office.country in ("CA", "JP"):
        yield 'Réseau "Nord/Sud" – 北'


def office_group(office: Office) -> str:
    """The name of the group of those who work in an office."""
    return f"Office {office.city}"
