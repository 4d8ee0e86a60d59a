"""An invented company for the pages: people, records and changes from a seed, in the interface's shapes."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

NOW = datetime(2027, 3, 4, 9, 48, tzinfo=UTC)
DOMAIN = "halden.example"
LOCATIONS = {"oslo": "Oslo", "bergen": "Bergen", "elsewhere": "Everywhere else"}
RULES = {
    "oslo": 'city eq "Oslo" or groups eq "Oslo Contractors"',
    "bergen": 'city eq "Bergen"',
    "elsewhere": 'country eq "NO" and not (city eq "Oslo" or city eq "Bergen")',
}
GIVEN = (
    "Aino",
    "Amira",
    "Ann",
    "Arvid",
    "Benedikte",
    "Bo",
    "Cecilie",
    "Dahir",
    "Dorthe",
    "Eirin",
    "Emre",
    "Frøydis",
    "Gaute",
    "Håkon",
    "Idunn",
    "Ines",
    "Ingvild",
    "Jorunn",
    "Jostein",
    "Kristin",
    "Live",
    "Marit",
    "Nora",
    "Odd",
    "Pål",
    "Ragnhild",
    "Renata",
    "Rolf",
    "Selma",
    "Sofie",
    "Tarjei",
    "Tuva",
    "Yngve",
    "Øystein",
    "Åse",
)
FAMILY = (
    "Aasgaard",
    "Brekke",
    "Bakketun",
    "Bergslien",
    "Dyrhovden",
    "Eidsmoen",
    "Fossheim",
    "Granrud",
    "Haddouche",
    "Hellesøy",
    "Hovdenakk",
    "Kettunen",
    "Kvernhaugen",
    "Leirvik",
    "Lyngbakken",
    "Mannsåker",
    "Nerdrum",
    "Røyrvikmo",
    "Rømcke",
    "Ruud",
    "Sandnes",
    "Semb",
    "Skarpnes",
    "Storlien",
    "Støvring",
    "Tangstad",
    "Trengereid",
    "Vangsnes",
    "Warsame",
    "Yıldıran",
    "Ødegårdstuen",
)
TITLES = (
    "Facilities lead",
    "Finance director",
    "Senior engineer",
    "Planner",
    "Office manager",
    "Data analyst",
    "Electrician",
    "Trainee",
    "Head of legal and corporate governance",
    "Nurse, ward 4",
)
DEPARTMENTS = ("Platform", "Finance", "People", "Legal", "Operations", "Sales")


@attrs.define
class Company:
    """Everything that the fake desk answers from."""

    people: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    records: list[dict[str, Any]] = attrs.field(factory=list)
    changes: list[dict[str, Any]] = attrs.field(factory=list)
    sources: list[dict[str, Any]] = attrs.field(factory=list)


def written(at: datetime) -> str:
    """Write a time as the interface does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def source(name: str, title: str, shape: str, **more: Any) -> dict[str, Any]:
    """Make a source as the shell has it."""
    usual = {"state": "active", "because": None, "byHand": False, "pushes": False, "people": 0, "lastRequestAt": None}
    return {"name": name, "title": title, "shape": shape} | usual | more


def empty() -> Company:
    """A company on its first minute: two sources, nobody."""
    sources = [
        source("okta", "Okta", "circle", pushes=True),
        source("contractors", "contractors", "square", byHand=True),
    ]
    return Company(sources=sources)


def halden(number: int = 640, *, seed: int = 7, now: datetime = NOW) -> Company:
    """A company of so many people, most of them pushed by Okta."""
    chance = random.Random(seed)
    company = Company()
    for index in range(number):
        _add_person(company, index, chance, now)
    _name_assistants(company, chance)
    for index in range(max(3, number // 10)):
        _add_leftover(company, index, chance, now)
    _add_changes(company, chance, now)
    company.sources = _sources(company, now)
    return company


def _add_person(company: Company, index: int, chance: random.Random, now: datetime) -> None:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    if chance.random() < 0.2:
        family = f"{family}-{chance.choice(FAMILY)}"
    if index == 3:
        given, family = "Anne-Charlotte", "von Hohenfels-Wittgenbruck Thorvaldsdottir"
    by_hand, labs = index % 27 == 4, index % 53 == 8
    provider = "contractors" if by_hand else "labs" if labs else "okta"
    email = f"{_plain(given)}.{_plain(family).replace(' ', '.')}.{index}@{DOMAIN}"
    city = chance.choices(["Oslo", "Bergen", "Trondheim", "Stord"], [50, 23, 17, 10])[0]
    keys = ["oslo"] if city == "Oslo" else ["bergen"] if city == "Bergen" else ["elsewhere"]
    if index % 40 == 2 and "bergen" not in keys:
        keys.append("bergen")
    changed = now - timedelta(minutes=chance.choice([5, 8, 32, 300, 1320, 4400, 30000, 90000, 800000]))
    person_id, record_id = f"01JD{index:022d}", f"01JR{index:022d}"
    values: dict[str, Any] = {
        "email": email,
        "displayName": f"{given} {family}",
        "givenName": given,
        "familyName": family,
        "phone": f"+47 9{chance.randrange(10**7):07d}",
        "title": chance.choice(TITLES),
        "department": chance.choice(DEPARTMENTS),
        "city": city,
        "country": "NO",
        "locale": "nb-NO",
        "employeeNumber": f"H-{index:05d}",
        "groups": ["Everyone"],
    }
    if by_hand:
        values = {k: v for k, v in values.items() if k not in ("groups", "employeeNumber")} | {"until": "2027-06-30"}
    status = "active"
    since = written(changed)
    sources = [provider] if by_hand or labs or index % 12 == 5 else [provider, "payroll"]
    company.people[person_id] = {
        "id": person_id,
        "status": status,
        **values,
        "locations": keys,
        "assistants": [],
        "manager": None,
        "provenance": {name: {"provider": provider, "record": record_id, "since": since} for name in values},
        "version": 1 + index % 30,
        "createdAt": written(now - timedelta(days=400)),
        "changedAt": since,
        "sources": sources,
        "local": index % 40 == 2,
        "changedNames": [chance.choice(["title", "phone", "assistants", "city", "email"])],
        "tag": "frozen: labs is off" if labs else "Okta claims the address" if index == 31 else None,
    }
    company.records.append(
        {
            "id": record_id,
            "provider": provider,
            "externalId": None if by_hand else f"00u4f{index:05d}",
            "email": email,
            "situation": "frozen" if labs else "linked",
            "held": None,
            "sentence": f"{given} is this person.",
            "person": person_id,
            "displayName": values["displayName"],
            "why": "is this person",
            "status": status,
            "changedAt": since,
        }
    )


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("øæåıü ", "oaaiu-")).replace("--", "-")


def _name_assistants(company: Company, chance: random.Random) -> None:
    ids = list(company.people)
    for index, (person_id, person) in enumerate(company.people.items()):
        if index % 3 == 1:
            person["assistants"].append(_reference(company, chance.choice(ids), person_id))
        if index % 9 == 1:
            person["assistants"].append({"written": f"front.desk@{DOMAIN}", "state": "pending", "by": "okta"})
        if index % 4 == 2:
            person["manager"] = _reference(company, chance.choice(ids), person_id)
            person["provenance"]["manager"] = person["provenance"]["email"]


def _reference(company: Company, target: str, own: str) -> dict[str, Any]:
    email = company.people[target]["email"]
    if target == own:
        return {"written": email, "state": "self", "person": target, "by": "okta"}
    return {"written": f"old.{email}", "state": "resolved", "person": target, "email": email, "by": "okta"}


_LEFTOVERS = (
    ("out_of_scope", "Okta pushes this person, but no location’s rule takes them in.", "city is “Göteborg”", None),
    ("contested", "The address belongs to somebody kept by hand.", "Frøydis has the address", None),
    ("out_of_scope", "For want of a city no location takes this person in.", "never had a city", None),
    ("unkeyed", "The record has no primary e-mail.", "no primary e-mail", None),
    ("inactive", "Okta says that this person is not active.", "deactivated in Okta", "deactivated"),
    ("errored", "The mapper phone-e164 failed.", "phone could not be read", None),
    ("tombstone", "Okta deleted this record.", "deleted", "deleted"),
)


def _add_leftover(company: Company, index: int, chance: random.Random, now: datetime) -> None:
    situation, sentence, why, status = _LEFTOVERS[index % len(_LEFTOVERS)]
    name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
    email = (
        None if situation == "unkeyed" else f"{_plain(name).replace(' ', '.').replace('-', '.')}.out{index}@{DOMAIN}"
    )
    if index == 0:
        name, email = "Oskar Lindgrensen", f"oskar.lindgrensen@{DOMAIN}"
    company.records.append(
        {
            "id": f"01JX{index:022d}",
            "provider": "okta",
            "externalId": f"00u5x{index:05d}",
            "email": email,
            "situation": situation,
            "held": None,
            "sentence": sentence,
            "person": None,
            "displayName": name,
            "why": why,
            "status": status,
            "changedAt": written(now - timedelta(days=6)),
        }
    )


def _add_changes(company: Company, chance: random.Random, now: datetime) -> None:
    people = list(company.people.values())
    at, seq = now - timedelta(hours=19), 48_000
    for index in range(90):
        person = people[(index * 7) % len(people)]
        burst = 40 <= index < 70
        at += timedelta(seconds=12 if burst else chance.randrange(300, 2000))
        seq += 1
        company.changes.append(_change(person, seq, min(at, now), burst, index))
    company.changes.reverse()


def _change(person: dict[str, Any], seq: int, at: datetime, burst: bool, index: int) -> dict[str, Any]:
    kinds: list[tuple[str, dict[str, list[Any]]]] = [
        ("changed", {"title": ["Engineer", person["title"]]}),
        ("changed", {"locations": [["oslo"], ["oslo", "bergen"]]}),
        ("joined", {"email": [None, person["email"]], "locations": [None, ["bergen"]]}),
        ("changed", {"assistants": [[], person["assistants"]], "city": ["Oslo", None]}),
        ("deactivated", {}),
        ("changed", {"manager": [person["manager"], None]}),
    ]
    kind, changed = ("left", {"locations": [["oslo"], []]}) if burst else kinds[index % len(kinds)]
    by_hand = index % 6 == 1 and not burst
    cause = {"provider": None, "by": "sofie.r"} if by_hand else {"provider": "okta", "by": "okta"}
    return {
        "seq": seq,
        "at": written(at),
        "type": kind,
        "person": person["id"],
        "email": person["email"],
        "displayName": person["displayName"],
        "changed": changed,
        "cause": {**cause, "request": f"{seq:016x}"[::-1]},
        "shape": "diamond" if by_hand else "circle",
    }


def _sources(company: Company, now: datetime) -> list[dict[str, Any]]:
    def people(name: str) -> int:
        return sum(name in person["sources"] for person in company.people.values())

    return [
        source(
            "okta",
            "Okta",
            "circle",
            pushes=True,
            people=people("okta"),
            lastRequestAt=written(now - timedelta(seconds=12)),
        ),
        source("contractors", "contractors", "square", byHand=True, people=people("contractors")),
        source("payroll", "payroll", "flag", people=people("payroll"), lastRequestAt=written(now - timedelta(hours=7))),
        source(
            "labs",
            "labs",
            "flag",
            state="failed",
            because="dirsync-ldap 0.3.1 needs core 0.6 or newer, and this is 0.5.2. Update dirsync, or go back with "
            "pip install dirsync-ldap==0.3.0.",
            people=people("labs"),
            lastRequestAt=written(now - timedelta(days=6)),
        ),
    ]
