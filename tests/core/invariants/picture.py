"""A picture of a store: everything that laws look at, as it is at one moment, and every row to be compared."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from dirsync_core.engine.evaluation import accept, evaluate
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import desired
from dirsync_core.model.cases import Case, Hold, Loss
from dirsync_core.model.facts import Accepted, Link, Override, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Person
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Outcome, Transaction

Rows = Mapping[str, Sequence[tuple[object, ...]]]


@attrs.frozen
class Picture:
    """See the module. `says` has what records say now, of those that can be mapped and judged."""

    at: datetime
    rules: Rules
    records: Mapping[RecordId, Record]
    accepted: Mapping[RecordId, Accepted]
    says: Mapping[RecordId, Accepted]
    holds: Mapping[RecordId, Sequence[Hold]]
    guards: Mapping[tuple[str, Loss], Case]
    links: Mapping[RecordId, Link]
    outcomes: Mapping[RecordId, Outcome]
    people: Mapping[PersonId, Person]
    words: Mapping[PersonId, Sequence[Override]]
    wanted: Mapping[PersonId, str | None]
    seats: Mapping[PersonId, str]
    end: int

    def live(self, person: PersonId) -> list[Record]:
        """The live records of a person."""
        found = (self.records[record] for record, link in self.links.items() if link.person == person)
        return [record for record in found if record.deleted_at is None]

    def by_hand(self) -> Iterator[Person]:
        """Those of whom a live record is kept by hand that does not sleep."""
        for person in self.people.values():
            if any(self._is_awake(record) for record in self.live(person.id)):
                yield person

    def _is_awake(self, record: Record) -> bool:
        accepted = self.accepted.get(record.id)
        return self.rules.by_hand(record.provider) and not (accepted and accepted.standing is Standing.DORMANT)

    @property
    def adopts_at_once(self) -> bool:
        """Whether the rules hand people over without asking."""
        return any(provider.on_match == "adopt" for provider in self.rules.providers.values())


def picture(tx: Transaction, rules: Rules, at: datetime) -> Picture:
    """Take a picture of a store."""
    records = {record: found for record in tx.records.every() if (found := tx.records.any(record))}
    people = {person: found for person in tx.facts.everybody() if (found := tx.people.get(person))}
    accepted = {record: found for record in records if (found := tx.facts.accepted(record))}
    cases = tx.cases.cases(open_only=True, limit=1_000)
    return Picture(
        at,
        rules,
        records,
        accepted,
        {record: said for record in records if (said := _said(tx, rules, records[record], at))},
        {record: found for record in records if (found := tx.cases.holds(record))},
        {(case.provider, case.loss): case for case in cases if case.loss is not None},
        {record: found for record in records if (found := tx.facts.link(record))},
        {record: found for record in records if (found := tx.outcomes.get(record))},
        people,
        {person: tx.facts.overrides(person) for person in people},
        {person: desired(tx, rules, person) for person in people},
        {person: seat.address for person in people if (seat := tx.facts.seat_of(person))},
        tx.feed.end(),
    )


def _said(tx: Transaction, rules: Rules, record: Record, at: datetime) -> Accepted | None:
    evaluation = evaluate(tx, rules, record, rules.today(at))
    return accept(tx.facts.accepted(record.id), evaluation, 0) if evaluation.stuck is None else None


def tables(tx: Transaction) -> Rows:
    """Give every row of every table, to be compared."""
    connection = tx._connection  # type: ignore[attr-defined]  # what lies in the tables is no verb of the contract
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    wanted = [name for (name,) in found if not name.startswith(("sqlite_", "_sqlite"))]
    return {
        name: [
            row for row in sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) if _there(name, row)
        ]
        for name in wanted
    }


def _there(table: str, row: tuple[object, ...]) -> bool:
    return table != "tally" or row[-1] != 0
