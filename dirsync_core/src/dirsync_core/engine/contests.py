"""Address cases: a record asks for the address of somebody kept by hand, and a person has to decide.

Level-triggered: there is an open case if and only if the record is contested by somebody kept by hand from whom its
provider is not kept apart.
"""

from dirsync_core.engine.holds import close
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import accepted_of
from dirsync_core.model.cases import Case, CaseRecord, CaseState
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Situation
from dirsync_core.store.contract import Outcome, Transaction


def keep_address_case(tx: Transaction, rules: Rules, moment: Moment, outcome: Outcome) -> None:
    """Open, leave or close the case of a record's address, by what became of the record."""
    holder = _kept_by_hand(tx, rules, outcome)
    case = next((c for c in tx.cases.ever_about(outcome.record, "address") if c.state is CaseState.OPEN), None)
    if case is not None and case.person != holder:
        close(tx, case, moment, _became(tx, case, outcome))
        case = None
    if case is None and holder is not None:
        opened = Case(
            moment.new_id(), "address", outcome.provider, moment.at, record=outcome.record, person=holder
        )  # fmt: skip
        tx.cases.put_case(opened)
        tx.cases.put_part(CaseRecord(opened.id, outcome.record, "waits"))


def _kept_by_hand(tx: Transaction, rules: Rules, outcome: Outcome) -> PersonId | None:
    """Give who has the address, where they are kept by hand and nobody has decided yet."""
    holder = outcome.contender
    if outcome.situation is not Situation.CONTESTED or holder is None:
        return None
    if tx.facts.is_kept_apart(outcome.provider, holder) or rules.by_hand(outcome.provider):
        return None
    return holder if any(rules.by_hand(record.provider) and record.asks for record in accepted_of(tx, holder)) else None


def _became(tx: Transaction, case: Case, outcome: Outcome) -> CaseState:
    assert case.person is not None
    if outcome.person == case.person:
        return CaseState.APPROVED
    return CaseState.KEPT if tx.facts.is_kept_apart(case.provider, case.person) else CaseState.DISSOLVED
