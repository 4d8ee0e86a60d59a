"""Reach: the records of which other filters can say something else, found without looking at each of them.

Filters read few attributes, which take few values among all records: each combination is judged once by the filters
that applied and once by the others. Where both say the same, no record of that combination is settled again.
"""

import json
from collections.abc import Iterator, Mapping

import attrs

from dirsync_core.engine.evaluation import NoSuchGroup
from dirsync_core.engine.rules import Judge, Rules
from dirsync_core.engine.scoping import scope
from dirsync_core.filtering import BoundFilter
from dirsync_core.model.claims import Value
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Situation
from dirsync_core.store.contract import OutcomeQuery, Transaction

_ALL = 1_000_000_000


@attrs.frozen
class Reach:
    """Records that other filters reach: `judged` by what is accepted of them, `evaluated` from what their source says.

    Of the latter something else may be accepted than what they say: they are held, or a stage could not run.
    """

    judged: frozenset[RecordId]
    evaluated: frozenset[RecordId]

    @property
    def records(self) -> frozenset[RecordId]:
        """All of them."""
        return self.judged | self.evaluated


def reach(tx: Transaction, old: Rules, new: Rules) -> Reach | None:
    """Give the records that `new` can judge otherwise than `old`, where they differ in filters alone.

    None where that can't be told, since a filter of a plugin's reads what it will.
    """
    read = [_reads(judge) for rules in (old, new) for judge in _filters(rules)]
    names = {name for each in read if each is not None for name in each}
    if None in read:
        return None
    apart = frozenset(_looked_at_one_by_one(tx, old, new))
    return Reach(frozenset(_judged_otherwise(tx, old, new, sorted(names))) - apart, apart)


def _filters(rules: Rules) -> Iterator[Judge]:
    judges = (*(provider.admit for provider in rules.providers.values()), *(place.filter for place in rules.locations))
    return (judge for judge in judges if judge is not None)


def _reads(judge: Judge) -> frozenset[str] | None:
    return judge.attributes if isinstance(judge, BoundFilter) else None


def _judged_otherwise(tx: Transaction, old: Rules, new: Rules, names: list[str]) -> Iterator[RecordId]:
    known: dict[tuple[str | None, ...], bool] = {}
    for record, provider, said in tx.facts.said(names):
        case = (provider, *said)
        if case not in known:
            values = _values(names, said)
            known[case] = _says(tx, old, provider, values) != _says(tx, new, provider, values)
        if known[case]:
            yield record


def _values(names: list[str], said: tuple[str | None, ...]) -> Mapping[str, Value]:
    read = {name: json.loads(text) for name, text in zip(names, said, strict=True) if text is not None}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}


def _says(tx: Transaction, rules: Rules, provider: str, values: Mapping[str, Value]) -> object:
    """Everything by which a record's scope shows, but what its placements make of it."""
    known = rules.providers.get(provider)
    if known is None:
        return None
    found = scope(values, {}, known, rules, NoSuchGroup(tx, provider))
    return found.in_scope, found.because, found.keys, found.undetermined


def _looked_at_one_by_one(tx: Transaction, old: Rules, new: Rules) -> Iterator[RecordId]:
    yield from tx.cases.held()
    yield from (
        outcome.record for _, outcome in tx.outcomes.select(OutcomeQuery(situation=Situation.ERRORED, limit=_ALL))
    )
    for placement in tx.facts.all_placements():
        if tx.records.any(RecordId(placement.subject)) is not None:
            yield RecordId(placement.subject)
        yield from (link.record for link in tx.facts.links(PersonId(placement.subject)))
    for name in {*old.providers, *new.providers}:
        there = [rules.providers[name].unavailable is None for rules in (old, new) if name in rules.providers]
        if not all(there) or tx.retirements.get(name) is not None:
            yield from tx.records.every(name)
