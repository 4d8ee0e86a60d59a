"""Outcomes: what became of each record, computed after seats were given out."""

import attrs

from dirsync_core.engine.evaluation import Evaluation
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import belongs_to
from dirsync_core.model.facts import Accepted, Standing
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Situation
from dirsync_core.store.contract import Outcome, Transaction

_SITUATIONS = {
    Standing.DELETED: Situation.TOMBSTONE,
    Standing.DORMANT: Situation.DORMANT,
    Standing.INACTIVE: Situation.INACTIVE,
    Standing.ENDED: Situation.INACTIVE,
    Standing.UNKEYED: Situation.UNKEYED,
    Standing.OUT_OF_SCOPE: Situation.OUT_OF_SCOPE,
}


def outcome_of(tx: Transaction, rules: Rules, evaluation: Evaluation, accepted: Accepted | None) -> Outcome:
    """Say what became of a record; the first situation that is true.

    Frozen is said where it is read, since it lasts while a process lacks the plugin; here, what was there before.
    """
    record = evaluation.record
    link = tx.facts.link(record.id)
    person = link.person if link is not None else None
    outcome = Outcome(record.id, record.provider, Situation.LINKED, evaluation.because, person=person)
    if evaluation.standing is Standing.DELETED:
        return attrs.evolve(outcome, situation=Situation.TOMBSTONE)
    if accepted is not None and accepted.standing is Standing.RETIRED:
        return attrs.evolve(outcome, situation=Situation.OUT_OF_SCOPE)
    if evaluation.stuck == "frozen":
        return _frozen(tx, rules, outcome, accepted)
    if evaluation.stuck == "errored" or accepted is None:
        return attrs.evolve(outcome, situation=Situation.ERRORED)
    if evaluation.standing is not Standing.ASKS:
        wanting = evaluation.scope is not None and evaluation.scope.undetermined
        undetermined = evaluation.standing is Standing.OUT_OF_SCOPE and wanting
        return attrs.evolve(outcome, situation=_SITUATIONS[evaluation.standing], undetermined=undetermined)
    return _asking(tx, rules, outcome, accepted)


def _asking(tx: Transaction, rules: Rules, outcome: Outcome, accepted: Accepted) -> Outcome:
    contender = contender_of(tx, rules, accepted, outcome.person)
    if contender is None:
        return outcome
    because = "the address belongs to somebody else"
    return attrs.evolve(outcome, situation=Situation.CONTESTED, because=because, contender=contender)


def _frozen(tx: Transaction, rules: Rules, outcome: Outcome, accepted: Accepted | None) -> Outcome:
    """What a record says can't be known while it is frozen; what others do with its address can."""
    before = tx.outcomes.get(outcome.record)
    if before is not None and before.situation not in (Situation.LINKED, Situation.CONTESTED):
        return attrs.evolve(before, person=outcome.person)
    if accepted is None:
        return attrs.evolve(outcome, situation=Situation.ERRORED)
    if not accepted.asks:
        return attrs.evolve(outcome, situation=_SITUATIONS[accepted.standing])
    now = _asking(tx, rules, outcome, accepted)
    if before is None or now.situation is Situation.CONTESTED:
        return now
    because = before.because if before.situation is Situation.LINKED else "its address is nobody else's any more"
    return attrs.evolve(now, because=because)


def contender_of(tx: Transaction, rules: Rules, accepted: Accepted, person: PersonId | None) -> PersonId | None:
    """Give who has the address that a record asks for, where that is not the record's own person."""
    if accepted.address is None:
        return None
    holder = tx.facts.holder(accepted.address)
    if holder is not None:
        return holder.person if holder.person != person else None
    if person is None:  # nobody holds it, and yet it was not given: somebody inactive is named by it
        return belongs_to(tx, rules, accepted, accepted.address).person
    return None
