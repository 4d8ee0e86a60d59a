"""Casework: what somebody decides of a case. A decision is a fact with an author; it needs no plugin.

Guard: approve lets go what is held, keep holds it until its source says something new, and brings back those already
out. Rehire: approve says that it is the same person, keep that it is somebody else. Address: keep says that the two
stay apart; handing over is `adopting.adopt`.
"""

from collections.abc import Collection, Iterable, Sequence

import attrs

from dirsync_core.engine.guard import Guarding, grounds_of, word_of
from dirsync_core.engine.holds import close, end_hold
from dirsync_core.engine.losses import LEAVES, held_back
from dirsync_core.engine.references import keep_mentions
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle, settle_clock
from dirsync_core.model.cases import Case, CaseRecord, CaseState, Hold, Lost
from dirsync_core.model.errors import NotFound, Refused
from dirsync_core.model.facts import Accepted, KeptApart, Link
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment, written_time
from dirsync_core.query.who import person_named, records_named
from dirsync_core.store.contract import Transaction

_APPROVED, _KEPT = "case.approved", "case.kept"


@attrs.frozen
class Decided:
    """What deciding did: the case as it is now, and the records that it was decided for."""

    case: Case
    records: tuple[RecordId, ...]


def approve(tx: Transaction, rules: Rules, moment: Moment, case: str, who: Sequence[str] = ()) -> Decided:
    """Let go those held, all or some; or say of a rehire that it is the same person.

    Raises:
        NotFound: there is no such case, or nobody of that name in it.
        Refused: it was decided already, or ends in another way.
    """
    found = _open(tx, moment, rules, case)
    match found.kind:
        case "guard":
            held = _held(tx, found)
            wanted = _named(tx, found, who, [hold.record for hold in held])
            return _let_go(tx, rules, moment, found, [hold for hold in held if hold.record in wanted])
        case "rehire":
            _named(tx, found, who, _about(tx, found))
            return _is_the_same(tx, rules, moment, found)
        case _:
            raise Refused(
                "An address case is not approved.",
                (
                    f"Hand them over: dirsync adopt {found.person}",
                    f"Give the one kept by hand another address: dirsync manual set {found.person} email=…",
                    f"Keep the two apart: dirsync case keep {found.id}",
                ),
            )


def keep(tx: Transaction, rules: Rules, moment: Moment, case: str, who: Sequence[str] = ()) -> Decided:
    """Keep those held, and bring back those already out; or say of a rehire, or of an address, that it is another.

    Raises:
        NotFound: there is no such case, or nobody of that name in it.
        Refused: it was decided already.
    """
    found = _open(tx, moment, rules, case)
    match found.kind:
        case "guard":
            held, out = _held(tx, found), _out(tx, found)
            wanted = _named(tx, found, who, [*(hold.record for hold in held), *(lost.record for lost in out)])
            return _keep(
                tx,
                rules,
                moment,
                found,
                [h for h in held if h.record in wanted],
                [o for o in out if o.record in wanted],
            )
        case "rehire":
            _named(tx, found, who, _about(tx, found))
            return _is_another(tx, rules, moment, found)
        case _:
            _named(tx, found, who, _about(tx, found))
            return _keep_apart(tx, rules, moment, found)


def _open(tx: Transaction, moment: Moment, rules: Rules, case: str) -> Case:
    settle_clock(tx, rules, attrs.evolve(moment))
    found = tx.cases.case(case)
    if found is None:
        raise NotFound(f"There is no case {case}. See which there are: dirsync cases --all")
    if found.state is not CaseState.OPEN:
        at = written_time(found.closed_at) if found.closed_at is not None else "before"
        words = {
            CaseState.APPROVED: f"was approved by {found.closed_by} at {at}",
            CaseState.KEPT: f"was decided by {found.closed_by} at {at}: keep",
            CaseState.DISSOLVED: f"dissolved at {at}, when what it was about was gone",
        }
        raise Refused(f"Case {case} {words[found.state]}. There is nothing left to decide.")
    return found


# --- guard -----------------------------------------------------------------------------------------------------------


def _held(tx: Transaction, case: Case) -> list[Hold]:
    return [hold for hold in tx.cases.holds_of(case.id) if hold.kept is None]


def _out(tx: Transaction, case: Case) -> list[Lost]:
    out = (part.record for part in tx.cases.parts(case.id, part="out"))
    return [lost for record in out for lost in tx.cases.lost(record) if lost.loss == case.loss]


def _about(tx: Transaction, case: Case) -> list[RecordId]:
    """Give the records of the two whom a rehire or an address is about."""
    record, person = _parties(case)
    return [record, *(link.record for link in tx.facts.links(person))]


def _named(tx: Transaction, case: Case, who: Sequence[str], among: Collection[RecordId]) -> Collection[RecordId]:
    """Give those of the records that words name; all without words. Each word must name one."""
    if not who:
        return among
    there, wanted = set(among), set[RecordId]()
    for word in who:
        person = person_named(tx, word)
        named = {link.record for link in tx.facts.links(person)} if person is not None else set()
        found = there & (named | {record.id for record in records_named(tx, word)})
        if not found:
            raise NotFound(f"“{word}” does not wait in case {case.id}. See who does: dirsync case show {case.id}")
        wanted |= found
    return wanted


def _let_go(tx: Transaction, rules: Rules, moment: Moment, case: Case, holds: Sequence[Hold]) -> Decided:
    records = [hold.record for hold in holds]
    event = _note(tx, moment, case, _APPROVED, records)
    for hold in holds:
        end_hold(tx, hold, moment, "approved")
        before = tx.facts.accepted(hold.record)
        assert before is not None
        still = {other.loss for other in tx.cases.holds(hold.record)}
        _accept(tx, rules, held_back(before, hold.wanted, still, grounds_of(tx, rules, hold.record)), event)
    if not tx.cases.still_holds(case.id):
        for part in tx.cases.parts(case.id, part="out"):
            tx.cases.put_part(CaseRecord(case.id, part.record, "approved"))
            if case.loss is not None:
                tx.cases.end_lost(part.record, case.loss)  # approved too: it counts no longer
        close(tx, case, moment, CaseState.APPROVED)
    return _settled(tx, rules, moment, case, event, records)


def _keep(
    tx: Transaction, rules: Rules, moment: Moment, case: Case, holds: Sequence[Hold], out: Sequence[Lost]
) -> Decided:
    records = [*(hold.record for hold in holds), *(lost.record for lost in out)]
    event = _note(tx, moment, case, _KEPT, records)
    for hold in holds:
        tx.cases.put_hold(attrs.evolve(hold, kept=_word(tx, hold.record)))
        tx.cases.put_part(CaseRecord(case.id, hold.record, "kept"))
    for lost in out:
        _bring_back(tx, rules, event, case, lost)
    if not tx.cases.still_holds(case.id):
        close(tx, case, moment, CaseState.KEPT)
    return _settled(tx, rules, moment, case, event, records)


def _bring_back(tx: Transaction, rules: Rules, event: int, case: Case, lost: Lost) -> None:
    """Accept again what was accepted before a loss, until the source says something new."""
    now = tx.facts.accepted(lost.record)
    tx.cases.end_lost(lost.record, lost.loss)
    if now is None or tx.facts.link(lost.record) is None:
        return
    tx.cases.put_hold(Hold(lost.record, lost.provider, lost.loss, case.id, now, kept=_word(tx, lost.record)))
    tx.cases.put_part(CaseRecord(case.id, lost.record, "kept"))
    back = held_back(lost.before, now, {lost.loss}, grounds_of(tx, rules, lost.record))
    if lost.loss == LEAVES:
        back = attrs.evolve(back, asking_since=event)
    _accept(tx, rules, back, event)


def _accept(tx: Transaction, rules: Rules, accepted: Accepted, event: int) -> None:
    """Accept what was held, or was there before; whom it names is meant from now on."""
    keep_mentions(tx, rules, accepted, event)
    tx.facts.put_accepted(accepted)


def _word(tx: Transaction, record: RecordId) -> str:
    found = tx.records.any(record)
    assert found is not None
    return word_of(tx, found)


# --- rehires and addresses -------------------------------------------------------------------------------------------


def _is_the_same(tx: Transaction, rules: Rules, moment: Moment, case: Case) -> Decided:
    """Move the record to the person who was here before; their inactive record of that provider is theirs no more."""
    record, former = _parties(case)
    link = tx.facts.link(record)
    people, theirs = [former], [other.record for other in tx.facts.links(former)]
    if link is not None and link.person != former:
        for other in theirs:
            accepted = tx.facts.accepted(other)
            if accepted is not None and accepted.provider == case.provider:
                tx.facts.end_link(other)
        tx.facts.put_link(Link(record, former, "returned", moment.at))
        people.append(link.person)
    tx.cases.put_part(CaseRecord(case.id, record, "approved"))
    close(tx, case, moment, CaseState.APPROVED)
    event = _note(tx, moment, case, _APPROVED, [record])
    return _settled(tx, rules, moment, case, event, [record], people, beside=theirs)


def _is_another(tx: Transaction, rules: Rules, moment: Moment, case: Case) -> Decided:
    """Make the record a person of its own, without what belongs to the one who was here before."""
    record, former = _parties(case)
    link = tx.facts.link(record)
    people = [former]
    if link is not None and link.person == former:
        newcomer = PersonId(moment.new_id())
        tx.facts.put_link(Link(record, newcomer, "new person", moment.at))
        people.append(newcomer)
    tx.cases.put_part(CaseRecord(case.id, record, "kept"))
    close(tx, case, moment, CaseState.KEPT)
    event = _note(tx, moment, case, _KEPT, [record])
    return _settled(tx, rules, moment, case, event, [record], people)


def _keep_apart(tx: Transaction, rules: Rules, moment: Moment, case: Case) -> Decided:
    record, person = _parties(case)
    tx.facts.put_kept_apart(KeptApart(case.provider, person, moment.request.by, moment.at))
    tx.cases.put_part(CaseRecord(case.id, record, "kept"))
    close(tx, case, moment, CaseState.KEPT)
    event = _note(tx, moment, case, _KEPT, [record])
    return _settled(tx, rules, moment, case, event, [record], [person])


def _parties(case: Case) -> tuple[RecordId, PersonId]:
    assert case.record is not None
    assert case.person is not None
    return case.record, case.person


# --- what follows ----------------------------------------------------------------------------------------------------


def _note(tx: Transaction, moment: Moment, case: Case, kind: str, records: Iterable[RecordId]) -> int:
    """Note a decision in the history of each record; gives the number of the last event."""
    written, event = attrs.evolve(moment, provider=case.provider), 0
    for record in records:
        event = tx.events.append(written, kind, record=record, body={"case": case.id})
    return event


def _settled(
    tx: Transaction,
    rules: Rules,
    moment: Moment,
    case: Case,
    event: int,
    records: Sequence[RecordId],
    people: Sequence[PersonId] = (),
    beside: Sequence[RecordId] = (),
) -> Decided:
    linked = {link.person for record in records if (link := tx.facts.link(record)) is not None}
    settle(tx, rules, moment, event, [*records, *beside], {*people, *linked}, Guarding.APPROVE)
    now = tx.cases.case(case.id)
    assert now is not None
    return Decided(now, tuple(records))
