"""The directory: people by facet, text, filter and order, page by page."""

import base64
import binascii
import json
import time
from collections.abc import Iterator, Mapping, Sequence

import attrs

from dirsync_core.filtering import BoundFilter
from dirsync_core.model.errors import DirsyncError
from dirsync_core.model.finding import asked_for
from dirsync_core.model.names import folded
from dirsync_core.model.people import Json, Person, Status
from dirsync_core.query.reading import Reading, Shape, person_shape
from dirsync_core.store.contract import PeopleQuery

_ORDERS = {"displayName": "name", "changedAt": "change"}
_BATCH = 500
COUNTED = 10_000


class BadCursor(DirsyncError, ValueError):
    """A cursor is not one that was given out here."""


@attrs.frozen
class PeopleSearch:
    """Which people. `status` None means everybody; `sort` is an attribute; `filter` has been bound already."""

    status: Status | None = Status.ACTIVE
    location: str | None = None
    source: str | None = None
    text: str | None = None
    filter: BoundFilter | None = None
    sort: str = "displayName"
    starts: str | None = None
    cursor: str | None = None
    limit: int = 50


@attrs.frozen
class PeoplePage:
    """A page of people. `total` counts all pages; `floor` says that there are at least so many."""

    people: Sequence[Person]
    total: int
    floor: bool
    next: str | None
    previous: str | None


def select_people(reading: Reading, search: PeopleSearch, *, seconds: float | None = None) -> PeoplePage:
    """Give a page of people. What no index serves is scanned, for at most `seconds`.

    Raises:
        BadCursor: the cursor was not given out here.
    """
    if search.filter is not None or search.sort not in _ORDERS:
        return _scanned(reading, search, seconds)
    return _indexed(reading, search)


def batch_of(
    reading: Reading, search: PeopleSearch, after: tuple[str, str] | None, limit: int
) -> tuple[list[Person], tuple[str, str] | None]:
    """Give some of the people of a search, and from where to go on; None at the end. For lists that are streamed."""
    rows = reading.tx.people.select(attrs.evolve(
        _query(search), after=after, starts=search.starts if after is None else None, limit=limit
    ))  # fmt: skip
    people = [p for _, p in rows if search.filter is None or search.filter.matches(filterable(p))]
    return people, rows[-1][0] if len(rows) == limit else None


def people_shape(reading: Reading, search: PeopleSearch) -> Shape:
    """Give a page in the interface's shape."""
    page = select_people(reading, search)
    people: list[Json] = [person_shape(person) for person in page.people]
    return {"people": people, "total": page.total, "nextCursor": page.next, "seq": reading.tx.feed.end()}


def filterable(person: Person) -> Mapping[str, Json]:
    """Give a person's values as filters see them: references as the addresses that were written."""
    return {name: _plain(value) for name, value in person.values.items()} | {"status": person.status.value}


# --- by index ------------------------------------------------------------------------------------------------------


def _indexed(reading: Reading, search: PeopleSearch) -> PeoplePage:
    query = _query(search)
    back, place = read_place(search.cursor)
    if search.limit == 0:
        return PeoplePage((), *_total(reading, search, query), None, None)
    rows = reading.tx.people.select(
        attrs.evolve(query, after=place, backwards=back, starts=search.starts if place is None else None,
                     limit=search.limit + 1)
    )  # fmt: skip
    more = len(rows) > search.limit
    rows = (rows[1:] if back else rows[:-1]) if more else rows
    total, floor = _total(reading, search, query)
    forward, backward = (True, more) if back else (more, place is not None or search.starts is not None)
    return PeoplePage(
        [person for _, person in rows],
        total,
        floor,
        written_cursor([0, *rows[-1][0]]) if rows and forward else None,
        written_cursor([1, *rows[0][0]]) if rows and backward else None,
    )


def _query(search: PeopleSearch) -> PeopleQuery:
    order = "change" if _ORDERS.get(search.sort) == "change" else "name"
    return PeopleQuery(
        status=search.status,
        location=search.location,
        source=search.source,
        terms=asked_for(search.text or ""),
        order="change" if order == "change" else "name",
        limit=search.limit,
    )


def _total(reading: Reading, search: PeopleSearch, query: PeopleQuery) -> tuple[int, bool]:
    """Count by kept counters where one facet alone is asked for, else row by row up to a bound."""
    people = reading.tx.people
    if not query.terms and search.location is None and search.source is None:
        counts = people.counts("status")
        return (sum(counts.values()) if search.status is None else counts.get(search.status.value, 0)), False
    if not query.terms and search.status is Status.ACTIVE and not (search.location and search.source):
        facet, key = ("location", search.location) if search.location else ("source", search.source)
        return people.counts(facet).get(key or "", 0), False
    counted = people.count(query, most=COUNTED + 1)
    return min(counted, COUNTED), counted > COUNTED


# --- by scan -------------------------------------------------------------------------------------------------------


def _scanned(reading: Reading, search: PeopleSearch, seconds: float | None) -> PeoplePage:
    stop = None if seconds is None else time.monotonic() + seconds
    found, whole = [], True
    for person in _everyone(reading, search):
        if search.filter is None or search.filter.matches(filterable(person)):
            found.append(person)
        if stop is not None and time.monotonic() > stop:
            whole = False
            break
    if search.sort not in _ORDERS:
        found.sort(key=lambda person: (search.sort not in person.values, folded(str(person.values.get(search.sort)))))
    return sliced(search, found, whole=whole)


def sliced(search: PeopleSearch, found: Sequence[Person], *, whole: bool) -> PeoplePage:
    """Give the page that is asked for of people who were all found, or as many as there was time for."""
    start = read_offset(search.cursor)
    end = start + search.limit
    return PeoplePage(
        found[start:end],
        len(found),
        not whole,
        written_cursor([2, end]) if len(found) > end else None,
        written_cursor([2, max(0, start - search.limit)]) if start else None,
    )


def _everyone(reading: Reading, search: PeopleSearch) -> Iterator[Person]:
    query = attrs.evolve(_query(search), limit=_BATCH, starts=search.starts)
    while True:
        rows = reading.tx.people.select(query)
        yield from (person for _, person in rows)
        if len(rows) < _BATCH:
            return
        query = attrs.evolve(query, after=rows[-1][0], starts=None)


# --- cursors -------------------------------------------------------------------------------------------------------


def written_cursor(parts: list[str | int]) -> str:
    """Write a cursor: 0 or 1 (forward, back) and a place in the order, or 2 and a number of people."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _parts(cursor: str) -> list[object]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list) or not parts:
        raise BadCursor("This cursor is not one that was given out here. Begin without one.")
    return parts


def read_place(cursor: str | None) -> tuple[bool, tuple[str, str] | None]:
    """Read a cursor that goes on from a place: whether it goes back, and the place."""
    if cursor is None:
        return False, None
    match _parts(cursor):
        case [(0 | 1) as back, (str() | int()) as key, str() as person]:
            return bool(back), (key, person)  # type: ignore[return-value]  # the key of `change` is a number
        case _:
            raise BadCursor("This cursor belongs to another list. Begin without one.")


def read_offset(cursor: str | None) -> int:
    """Read a cursor that skips a number of people."""
    if cursor is None:
        return 0
    match _parts(cursor):
        case [2, int() as offset] if offset >= 0:
            return offset
        case _:
            raise BadCursor("This cursor belongs to another list. Begin without one.")


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return value.get("written")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
