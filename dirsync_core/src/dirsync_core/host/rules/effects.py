"""Effects: what applying rules has just done, seen from inside the transaction that did it."""

from collections.abc import Iterable, Iterator, Mapping

import attrs

from dirsync_core.model.addresses import fold
from dirsync_core.model.changes import Change
from dirsync_core.model.claims import Set
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json, Person, Situation
from dirsync_core.model.plans import Effect, EffectKind, kind_of
from dirsync_core.store.contract import Outcome, OutcomeQuery, Transaction

_ALL = 1_000_000_000
_ORDER = {kind: place for place, kind in enumerate(EffectKind)}

Waiting = Mapping[RecordId, Outcome]
"""Records that are contested, or out of scope for want of a value."""


@attrs.frozen
class Seen:
    """An effect, and who has a part in it: records, and people, some of whom may be there only in the try-out."""

    effect: Effect
    people: frozenset[PersonId]
    records: frozenset[RecordId]


def waiting(tx: Transaction) -> Waiting:
    """Give the records that wait now, to be held against those that wait after rules were applied."""
    contested = tx.outcomes.select(OutcomeQuery(situation=Situation.CONTESTED, limit=_ALL))
    undetermined = tx.outcomes.select(OutcomeQuery(undetermined=True, limit=_ALL))
    return {outcome.record: outcome for _, outcome in (*contested, *undetermined)}


def effects_of(tx: Transaction, changes: Iterable[Change], waited: Waiting) -> list[Seen]:
    """Give what was done, by kind, then by address: people from what was published, and records that wait by now."""
    told: dict[PersonId, dict[str, tuple[Json, Json]]] = {}
    for change in changes:
        values = told.setdefault(change.person, {})
        for name, (before, after) in change.changed.items():
            values[name] = (values.get(name, (before, None))[0], after)
    new = {person for person, changed in told.items() if "status" in changed and changed["status"][0] is None}
    found = [seen for person, changed in told.items() for seen in _of_person(tx, person, changed, new)]
    found += [
        _of_record(tx, outcome) for record, outcome in waiting(tx).items() if not _alike(waited.get(record), outcome)
    ]
    return sorted(found, key=lambda seen: _place(seen.effect))


def _place(effect: Effect) -> tuple[int, str, str, str, str]:
    return (_ORDER[effect.kind], fold(effect.email), effect.person or "", effect.record or "", effect.name)


def _alike(before: Outcome | None, after: Outcome) -> bool:
    return before is not None and before.situation is after.situation


# --- people ----------------------------------------------------------------------------------------------------------


def _of_person(
    tx: Transaction, person: PersonId, changed: Mapping[str, tuple[Json, Json]], new: set[PersonId]
) -> Iterator[Seen]:
    found = tx.people.get(person)
    assert found is not None
    shown = changed.get("status", (None, None))
    kind = kind_of(*shown)
    names = [name for name, (before, after) in changed.items() if before != after]
    if kind is not EffectKind.CHANGES:
        names = ["status"]
    for name in names:
        before, after = changed[name]
        effect = Effect(
            kind, found.email, None if person in new else person, None, name,
            _without(before, new), _without(after, new), _where(kind, found, changed),
            _text(found.values.get("displayName")),
        )  # fmt: skip
        named = {PersonId(each) for each in (*_named(before), *_named(after))}
        yield Seen(effect, frozenset({person, *named}), _records(tx, {person, *named}))


def _where(kind: EffectKind, person: Person, changed: Mapping[str, tuple[Json, Json]]) -> tuple[str, ...]:
    """Those who leave are told where they were."""
    now = person.values.get("locations")
    where = changed["locations"][0] if kind is EffectKind.LEAVES and "locations" in changed else now
    return tuple(str(key) for key in where) if isinstance(where, list) else ()


def _records(tx: Transaction, people: Iterable[PersonId]) -> frozenset[RecordId]:
    return frozenset(link.record for person in people for link in tx.facts.links(person))


def _named(value: Json) -> Iterator[str]:
    """Give the ids of the people whom references name."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and isinstance(person := item.get("person"), str):
            yield person


def _without(value: Json, new: set[PersonId]) -> Json:
    """Leave out the ids of people who are not there yet: they will get others."""
    if isinstance(value, list):
        return [_without(item, new) for item in value]
    if isinstance(value, dict) and value.get("person") in new:
        return {**value, "person": None}
    return value


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


# --- records ---------------------------------------------------------------------------------------------------------


def _of_record(tx: Transaction, outcome: Outcome) -> Seen:
    kind = EffectKind.CONTESTED if outcome.situation is Situation.CONTESTED else EffectKind.UNDETERMINED
    accepted = tx.facts.accepted(outcome.record)
    claims = accepted.claims if accepted is not None else {}
    email, called = (_claimed(claims.get(name)) for name in ("email", "displayName"))
    effect = Effect(
        kind, email or "", outcome.person, outcome.record, "situation", None, outcome.situation.value, (), called
    )
    people = {person for person in (outcome.person, outcome.contender) if person is not None}
    return Seen(effect, frozenset(people), _records(tx, people) | {outcome.record})


def _claimed(claim: object) -> str | None:
    return claim.value if isinstance(claim, Set) and isinstance(claim.value, str) else None
