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
    Standing.INACTIVE: Situation.INACTIVE,
    Standing.ENDED: Situation.INACTIVE,
    Standing.UNKEYED: Situation.UNKEYED,
    Standing.OUT_OF_SCOPE: Situation.OUT_OF_SCOPE,
}


def outcome_of(tx: Transaction, rules: Rules, evaluation: Evaluation, accepted: Accepted | None) -> Outcome:
    """Say what became of a record; the first situation that is true."""
    record = evaluation.record
    link = tx.facts.link(record.id)
    outcome = Outcome(
        record.id,
        record.provider,
        Situation.LINKED,
        evaluation.because,
        person=link.person if link is not None else None,
    )
    if evaluation.stuck == "errored" or accepted is None:
        return attrs.evolve(outcome, situation=Situation.ERRORED)
    # Frozen is said where it is read, since it lasts while a process lacks the plugin; here, what was accepted.
    standing = accepted.standing if evaluation.stuck == "frozen" else evaluation.standing
    if standing is not Standing.ASKS:
        wanting = evaluation.scope is not None and evaluation.scope.undetermined
        undetermined = standing is Standing.OUT_OF_SCOPE and wanting
        return attrs.evolve(outcome, situation=_SITUATIONS[standing], undetermined=undetermined)
    contender = contender_of(tx, rules, accepted, outcome.person)
    if contender is None:
        return outcome
    because = "the address belongs to somebody else"
    return attrs.evolve(outcome, situation=Situation.CONTESTED, because=because, contender=contender)


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
