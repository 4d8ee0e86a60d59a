"""Settle: the one write path. After each write of a fact, everything that it can touch is brought in line again.

    records touched ─> evaluate ─> accept ─> guard ─> seats and links ─> merge ─> feed
                                                                     └─> outcomes, cases

Start at `settle`. Nothing here reacts to what happened: it compares what should be with what is, so that doing it twice
changes nothing the second time.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import attrs

from dirsync_core.engine.contests import keep_address_case
from dirsync_core.engine.evaluation import Evaluation, accept, evaluate, judge
from dirsync_core.engine.feed import (
    change_type,
    difference,
    person_of,
    references_of,
    says_otherwise,
    told,
)
from dirsync_core.engine.guard import Guard, Guarding
from dirsync_core.engine.merging import Merged, merge
from dirsync_core.engine.outcomes import outcome_of
from dirsync_core.engine.reach import Reach
from dirsync_core.engine.references import keep_mentions
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import Seating, accepted_of
from dirsync_core.model.addresses import Address, fold
from dirsync_core.model.cases import Loss
from dirsync_core.model.changes import Cause, Change
from dirsync_core.model.claims import Claims
from dirsync_core.model.facts import Accepted, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Published
from dirsync_core.store.contract import Transaction


@attrs.define
class Settled:
    """What settling did: the changes published, and how much was looked at (counters, to be asserted on).

    `approved` counts, by provider, what was lost because whoever wrote meant it.
    """

    changes: list[Change] = attrs.field(factory=list)
    evaluated: int = 0
    projected: int = 0
    approved: "Counter[tuple[str, Loss]]" = attrs.field(factory=Counter)


@attrs.define
class _Settling:
    """The working set of one settling: `people` may take or leave a seat, of those `told` only values are others.

    `thorough`: whoever is linked is computed again, whether or not anything else is accepted. `lean`: what became of a
    record of which nothing else is accepted is told at once, and what was worked out of it is not kept. `judged`: their
    claims are what is accepted of them, so that only filters are asked.
    """

    tx: Transaction
    rules: Rules
    moment: Moment
    event: int
    settled: Settled = attrs.field(factory=Settled)
    evaluations: dict[RecordId, Evaluation] = attrs.field(factory=dict)
    people: set[PersonId] = attrs.field(factory=set)
    told: set[PersonId] = attrs.field(factory=set)
    addresses: set[Address] = attrs.field(factory=set)
    thorough: bool = False
    lean: bool = False
    judged: frozenset[RecordId] = frozenset()
    guarding: Guarding = Guarding.COUNT

    def run(self, records: Iterable[RecordId]) -> Settled:
        guard = Guard(self.tx, self.rules, self.moment, self.guarding, self.settled.approved)
        for record in sorted(set(records)):
            self._accept(record, guard)
        seating = self._seat()
        self.people |= seating.people | self.told
        self.addresses |= seating.addresses
        self._project()
        self._put_outcomes(seating.unlinked)
        self.tx.cases.note_asking(self.moment.at)
        return self.settled

    def _seat(self) -> Seating:
        """Give out addresses; whoever is placed by hand is so with a record that they get, too."""
        seating = Seating(self.tx, self.rules, self.moment, self.event)
        seating.settle(self.people, self.addresses)
        while placed := [person for person in sorted(seating.joined) if self.tx.facts.placements(person)]:
            seating.joined.clear()
            guard = Guard(self.tx, self.rules, self.moment, Guarding.APPROVE)
            for accepted in [record for person in placed for record in accepted_of(self.tx, person)]:
                self.evaluations.pop(accepted.record, None)
                self._accept(accepted.record, guard)
            seating.settle(self.people, self.addresses)
        return seating

    def _accept(self, record: RecordId, guard: Guard) -> None:
        before = self.tx.facts.accepted(record)
        evaluation = self._evaluate(record, before.claims if before is not None and record in self.judged else None)
        now = accept(before, evaluation, self.event)
        if now is not None and evaluation.stuck is None:
            now = guard.let_through(before, now, evaluation.record)
        if now is not None and now.asks and evaluation.standing is Standing.DELETED and now.address is not None:
            self.addresses.add(now.address)  # only the guard keeps it: one of the same source may succeed it
        if now is None or (now == before and not self.thorough):
            if self.lean:
                self._tell(self.evaluations.pop(record), now)
            return
        keep_mentions(self.tx, self.rules, now, self.event)
        self.tx.facts.put_accepted(now)
        link = self.tx.facts.link(record)
        same = before is not None and (before.standing, before.address) == (now.standing, now.address)
        stays = same and not self.thorough
        if link is not None:
            (self.told if stays else self.people).add(link.person)
        if not stays:
            self.addresses |= {a.address for a in (before, now) if a is not None and a.address is not None}

    def _evaluate(self, record: RecordId, claims: Claims | None = None) -> Evaluation:
        if record not in self.evaluations:
            found, today = self.tx.records.any(record), self.rules.today(self.moment.at)
            assert found is not None
            self.evaluations[record] = (
                evaluate(self.tx, self.rules, found, today)
                if claims is None
                else judge(self.tx, self.rules, found, claims, today)
            )
            self.settled.evaluated += 1
        return self.evaluations[record]

    # --- people ------------------------------------------------------------------------------------------------------

    def _project(self) -> None:
        moved = {person for person in sorted(self.people) if self._publish(person)}
        referrers = {r.person for person in moved for r in self.tx.people.naming(person)}
        ids = {a.record for person in moved for a in accepted_of(self.tx, person)} | set(self.evaluations)
        awaited = self.addresses | {fold(record) for record in ids}
        referrers |= {r.person for r in self.tx.people.waiting_for(awaited)}
        for person in sorted(referrers - self.people):
            self._publish(person)

    def _publish(self, person: PersonId) -> bool:
        """Publish a person; True where those who name them must be looked at: status or address moved."""
        merged = merge(self.tx, self.rules, person)
        self.settled.projected += 1
        change = publish(self.tx, self.moment, person, merged, _published(self.tx, person, merged))
        if change is None:
            return False
        self.settled.changes.append(change)
        return "status" in change.changed or "email" in change.changed

    # --- records -----------------------------------------------------------------------------------------------------

    def _put_outcomes(self, unlinked: Iterable[RecordId]) -> None:
        concerned = set(self.evaluations) | set(unlinked)
        concerned |= {a.record for address in self.addresses for a in self.tx.facts.asking(address)}
        concerned |= {a.record for person in self.people for a in accepted_of(self.tx, person)}
        for record in unlinked:
            self.evaluations.pop(record, None)  # what seating did to it may be part of what it says: it may sleep now
        for record in sorted(concerned):
            self._tell(self._evaluate(record), self.tx.facts.accepted(record))

    def _tell(self, evaluation: Evaluation, accepted: Accepted | None) -> None:
        outcome = outcome_of(self.tx, self.rules, evaluation, accepted)
        self.tx.outcomes.put(outcome)
        if evaluation.stuck is None:
            keep_address_case(self.tx, self.rules, self.moment, outcome)


def settle(
    tx: Transaction,
    rules: Rules,
    moment: Moment,
    event: int,
    records: Iterable[RecordId],
    people: Iterable[PersonId] = (),
    guarding: Guarding = Guarding.COUNT,
) -> Settled:
    """Bring everything in line after an event that touched these user records, and these people.

    Runs inside the transaction of the write, so that the write and all that follows from it are committed together.
    `guarding` says how the guard takes what would be lost.
    """
    return _Settling(tx, rules, moment, event, people=set(people), guarding=guarding).run(records)


def settle_everything(
    tx: Transaction, rules: Rules, moment: Moment, event: int, *, judging_only: bool = False
) -> Settled:
    """Bring everything in line after the rules changed: every record is evaluated, every person computed again.

    With `judging_only` the rules differ in nothing but how records are mapped and judged, so that people of whom
    nothing else is accepted stay as they are. Whoever applies rules has seen what they do: the guard counts none of
    it, and goes on holding what it held.
    """
    if judging_only:
        return _Settling(tx, rules, moment, event, lean=True, guarding=Guarding.APPROVE).run(tx.records.every())
    everybody = set(tx.facts.everybody())
    settling = _Settling(tx, rules, moment, event, people=everybody, thorough=True, guarding=Guarding.APPROVE)
    return settling.run(tx.records.every())


def settle_judged(tx: Transaction, rules: Rules, moment: Moment, event: int, reached: Reach) -> Settled:
    """Do what `settle_everything` does where the rules differ in filters alone, to the records that these reach."""
    settling = _Settling(
        tx, rules, moment, event, lean=True, judged=reached.judged, guarding=Guarding.APPROVE
    )  # fmt: skip
    return settling.run(reached.records)


def settle_these(
    tx: Transaction, rules: Rules, moment: Moment, event: int, records: Iterable[RecordId], people: Iterable[PersonId]
) -> Settled:
    """Do to these records and people what `settle_everything` does to all: to see what other rules make of some."""
    settling = _Settling(tx, rules, moment, event, people=set(people), thorough=True, guarding=Guarding.APPROVE)
    return settling.run(records)


def settle_clock(tx: Transaction, rules: Rules, moment: Moment) -> Settled:
    """Settle what the clock has brought: those kept by hand whose last day is over. An event of its own, if any."""
    today = rules.today(moment.at)
    due = [record for record in tx.facts.due(today) if _can_be_judged(tx, rules, record, today)]
    if not due:
        return Settled()
    midnight = Moment(moment.at, Request(f"clock-{today.isoformat()}", "clock"))
    event = tx.events.append(midnight, "clock", body={"today": today.isoformat()})
    return settle(tx, rules, midnight, event, due)


def _can_be_judged(tx: Transaction, rules: Rules, record: RecordId, today: date) -> bool:
    found = tx.records.any(record)
    return found is not None and evaluate(tx, rules, found, today).stuck is None


def publish(
    tx: Transaction, moment: Moment, person: PersonId, merged: Merged, before: Published | None
) -> Change | None:
    """Put a computed person beside what was published, and publish the difference, if there is one."""
    changed = difference(
        before.status if before else None, before.values if before else {}, merged.status, merged.values
    )
    change = None
    if changed:
        change = tx.feed.append(
            moment.at, change_type(before.status if before else None, merged.status), person,
            str(merged.values["email"]), changed,
            Cause(moment.provider, moment.request.id, moment.request.by),
        )  # fmt: skip
    now = person_of(person, merged, before, change, moment.at)
    if change is not None or tx.people.get(person) != now:
        tx.people.put(now, references_of(now))
    return change


def _published(tx: Transaction, person: PersonId, merged: Merged) -> Published | None:
    """Give what is published of a person; from the feed where a value that stayed has a source again."""
    found = tx.people.get(person)
    if found is None:
        return None
    since = {name: source.since for name, source in found.provenance.items()}
    stayed = (n for n in merged.winners if not says_otherwise(found.values.get(n), merged.values.get(n)))
    if any(name not in since for name in stayed):
        return told(tx, person)
    return Published(
        found.status, found.values, since, found.version, found.created_at, found.changed_at, found.last_change
    )
