"""Adopt and release: somebody kept by hand becomes the provider's, and back. Both are facts with an author."""

from collections.abc import Sequence

import attrs

from dirsync_core.engine.guard import Guarding
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import accepted_of, hand_over
from dirsync_core.engine.settle import settle, settle_clock
from dirsync_core.model.errors import Ambiguous, NotFound, PluginUnavailable, Refused
from dirsync_core.model.facts import Accepted, Adoption, KeptApart
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Person
from dirsync_core.query.who import person_of
from dirsync_core.store.contract import Transaction


def adopt(tx: Transaction, rules: Rules, moment: Moment, who: str, record: str | None = None) -> PersonId:
    """Hand somebody kept by hand over to a provider: a record of it, wherever it was linked, becomes theirs.

    Their own record sleeps, kept intact. Without `record` it is the one that asks for their address. Gives the person.

    Raises:
        NotFound: there is nobody, or no record, of that name.
        Ambiguous: several records ask for the address.
        Refused: they are not kept by hand, or have a record of that provider already.
    """
    person = person_of(tx, who)
    settle_clock(tx, rules, attrs.evolve(moment))
    manual = _manual(tx, rules, person, who)
    adopted = _record(tx, rules, person, record)
    _check_available(rules, manual.provider, adopted.provider)
    if any(r.provider == adopted.provider and r.is_live for r in accepted_of(tx, person.id)):
        raise Refused(f"{who} has a record of {adopted.provider} already; two never share a person.")
    before = tx.facts.link(adopted.record)
    hand_over(tx, manual, adopted.record, person.id, moment)
    tx.facts.end_kept_apart(adopted.provider, person.id)
    event = tx.events.append(
        moment, "person.adopted", record=person.id, body={"record": adopted.record, "manual": manual.record}
    )
    people = [person.id, *([before.person] if before is not None else [])]
    settle(tx, rules, moment, event, [manual.record, adopted.record], people, Guarding.APPROVE)
    return person.id


def release(tx: Transaction, rules: Rules, moment: Moment, who: str) -> PersonId:
    """Take somebody back who was handed over: every link goes back to where it was, and their own record wakes.

    Afterwards the provider's records are kept apart from them: nothing joins them again but `adopt`.

    Raises:
        NotFound: there is nobody of that name.
        Refused: they were not handed over, or somebody else has the address that was kept by hand.
    """
    person = person_of(tx, who)
    settle_clock(tx, rules, attrs.evolve(moment))
    adoptions = tx.facts.adoptions(person.id)
    if not adoptions:
        raise Refused(f"{who} was not handed over to anybody.")
    manual = {adoption.manual for adoption in adoptions}
    for record in sorted(manual):
        _refuse_taken(tx, record, person)
    moved = _unlink(tx, rules, moment, person.id, adoptions)
    tx.facts.end_adoptions(person.id)
    event = tx.events.append(moment, "person.released", record=person.id, body={"manual": [*sorted(manual)]})
    before = {a.before.person for a in adoptions if a.before is not None}
    settle(tx, rules, moment, event, [*manual, *moved], [person.id, *before], Guarding.APPROVE)
    return person.id


def _unlink(
    tx: Transaction, rules: Rules, moment: Moment, person: PersonId, adoptions: Sequence[Adoption]
) -> list[RecordId]:
    """Move links back to where they were, and keep their providers apart; gives the records."""
    back = {adoption.record: adoption.before for adoption in adoptions}
    managed = [r for r in accepted_of(tx, person) if not rules.by_hand(r.provider)]
    for record in managed:
        link = back.get(record.record)
        if link is not None:
            tx.facts.put_link(link)
        else:
            tx.facts.end_link(record.record)
        tx.facts.put_kept_apart(KeptApart(record.provider, person, moment.request.by, moment.at))
    return [record.record for record in managed]


def _manual(tx: Transaction, rules: Rules, person: Person, who: str) -> Accepted:
    for link in tx.facts.links(person.id):
        accepted = tx.facts.accepted(link.record)
        if accepted is not None and rules.by_hand(accepted.provider) and accepted.is_live:
            return accepted
    raise Refused(f"{who} is not kept by hand, so there is nothing to hand over.")


def _record(tx: Transaction, rules: Rules, person: Person, named: str | None) -> Accepted:
    """Give the record that is meant: the one named, or the only one that asks for the person's address."""
    if named is not None:
        accepted = tx.facts.accepted(RecordId(named))
        if accepted is None or rules.by_hand(accepted.provider) or not accepted.is_live:
            raise NotFound(f"There is no live record “{named}” of a provider. Look at: dirsync records")
        return accepted
    seat = tx.facts.last_seat(person.id)
    waiting = [
        asking
        for asking in (tx.facts.asking(seat.address) if seat is not None else ())
        if not rules.by_hand(asking.provider) and not _is_of(tx, asking, person.id)
    ]
    if not waiting:
        raise NotFound(f"No record asks for {person.email}. Name one with --record; look at: dirsync records")
    if len(waiting) > 1:
        raise Ambiguous(person.email, tuple(f"{record.record} ({record.provider})" for record in waiting))
    return waiting[0]


def _is_of(tx: Transaction, record: Accepted, person: PersonId) -> bool:
    link = tx.facts.link(record.record)
    return link is not None and link.person == person


def _refuse_taken(tx: Transaction, manual: RecordId, person: Person) -> None:
    accepted = tx.facts.accepted(manual)
    holder = tx.facts.holder(accepted.address) if accepted is not None and accepted.address is not None else None
    if holder is not None and holder.person != person.id:
        raise Refused(
            f"{holder.shown} belongs to somebody else now ({holder.person}).",
            ("Give them another address first, then release.",),
        )


def _check_available(rules: Rules, *providers: str) -> None:
    for name in providers:
        provider = rules.providers.get(name)
        if provider is not None and provider.unavailable is not None:
            raise PluginUnavailable(name, f"{name} can't be judged now: {provider.unavailable}")
