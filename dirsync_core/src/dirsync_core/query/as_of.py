"""The directory as of a day: read from the feed, which tells of each person what became of them and when.

As of a time means: after the last change that was published by then. Who has not changed since is read as they are; of
the others the changes up to then are folded, person by person. Where values came from is not in the feed. The list goes
by today's names where only a status is asked for, so that a page reads little more than the people it shows; anything
else looks at everybody.
"""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as time_of_day

import attrs

from dirsync_core.engine.feed import told
from dirsync_core.engine.merging import missing_references
from dirsync_core.model.addresses import fold
from dirsync_core.model.errors import DirsyncError, NotFound
from dirsync_core.model.facts import Seat
from dirsync_core.model.finding import asked_for, sort_key, terms_of
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import written_time
from dirsync_core.model.names import folded
from dirsync_core.model.people import Json, Person, Status
from dirsync_core.query.people import (
    PeoplePage,
    PeopleSearch,
    filterable,
    read_place,
    sliced,
    written_cursor,
)
from dirsync_core.query.reading import Reading, Shape, person_shape
from dirsync_core.store.contract import PeopleQuery

_BATCH = 500
_KEYED = (Status.ACTIVE, None)


class BadTime(DirsyncError, ValueError):
    """A time that can't be looked back to."""


def read_when(text: str, zone: tzinfo, now: datetime) -> datetime:
    """Read a time, or a day: that is the whole of it, to its end where the directory is; today is now.

    Raises:
        BadTime: it is neither, or is yet to come.
    """
    try:
        at = _end_of(date.fromisoformat(text), zone) if len(text) == 10 else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise BadTime(f"“{text[:80]}” is no time. Write a day as 2026-03-01, or 2026-03-01T09:00:00Z.") from None
    if at.tzinfo is None:
        raise BadTime(f"“{text[:80]}” does not say in which zone. Write Z behind it for UTC.")
    begun = len(text) == 10 and date.fromisoformat(text) == now.astimezone(zone).date()
    if at > now and not begun:
        raise BadTime(f"“{text[:80]}” is yet to come.")
    return min(at, now)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time_of_day(), zone) - timedelta(milliseconds=1)


@attrs.frozen
class AsOf:
    """The directory as it was after change `seq`."""

    reading: Reading
    at: datetime
    seq: int

    @classmethod
    def of(cls, reading: Reading, at: datetime) -> "AsOf":
        """Look back to a time.

        Raises:
            BadTime: what was published until then is no longer kept.
        """
        seq, first = reading.tx.feed.at(at), reading.tx.feed.first()
        if seq < first - 1:
            (oldest,) = reading.tx.feed.after(first - 1, 1)
            raise BadTime(f"The history is kept since {written_time(oldest.at)}, by keep_history in plugins.toml.")
        return cls(reading, at, seq)

    def person(self, person: Person) -> Person | None:
        """Give somebody as they were, None where they were not there yet. `provenance` and `sources` are empty."""
        if person.last_change <= self.seq:
            return attrs.evolve(person, provenance={}, sources=())
        past = told(self.reading.tx, person.id, until=self.seq) if person.created_at <= self.at else None
        if past is None:
            return None
        values: dict[str, Json] = {**past.values}
        values |= missing_references(self.reading.rules, values)
        return Person(
            person.id, past.status, values, {}, (), past.version, past.created_at, past.changed_at, past.last_change
        )  # fmt: skip

    def named(self, who: str) -> Person:
        """Give the person of that id, who held that address then, or who held it last before.

        Raises:
            NotFound: there was nobody.
        """
        found = self.reading.person(self._id(who))
        past = self.person(found) if found is not None else None
        if past is not None:
            return past
        since = f" {found.email} joined later." if found is not None else ""
        raise NotFound(f"Nobody in the directory was “{who}” then.{since}")

    def _id(self, who: str) -> PersonId:
        if self.reading.person(PersonId(who.strip())) is not None:
            return PersonId(who.strip())
        seats = [seat for seat in self.reading.tx.facts.seats(fold(who)) if seat.since_at <= self.at]
        return max(seats, key=self._heldness).person if seats else PersonId("")

    def _heldness(self, seat: Seat) -> tuple[bool, int]:
        return seat.until_at is None or seat.until_at > self.at, seat.since

    # --- the list ----------------------------------------------------------------------------------------------------

    def select(self, search: PeopleSearch, *, seconds: float | None = None) -> PeoplePage:
        """Give a page of people as they were. What looks at everybody does so for at most `seconds`.

        Without `seconds` it is one list that goes by the names of then.

        Raises:
            BadCursor: the cursor was not given out here.
        """
        plain = not (search.text or search.location or search.filter) and search.sort == "displayName"
        if plain and search.status in _KEYED and seconds is not None:
            return self._keyed(search, seconds)
        return self._scanned(search, seconds)

    def shape(self, search: PeopleSearch) -> Shape:
        """Give a page in the interface's shape."""
        page = self.select(search)
        people: list[Json] = [person_shape(person) for person in page.people]
        return {"people": people, "total": page.total, "nextCursor": page.next, "seq": self.seq}

    def batch_of(
        self, search: PeopleSearch, after: tuple[str, str] | None, limit: int
    ) -> tuple[list[Person], tuple[str, str] | None]:
        """Give some of the people of a search, and from where to go on; None at the end."""
        rows = self.reading.tx.people.select(PeopleQuery(status=None, after=after, limit=limit))
        people = [past for _, person in rows if (past := self.person(person)) is not None and self.takes(search, past)]
        return people, rows[-1][0] if len(rows) == limit else None

    def everyone(self, query: PeopleQuery | None = None) -> Iterator[tuple[tuple[str, str], Person | None]]:
        """Give everybody by today's names, with their place in that order; None for those who were not there yet."""
        query = attrs.evolve(query or PeopleQuery(limit=_BATCH), status=None)
        while rows := self.reading.tx.people.select(query):
            yield from ((place, self.person(p)) for place, p in (reversed(rows) if query.backwards else rows))
            query = attrs.evolve(query, after=rows[0 if query.backwards else -1][0], starts=None)

    def _keyed(self, search: PeopleSearch, seconds: float) -> PeoplePage:
        """Read on until the page is full; where few of those who are there now were there, no longer than `seconds`."""
        back, place = read_place(search.cursor)
        starts = search.starts if place is None else None
        total, stop = self._count(search.status), time.monotonic() + seconds
        whole = total if place is None and starts is None else None
        rows: list[tuple[tuple[str, str], Person]] = []
        on: tuple[str, str] | None = None
        for at, past in self.everyone(PeopleQuery(after=place, backwards=back, starts=starts, limit=search.limit + 1)):
            if len(rows) == whole:
                break
            if len(rows) == search.limit and past is not None and search.status in (None, past.status):
                on = rows[-1][0]
                break
            if past is not None and search.status in (None, past.status):
                rows.append((at, past))
            if time.monotonic() > stop:
                on = at
                break
        rows = rows[::-1] if back else rows
        first = rows[0][0] if rows else place
        behind = place is not None or search.starts is not None
        forward, backward = (rows[-1][0] if rows else place, on) if back else (on, first if behind else None)
        return PeoplePage(
            [person for _, person in rows], total, False,
            written_cursor([0, *forward]) if forward else None,
            written_cursor([1, *backward]) if backward else None,
        )  # fmt: skip

    def counts(self) -> dict[Status, int]:
        """Count people by status: today's counts, less what has been added since."""
        now, steps = self.reading.tx.people.counts("status"), self.reading.tx.feed.status_steps(self.seq)
        return {status: now.get(status.value, 0) - steps.get(status, 0) for status in Status}

    def _count(self, status: Status | None) -> int:
        counts = self.counts()
        return sum(counts.values()) if status is None else counts[status]

    def _scanned(self, search: PeopleSearch, seconds: float | None) -> PeoplePage:
        stop = None if seconds is None else time.monotonic() + seconds
        found, whole = [], True
        for _, person in self.everyone():
            if person is not None and self.takes(search, person):
                found.append(person)
            if stop is not None and time.monotonic() > stop:
                whole = False
                break
        found.sort(key=lambda person: _order(search.sort, person))
        return sliced(search, found, whole=whole)

    def takes(self, search: PeopleSearch, person: Person) -> bool:
        """Say whether a search finds somebody as they were."""
        locations = person.values.get("locations")
        return (
            search.status in (None, person.status)
            and (search.location is None or (isinstance(locations, list) and search.location in locations))
            and (not search.text or _is_called(person, search.text))
            and (search.filter is None or search.filter.matches(filterable(person)))
        )


def _is_called(person: Person, text: str) -> bool:
    terms = terms_of(person)
    return all(any(term.startswith(word) for term in terms) for word in asked_for(text))


def _order(sort: str, person: Person) -> tuple[bool, str | int, str]:
    match sort:
        case "displayName":
            return False, sort_key(person), person.id
        case "changedAt":
            return False, -person.last_change, person.id
        case _:
            return sort not in person.values, folded(str(person.values.get(sort))), person.id
