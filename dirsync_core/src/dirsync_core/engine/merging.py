"""Merge: accepted claims and seats → what is published of a person. Recomputed every time, from facts alone."""

from collections.abc import Mapping, Sequence

import attrs

from dirsync_core.engine.references import Written, resolve, written_in
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import accepted_of, contributing, shown_address
from dirsync_core.model.claims import Attribute, Claim, Set, Value
from dirsync_core.model.facts import Accepted, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json, Status
from dirsync_core.store.contract import Transaction

_STATUS = {Standing.INACTIVE: Status.DEACTIVATED, Standing.DELETED: Status.DELETED}


@attrs.frozen
class Opinion:
    """What one record says of an attribute."""

    provider: str
    record: RecordId
    claim: Claim


@attrs.frozen
class Merged:
    """A person computed from facts: `winners` has the opinion behind each value, the first of `opinions`."""

    status: Status
    values: Mapping[str, Json]
    winners: Mapping[str, Opinion]
    opinions: Mapping[str, Sequence[Opinion]]
    sources: tuple[str, ...]


def merge(tx: Transaction, rules: Rules, person: PersonId) -> Merged:
    """Compute a person to whom at least one record is linked."""
    everything = sorted(accepted_of(tx, person), key=lambda r: (rules.rank(r.provider), r.record))
    status = status_of(tx, rules, person, everything)
    records = contributing(rules, everything) if status is Status.ACTIVE else everything
    opinions = _opinions(rules, records)
    winners = {name: found[0] for name, found in opinions.items() if isinstance(found[0].claim, Set)}
    values = {name: _value(tx, rules, person, name, winner) for name, winner in winners.items()}
    values |= _unions(rules, records) | _missing_references(rules, winners)
    values["email"] = _email(tx, rules, person)
    return Merged(status, values, winners, opinions, tuple(dict.fromkeys(r.provider for r in records)))


def status_of(tx: Transaction, rules: Rules, person: PersonId, records: Sequence[Accepted]) -> Status:
    """Give a person's status: active while a record contributes and has its seat, else what the first record says."""
    if not contributing(rules, records):
        return _STATUS.get(records[0].standing, Status.LEFT)
    return Status.ACTIVE if tx.facts.seat_of(person) is not None else Status.LEFT


def _opinions(rules: Rules, records: Sequence[Accepted]) -> dict[str, Sequence[Opinion]]:
    """Gather who says what of each attribute, the one who wins first."""
    names = {name for record in records for name in record.claims}
    return {
        name: [
            Opinion(record.provider, record.record, record.claims[name])
            for record in sorted(records, key=lambda r: (rules.rank(r.provider, name), r.record))
            if name in record.claims
        ]
        for name in sorted(names)
    }


def _email(tx: Transaction, rules: Rules, person: PersonId) -> str:
    seat = tx.facts.last_seat(person)
    assert seat is not None, f"person {person} never held an address"
    return shown_address(tx, rules, person, seat.address) or seat.shown


def _value(tx: Transaction, rules: Rules, person: PersonId, name: str, winner: Opinion) -> Json:
    assert isinstance(winner.claim, Set)
    known = rules.schema.get(name, Attribute(name))
    if not known.kind.is_reference:
        return _json(winner.claim.value)
    texts = written_in(winner.claim.value)
    found: list[Json] = [
        resolve(tx, rules, person, name, Written(text, winner.provider, winner.record)) for text in texts
    ]
    if known.kind.is_set:
        return found
    return found[0] if found else None


def _unions(rules: Rules, records: Sequence[Accepted]) -> dict[str, Json]:
    """Groups and locations are unions: groups by name, locations in the order of the settings."""
    groups = {text for r in records if isinstance(c := r.claims.get("groups"), Set) for text in _texts(c.value)}
    named = {key for record in records for key in record.locations}
    order = [rule.key for rule in rules.locations if rule.key in named]
    locations: list[Json] = [*order, *sorted(named - set(order))]
    return {"groups": [*sorted(groups)], "locations": locations}


def _missing_references(rules: Rules, winners: Mapping[str, Opinion]) -> dict[str, Json]:
    """References are there even where nobody is named: an empty list, or null."""
    return {
        attribute.name: [] if attribute.kind.is_set else None
        for attribute in rules.schema.values()
        if attribute.kind.is_reference and attribute.name not in winners
    }


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _json(value: Value) -> Json:
    return list(value) if isinstance(value, tuple) else value
