"""Invented people, from a seed: one seed gives the same people in every run.

Start at `invent`. A person does not depend on how many others there are, save for whom they name as
assistants: the first 200 of a tenant of 1,000 are the people of a tenant of 200.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Sequence

import attrs

from dirsync_okta.rehearsal.names import FullName, full_name, name_in
from dirsync_okta.rehearsal.places import (
    BERGEN,
    DEPARTMENTS,
    OFFICES,
    OSLO,
    USER_TYPES,
    Department,
    Office,
    phone,
)

DOMAIN = "halden.example"
ORGANIZATION = "Halden"
NOBODY = f"nobody.yet@{DOMAIN}"

_LETTERS = string.ascii_letters + string.digits
_REPORTS = 8  # people to a manager
_LONGEST_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1


@attrs.frozen
class Manager:
    """A manager as the profile says it: whatever was mapped, here the address, and a name."""

    value: str
    display_name: str


@attrs.frozen(kw_only=True)
class Person:
    """One person as Okta's own profile knows them. None is an attribute without a value."""

    okta_id: str
    user_name: str
    email: str
    email_type: str | None
    given_name: str
    family_name: str
    display_name: str | None
    title: str | None
    department: Department
    employee_number: str
    user_type: str
    office: Office | None
    locale: str | None
    phone: str | None
    manager: Manager | None = None
    assistants: tuple[str, ...] = ()
    by_wish: bool = False  # the caller asked for this address

    @property
    def shown_name(self) -> str:
        return self.display_name or f"{self.given_name} {self.family_name}"


@attrs.frozen
class Cast:
    """Everybody: those who are pushed first, and the one who is hired during the day."""

    people: tuple[Person, ...]
    hire: Person


class Addresses:
    """Hands out addresses of the domain, each once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {address.strip().casefold() for address in taken}
        self._counts: dict[str, int] = {}

    def take(self, name: FullName) -> str:
        """Return `given.family@…`, or the first free `given.family2@…`, and keep it."""
        stem = f"{name.plain_given}.{name.plain_family}"[: _LONGEST_LOCAL_PART - 6].rstrip(".")
        while True:
            number = self._counts[stem] = self._counts.get(stem, 0) + 1
            address = f"{stem}{number if number > 1 else ''}@{DOMAIN}"
            if address not in self._taken:
                self._taken.add(address)
                return address


def invent(count: int, *, seed: int, also: Sequence[str] = ()) -> Cast:
    """Invent `count` people, one more for each address in `also`, and one to be hired later."""
    wished = list(dict.fromkeys(address.strip() for address in also))
    addresses = Addresses([*wished, NOBODY])
    hire = _person(addresses, seed, "hire")
    alone = [_person(addresses, seed, index) for index in range(count)]
    alone += [_person(addresses, seed, f"also {address}", address=address) for address in wished]
    led = [_with_manager(person, index, alone) for index, person in enumerate(alone)]
    return Cast(tuple(_with_assistants(led, hire, seed)), _with_manager(hire, 1, alone) if alone else hire)


def _person(addresses: Addresses, seed: int, index: int | str, *, address: str | None = None) -> Person:
    rng = random.Random(f"{seed}/{index}")
    drawn = full_name(rng, long=isinstance(index, int) and index % 23 == 7)
    name = (name_in(address) if address else None) or drawn
    email = address or addresses.take(name)
    office, department = _office(rng, index), rng.choice(DEPARTMENTS)
    return Person(
        okta_id="00u" + "".join(rng.choices(_LETTERS, k=17)),
        user_name=email,
        email=email,
        email_type=None if rng.random() < 0.2 else "work",
        given_name=name.given,
        family_name=name.family,
        display_name=f"{name.given} {name.family}" if rng.random() < 0.9 else None,
        title=rng.choice(department.titles) if rng.random() < 0.92 else None,
        department=department,
        employee_number=str(rng.randrange(100_000, 1_000_000)),
        user_type=rng.choice(USER_TYPES),
        office=office,
        locale=rng.choice(office.locales) if office else None,
        phone=phone(rng, office or OSLO) if rng.random() < 0.85 else None,
        by_wish=address is not None,
    )


def _office(rng: random.Random, index: int | str) -> Office | None:
    """Draw an office; some people sit nowhere, some surely in Oslo, so that small tenants have a mover."""
    drawn = None if rng.random() < 0.03 else rng.choice(OFFICES)
    match index:
        case 0 | 4:
            return OSLO
        case 5:
            return BERGEN
        case _:
            return drawn


def _with_manager(person: Person, index: int, people: Sequence[Person]) -> Person:
    if index == 0:
        return person
    boss = people[(index - 1) // _REPORTS]
    return attrs.evolve(person, manager=Manager(boss.email, boss.shown_name))


def _with_assistants(people: Sequence[Person], hire: Person, seed: int) -> list[Person]:
    rng = random.Random(f"{seed}/assistants")
    return [
        attrs.evolve(person, assistants=_assistants(rng, people, index, hire)) for index, person in enumerate(people)
    ]


def _assistants(rng: random.Random, people: Sequence[Person], index: int, hire: Person) -> tuple[str, ...]:
    """One in five has assistants; the first few show each way in which such a list can be awkward."""
    match index:
        case 1:
            return (hire.email,)  # not there yet: hired during the day
        case 2:
            return (people[0].email, NOBODY)
        case 3:
            return (f"  {people[0].email.upper()} ", people[-1].email)  # blanks, case; pushed later
    if index % 5 or len(people) < 2:
        return ()
    others = [rng.randrange(len(people)) for _ in range(rng.choice((1, 1, 2)))]
    return tuple(dict.fromkeys(people[other].email for other in others if other != index))
