"""The directory, page by page."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from dirsync_core.host.host import Host
from dirsync_core.model.cases import LossKind
from dirsync_core.model.changes import Change, ChangeType
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Person, Status
from dirsync_core.query.as_of import AsOf, BadTime, read_when
from dirsync_core.query.exporting import columns
from dirsync_core.query.people import PeopleSearch, batch_of, select_people
from dirsync_core.query.reading import Reading, Shape, person_shape
from dirsync_core.query.who import records_named
from dirsync_core.web.desk.naming import names_in
from dirsync_core.web.desk.shell import names, shell
from dirsync_core.web.pages import shapes
from dirsync_core.web.pages.queries import PeopleQuery, UnknownValue

PAGE = 50
_SCAN_SECONDS = 0.2
_BATCH = 500
_LETTERS_FROM = 1000
_SECOND_LETTERS_FROM = 500


def people(host: Host, reading: Reading, query: PeopleQuery, by: str) -> shapes.PeoplePage:
    """Give one page of the directory."""
    search = _search(host, reading, query)
    then = back_at(reading, query.at)
    page = (then.select if then else partial(select_people, reading))(search, seconds=_SCAN_SECONDS)
    lines = [_past(person) for person in page.people] if then else _listed(reading, page.people)
    return cast(
        shapes.PeoplePage,
        {
            "shell": shell(host, reading, by),
            "at": written_time(then.at) if then else None,
            "people": lines,
            "names": names_in(reading, lines),
            "total": page.total,
            "totalIsFloor": page.floor,
            "nextCursor": page.next,
            "previousCursor": page.previous,
            "seq": then.seq if then else reading.tx.feed.end(),
            "facets": _past_facets(then) if then else _facets(reading, names(host, reading)),
            "letters": _letters(reading) if search.status is Status.ACTIVE and then is None else [],
            "recordsCalled": 0 if then or page.people or not query.q else len(records_named(reading.tx, query.q)),
        },
    )


def back_at(reading: Reading, at: str | None) -> AsOf | None:
    """Look back to the time that an address asks for, None for now."""
    try:
        return None if at is None else AsOf.of(reading, read_when(at, reading.rules.timezone, reading.now))
    except BadTime as error:
        raise UnknownValue("at", at, ("a day gone by",)) from error


def heading(host: Host, reading: Reading, query: PeopleQuery) -> list[str]:
    """Give the columns of an export, once the query is seen to be right."""
    _search(host, reading, query)
    back_at(reading, query.at)
    return columns(reading)


def batch(
    host: Host, reading: Reading, query: PeopleQuery, after: tuple[str, str] | None
) -> tuple[list[Shape], tuple[str, str] | None]:
    """Give some of the people of an export, and from where to go on."""
    search, then = _search(host, reading, query), back_at(reading, query.at)
    people, after = (then.batch_of if then else partial(batch_of, reading))(search, after, _BATCH)
    return [person_shape(person) for person in people], after


def _search(host: Host, reading: Reading, query: PeopleQuery) -> PeopleSearch:
    keys = [rule.key for rule in reading.rules.locations]
    if query.location is not None and query.location not in keys:
        raise UnknownValue("location", query.location, keys)
    if query.source is not None and query.at is not None:
        raise UnknownValue("source", query.source)  # where values came from is not in the feed
    if query.source is not None and query.source not in reading.known:
        raise UnknownValue("source", query.source, list(reading.known))
    return PeopleSearch(
        status=None if query.status == "all" else Status(query.status),
        location=query.location,
        source=query.source,
        text=query.q,
        filter=host.filter(reading.rules, query.filter) if query.filter else None,
        sort=query.sort,
        starts=query.from_,
        cursor=query.cursor,
        limit=PAGE,
    )


def _listed(reading: Reading, people: Sequence[Person]) -> list[dict[str, Any]]:
    reading.tx.read_ahead([person.id for person in people])
    changes = reading.tx.feed.among([person.last_change for person in people])
    return [_line(reading, person, changes.get(person.last_change)) for person in people]


def _line(reading: Reading, person: Person, change: Change | None) -> dict[str, Any]:
    names = list(change.changed) if change is not None and change.type is ChangeType.CHANGED else []
    kind = [change.type.value] if change is not None and not names else names
    return {
        **person_shape(person),
        "sources": list(person.sources),
        "local": bool(reading.tx.facts.placements(person.id)),
        "changedNames": kind,
        "tag": _tag(reading, person),
    }


def _past(person: Person) -> dict[str, Any]:
    return {**person_shape(person), "sources": [], "local": False, "changedNames": [], "tag": None}


def _past_facets(then: AsOf) -> dict[str, Any]:
    """Give what can be chosen; only statuses can be counted without looking at everybody."""
    rules = then.reading.rules
    return {
        "locations": [{"key": rule.key, "name": rule.name, "people": None} for rule in rules.locations],
        "statuses": [{"status": status.value, "people": n} for status, n in then.counts().items()],
        "sources": [],
    }


def _tag(reading: Reading, person: Person) -> str | None:
    """Say why a row is not ordinary: held, frozen, or its address claimed by another record."""
    held = _held(reading, person)
    if held is not None:
        return held
    off = next((source for source in person.sources if source in reading.frozen), None)
    if off is not None:
        return f"frozen: {off} is off"
    seat = reading.tx.facts.seat_of(person.id)
    for asking in reading.tx.facts.asking(seat.address) if seat else ():
        link = reading.tx.facts.link(asking.record)
        if link is None or link.person != person.id:
            return f"{reading.title(asking.provider)} claims the address"
    return None


def _held(reading: Reading, person: Person) -> str | None:
    """Say what the guard holds back of somebody."""
    if not reading.held:
        return None
    holds = (hold for link in reading.tx.facts.links(person.id) for hold in reading.tx.cases.holds(link.record))
    loss = next((hold.loss for hold in holds if hold.kept is None), None)
    if loss is None:
        return None
    return {
        LossKind.LEAVES: "held: would leave",
        LossKind.LOCATION: "held: would lose a location",
        LossKind.ATTRIBUTE: f"held: would lose {loss.attribute}",
    }[loss.kind]


def _facets(reading: Reading, names: Sequence[str]) -> dict[str, Any]:
    people = reading.tx.people
    statuses, locations, sources = people.counts("status"), people.counts("location"), people.counts("source")
    return {
        "locations": [
            {"key": rule.key, "name": rule.name, "people": locations.get(rule.key, 0)}
            for rule in reading.rules.locations
        ],
        "statuses": [{"status": status.value, "people": statuses.get(status.value, 0)} for status in Status],
        "sources": [{"name": name, "people": sources.get(name, 0)} for name in names],
    }


def _letters(reading: Reading) -> list[dict[str, Any]]:
    people = reading.tx.people
    if people.counts("status").get("active", 0) < _LETTERS_FROM:
        return []
    found: dict[str, int] = {}
    for letter, n in people.letters().items():
        found |= people.letters(letter) if n > _SECOND_LETTERS_FROM else {letter: n}
    return [{"letter": letter.capitalize(), "people": n} for letter, n in found.items()]
