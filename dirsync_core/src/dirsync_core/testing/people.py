"""Invented people for tests: the same from the same seed, with names as they are found in companies."""

from random import Random

import attrs

_GIVEN = ("Ann", "Bo", "Åse", "Chidi", "Dana", "José", "Mei", "Nora", "Omar", "Søren", "Tove", "Zoë")
_FAMILY = (
    "Lee",
    "Lie",
    "Øyen",
    "Okafor",
    "O’Neill",
    "García",
    "Wang",
    "Berg-Hansen",
    "Haddad",
    "Łuk",
    "de Vries",
    "Ng",
)
_CITIES = ("Oslo", "Bergen", "Lagos", "Łódź", "São Paulo")


@attrs.frozen
class Employee:
    """Somebody as a source may have them. `number` is theirs for ever; everything else may change."""

    number: str
    given_name: str
    family_name: str
    email: str
    city: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


def employees(count: int, *, seed: int = 1) -> tuple[Employee, ...]:
    """Invent that many people, each with a number and an address of their own."""
    random = Random(seed)
    return tuple(_employee(random, number) for number in range(1, count + 1))


def _employee(random: Random, number: int) -> Employee:
    given, family = random.choice(_GIVEN), random.choice(_FAMILY)
    return Employee(f"E{number:04}", given, family, f"person{number:04}@halden.example", random.choice(_CITIES))
