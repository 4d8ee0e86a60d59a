"""Merge: accepted claims and seats → what is published of a person. Recomputed every time, from facts alone."""

from collections.abc import Mapping, Sequence

import attrs

from dirsync_core.engine.references import Written, resolve, written_in
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import accepted_of, contributing, shown_address
from dirsync_core.model.addresses import fold
from dirsync_core.model.changes import Change
from dirsync_core.model.claims import Attribute, Claim, Clear, Set, Value
from dirsync_core.model.facts import Accepted, Override, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json, Published, Status
from dirsync_core.store.contract import Transaction

_STATUS = {Standing.INACTIVE: Status.DEACTIVATED, Standing.DELETED: Status.DELETED}


LOCAL = "local"
"""What stands for an admin's own word where a provider's name stands otherwise."""


@attrs.frozen
class Opinion:
    """What one record says of an attribute, or an admin (`local`, without a record)."""

    provider: str
    record: RecordId | None
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
    """Compute a person. One without records has left, with the values that were published last."""
    everything = sorted(accepted_of(tx, person), key=lambda r: (rules.rank(r.provider), r.record))
    if not everything:
        return _without_records(tx, rules, person)
    status = status_of(tx, rules, person, everything)
    records = contributing(rules, everything) if status is Status.ACTIVE else everything
    words = _Words.of(rules, tx.facts.overrides(person))
    opinions = _opinions(rules, records, words)
    winners = {name: found[0] for name, found in opinions.items() if isinstance(found[0].claim, Set)}
    values = {
        name: _value(tx, rules, person, name, winners.get(name), words) for name in sorted(winners.keys() | words.adds)
    }
    values |= _unions(rules, records) | missing_references(rules, values)
    values["email"] = _email(tx, rules, person)
    sources = tuple(dict.fromkeys(record.provider for record in records))
    return Merged(status, _in_order(values), winners, opinions, sources)


@attrs.frozen
class _Words:
    """An admin's word on a person, as far as it is awake: on attributes that something can set."""

    pins: Mapping[str, Claim]
    adds: Mapping[str, tuple[str, ...]]
    masks: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, rules: Rules, overrides: Sequence[Override]) -> "_Words":
        awake = [override for override in overrides if override.name in rules.schema]
        pins = {o.name: Clear() if o.value is None else Set(o.value) for o in awake if o.op == "pin"}
        names = {o.name for o in awake}
        adds = {name: tuple(str(o.value) for o in awake if (o.name, o.op) == (name, "add")) for name in names}
        masks = {
            name: frozenset(fold(str(o.value)) for o in awake if (o.name, o.op) == (name, "mask")) for name in names
        }
        return cls(pins, {name: found for name, found in adds.items() if found}, masks)


def _without_records(tx: Transaction, rules: Rules, person: PersonId) -> Merged:
    known = last_values(tx.feed.of(person), tx.feed.base(person))
    nowhere: list[Json] = []
    values = {**known, "locations": nowhere, "email": _email(tx, rules, person)}
    return Merged(Status.LEFT, _in_order(values | missing_references(rules, values)), {}, {}, ())


def _in_order(values: Mapping[str, Json]) -> Mapping[str, Json]:
    """Put values in the order of their names, whichever way each came about."""
    return dict(sorted(values.items()))


def last_values(changes: Sequence[Change], base: Published | None = None) -> dict[str, Json]:
    """Give the values that a person's changes lead to, oldest first, over what those before had led to.

    What was taken away is not among them.
    """
    values: dict[str, Json] = dict(base.values) if base is not None else {}
    values |= {name: after for change in changes for name, (_, after) in change.changed.items() if name != "status"}
    return {name: value for name, value in values.items() if value is not None}


def status_of(tx: Transaction, rules: Rules, person: PersonId, records: Sequence[Accepted]) -> Status:
    """Give a person's status: active while a record contributes and has its seat, else what the first record says."""
    if not contributing(rules, records):
        return _STATUS.get(records[0].standing, Status.LEFT)
    return Status.ACTIVE if tx.facts.seat_of(person) is not None else Status.LEFT


def _opinions(rules: Rules, records: Sequence[Accepted], words: _Words) -> dict[str, Sequence[Opinion]]:
    """Gather who says what of each attribute, the one who wins first; a pin stands before everybody."""
    names = {name for record in records for name in record.claims}
    found: dict[str, Sequence[Opinion]] = {
        name: [
            Opinion(record.provider, record.record, record.claims[name])
            for record in sorted(records, key=lambda r: (rules.rank(r.provider, name), r.record))
            if name in record.claims and rules.counts(record.provider, name)
        ]
        for name in sorted(names)
    }
    for name, claim in words.pins.items():
        found[name] = [Opinion(LOCAL, None, claim), *found.get(name, ())]
    return {name: opinions for name, opinions in found.items() if opinions}


def _email(tx: Transaction, rules: Rules, person: PersonId) -> str:
    seat = tx.facts.last_seat(person)
    assert seat is not None, f"person {person} never held an address"
    return shown_address(tx, rules, person, seat.address) or seat.shown


def _value(tx: Transaction, rules: Rules, person: PersonId, name: str, winner: Opinion | None, words: _Words) -> Json:
    """Give what is shown of an attribute: the winner's value, without what is masked, with what is added."""
    kind = rules.schema.get(name, Attribute(name)).kind
    value = winner.claim.value if winner is not None and isinstance(winner.claim, Set) else ()
    if not kind.is_set and not kind.is_reference:
        return _json(value)
    masked, added = words.masks.get(name, frozenset()), words.adds.get(name, ())
    texts = written_in(value) if kind.is_reference else _texts(value)
    kept = [text for text in texts if fold(text) not in masked]
    new = [text for text in added if fold(text) not in {fold(other) for other in kept}]
    if not kind.is_reference:
        return [*kept, *new]
    found: list[Json] = [
        resolve(tx, rules, person, name, written)
        for written in [*_written(kept, winner, person), *(Written(text, LOCAL, person) for text in new)]
    ]
    if kind.is_set:
        return found
    return found[0] if found else None


def _written(texts: Sequence[str], winner: Opinion | None, person: PersonId) -> list[Written]:
    return [Written(text, winner.provider, winner.record or person) for text in texts] if winner is not None else []


def _unions(rules: Rules, records: Sequence[Accepted]) -> dict[str, Json]:
    """Groups and locations are unions: groups by name, locations in the order of the settings."""
    groups = {text for r in records if isinstance(c := r.claims.get("groups"), Set) for text in _texts(c.value)}
    named = {key for record in records for key in record.locations}
    order = [rule.key for rule in rules.locations if rule.key in named]
    locations: list[Json] = [*order, *sorted(named - set(order))]
    return {"groups": [*sorted(groups)], "locations": locations}


def missing_references(rules: Rules, values: Mapping[str, Json]) -> dict[str, Json]:
    """References are there even where nobody is named: an empty list, or null."""
    return {
        attribute.name: [] if attribute.kind.is_set else None
        for attribute in rules.schema.values()
        if attribute.kind.is_reference and attribute.name not in values
    }


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _json(value: Value) -> Json:
    return list(value) if isinstance(value, tuple) else value
