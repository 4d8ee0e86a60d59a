"""Reach: the records of which other filters can say something else, found without looking at each of them.

Filters read few attributes, which take few values among all records: each combination is judged once by the filters
that applied and once by the others. Where both say the same, no record of that combination is settled again.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

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
    names = _read_by(old, new)
    if names is None:
        return None
    apart = frozenset(_looked_at_one_by_one(tx, old, new))
    judged = frozenset(record for record, (before, after) in _judged(tx, old, new, names) if before is not after)
    return Reach(judged - apart, apart)


@attrs.frozen
class Tally:
    """How many records other filters judge otherwise, and what that makes of them, each looked at alone.

    `records` is how many were looked at, `locations` how many more or fewer show in each location. Of who is placed by
    hand, held, or waits for an address, only a plan can tell.
    """

    records: int
    joins: int
    leaves: int
    changes: int
    undetermined: int
    locations: Mapping[str, int]

    @property
    def moved(self) -> int:
        """How many come in, go out, or show elsewhere."""
        return self.joins + self.leaves + self.changes


def tally(tx: Transaction, old: Rules, new: Rules) -> Tally | None:
    """Count what `new` would make of records, where it differs from `old` in filters alone; None as for `reach`."""
    names = _read_by(old, new)
    if names is None:
        return None
    pairs = Counter(pair for _, pair in _judged(tx, old, new, names, by_filters=True))
    locations: Counter[str] = Counter()
    for (before, after), n in pairs.items():
        locations.subtract(dict.fromkeys(before.keys, n))
        locations.update(dict.fromkeys(after.keys, n))

    def count(which: Callable[[_Judged, _Judged], bool]) -> int:
        return sum(n for pair, n in pairs.items() if which(*pair))

    return Tally(
        pairs.total(),
        joins=count(lambda before, after: after.in_scope and not before.in_scope),
        leaves=count(lambda before, after: before.in_scope and not after.in_scope),
        changes=count(lambda before, after: before.in_scope and after.in_scope and before.keys != after.keys),
        undetermined=count(lambda before, after: after.undetermined and not before.undetermined),
        locations={key: step for key, step in locations.items() if step},
    )


def _read_by(*every: Rules) -> list[str] | None:
    """Give the attributes that all filters of these rules read; None where a plugin's reads what it will."""
    read = [_reads(judge) for rules in every for judge in _filters(rules)]
    return None if None in read else sorted({name for each in read if each is not None for name in each})


def _filters(rules: Rules) -> Iterator[Judge]:
    judges = (*(provider.admit for provider in rules.providers.values()), *(place.filter for place in rules.locations))
    return (judge for judge in judges if judge is not None)


def _reads(judge: Judge) -> frozenset[str] | None:
    return judge.attributes if isinstance(judge, BoundFilter) else None


@attrs.frozen(cache_hash=True)
class _Judged:
    """Everything by which a record's scope shows, but what its placements make of it."""

    in_scope: bool = False
    because: str = ""
    keys: tuple[str, ...] = ()
    undetermined: bool = False


def _judged(
    tx: Transaction, old: Rules, new: Rules, names: list[str], *, by_filters: bool = False
) -> Iterator[tuple[RecordId, tuple[_Judged, _Judged]]]:
    """Give each record with what either rules say of it: the same object where both say the same.

    Each combination of values is judged once.
    """
    known: dict[tuple[str | None, ...], tuple[_Judged, _Judged]] = {}
    for record, provider, said in tx.facts.said(names, by_filters=by_filters):
        case = (provider, *said)
        if case not in known:
            values = _values(names, said)
            before, after = _says(tx, old, provider, values), _says(tx, new, provider, values)
            known[case] = (before, before if after == before else after)
        yield record, known[case]


def _values(names: list[str], said: tuple[str | None, ...]) -> Mapping[str, Value]:
    read = {name: json.loads(text) for name, text in zip(names, said, strict=True) if text is not None}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}


def _says(tx: Transaction, rules: Rules, provider: str, values: Mapping[str, Value]) -> _Judged:
    known = rules.providers.get(provider)
    if known is None:
        return _Judged()
    found = scope(values, {}, known, rules, NoSuchGroup(tx, provider))
    return _Judged(found.in_scope, found.because, found.keys, found.undetermined)


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
