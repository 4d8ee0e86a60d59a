"""The invariants that can be seen on a store: each a function from what is there to the sentences that are wrong."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import attrs

from dirsync_core.engine.feed import says_otherwise
from dirsync_core.engine.rebuild import Difference, rebuild
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import desired
from dirsync_core.engine.settle import settle_everything
from dirsync_core.model.addresses import fold
from dirsync_core.model.facts import Accepted, Link, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Person, Situation, Status
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Outcome, Transaction

Rows = Mapping[str, Sequence[tuple[object, ...]]]


@attrs.frozen
class Picture:
    """Everything that laws look at, as it is at one moment."""

    rules: Rules
    records: Mapping[RecordId, Record]
    accepted: Mapping[RecordId, Accepted]
    links: Mapping[RecordId, Link]
    outcomes: Mapping[RecordId, Outcome]
    people: Mapping[PersonId, Person]
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


def picture(tx: Transaction, rules: Rules) -> Picture:
    """Take a picture of a store."""
    records = {record: found for record in tx.records.every() if (found := tx.records.any(record))}
    people = {person: found for person in tx.facts.everybody() if (found := tx.people.get(person))}
    seats = {person: seat.address for person in people if (seat := tx.facts.seat_of(person))}
    return Picture(
        rules,
        records,
        {record: found for record in records if (found := tx.facts.accepted(record))},
        {record: found for record in records if (found := tx.facts.link(record))},
        {record: found for record in records if (found := tx.outcomes.get(record))},
        people,
        {person: desired(tx, rules, person) for person in people},
        seats,
        tx.feed.end(),
    )


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


# --- laws of one moment ----------------------------------------------------------------------------------------------


def projected(tx: Transaction, rules: Rules, moment: Moment, *, thawed: bool = False) -> Iterator[str]:
    """2: the directory is the projection of facts, and what is accepted is what the records say.

    `thawed`: a plugin was away for a time. Why a record is linked that became so meanwhile is told in other words.
    """
    found = rebuild(tx, rules, moment)
    said = Counter(_wordless(difference) for difference in found)
    yield from (str(d) for d in found if not (thawed and said[_wordless(d)] == 2 and d.table == "outcome"))


def _wordless(difference: Difference) -> tuple[object, ...]:
    return (difference.table, *difference.row[:4], *difference.row[5:])


def settled(tx: Transaction, rules: Rules, moment: Moment) -> Iterator[str]:
    """2, 4: settling everything again moves nothing; seats and links included."""
    before = tables(tx)
    for change in settle_everything(tx, rules, moment, event=1 << 40).changes:
        yield f"settling again publishes {change.type} of {change.email}: {dict(change.changed)}"
    after = tables(tx)
    yield from (f"settling again changes {name}: {_differ(before[name], after[name])}" for name in before
                if before[name] != after[name])  # fmt: skip


def _differ(before: Sequence[object], after: Sequence[object]) -> str:
    return f"{[row for row in before if row not in after]} -> {[row for row in after if row not in before]}"


def seated(now: Picture) -> Iterator[str]:
    """5: nobody shares an address; who could move has moved."""
    active = [person for person in now.people.values() if person.status is Status.ACTIVE]
    for address, found in groupby(sorted(fold(p.email) for p in active)):
        if len(list(found)) > 1:
            yield f"several active people show {address}"
    for person in active:
        if now.seats.get(person.id) != fold(person.email):
            yield f"{person.id} shows {person.email} and holds {now.seats.get(person.id)}"
    holders = {address: person for person, address in now.seats.items()}
    for person, wanted in now.wanted.items():
        if wanted is not None and wanted != now.seats.get(person):
            yield from _waits_in_vain(now, holders, person, wanted)


def _waits_in_vain(now: Picture, holders: Mapping[str, PersonId], person: PersonId, wanted: str) -> Iterator[str]:
    passed: list[str] = []
    address: str | None = wanted
    while address is not None and address not in passed:
        passed.append(address)
        holder = holders.get(address)
        if holder is None:
            yield f"{person} waits for {wanted} along {passed}, and {address} is free"
            return
        if holder == person:
            yield f"{person} waits for {wanted} in the ring {passed}"
            return
        address = now.wanted[holder] if now.wanted[holder] != now.seats[holder] else None


def placed(now: Picture) -> Iterator[str]:
    """6: each record that asks is linked to somebody who is there, or contested by somebody with a name."""
    for record, accepted in now.accepted.items():
        outcome = now.outcomes.get(record)
        if outcome is None:
            yield f"nobody knows what became of {record}"
        elif accepted.asks and outcome.situation is Situation.LINKED:
            person = now.people.get(outcome.person) if outcome.person else None
            if person is None or person.status is not Status.ACTIVE:
                yield f"{record} is linked to {outcome.person}, who is {person and person.status}"
        elif accepted.asks and outcome.situation is not Situation.ERRORED and outcome.contender not in now.people:
            yield f"{record} is {outcome.situation} by {outcome.contender}"


def separate(now: Picture) -> Iterator[str]:
    """7: nobody has two live records of one provider."""
    for person in now.people:
        providers = sorted(record.provider for record in now.live(person))
        yield from (f"{person} has {n} records of {p}" for p, n in _counted(providers) if n > 1)


def _counted(items: Sequence[str]) -> Iterator[tuple[str, int]]:
    yield from ((item, len(list(found))) for item, found in groupby(items))


# --- laws of a step --------------------------------------------------------------------------------------------------


def untouched(before: Picture, now: Picture) -> Iterator[str]:
    """1: what providers write changes nothing of those kept by hand but where their references point."""
    handed_over = {person.id for person in before.by_hand()} - {person.id for person in now.by_hand()}
    for person in before.by_hand():
        if now.adopts_at_once and person.id in handed_over:
            continue
        after = now.people[person.id]
        if person.status != after.status:
            yield f"{person.id}, kept by hand, was {person.status} and is {after.status}"
        names = person.values.keys() | after.values.keys()
        for name in sorted(n for n in names if says_otherwise(person.values.get(n), after.values.get(n))):
            yield f"{name} of {person.id}, kept by hand, changed to {after.values.get(name)}"


def unmoved(before: Picture, now: Picture) -> Iterator[str]:
    """7: nothing moves a record to another person; only the link of a tombstone ends."""
    for record, link in before.links.items():
        after = now.links.get(record)
        if after is None and now.records[record].deleted_at is None:
            yield f"the live {record} was unlinked from {link.person}"
        if after is not None and after.person != link.person:
            yield f"{record} moved from {link.person} to {after.person}"


def kept(before: Picture, now: Picture) -> Iterator[str]:
    """5: nobody who still asks for an address is left without one."""
    for person, address in before.seats.items():
        if now.wanted[person] is not None and person not in now.seats:
            yield f"{person} lost {address} while asking for {now.wanted[person]}"


def told(tx: Transaction, before: Picture, now: Picture) -> Iterator[str]:
    """13: what was there, and the changes since, are what is there; numbers have no gaps."""
    changes = tx.feed.after(before.end, 1 << 30)
    if [change.seq for change in changes] != list(range(before.end + 1, now.end + 1)):
        yield f"the numbers after {before.end} are {[change.seq for change in changes]}, up to {now.end}"
    people = {person: _published(found) for person, found in before.people.items()}
    for change in changes:
        values = people.setdefault(change.person, {})
        for name, (old, new) in change.changed.items():
            if values.get(name) != old:
                yield f"change {change.seq} says that {name} was {old}, and it was {values.get(name)}"
            values[name] = new
    for person, found in now.people.items():
        followed = {name: value for name, value in people[person].items() if value is not None}
        if followed != {name: value for name, value in _published(found).items() if value is not None}:
            yield f"who follows the changes has {followed} of {person}, and there is {_published(found)}"


def _published(person: Person) -> dict[str, object]:
    return {**person.values, "status": person.status.value}
