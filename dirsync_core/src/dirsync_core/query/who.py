"""WHO: from an address or id, to a person or a record."""

from collections.abc import Sequence

from dirsync_core.model.addresses import fold
from dirsync_core.model.errors import Ambiguous, NotFound
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Person
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Transaction


def person_named(tx: Transaction, who: str) -> PersonId | None:
    """Give the person of that id, the present holder of that address, or else the last who held it."""
    if tx.people.get(PersonId(who.strip())) is not None:
        return PersonId(who.strip())
    address = fold(who)
    holder = tx.facts.holder(address)
    if holder is not None:
        return holder.person
    seats = tx.facts.seats(address)
    return max(seats, key=lambda seat: (seat.until or 0, seat.since)).person if seats else None


def person_of(tx: Transaction, who: str) -> Person:
    """Give a person.

    Raises:
        NotFound: nobody is, or ever was, of that address or id.
    """
    person = person_named(tx, who)
    found = tx.people.get(person) if person is not None else None
    if found is None:
        raise NotFound(f"Nobody in the directory is, or was, “{who}”. Why: dirsync explain {who}")
    return found


def records_named(tx: Transaction, who: str) -> Sequence[Record]:
    """Give the records that a word names by id, userName, external id or address claimed; live ones first."""
    found = {record.id: record for record in tx.records.named(who.strip())}
    for record_id in tx.facts.naming(fold(who)):
        record = tx.records.any(record_id)
        if record is not None:
            found.setdefault(record.id, record)
    return sorted(found.values(), key=lambda record: (record.deleted_at is not None, record.id))


def subject_of(tx: Transaction, who: str) -> PersonId | RecordId:
    """Give the person, or the one live record that nobody is yet.

    Raises:
        NotFound: there is neither.
        Ambiguous: several records are meant.
    """
    person = person_named(tx, who)
    if person is not None:
        return person
    records = [record for record in records_named(tx, who) if record.deleted_at is None]
    people = {link.person for record in records if (link := tx.facts.link(record.id)) is not None}
    if len(people) == 1:
        return people.pop()
    if len(records) > 1:
        raise Ambiguous(who, tuple(f"{record.id} ({record.provider}, {record.key})" for record in records))
    if not records:
        raise NotFound(
            f"Neither a person nor a record is called “{who}”. Check the address, or look at: dirsync records"
        )
    return records[0].id
