"""Invented people and groups, always the same from the same seed."""

import random
from collections.abc import Sequence
from uuid import UUID

import attrs

DOMAIN = "halden.example"
_GIVEN = ("Ada", "Bo", "Chi", "Dana", "Eskil", "Fatou", "Gül", "Hana", "Ivo", "Jón", "Kari", "Liv", "Mona", "Nils")
_FAMILY = ("Aas", "Berg", "Costa", "Dahl", "Eide", "Foss", "Groß", "Haugen", "Ito", "Juárez", "Kaya", "Lund", "Moe")
_CITIES = (("Oslo", "NO", "nb-NO", "+47 22 00 0"), ("London", "GB", "en-GB", "+44 20 7946 0"))
_DEPARTMENTS = ("Engineering", "Sales", "Finance", "People")
_REPORTS = 8
"""How many people have the same manager."""


@attrs.frozen
class Person:
    """Somebody as Entra has them: `number` counts from 0, `manager` is the number of theirs."""

    number: int
    object_id: str
    given_name: str
    family_name: str
    city: str
    country: str
    language: str
    phone: str
    department: str
    manager: int | None

    @property
    def address(self) -> str:
        """The userPrincipalName, which is the mail too."""
        return f"person{self.number:05}@{DOMAIN}"

    @property
    def display_name(self) -> str:
        """The name as it is shown."""
        return f"{self.given_name} {self.family_name}"


def invent(count: int, seed: int) -> list[Person]:
    """Invent people. The first few are the same, however many there are."""
    return [_person(number, random.Random(f"{seed} {number}")) for number in range(count)]


def groups_of(people: Sequence[Person]) -> dict[str, list[int]]:
    """Give the numbers of the members of each group, by name."""
    groups: dict[str, list[int]] = {"All of Halden": [person.number for person in people]}
    for person in people:
        groups.setdefault(f"{person.department} “{person.city}”", []).append(person.number)
    return groups


def _person(number: int, chance: random.Random) -> Person:
    city, country, language, phone = chance.choice(_CITIES)
    return Person(
        number,
        str(UUID(int=chance.getrandbits(128), version=4)),
        chance.choice(_GIVEN),
        chance.choice(_FAMILY),
        city,
        country,
        language,
        f"{phone}{chance.randrange(1000):03}",
        chance.choice(_DEPARTMENTS),
        number // _REPORTS if number >= _REPORTS else None,
    )
