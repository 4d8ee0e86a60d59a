"""Guard: between what a record says and what is accepted of it.

Counts what a provider's records lose, by kind, in a rolling window; past a threshold it holds back the rest in one
case, until somebody decides or the source takes it back. It latches: while a case is open, further losses of its kind
join it. Times come from the facts, never from a process. Start at `Guard.let_through`.
"""

import hashlib
from collections import Counter
from enum import Enum

import attrs

from dirsync_core.engine.holds import end_hold
from dirsync_core.engine.losses import LEAVES, LOCATION, Grounds, held_back, is_said, losses
from dirsync_core.engine.rules import GuardRule, Rules
from dirsync_core.model.cases import Case, CaseRecord, Hold, Loss, Lost
from dirsync_core.model.facts import Accepted, Standing
from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Transaction


class Guarding(Enum):
    """How losses are taken: counted; approved by whoever writes, and not counted; or held, however few they are."""

    COUNT = "count"
    APPROVE = "approve"
    HOLD = "hold"


@attrs.define
class Guard:
    """Stands in one settling. `approved` counts what was let through because somebody meant it."""

    tx: Transaction
    rules: Rules
    moment: Moment
    how: Guarding = Guarding.COUNT
    approved: "Counter[tuple[str, Loss]]" = attrs.field(factory=Counter)

    def let_through(self, before: Accepted | None, now: Accepted, record: Record) -> Accepted:
        """Give what is accepted of a record that says `now`, where `before` was accepted until then."""
        if before is None or self.rules.by_hand(record.provider):
            return now
        holds = {hold.loss: hold for hold in self.tx.cases.holds(record.id)}
        if holds:
            before, now = self._on_grounds(before, now)
        found = losses(before, now)
        for loss, hold in holds.items():
            if loss not in found:
                end_hold(self.tx, hold, self.moment)
        held = [loss for loss in found if self._holds(before, now, loss, holds.get(loss), record)]
        accepted = held_back(before, now, held, grounds_of(self.tx, self.rules, record.id)) if held else now
        self._bring_back(accepted)
        return accepted

    def _on_grounds(self, before: Accepted, now: Accepted) -> tuple[Accepted, Accepted]:
        """Give what was accepted where locations that are gone, or an admin's placements, have moved it since.

        Of a record that its source has deleted what was accepted last is wanted, too.
        """
        locations = grounds_of(self.tx, self.rules, before.record).shown(before.locations)
        wanted = attrs.evolve(now, locations=locations) if now.standing is Standing.DELETED else now
        return attrs.evolve(before, locations=locations), wanted

    def _holds(self, before: Accepted, now: Accepted, loss: Loss, hold: Hold | None, record: Record) -> bool:
        if hold is not None and (hold.kept is None or hold.kept == word_of(self.tx, record)):
            if hold.wanted != now:
                self.tx.cases.put_hold(attrs.evolve(hold, wanted=now))
            return True
        if hold is not None:
            end_hold(self.tx, hold, self.moment)
        if not _counts(self.tx, before):
            return False
        if self.how is Guarding.APPROVE:
            self.approved[record.provider, loss] += 1
            return False
        case = self.tx.cases.open_guard(record.provider, loss) or self._trip(record.provider, loss)
        if case is None:
            self._let_go(before, loss)
            return False
        self.tx.cases.put_hold(Hold(record.id, record.provider, loss, case.id, now))
        self.tx.cases.put_part(CaseRecord(case.id, record.id, "held"))
        return True

    def _trip(self, provider: str, loss: Loss) -> Case | None:
        """Open a case where one loss more is too many; those already out have a part in it."""
        rule = guard_of(self.rules, provider)
        since = self.moment.at - rule.window
        asked = self.tx.cases.most_asking(provider, since)
        limit = rule.limit(asked)
        if self.how is not Guarding.HOLD and self.tx.cases.count_lost(provider, loss, since) < limit:
            return None
        case = Case(self.moment.new_id(), "guard", provider, self.moment.at, loss, limit, asked)
        self.tx.cases.put_case(case)
        for lost in self.tx.cases.lost_since(provider, loss, since):
            self.tx.cases.put_part(CaseRecord(case.id, lost.record, "out"))
        return case

    def _let_go(self, before: Accepted, loss: Loss) -> None:
        """Count a loss; what a record lost of the same kind shortly before is brought back with it, if it ever is."""
        self.tx.cases.forget_lost(before.provider, loss, self.moment.at - guard_of(self.rules, before.provider).window)
        first = next((lost.before for lost in self.tx.cases.lost(before.record) if lost.loss == loss), before)
        self.tx.cases.put_lost(Lost(before.record, before.provider, loss, self.moment.at, first))

    def _bring_back(self, accepted: Accepted) -> None:
        """A loss that was brought back counts no longer."""
        for lost in self.tx.cases.lost(accepted.record):
            if _is_back(lost, accepted):
                self.tx.cases.end_lost(accepted.record, lost.loss)
                case = self.tx.cases.open_guard(accepted.provider, lost.loss)
                if case is not None:
                    self.tx.cases.put_part(CaseRecord(case.id, accepted.record, "back"))


def guard_of(rules: Rules, provider: str) -> GuardRule:
    """Give the threshold of a provider; of one that is gone from the rules, the usual one."""
    known = rules.providers.get(provider)
    return known.guard if known is not None else GuardRule()


def word_of(tx: Transaction, record: Record) -> str:
    """Give a mark of what a source says of a record, its groups included: another once it says anything else."""
    groups = sorted(group.id for group in tx.records.groups_of(record.provider, record.id))
    return hashlib.sha256(f"{record.version} {' '.join(groups)}".encode()).hexdigest()[:16]


def grounds_of(tx: Transaction, rules: Rules, record: RecordId) -> Grounds:
    """Give what holds of a record's locations whatever is held of them."""
    link = tx.facts.link(record)
    placements = tx.facts.placements(link.person if link else record)
    return Grounds(frozenset(rule.key for rule in rules.locations), {p.location: p.op for p in placements})


def _counts(tx: Transaction, before: Accepted) -> bool:
    """Say whether a record's loss counts: it is somebody's, and nobody else has the address that it asks for."""
    link = tx.facts.link(before.record)
    if link is None or before.address is None:
        return False
    holder = tx.facts.holder(before.address)
    return holder is None or holder.person == link.person


def _is_back(lost: Lost, accepted: Accepted) -> bool:
    if lost.loss == LEAVES:
        return accepted.asks
    if lost.loss == LOCATION:
        then, now = set(lost.before.locations), set(accepted.locations)
        return then <= now or not now <= then
    return is_said(accepted.claims.get(lost.loss.attribute))
