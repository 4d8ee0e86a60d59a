"""References: whom an address meant when it was written.

A reference means the active holder of its address at the event in which it was first written, else the first to hold
it actively afterwards. Mentions keep that event; sending the same value again does not renew it.

A source may also name somebody by the id of one of its own records, as SCIM does (RFC 7643 4.3): that means the person
whom the record belongs to.
"""

from collections.abc import Iterable

import attrs

from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import shown_address
from dirsync_core.model.addresses import Address, fold
from dirsync_core.model.claims import Claims, Set, Value
from dirsync_core.model.facts import Accepted
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json
from dirsync_core.store.contract import Mention, Transaction


@attrs.frozen
class Written:
    """An address as a source wrote it, who that source is, and whose mentions say when it was first written.

    That is the source's record, or, of an admin's own word, the person.
    """

    text: str
    provider: str
    record: RecordId | PersonId

    @property
    def address(self) -> Address:
        """The address in the form in which addresses are compared."""
        return fold(self.text)


def written_in(value: Value) -> tuple[str, ...]:
    """Give the addresses of a reference's value, trimmed, without blanks and repetitions, in the source's order."""
    texts = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    found: dict[Address, str] = {}
    for text in texts:
        if text.strip():
            found.setdefault(fold(text), text.strip())
    return tuple(found.values())


def keep_mentions(tx: Transaction, rules: Rules, accepted: Accepted, event: int) -> None:
    """Note which addresses a record names now for the first time, and forget those that it names no more."""
    _keep(tx, accepted.record, set(_named(rules, accepted.claims)), event)


def keep_own_mentions(tx: Transaction, rules: Rules, person: PersonId, event: int) -> None:
    """Do the same for what an admin said of a person."""
    said = tx.facts.overrides(person)
    claims = [(o.name, Set(o.value)) for o in said if o.op != "mask" and o.value is not None]
    _keep(tx, person, {pair for name, claim in claims for pair in _named(rules, {name: claim})}, event)


def _keep(tx: Transaction, writer: RecordId | PersonId, now: set[tuple[str, Address]], event: int) -> None:
    before = {(mention.attribute, mention.address) for mention in tx.facts.mentions(writer)}
    for attribute, address in sorted(before - now):
        tx.facts.end_mention(writer, attribute, address)
    for attribute, address in sorted(now - before):
        tx.facts.put_mention(writer, Mention(attribute, address, event))


def resolve(tx: Transaction, rules: Rules, person: PersonId, attribute: str, written: Written) -> dict[str, Json]:
    """Give a reference in the interface's shape."""
    target = meant(tx, attribute, written)
    shape: dict[str, Json] = {"written": written.text, "state": "pending", "by": written.provider}
    if target is None:
        return shape
    seat = tx.facts.seat_of(target)
    if target == person:
        return shape | {"state": "self", "person": target}
    if seat is None:
        return shape | {"state": "inactive", "person": target}
    email = shown_address(tx, rules, target, seat.address) or seat.shown
    return shape | {"state": "resolved", "person": target, "email": email}


def meant(tx: Transaction, attribute: str, written: Written) -> PersonId | None:
    """Give the person whom a reference means, if it means anybody yet."""
    for mention in tx.facts.mentions(written.record):
        if (mention.attribute, mention.address) == (attribute, written.address):
            return tx.facts.meant(mention.address, mention.since) or _meant_by_id(tx, written)
    return None


def _meant_by_id(tx: Transaction, written: Written) -> PersonId | None:
    record = tx.records.any(RecordId(written.text))
    link = tx.facts.link(record.id) if record is not None and record.provider == written.provider else None
    return link.person if link is not None else None


def _named(rules: Rules, claims: Claims) -> Iterable[tuple[str, Address]]:
    for name, claim in claims.items():
        known = rules.schema.get(name)
        if known is not None and known.kind.is_reference and isinstance(claim, Set):
            yield from ((name, fold(text)) for text in written_in(claim.value))
