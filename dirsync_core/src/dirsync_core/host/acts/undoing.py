"""Undo: take back one request that somebody made by hand, as a new write with its own events."""

from collections.abc import Mapping
from typing import Any

import attrs

from dirsync_core.engine.guard import Guarding
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle, settle_clock
from dirsync_core.host.acts.by_hand import clear_placement, put_placement
from dirsync_core.host.acts.overriding import replace_words
from dirsync_core.host.handle import ProviderEdit, begin
from dirsync_core.model.errors import KeyTaken, Refused
from dirsync_core.model.facts import Override
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json
from dirsync_core.query.undoing import UNDONE, PlacementCell, RecordCell, Restoration, WordCell, restoration, word_cell
from dirsync_core.store.contract import Transaction


def undo(tx: Transaction, rules: Rules, moment: Moment, request: str) -> tuple[PersonId, ...]:
    """Take back a request: all that it wrote, or nothing. Gives the people concerned.

    Raises:
        NotFound: there is no such request.
        Refused: it can't be taken back; says why, and what to do instead.
        PluginUnavailable: what would come of it can't be judged, since a plugin is missing.
    """
    settle_clock(tx, rules, attrs.evolve(moment))
    back = restoration(tx, rules, moment.at, request)
    people = tuple(sorted({person for subject in back.about if (person := _person(tx, subject)) is not None}))
    for subject in back.about:
        tx.events.append(moment, UNDONE, record=subject, body={"request": request})
    event = _put_back_decisions(tx, rules, moment, back)
    edits = _put_back_records(tx, rules, moment, back)
    for edit in edits:
        edit.settle()
    if event is not None:
        records = [link.record for person in people for link in tx.facts.links(person)]
        alone = [RecordId(s) for s in back.about if _person(tx, s) is None and tx.records.any(RecordId(s)) is not None]
        settle(tx, rules, moment, event, [*records, *alone], people, Guarding.APPROVE)
    _check_same(tx, edits, people)
    return people


def _person(tx: Transaction, subject: str) -> PersonId | None:
    link = tx.facts.link(RecordId(subject))
    if link is not None:
        return link.person
    return PersonId(subject) if tx.people.get(PersonId(subject)) is not None else None


def _put_back_decisions(tx: Transaction, rules: Rules, moment: Moment, back: Restoration) -> int | None:
    """Put placements and words back; gives the last event, None where the request had none. The caller settles."""
    last: int | None = None
    for cell, (now, before) in back.cells.items():
        match cell:
            case PlacementCell(subject, location) if before is None:
                last = clear_placement(tx, moment, subject, location)
            case PlacementCell(subject, location):
                last = put_placement(tx, moment, subject, location, str(before))
            case WordCell(person, name, _):
                old = [w for w in tx.facts.overrides(person) if _is_at(w, cell)] if now is not None else []
                new = [_word(cell, before, moment)] if before is not None else []
                last = replace_words(tx, rules, moment, person, name, old, new)
    return last


def _is_at(word: Override, cell: WordCell) -> bool:
    return word.name == cell.name and word_cell(word.person, word.name, {"op": word.op, "value": word.value}) == cell


def _word(cell: WordCell, told: Any, moment: Moment) -> Override:
    return Override(
        cell.person, cell.name, told["op"], told["value"], moment.request.by, moment.at, told["note"]
    )  # fmt: skip


def _put_back_records(tx: Transaction, rules: Rules, moment: Moment, back: Restoration) -> list[ProviderEdit]:
    """Write records as they were, a provider at a time; the caller settles."""
    wanted: dict[str, dict[RecordId, Json]] = {}
    for cell, (_, before) in back.cells.items():
        if isinstance(cell, RecordCell):
            found = tx.records.any(cell.record)
            assert found is not None
            wanted.setdefault(found.provider, {})[cell.record] = before
    return [_write(begin(tx, rules, moment, provider), records) for provider, records in wanted.items()]


def _write(edit: ProviderEdit, records: Mapping[RecordId, Any]) -> ProviderEdit:
    """Take away what was added, change back what was changed, add again what was removed."""
    try:
        for record in (record for record, told in records.items() if told is None):
            edit.delete(record)
        for record, told in records.items():
            if told is None:
                continue
            values = {"body": told["body"], "external_id": told["externalId"], "active": told["active"]}
            if edit.get(record) is not None:
                edit.replace(record, key=told["key"], **values)
            else:
                edit.create("user", told["key"], **values)
    except KeyTaken as error:
        raise Refused(str(error), ("Give that one another address first.",)) from error
    return edit


def _check_same(tx: Transaction, edits: list[ProviderEdit], people: tuple[PersonId, ...]) -> None:
    """Whoever comes back is the one who went; else nothing is done."""
    for record in (record for edit in edits for record in edit.touched):
        link = tx.facts.link(record)
        if link is not None and link.person not in people:
            raise Refused("Somebody else would come of it.", ("Add them anew: dirsync manual add",))
