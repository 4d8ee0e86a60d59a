"""Rebuild: everything derived, again from facts, records and feed. What stands already changes nothing."""

from collections.abc import Mapping

import attrs

from dirsync_core.engine.evaluation import accept, evaluate
from dirsync_core.engine.feed import told
from dirsync_core.engine.guard import grounds_of
from dirsync_core.engine.losses import held_back, losses
from dirsync_core.engine.merging import merge
from dirsync_core.engine.outcomes import outcome_of
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import publish
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction

Rows = Mapping[str, frozenset[tuple[object, ...]]]


@attrs.frozen
class Difference:
    """A row of a derived table that a rebuild would drop (`stored`) or make (`computed`), or a fact out of line."""

    table: str
    which: str
    row: tuple[object, ...]


def rebuild(tx: Transaction, rules: Rules, moment: Moment) -> list[Difference]:
    """Make everything derived again, and give what had differed. The feed gets what it lacked, normally nothing."""
    before = _rows(tx)
    frozen = {name for name, provider in rules.providers.items() if provider.unavailable is not None}
    tx.forget_derived()
    for person in tx.facts.everybody():
        publish(tx, moment, person, merge(tx, rules, person), told(tx, person))
    for record in tx.records.every():
        found = tx.records.any(record)
        assert found is not None
        evaluation = evaluate(tx, rules, found, rules.today(moment.at))
        tx.outcomes.put(outcome_of(tx, rules, evaluation, tx.facts.accepted(record)))
    return [*_differences(before, _rows(tx), frozen), *_out_of_line(tx, rules, moment)]


def _rows(tx: Transaction) -> Rows:
    return {table: frozenset(rows) for table, rows in tx.derived_rows().items()}


def _differences(before: Rows, after: Rows, frozen: set[str]) -> list[Difference]:
    """Compare row by row. Of a frozen provider's records it can't be known why they are as they are."""
    found = []
    for table in before:
        for which, rows in (("stored", before[table] - after[table]), ("computed", after[table] - before[table])):
            found += [Difference(table, which, row) for row in sorted(rows, key=repr) if not _of(row, frozen)]
    return found


def _of(row: tuple[object, ...], providers: set[str]) -> bool:
    return bool(providers) and any(str(cell).partition("/")[0] in providers for cell in row[:2])


def _out_of_line(tx: Transaction, rules: Rules, moment: Moment) -> list[Difference]:
    """Find records of which something else is accepted than what they say, though nothing holds them."""
    found = []
    for record in tx.records.every():
        stored = tx.records.any(record)
        before = tx.facts.accepted(record)
        assert stored is not None
        now = accept(before, evaluate(tx, rules, stored, rules.today(moment.at)), 0)
        if now is not None and before is not None:
            held = {hold.loss for hold in tx.cases.holds(record)} & set(losses(before, now))
            now = held_back(before, now, held, grounds_of(tx, rules, record)) if held else now
            now = attrs.evolve(now, asking_since=before.asking_since)
        if now != before:
            found.append(Difference("accepted", "stored", (record,)))
    return found
