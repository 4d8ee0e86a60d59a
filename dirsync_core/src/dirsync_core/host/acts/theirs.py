"""Theirs: everything of somebody that is to be forgotten, and which of their addresses somebody else has by now."""

import json
from collections.abc import Iterable, Mapping
from functools import partial

import attrs

from dirsync_core.engine.forgetting import own_addresses
from dirsync_core.engine.mapping import text_of
from dirsync_core.model.addresses import Address, fold, is_address
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json, Person
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Transaction

_EVERYTHING = 1_000_000_000


@attrs.frozen
class Theirs:
    """Everything of somebody: the person, if they ever were one, their records, and their addresses in every form."""

    subject: PersonId | RecordId
    person: Person | None
    records: Mapping[RecordId, Record]
    written: frozenset[str]

    @property
    def addresses(self) -> frozenset[Address]:
        """The addresses in the form in which they are compared."""
        return frozenset(map(fold, self.written))

    def words(self, addresses: frozenset[Address]) -> frozenset[str]:
        """Give what to look for in texts: these addresses, in every form in which they were written."""
        return addresses | {text for text in self.written if fold(text) in addresses}


def theirs_of(tx: Transaction, subject: PersonId | RecordId) -> Theirs:
    """Gather everything of a person, or of a record that is nobody's; records that wait for their address too."""
    person = tx.people.get(PersonId(subject))
    own = tx.facts.ever_linked(person.id) if person is not None else [RecordId(subject)]
    records = {r.id: r for each in own if (r := tx.records.any(each)) is not None and not _is_others(tx, r, subject)}
    written = {text for record in records.values() for text in _addresses(tx, record)}
    if person is not None:
        written |= _shown(tx, person)
    for record in _waiting_for_nobody(tx, subject, written):
        records[record.id] = record
        written |= _addresses(tx, record)
    return Theirs(subject, person, records, frozenset(written))


def _is_others(tx: Transaction, record: Record, subject: str) -> bool:
    """Say whether a record is somebody else's: it is theirs by now, or an admin has said that it is not the same."""
    link = tx.facts.link(record.id)
    if link is not None:
        return link.person != subject
    return tx.facts.is_kept_apart(record.provider, PersonId(subject))


def _addresses(tx: Transaction, record: Record) -> set[str]:
    """Give every address that a record ever brought as its own, as it was written."""
    accepted = tx.facts.accepted(record.id)
    email = text_of(accepted.claims, "email") if accepted is not None else None
    found = {text for text in (record.key, email) if text is not None and is_address(text)}
    found |= {str(address) for address in own_addresses(record, email)}
    for event in tx.events.of([record.id], limit=_EVERYTHING):
        key = event.body.get("key") if isinstance(event.body, dict) else None
        body = event.body.get("body") if isinstance(event.body, dict) else None
        if isinstance(key, str) and isinstance(body, dict):
            found |= {str(a) for a in own_addresses(attrs.evolve(record, key=key, body=_packed(body)), None)}
    return {text.strip() for text in found}


def _packed(body: Mapping[str, Json]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _shown(tx: Transaction, person: Person) -> set[str]:
    """Give every address under which somebody was ever shown."""
    shown = {change.email for change in tx.feed.of(person.id)} | {person.email, *tx.erasures.held(person.id)}
    return {text.strip() for text in shown if is_address(text)}


def _waiting_for_nobody(tx: Transaction, subject: str, written: Iterable[str]) -> list[Record]:
    """Give the records that are nobody's and name one of these addresses, where nobody else has it: of the same one."""
    found: dict[RecordId, Record] = {}
    for address in sorted({fold(text) for text in written}):
        holder = tx.facts.holder(address)
        if holder is not None and holder.person != subject:
            continue
        for record in map(partial(read, tx), tx.facts.naming(address)):
            if tx.facts.link(record.id) is None and not _is_others(tx, record, subject):
                found[record.id] = record
    return list(found.values())


def others_have(tx: Transaction, theirs: Theirs, address: Address) -> bool:
    """Say whether an address is somebody else's by now: they hold it, or a live record of theirs names it."""
    holder = tx.facts.holder(address)
    if holder is not None and holder.person != theirs.subject:
        return True
    named = (tx.records.any(record) for record in tx.facts.naming(address) if record not in theirs.records)
    return any(record is not None and record.deleted_at is None for record in named)


def read(tx: Transaction, record: RecordId) -> Record:
    """Give a record that is there, a tombstone too."""
    found = tx.records.any(record)
    assert found is not None
    return found
