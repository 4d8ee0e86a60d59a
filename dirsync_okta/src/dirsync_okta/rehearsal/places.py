"""Where the invented people sit and what they do: offices, phone formats, departments."""

from __future__ import annotations

import random

import attrs


@attrs.frozen
class Office:
    """One office. In `phones` each `#` is a digit to draw; the formats differ as people's typing does."""

    city: str
    region: str
    country: str
    timezone: str
    street: str
    postal_code: str
    locales: tuple[str, ...]
    phones: tuple[str, ...]


@attrs.frozen
class Department:
    """A department with the titles found in it."""

    name: str
    division: str
    cost_center: str
    titles: tuple[str, ...]


_NORWEGIAN = ("+47 ### ## ###", "+47########", "0047 9## ## ###", "22 ## ## ##", "9########")

OSLO = Office(
    "Oslo",
    "Oslo",
    "NO",
    "Europe/Oslo",
    "Dronning Eufemias gate 8",
    "0191",
    ("nb-NO", "nn_NO", "en-GB"),
    _NORWEGIAN,
)
BERGEN = Office(
    "Bergen", "Vestland", "NO", "Europe/Oslo", "Bryggen 21", "5003", ("nb-NO", "nn-NO", "en_US"), _NORWEGIAN
)

# Oslo comes first and often: most examples of the documentation are about Oslo.
OFFICES: tuple[Office, ...] = (
    OSLO,
    OSLO,
    BERGEN,
    OSLO,
    Office(
        "Göteborg",
        "Västra Götaland",
        "SE",
        "Europe/Stockholm",
        "Östra Hamngatan 5",
        "411 10",
        ("sv-SE", "sv_SE", "en-GB"),
        ("+46 31 ### ## ##", "031-### ## ##", "+46(0)70-### ## ##"),
    ),
    Office(
        "Lisboa",
        "Lisboa",
        "PT",
        "Europe/Lisbon",
        "Rua da Conceição 101, 3.º esq.",
        "1100-152",
        ("pt-PT", "en-GB"),
        ("+351 21 ### ## ##", "+351 9########", "21#######"),
    ),
    Office(
        "Toronto",
        "Ontario",
        "CA",
        "America/Toronto",
        "220 King Street West, Suite 1200",
        "M5H 1K4",
        ("en-CA", "fr-CA", "en_US"),
        ("+1 (416) 555-01##", "416.555.01##", "+1-416-555-01## ext. 4##"),
    ),
    Office(
        "Montréal",
        "Québec",
        "CA",
        "America/Toronto",
        "1000, rue De La Gauchetière Ouest",
        "H3B 4W5",
        ("fr-CA", "en-CA"),
        ("+1 514 555 01##", "(514) 555-01##"),
    ),
    Office(
        "Kraków",
        "Małopolskie",
        "PL",
        "Europe/Warsaw",
        "ul. Świętej Gertrudy 6",
        "31-046",
        ("pl-PL", "en-GB"),
        ("+48 12 ### ## ##", "12 ### ## ##", "+48.5##.###.###"),
    ),
    Office(
        "São Paulo",
        "São Paulo",
        "BR",
        "America/Sao_Paulo",
        "Avenida Paulista 1578",
        "01310-200",
        ("pt-BR", "en-US"),
        ("+55 (11) 9####-####", "011 9####-####"),
    ),
    Office(
        "東京",
        "東京都",
        "JP",
        "Asia/Tokyo",
        "千代田区丸の内1-9-2",
        "100-0005",
        ("ja-JP", "en_US"),
        ("+81 3-####-####", "03-####-####"),
    ),
    Office(
        "Nairobi",
        "Nairobi County",
        "KE",
        "Africa/Nairobi",
        "Kenyatta Avenue 44",
        "00100",
        ("en-KE", "sw-KE"),
        ("+254 7## ######", "07## ### ###"),
    ),
)

DEPARTMENTS: tuple[Department, ...] = (
    Department("Engineering", "Product", "4100", ("Software Engineer", "Senior Engineer", "Staff Engineer", "SRE")),
    Department("Design", "Product", "4200", ("Product Designer", "Researcher", "Head of Design")),
    Department("Sales", "Commercial", "2100", ("Account Executive", "Sales Engineer", "Sales Manager, Nordics")),
    Department("Marketing", "Commercial", "2200", ("Content Lead", "Campaign Manager", "Brand Manager")),
    Department("People & Culture", "Operations", "1300", ("HR Partner", "Recruiter", "Payroll Specialist")),
    Department("Finance", "Operations", "1100", ("Controller", "Buyer", "Financial Analyst", "Revisor (årsregnskap)")),
    Department("Facilities", "Operations", "1200", ("Receptionist", "Vaktmester", "Workplace Coordinator")),
    Department("Legal", "Corporate", "1400", ("Counsel", "Compliance Officer", "Paralegal")),
)

# Drawn from, so most are employees.
USER_TYPES = ("employee",) * 14 + ("intern", "intern", "contractor", "contractor", "consultant", "apprentice")


def phone(rng: random.Random, office: Office) -> str:
    """Draw a number, written in one of the ways in which people of that office write theirs."""
    return "".join(rng.choice("0123456789") if sign == "#" else sign for sign in rng.choice(office.phones))
