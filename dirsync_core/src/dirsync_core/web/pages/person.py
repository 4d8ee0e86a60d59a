"""A person, and why; and why somebody is not here."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from dirsync_core.web.pages import sentences, way
from dirsync_core.web.pages.differences import Difference, Names, differences, shown
from dirsync_core.web.pages.notices import notices, offered
from dirsync_core.web.pages.queries import HistoryQuery, PersonQuery, WhyQuery
from dirsync_core.web.pages.shapes import Event, PersonPage, Shape, Shell, WhyPage, Word
from dirsync_core.web.pages.visits import Drawn, Visit, page

# Shown elsewhere on the page, or not a value that people see.
_ELSEWHERE = {"id", "status", "locations", "assistants", "provenance", "version", "createdAt", "changedAt"}
_BESIDE = {"sources", "local", "changedNames", "tag"}
_ORDER = (
    "email",
    "phone",
    "displayName",
    "givenName",
    "familyName",
    "title",
    "department",
    "division",
    "organization",
    "costCenter",
    "employeeNumber",
    "userType",
    "city",
    "region",
    "country",
    "locale",
    "preferredLanguage",
    "timezone",
    "manager",
    "groups",
    "until",
)


@attrs.frozen
class ShownValue:
    """One attribute as the page lists it, with where it comes from."""

    name: str
    value: Any
    provider: str | None
    shape: Shape
    since: str | None
    because: str
    pin: Word | None = None
    said: tuple[tuple[str, str], ...] = ()
    words: tuple[Word, ...] = ()


def shape_of(shell: Shell, provider: str | None) -> Shape:
    """Give the mark of a provider; one that is gone from the settings keeps a plugin's."""
    if provider in (None, "local"):
        return "diamond"
    return next((source["shape"] for source in shell["sources"] if source["name"] == provider), "flag")


def shown_values(data: PersonPage) -> list[ShownValue]:
    """List what people see, in the usual order, then by name."""
    person = data["person"]
    because = {line["name"]: line["because"] for line in data["explanation"]["attributes"] if line["losers"]}
    pins = {word["name"]: word for word in data["words"] if word["op"] == "pin"}
    names = _in_order({*_shown_names(person), *pins})
    return [_worded(_value(n, person, because.get(n, ""), data["shell"]), pins.get(n), data) for n in names]


def _attributes(data: PersonPage) -> set[str]:
    return {*data["person"], *(word["name"] for word in data["words"])}


def _worded(value: ShownValue, pin: Word | None, data: PersonPage) -> ShownValue:
    """Lay an admin's word on a value beside it, with what the sources say instead."""
    own = tuple(word for word in data["words"] if word["name"] == value.name and word["op"] != "pin")
    if pin is None:
        return attrs.evolve(value, words=own)
    return attrs.evolve(
        value, pin=pin, provider=None, shape="diamond", because="", said=tuple(_said(value.name, data)), words=own
    )


def _said(name: str, data: PersonPage) -> Iterator[tuple[str, str]]:
    titles = {source["name"]: source["title"] for source in data["shell"]["sources"]}
    names = Names.of(data["shell"], data["names"])
    for line in data["explanation"]["attributes"]:
        if line["name"] == name:
            for loser in line["losers"]:
                yield titles.get(loser["provider"], loser["provider"]), shown(loser["value"], names)


def _shown_names(person: Mapping[str, Any]) -> list[str]:
    names = [name for name, value in person.items() if name not in _ELSEWHERE | _BESIDE and value not in (None, [])]
    return _in_order(names)


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


def _value(name: str, person: Mapping[str, Any], because: str, shell: Shell) -> ShownValue:
    source = person.get("provenance", {}).get(name) or {}
    provider = source.get("provider")
    shape = shape_of(shell, provider) if source else "diamond"
    return ShownValue(name, person.get(name), provider, shape, source.get("since"), because)


@page
async def person(visit: Visit) -> Drawn:
    """Show one person."""
    query = visit.query(PersonQuery)
    if query.at:
        return await _past(visit, query.at)
    data = await visit.desk.person(visit.word("id"), by=visit.by)
    names = Names.of(data["shell"], data["names"])
    more = {
        "named": names,
        "way": way.drawn(data["explanation"], visit.clock),
        "pins": [word for word in data["words"] if word["op"] == "pin"],
        "values": shown_values(data),
        "history_lines": history_lines(data["history"], names),
        "first_name": sentences.first_name(data),
        "sentence": sentences.person(data),
        "sign_shape": _sign(data),
    }
    title = str(data["person"].get("displayName") or data["person"]["email"])
    messages = notices(query, data["shell"], await offered(visit, query), _attributes(data))
    return Drawn("person.html", title, data, more, section="people", messages=messages)


async def _past(visit: Visit, at: str) -> Drawn:
    """Show somebody as they were; nothing can be done there."""
    data = await visit.desk.past_person(visit.word("id"), at, by=visit.by)
    more = {
        "named": Names.of(data["shell"], data["names"]),
        "values": [_value(name, data["person"], "", data["shell"]) for name in _shown_names(data["person"])],
        "day": sentences.as_of(at, visit.clock),
        "asked": at,
    }
    title = str(data["person"].get("displayName") or data["person"]["email"])
    return Drawn("person-past.html", title, data, more, section="people")


def _sign(data: PersonPage) -> Shape:
    records = data["explanation"]["records"]
    return next((r["shape"] for r in records if r["situation"] == "linked"), records[0]["shape"] if records else "flag")


@page
async def why(visit: Visit) -> Drawn:
    """Explain an address or id; without one, ask for it."""
    query = visit.query(WhyQuery)
    if query.who is None:
        data: dict[str, Any] = {"shell": await visit.desk.shell(by=visit.by)}
        return Drawn("why-whom.html", "Why is somebody not here?", data, section="people")
    found = await visit.desk.why(query.who, by=visit.by)
    more = {"way": way.drawn(found["explanation"], visit.clock), "several": _several(found)}
    title = sentences.why(found["explanation"])
    messages = notices(query, found["shell"], await offered(visit, query))
    return Drawn("why.html", title, found, more, section="people", messages=messages)


@page
async def history(visit: Visit) -> Drawn:
    """Show what was written about one person, twenty requests at a time."""
    query = visit.query(HistoryQuery)
    data = await visit.desk.history(visit.word("id"), query.cursor, by=visit.by)
    names = Names.of(data["shell"], data["names"])
    more = {"query": query, "lines": history_lines(data["history"], names)}
    title = f"What was written about {data['displayName']}"
    return Drawn("history.html", title, data, more, section="people", messages=notices(query, data["shell"]))


def history_lines(history: list[Event], names: Names) -> list[tuple[Event, tuple[Difference, ...]]]:
    """Give each request with what people saw change by it."""
    return [(event, differences(event["changed"], names)) for event in history]


def _several(data: WhyPage) -> bool:
    return len(data["explanation"]["records"]) > 1
