"""Rehire cases: a record of somebody who was here before, or of somebody else with their address."""

from dirsync_core.model.cases import Case, CaseRecord
from dirsync_core.model.facts import Accepted
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction


def open_rehire(tx: Transaction, moment: Moment, record: RecordId, provider: str, person: PersonId) -> None:
    """Ask whether a record is the person who was here before; asked once."""
    if any(case.person == person for case in tx.cases.ever_about(record, "rehire")):
        return
    case = Case(moment.new_id(), "rehire", provider, moment.at, record=record, person=person)
    tx.cases.put_case(case)
    tx.cases.put_part(CaseRecord(case.id, record, "waits"))


def is_another(tx: Transaction, newcomer: RecordId, former: Accepted) -> bool:
    """Say whether a record bears another external id than one that it replaces; without one on both sides it does not.

    RFC 7643 3.1: the external id is the provider's own name for somebody.
    """
    new, old = tx.records.any(newcomer), tx.records.any(former.record)
    return bool(new and old and new.external_id and old.external_id and new.external_id != old.external_id)
