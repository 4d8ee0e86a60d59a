"""Holds: ended one by one; a case that holds nothing any more dissolves."""

import attrs

from dirsync_core.model.cases import Case, CaseRecord, CaseState, Hold, Part
from dirsync_core.model.facts import Standing
from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction


def end_hold(tx: Transaction, hold: Hold, moment: Moment, part: Part = "back") -> None:
    """Hold a record's loss no longer; `part` is what became of it."""
    tx.cases.end_hold(hold.record, hold.loss)
    if hold.kept is not None:
        return
    tx.cases.put_part(CaseRecord(hold.case, hold.record, part))
    case = tx.cases.case(hold.case)
    if part == "back" and case is not None and not tx.cases.still_holds(case.id):
        close(tx, case, moment, CaseState.DISSOLVED)


def close(tx: Transaction, case: Case, moment: Moment, state: CaseState) -> None:
    """Note what became of a case."""
    tx.cases.put_case(attrs.evolve(case, state=state, closed_at=moment.at, closed_by=moment.request.by))


def is_held_as_deleted(tx: Transaction, record: RecordId) -> bool:
    """Say whether a source has deleted a record, which only the guard keeps."""
    return any(hold.wanted.standing is Standing.DELETED for hold in tx.cases.holds(record))
