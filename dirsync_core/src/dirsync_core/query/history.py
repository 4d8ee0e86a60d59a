"""History: every accepted write about somebody, newest first, and what people saw change by it.

A person's writes are events of the records that are, or ever were, theirs, and events of the person. Start at
`events_shape` for all of them, at `written` for a page of requests.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Generic, TypeVar

import attrs

from dirsync_core.model.changes import Change
from dirsync_core.model.errors import Ambiguous, NotFound
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.query.undoing import UNDONE, by_hand, is_undoable
from dirsync_core.query.who import person_named, records_named
from dirsync_core.store.contract import Event

T = TypeVar("T", Event, Change)

_BATCH = 50
_EVERYTHING = 1_000_000_000
_TOLD = {
    "user.created": "first written",
    "user.replaced": "written",
    "user.deleted": "deleted by its source",
    "placement.add": "placed in",
    "placement.mask": "hidden from",
    "placement.cleared": "given back to the rules of",
    "override.pin": "pinned",
    "override.add": "added to",
    "override.mask": "masked in",
    "override.cleared": "given back to the sources:",
    "person.adopted": "handed over to a source",
    "person.released": "taken back from a source",
    "rules.applied": "rules applied",
}
_BY_HAND = {"user.created": "added by hand", "user.replaced": "changed by hand", "user.deleted": "removed by hand"}


@attrs.frozen
class Cursor:
    """Where a page of the history begins: before this event, and before this change."""

    event: int | None = None
    change: int | None = None


@attrs.frozen
class Written:
    """What one request wrote about somebody, and what people saw change by it; both oldest first.

    Without events it is a change that was caused elsewhere.
    """

    events: tuple[Event, ...]
    changes: tuple[Change, ...]


def subjects_of(reading: Reading, person: PersonId) -> list[str]:
    """Give what events about a person are of."""
    return [person, *reading.tx.facts.ever_linked(person)]


def subjects_named(reading: Reading, who: str) -> list[str]:
    """Give what events are of about a person, or about a record that was never anybody's.

    Raises:
        NotFound: there is neither.
        Ambiguous: several are meant.
    """
    tx = reading.tx
    person = person_named(tx, who)
    if person is not None:
        return subjects_of(reading, person)
    records = records_named(tx, who)
    people = {link.person for record in records if (link := tx.facts.link(record.id)) is not None}
    if len(people) == 1:
        return subjects_of(reading, people.pop())
    if people or len(records) > 1:
        raise Ambiguous(who, tuple(f"{record.id} ({record.provider}, {record.key})" for record in records))
    if not records:
        raise NotFound(f"Neither a person nor a record is, or was, “{who}”. Check the address, or an id.")
    return [records[0].id]


def events_shape(reading: Reading, who: str) -> Shape:
    """Give every accepted write about somebody, newest first.

    Raises:
        NotFound, Ambiguous: as for `subjects_named`.
    """
    undoable = _Undoable(reading)
    events: list[Json] = [
        {
            "request": event.request,
            "at": written_time(event.at),
            "by": event.by,
            "provider": event.provider,
            "record": event.record if reading.tx.records.any(RecordId(event.record or "")) is not None else None,
            "kind": event.kind,
            "ignored": _ignored(event),
            "undoable": undoable(event),
        }
        for event in reading.tx.events.of(subjects_named(reading, who), limit=_EVERYTHING)
    ]
    return {"events": events}


def count(reading: Reading, person: PersonId) -> int:
    """Count the requests in the history of a person."""
    return reading.tx.feed.requests_of(person, subjects_of(reading, person))


def written(
    reading: Reading, person: PersonId, limit: int, after: Cursor | None = None
) -> tuple[list[Shape], Cursor | None]:
    """Give a page of a person's history, newest first, a line for each request; and where the next page begins."""
    merged = _Merged(reading, person, after or Cursor())
    undoable = _Undoable(reading)
    lines: list[Shape] = []
    for one in merged:
        if len(lines) == limit:
            return lines, merged.cursor
        lines.append(_line(reading, one, undoable))
        merged.passed()
    return lines, None


class _Undoable:
    """Whether a request can be taken back, found out once for each."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[str, bool] = {}

    def __call__(self, event: Event) -> bool:
        reading = self._reading
        if not by_hand(reading.rules, event):
            return False
        if event.request not in self._known:
            self._known[event.request] = is_undoable(reading.tx, reading.rules, reading.now, event.request)
        return self._known[event.request]


class _Merged:
    """Events and changes as one list of requests; each is read batch by batch, no further than it is asked for."""

    def __init__(self, reading: Reading, person: PersonId, after: Cursor) -> None:
        tx = reading.tx
        self._tx = tx
        self._subjects = subjects_of(reading, person)
        self._events = _Ahead(lambda before: tx.events.of(self._subjects, limit=_BATCH, before=before), after.event)
        self._changes = _Ahead(lambda before: tx.feed.before(before, _BATCH, person=person), after.change)
        self._early: dict[str, list[Change]] = {}
        self._at = after
        self.cursor = after

    def passed(self) -> None:
        """Begin the next page behind what was given last."""
        self.cursor = self._at

    def __iter__(self) -> Iterator[Written]:
        while (event := self._events.head) or self._changes.head:
            change = self._changes.head
            if event and (not change or event[0].at > change[0].at or _request(event) == _request(change)):
                yield self._wrote(self._events.take())
            else:
                yield from self._changed(self._changes.take())

    def _changed(self, changes: list[Change]) -> Iterator[Written]:
        """A change that no event is about was caused elsewhere: by a rule, a group, somebody whom the person names."""
        self._at = attrs.evolve(self._at, change=changes[-1].seq)
        request = _request(changes)
        if self._tx.events.is_about(request, self._subjects):
            self._early.setdefault(request, []).extend(changes)
        else:
            yield Written((), tuple(changes[::-1]))

    def _wrote(self, events: list[Event]) -> Written:
        self._at = attrs.evolve(self._at, event=events[-1].seq)
        changes = self._early.pop(_request(events), [])
        while self._changes.head and _request(self._changes.head) == _request(events):
            changes += self._changes.take()
            self._at = attrs.evolve(self._at, change=changes[-1].seq)
        return Written(tuple(events[::-1]), tuple(changes[::-1]))


class _Ahead(Generic[T]):
    """What is read newest first, a request at a time, with the next one in sight."""

    def __init__(self, fetch: Callable[[int | None], Sequence[T]], before: int | None) -> None:
        self._groups: Iterator[tuple[str, Iterator[T]]] = groupby(_each(fetch, before), key=_request_of)
        self.head: list[T] = self._next()

    def take(self) -> list[T]:
        """Give the next, and look at the one behind it."""
        taken, self.head = self.head, self._next()
        return taken

    def _next(self) -> list[T]:
        return next((list(group) for _, group in self._groups), [])


def _each(fetch: Callable[[int | None], Sequence[T]], before: int | None) -> Iterator[T]:
    while batch := fetch(before):
        yield from batch
        before = batch[-1].seq


def _request(written: Sequence[Event] | Sequence[Change]) -> str:
    return _request_of(written[0])


def _request_of(one: Event | Change) -> str:
    return one.request if isinstance(one, Event) else one.cause.request


# --- in words -------------------------------------------------------------------------------------------------------


def _line(reading: Reading, one: Written, undoable: _Undoable) -> Shape:
    changed = _folded(one.changes)
    if not one.events:
        change = one.changes[0]
        provider = change.cause.provider
        return {
            "request": change.cause.request, "at": written_time(change.at), "by": change.cause.by, "provider": provider,
            "shape": reading.shape(provider), "kind": change.type.value, "summary": change.type.value,
            "changed": changed, "undoable": False, "ignored": [],
        }  # fmt: skip
    event = one.events[0]
    provider = next((e.provider for e in one.events if e.provider is not None), None)
    told = [event for event in one.events if event.kind != UNDONE]
    return {
        "request": event.request, "at": written_time(event.at), "by": event.by, "provider": provider,
        "shape": reading.shape(provider), "kind": event.kind, "changed": changed, "undoable": undoable(event),
        "summary": ", ".join(dict.fromkeys(summary(reading, event) for event in told)),
        "ignored": [name for event in told for name in _ignored(event)],
    }  # fmt: skip


def _ignored(event: Event) -> list[Json]:
    ignored = event.body.get("ignored") if isinstance(event.body, dict) else None
    return ignored if isinstance(ignored, list) else []


def _folded(changes: Sequence[Change]) -> Shape:
    """Give what was before the first and is after the last."""
    changed: dict[str, list[Json]] = {}
    for change in changes:
        for name, (before, after) in change.changed.items():
            changed[name] = [changed[name][0] if name in changed else before, after]
    return {name: [before, after] for name, (before, after) in changed.items() if before != after}


def summary(reading: Reading, event: Event) -> str:
    """Say what one write was."""
    words = _TOLD.get(event.kind, event.kind)
    if reading.shape(event.provider) == "square":
        words = _BY_HAND.get(event.kind, words)
    body = event.body if isinstance(event.body, dict) else {}
    if "location" in body:
        return f"{words} {reading.location(str(body['location']))}"
    return f"{words} {body['name']}" if event.kind.startswith("override.") and "name" in body else words
