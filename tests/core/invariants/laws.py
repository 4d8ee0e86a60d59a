"""The invariants that can be seen on a store: each a function from what is there to the sentences that are wrong."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from dirsync_core.engine.feed import says_otherwise
from dirsync_core.engine.rebuild import Difference, rebuild
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle_everything
from dirsync_core.model.addresses import fold
from dirsync_core.model.cases import LossKind
from dirsync_core.model.facts import Override, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json, Person, Situation, Status
from dirsync_core.query.explaining import explanation
from dirsync_core.query.reading import Reading
from dirsync_core.store.contract import Transaction
from tests.core.invariants.picture import Picture, Rows, tables

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


def settled(tx: Transaction, rules: Rules, moment: Moment, *, thawed: bool = False) -> Iterator[str]:
    """2, 4: settling everything again moves nothing; seats and links included. `thawed` as in `projected`."""
    before = _without_words(tables(tx)) if thawed else tables(tx)
    for change in settle_everything(tx, rules, moment, event=1 << 40).changes:
        yield f"settling again publishes {change.type} of {change.email}: {dict(change.changed)}"
    after = _without_words(tables(tx)) if thawed else tables(tx)
    yield from (f"settling again changes {name}: {_differ(before[name], after[name])}" for name in before
                if before[name] != after[name])  # fmt: skip


def _without_words(rows: Rows) -> Rows:
    return {**rows, "outcome": [(*row[:4], *row[5:]) for row in rows["outcome"]]}


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
        if any(hold.loss.kind is LossKind.LEAVES for hold in now.holds.get(record, ())):
            continue  # it does not ask, and is what it was when it did
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


def upheld(now: Picture) -> Iterator[str]:
    """8: what an admin says holds, of whoever has a record, while something declares the attribute."""
    linked = {link.person for record, link in now.links.items() if _speaks(now, record)}
    for person in linked & now.people.keys():
        for word in now.words[person]:
            shown = now.people[person].values.get(word.name)
            if word.name in now.rules.schema and not _holds(word, shown):
                yield f"{word.op} {word.name}={word.value} of {person} does not hold: {shown}"


def _speaks(now: Picture, record: RecordId) -> bool:
    return record in now.accepted and now.accepted[record].standing is not Standing.DORMANT


def _holds(word: Override, shown: Json) -> bool:
    if word.op == "pin":
        return shown in (None, []) if word.value is None else shown == word.value
    items = shown if isinstance(shown, list) else []
    written = [fold(str(item["written"])) for item in items if isinstance(item, dict)]
    return (fold(str(word.value)) in written) == (word.op == "add")


def explained(tx: Transaction, now: Picture) -> Iterator[str]:
    """19: what explain says is what is stored."""
    reading = Reading(tx, now.rules, now.at)
    for person in now.people.values():
        said: Any = explanation(reading, person.id)
        told = {item["name"]: item for item in said["attributes"] if item["value"] is not None}
        values = {name: item["value"] for name, item in told.items()}
        if (said["verdict"], values) != (person.status, _shown(person)):
            yield f"{person.id} is {person.status} with {_shown(person)}, explained as {said['verdict']} with {values}"
        for name in told.keys() & person.provenance.keys():
            if told[name]["provider"] != person.provenance[name].provider:
                yield f"{name} of {person.id} is of {person.provenance[name]}, explained by {told[name]['provider']}"
        for record in said["records"]:
            yield from _record_explained(now, record)


def _shown(person: Person) -> dict[str, Json]:
    return {n: value for n, value in person.values.items() if n != "locations" and value not in (None, [])}


def _record_explained(now: Picture, said: Any) -> Iterator[str]:
    outcome = now.outcomes.get(said["id"])
    if outcome is None:
        yield f"nothing is stored of what became of {said['id']}"
        return
    if said["situation"] not in (outcome.situation, Situation.FROZEN):
        yield f"{outcome.record} is {outcome.situation}, explained as {said['situation']}"
    cases = [hold.case for hold in now.holds.get(outcome.record, ())]
    if said["held"] not in (cases or [None]):
        yield f"{outcome.record} is held by {cases}, explained by {said['held']}"
    where = [at["key"] for at in said["locations"] if _is_in(at)]
    accepted = now.accepted.get(outcome.record)
    if accepted is not None and not cases and outcome.record in now.says and [*accepted.locations] != where:
        yield f"{outcome.record} is in {accepted.locations}, explained as in {where}"


def _is_in(location: Any) -> bool:
    return (location["verdict"] == "in" or location["placement"] == "added") and location["placement"] != "masked"


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
        if now.wanted.get(person) is not None and person not in now.seats:
            yield f"{person} lost {address} while asking for {now.wanted[person]}"


def stayed(before: Picture, now: Picture, named: Collection[str]) -> Iterator[str]:
    """17: nobody is gone of whom a source has said nothing; `named` are the keys of the others."""
    said = {link.person for record, link in before.links.items() if before.records[record].key in named}
    for person in before.people.values():
        after = now.people[person.id].status
        if person.id not in said and person.status is Status.ACTIVE and after is not Status.ACTIVE:
            yield f"{person.id} was active and is {after}"


def unchanged(before: Picture, now: Picture) -> Iterator[str]:
    """18: everybody is as they were."""
    for person in before.people.values():
        if now.people.get(person.id) != person:
            yield f"{person.id} was {person} and is {now.people.get(person.id)}"


def told(tx: Transaction, before: Picture, now: Picture, *, retold: bool = False) -> Iterator[str]:
    """13: what was there, and the changes since, are what is there; numbers have no gaps.

    `retold`: somebody was erased, so that changes no longer tell of them.
    """
    changes = tx.feed.after(before.end, 1 << 30)
    if [change.seq for change in changes] != list(range(before.end + 1, now.end + 1)):
        yield f"the numbers after {before.end} are {[change.seq for change in changes]}, up to {now.end}"
    people = {person: _published(found) for person, found in before.people.items()}
    for change in changes:
        values = people.setdefault(change.person, {})
        for name, (old, new) in change.changed.items():
            if values.get(name) != old and not retold:
                yield f"change {change.seq} says that {name} was {old}, and it was {values.get(name)}"
            values[name] = new
    for person, found in now.people.items():
        followed = {name: value for name, value in people[person].items() if value is not None}
        if followed != {name: value for name, value in _published(found).items() if value is not None}:
            yield f"who follows the changes has {followed} of {person}, and there is {_published(found)}"


def _published(person: Person) -> dict[str, object]:
    return {**person.values, "status": person.status.value}
