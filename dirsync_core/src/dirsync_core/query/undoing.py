"""Undo, as far as it can be seen by reading: what a request wrote by hand, what was there before, what is in the way.

A request is seen as cells, each with what it held before and after: a record, a placement, an admin's word. It can be
taken back while every cell still holds what the request left there, and nothing else was put on top. Start at
`restoration`; `dirsync_core.host.acts.undoing` does what it says.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from dirsync_core.engine.evaluation import evaluate
from dirsync_core.engine.rules import Rules
from dirsync_core.model.addresses import fold
from dirsync_core.model.errors import DirsyncError, NotFound, PluginUnavailable, Refused
from dirsync_core.model.facts import Override
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Event, Transaction

UNDONE = "undone"
"""The kind of the event that says which request was taken back; what that wrote are events beside it."""

_ELSEWHERE = {
    "rules": ("Rules are not undone.", "Put the settings back as they were, then: dirsync apply"),
    "token": ("Tokens are not undone.", "Revoke the token, or make another: dirsync token --help"),
    "provider.retired": ("This retired a source.", "Put it back into plugins.toml, then: dirsync apply"),
    "case": ("What was decided of a case is not undone.", "Pin or place the person, or let the source say it again."),
    "person.adopted": ("This handed somebody over.", "Take them back with: dirsync release WHO"),
    "person.released": ("This took somebody back.", "Hand them over again with: dirsync adopt WHO"),
}
_LOOKED_AT = 50


@attrs.frozen
class RecordCell:
    """A record kept by hand. It holds what its events tell of it, or None where there is none."""

    record: RecordId


@attrs.frozen
class PlacementCell:
    """Membership by hand. It holds `add`, `mask` or None."""

    subject: PersonId | RecordId
    location: str


@attrs.frozen
class WordCell:
    """An admin's word: the pin of an attribute, or what is said of one value of a set. It holds a told word or None."""

    person: PersonId
    name: str
    value: str | None


Cell = RecordCell | PlacementCell | WordCell
Cells = Mapping[Cell, tuple[Json, Json]]
"""What each cell holds now, and what it held before."""


@attrs.frozen
class Restoration:
    """What would take a request back: what each cell holds now, and what it held before."""

    request: str
    about: tuple[str, ...]
    cells: Cells


def restoration(tx: Transaction, rules: Rules, now: datetime, request: str) -> Restoration:
    """Say what would take back a request that somebody made by hand.

    Raises:
        NotFound: there is no such request.
        Refused: a source wrote it, it is of a kind that is taken back elsewhere, or something was built on it since.
        PluginUnavailable: what would come of it can't be judged, since a plugin is missing.
    """
    events = [event for event in tx.events.of_request(request) if event.kind != UNDONE]
    if not events:
        raise NotFound(f"There is no request “{request}”. The requests about somebody: dirsync history WHO")
    cells: dict[Cell, tuple[Json, Json]] = {}
    for event in events:
        _check_kind(rules, event)
        for cell, before, after in _told(tx, event):
            cells[cell] = (after, cells[cell][1] if cell in cells else before)
    last = events[-1].seq
    for cell, (after, before) in cells.items():
        if _held(tx, cell) != after or _is_succeeded(tx, cell):
            raise _overtaken(tx, rules, cell, request, last)
        _check(tx, rules, now, cell, before, cells)
    return Restoration(request, tuple(dict.fromkeys(str(event.record) for event in events)), cells)


def is_undoable(tx: Transaction, rules: Rules, now: datetime, request: str) -> bool:
    """Say whether `dirsync undo` would take a request back."""
    try:
        restoration(tx, rules, now, request)
    except DirsyncError:
        return False
    return True


def by_hand(rules: Rules, event: Event) -> bool:
    """Say whether people wrote it, not a source."""
    return event.provider is None or rules.by_hand(event.provider)


def placed(tx: Transaction, subject: PersonId | RecordId, location: str) -> str | None:
    """Give what was decided by hand about somebody in a location."""
    return next((p.op for p in tx.facts.placements(subject) if p.location == location), None)


def told_word(word: Override) -> Json:
    """Write an admin's word as events tell it."""
    return {"op": word.op, "value": word.value, "note": word.note}


def word_cell(person: PersonId, name: str, told: Mapping[str, Any]) -> WordCell:
    """Give the place of a word: there is one for a pin, and one for each value of a set."""
    return WordCell(person, name, None if told["op"] == "pin" else fold(str(told["value"])))


# --- what a request wrote -------------------------------------------------------------------------------------------


def _check_kind(rules: Rules, event: Event) -> None:
    for kind, (sentence, way) in _ELSEWHERE.items():
        if event.kind == kind or event.kind.startswith(f"{kind}."):
            raise Refused(sentence, (way,))
    if not by_hand(rules, event):
        source = rules.providers.get(event.provider or "")
        title = source.title if source is not None else event.provider
        raise Refused(
            f"{title} wrote this, and what a source wrote is not undone: it would no longer be what the provider was"
            " told.",
            (f"Correct it in {title}, or pin a value over it: dirsync override pin WHO NAME=VALUE",),
        )
    if not event.kind.startswith(("user.", "placement.", "override.")):
        raise Refused(f"What is called {event.kind} can't be taken back.", ("Write what you want instead.",))
    if event.body is None and event.kind != "user.deleted":
        raise Refused("What this wrote is no longer kept.", ("Write what you want instead.",))
    known = rules.providers.get(event.provider or "")
    if known is not None and known.unavailable is not None:
        raise PluginUnavailable(known.name, f"{known.name} can't be judged now: {known.unavailable}")


def _told(tx: Transaction, event: Event) -> Iterator[tuple[Cell, Json, Json]]:
    """Give the cells that an event wrote, with what they held before and after."""
    subject, body = str(event.record), event.body if isinstance(event.body, dict) else {}
    match event.kind.split("."):
        case ["user", _]:
            yield RecordCell(RecordId(subject)), _before(tx, event), _record_in(event)
        case ["placement", op]:
            after = None if op == "cleared" else op
            yield PlacementCell(_present(tx, subject), str(body["location"])), body.get("before"), after
        case ["override", _]:
            yield from _words(PersonId(subject), body)


def _before(tx: Transaction, event: Event) -> Json:
    if event.kind == "user.created":
        return None
    earlier = tx.events.of([str(event.record)], limit=_LOOKED_AT, before=event.seq)
    found = next((_record_in(e) for e in earlier if e.kind in ("user.created", "user.replaced")), None)
    if found is None:
        raise Refused("What was there before is no longer kept.", ("Write what you want instead.",))
    return found


def _record_in(event: Event) -> Json:
    """Give what an event tells of a record, as `told_record` writes it."""
    if not isinstance(event.body, dict):
        return None
    return {name: event.body[name] for name in ("key", "externalId", "active", "body")}


def _words(person: PersonId, body: Mapping[str, Any]) -> Iterator[tuple[Cell, Json, Json]]:
    before = {word_cell(person, body["name"], word): word for word in body["before"]}
    after = {word_cell(person, body["name"], word): word for word in body["now"]}
    for cell in {**before, **after}:
        yield cell, before.get(cell), after.get(cell)


def _present(tx: Transaction, subject: str) -> PersonId | RecordId:
    """Placements of a record are the person's as soon as there is one."""
    link = tx.facts.link(RecordId(subject))
    return link.person if link is not None else RecordId(subject)


# --- what is there now ----------------------------------------------------------------------------------------------


def _held(tx: Transaction, cell: Cell) -> Json:
    match cell:
        case RecordCell(record):
            found = tx.records.any(record)
            return told_record(found) if found is not None and found.deleted_at is None else None
        case PlacementCell(subject, location):
            return placed(tx, subject, location)
        case WordCell(person, name, _):
            words = (told_word(word) for word in tx.facts.overrides(person) if word.name == name)
            return next((word for word in words if word_cell(person, name, word) == cell), None)  # type: ignore[arg-type]  # a told word is a mapping


def _is_succeeded(tx: Transaction, cell: Cell) -> bool:
    """A tombstone whose link has ended has a successor."""
    found = tx.records.any(cell.record) if isinstance(cell, RecordCell) else None
    return found is not None and found.deleted_at is not None and tx.facts.link(found.id) is None


def told_record(record: Record) -> Json:
    """Write a record as events tell it."""
    body: Any = record.content
    return {"key": record.key, "externalId": record.external_id, "active": record.active, "body": dict(body)}


def _overtaken(tx: Transaction, rules: Rules, cell: Cell, request: str, last: int) -> Refused:
    later = next((e for e in _events_of(tx, cell) if e.seq > last and _concerns(e, cell)), None)
    name = _called(tx, cell)
    if later is None:
        return Refused(f"{name} is no longer as this request left them.", ("Write what you want instead.",))
    if any(e.kind == UNDONE and _says(e, "request") == request for e in tx.events.of_request(later.request)):
        return Refused(
            f"This was taken back already, by {later.by} in request {later.request}.",
            (f"Take that back in turn with: dirsync undo {later.request}",),
        )
    return Refused(
        f"{_written(name, later)} since, by {later.by} in request {later.request}.",
        (f"That comes first: dirsync undo {later.request}",) if by_hand(rules, later) else (),
    )


def _events_of(tx: Transaction, cell: Cell) -> Iterator[Event]:
    match cell:
        case RecordCell(record):
            link = tx.facts.link(record)
            successors = () if link is not None else _people_of(tx, record)
            records = [r for person in successors for r in tx.facts.ever_linked(person)]
            yield from tx.events.of([record, *records], limit=_LOOKED_AT)
        case PlacementCell(subject, _):
            yield from tx.events.of([subject], limit=_LOOKED_AT)
        case WordCell(person, _, _):
            yield from tx.events.of([person], limit=_LOOKED_AT)


def _people_of(tx: Transaction, record: RecordId) -> list[PersonId]:
    found = tx.records.any(record)
    seats = tx.facts.seats(fold(found.key)) if found is not None else ()
    return [seat.person for seat in seats if record in tx.facts.ever_linked(seat.person)][:1]


def _concerns(event: Event, cell: Cell) -> bool:
    match cell:
        case RecordCell():
            return event.kind.startswith("user.")
        case PlacementCell(_, location):
            return event.kind.startswith("placement.") and _says(event, "location") == location
        case WordCell(_, name, _):
            return event.kind.startswith("override.") and _says(event, "name") == name


def _says(event: Event, name: str) -> Json:
    return event.body.get(name) if isinstance(event.body, dict) else None


def _written(name: str, event: Event) -> str:
    match event.kind.split("."):
        case ["user", "created"]:
            return f"{name} was added again"
        case ["user", "deleted"]:
            return f"{name} was removed"
        case ["placement", _]:
            return f"The place of {name} in {_says(event, 'location')} was decided anew"
        case ["override", _]:
            return f"{_says(event, 'name')} of {name} was decided anew"
        case _:
            return f"{name} was changed"


# --- what stands against it -----------------------------------------------------------------------------------------


def _check(tx: Transaction, rules: Rules, now: datetime, cell: Cell, before: Json, cells: Cells) -> None:
    match cell:
        case RecordCell(record):
            _check_record(tx, rules, now, cell, before, cells)
            _check_judged(tx, rules, [record])
        case PlacementCell(subject, _):
            links = tx.facts.links(PersonId(subject))
            _check_judged(tx, rules, [link.record for link in links] or [RecordId(subject)])
        case WordCell():
            pass


def _check_judged(tx: Transaction, rules: Rules, records: list[RecordId]) -> None:
    found = (tx.records.any(record) for record in records)
    for known in (rules.providers.get(record.provider) for record in found if record is not None):
        if known is not None and known.unavailable is not None:
            raise PluginUnavailable(known.name, f"{known.name} can't be judged now: {known.unavailable}")


def _check_record(tx: Transaction, rules: Rules, now: datetime, cell: RecordCell, before: Json, cells: Cells) -> None:
    found = tx.records.any(cell.record)
    assert found is not None
    link = tx.facts.link(cell.record)
    if tx.facts.is_dormant(cell.record):
        raise _handed_over(tx, rules, cell)
    if before is None:
        if link is not None:
            _check_bare(tx, cell, link.person, cells)
        return
    _check_address(tx, rules, now, cell, as_told(found, before), link.person if link is not None else None)


def as_told(record: Record, told: Any) -> Record:
    """Give a record as an event told it."""
    body = json.dumps(told["body"], ensure_ascii=False, separators=(",", ":")).encode()
    return attrs.evolve(
        record, key=told["key"], external_id=told["externalId"], active=told["active"], body=body, deleted_at=None
    )  # fmt: skip


def _handed_over(tx: Transaction, rules: Rules, cell: RecordCell) -> Refused:
    link = tx.facts.link(cell.record)
    records = [tx.records.any(a.record) for a in (tx.facts.adoptions(link.person) if link is not None else ())]
    sources = [rules.providers[r.provider].title for r in records if r is not None and r.provider in rules.providers]
    return Refused(
        f"{_called(tx, cell)} was handed over to {' and '.join(sources) or 'a source'} since.",
        ("Take them back first: dirsync release WHO",),
    )


def _check_bare(tx: Transaction, cell: RecordCell, person: PersonId, cells: Cells) -> None:
    """Somebody who was added goes only while nothing but that request was said of them."""
    for placement in tx.facts.placements(person):
        if PlacementCell(person, placement.location) not in cells:
            raise Refused(
                f"{_called(tx, cell)} was placed by hand since, by {placement.by}: {placement.location}.",
                (f"That comes first: dirsync location clear {person} {placement.location}",),
            )
    for word in tx.facts.overrides(person):
        raise Refused(
            f"{word.name} of {_called(tx, cell)} was overridden since, by {word.by}.",
            (f"That comes first: dirsync override clear {person} {word.name}",),
        )


def _check_address(
    tx: Transaction, rules: Rules, now: datetime, cell: RecordCell, restored: Record, person: PersonId | None
) -> None:
    """The address that was theirs must be free, and must lead back to them."""
    taken = [r for r in tx.records.find(restored.provider, "user", "key", restored.key) if r.id != cell.record]
    address = evaluate(tx, rules, restored, rules.today(now)).address
    holder = tx.facts.holder(address) if address is not None else None
    if taken or (holder is not None and holder.person != person):
        who = holder.person if holder is not None else None
        raise Refused(f"{restored.key} belongs to {_name(tx, who)} now.", ("Give them another address first.",))
    seats = tx.facts.seats(address) if address is not None else ()
    if holder is None and seats and max(seats, key=lambda seat: seat.since).person != person:
        raise Refused(
            f"Somebody else had {restored.key} since, so that a new person would come of it.",
            ("Add them anew: dirsync manual add",),
        )


def _called(tx: Transaction, cell: Cell) -> str:
    match cell:
        case RecordCell(record):
            link = tx.facts.link(record)
            found = tx.records.any(record)
            return _name(tx, link.person) if link is not None else found.key if found is not None else record
        case PlacementCell(subject, _):
            return _name(tx, PersonId(subject))
        case WordCell(person, _, _):
            return _name(tx, person)


def _name(tx: Transaction, person: PersonId | None) -> str:
    found = tx.people.get(person) if person is not None else None
    return str(found.values.get("displayName") or found.email) if found is not None else "somebody else"
