"""Outcomes in SQLite, with their counters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Situation
from dirsync_core.store.contract import Outcome, OutcomeQuery
from dirsync_core.store.sqlite.room import Room, marks

_COLUMNS = "record, provider, situation, because, undetermined, contender, person"
RANKS = {
    situation: rank
    for rank, situation in enumerate(
        (
            Situation.CONTESTED,
            Situation.UNKEYED,
            Situation.FROZEN,
            Situation.ERRORED,
            Situation.OUT_OF_SCOPE,
            Situation.INACTIVE,
            Situation.DORMANT,
            Situation.TOMBSTONE,
            Situation.LINKED,
        )
    )
}  # fmt: skip


class SqliteOutcomes(Room):
    """`OutcomeRoom` in SQLite; what waits for somebody is listed first."""

    def get(self, record: RecordId) -> Outcome | None:
        row = self._one(f"SELECT {_COLUMNS} FROM outcome WHERE record = ?", record)
        return _outcome(row) if row else None

    def put(self, outcome: Outcome) -> None:
        before = self.get(outcome.record)
        if before == outcome:
            return
        self._do(
            f"INSERT OR REPLACE INTO outcome ({_COLUMNS}, rank) VALUES (?,?,?,?,?,?,?,?)",
            outcome.record, outcome.provider, outcome.situation.value, outcome.because, outcome.undetermined,
            outcome.contender, outcome.person, RANKS[outcome.situation],
        )  # fmt: skip
        self._memory.tally.clear()
        steps = Counter(_tallies(outcome))
        steps.subtract(_tallies(before) if before else ())
        self._many(
            "INSERT INTO tally (facet, key, n) VALUES (?,?,?)"
            " ON CONFLICT (facet, key) DO UPDATE SET n = n + excluded.n",
            [(*facet, n) for facet, n in steps.items() if n],
        )

    def remove(self, record: RecordId) -> None:
        before = self.get(record)
        if before is None:
            return
        self._memory.tally.clear()
        self._do("DELETE FROM outcome WHERE record = ?", record)
        self._many("UPDATE tally SET n = n - 1 WHERE facet = ? AND key = ?", _tallies(before))

    def select(self, query: OutcomeQuery) -> Sequence[tuple[tuple[int, str], Outcome]]:
        where, values = _conditions(query)
        rows = self._all(
            f"SELECT rank, {_COLUMNS} FROM outcome WHERE {' AND '.join(where) or '1'} ORDER BY rank, record LIMIT ?",
            *values, query.limit,
        )  # fmt: skip
        return [((row[0], row[1]), _outcome(row[1:])) for row in rows]

    def counts(self) -> Mapping[tuple[str, Situation], int]:
        split = ((key.rpartition("/"), n) for key, n in self._tally("situation").items())
        return {(provider, Situation(situation)): n for (provider, _, situation), n in split}

    def undetermined(self) -> Mapping[str, int]:
        return self._tally("undetermined")


def _conditions(query: OutcomeQuery) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    values: list[Any] = []
    if query.provider is not None:
        where.append("provider = ?")
        values.append(query.provider)
    if query.only is not None:
        where.append(f"provider IN ({marks(list(query.only))})")
        values += query.only
    if query.but is not None:
        where.append("rank != ?")
        values.append(RANKS[query.but])
    if query.without:
        where.append(f"provider NOT IN ({marks(list(query.without))})")
        values += query.without
    if query.situation is not None:
        where.append("rank = ?")
        values.append(RANKS[query.situation])
    if query.undetermined is not None:
        where.append("undetermined = ?")
        values.append(query.undetermined)
    if query.held:
        where.append("record IN (SELECT record FROM hold INDEXED BY hold_open WHERE kept IS NULL)")
    if query.after is not None:
        where.append("(rank, record) > (?, ?)")
        values += query.after
    return where, values


def _tallies(outcome: Outcome) -> list[tuple[str, str]]:
    tallies = [("situation", f"{outcome.provider}/{outcome.situation.value}")]
    return [*tallies, ("undetermined", outcome.provider)] if outcome.undetermined else tallies


def _outcome(row: tuple[Any, ...]) -> Outcome:
    record, provider, situation, because, undetermined, contender, person = row
    return Outcome(
        RecordId(record), provider, Situation(situation), because, bool(undetermined),
        None if contender is None else PersonId(contender), None if person is None else PersonId(person),
    )  # fmt: skip
