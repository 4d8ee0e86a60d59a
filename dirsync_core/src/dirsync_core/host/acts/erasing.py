"""Erase: somebody is forgotten on request, in history too, and kept from coming back by a source that does not know.

What goes is everything of the person: records, what was decided of them, what was published, what history says. What
stays are opaque ids, the fact that changes were made and when, and keyed hashes of their addresses, by which a later
push is known and refused. Start at `erase`.
"""

from collections.abc import Callable, Iterable, Sequence

import attrs
import structlog

from dirsync_core.engine.feed import told
from dirsync_core.engine.forgetting import without_erased
from dirsync_core.engine.holds import end_hold
from dirsync_core.engine.merging import merge
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import publish, settle_clock, settle_these
from dirsync_core.host.acts.theirs import Theirs, others_have, read, theirs_of
from dirsync_core.host.rules.rulebook import Rulebook
from dirsync_core.model.addresses import Address, fold
from dirsync_core.model.changes import Cause, ChangeType
from dirsync_core.model.erasures import Erasure
from dirsync_core.model.errors import NotFound, StoreError
from dirsync_core.model.facts import Accepted
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json, Person
from dirsync_core.model.records import Record
from dirsync_core.query.who import subject_of
from dirsync_core.store.contract import Store, Transaction

log = structlog.get_logger()


@attrs.frozen
class StillNaming:
    """A record of somebody else that names an erased address, as its provider wrote it; `email` is whose it is."""

    record: RecordId
    provider: str
    person: PersonId | None
    email: str | None


@attrs.frozen
class Forgotten:
    """What erasing took away, and who still names the address. `shared` are addresses that others have by now."""

    subject: PersonId | RecordId
    email: str
    records: int
    addresses: int
    shared: int
    naming: tuple[StillNaming, ...]


def erase(tx: Transaction, rules: Rules, moment: Moment, who: str) -> Forgotten:
    """Forget somebody. Others' records stay as they were written; whom they name is no longer published.

    An address that somebody else has by now is not refused later, since it is theirs.

    Raises:
        NotFound: neither a person nor a record is called that.
        Ambiguous: several records are meant.
    """
    settle_clock(tx, rules, attrs.evolve(moment))
    theirs = theirs_of(tx, subject_of(tx, who))
    refused = frozenset(address for address in theirs.addresses if not others_have(tx, theirs, address))
    words = theirs.words(refused)
    naming = [read(tx, record) for record in tx.erasures.naming(words) if record not in theirs.records]
    touched = _people_touched(tx, theirs, refused, naming)
    waiting = {a.record for address in theirs.addresses for a in tx.facts.asking(address)} - theirs.records.keys()
    _forget(tx, moment, theirs)
    # A group's history calls its members by their names, under their ids.
    tx.erasures.forget_words({*words, *theirs.records})
    tx.erasures.put(
        Erasure(theirs.subject, moment.at, moment.request.by), refused,
        {record.id: record.provider for record in theirs.records.values()},
    )  # fmt: skip
    event = tx.events.append(moment, "person.erased", record=theirs.subject)
    _tell(tx, moment, theirs)
    _unname(tx, rules, refused, {*tx.erasures.accepting(words), *(record.id for record in naming)})
    settle_these(tx, rules, moment, event, waiting, touched)
    _rewrite_history(tx, rules, moment, theirs.subject, refused, words)
    still = tuple(_still_naming(tx, record) for record in naming if record.deleted_at is None)
    email = theirs.person.email if theirs.person is not None else next(iter(theirs.records.values())).key
    return Forgotten(
        theirs.subject, email, len(theirs.records), len(refused), len(theirs.addresses - refused), still
    )  # fmt: skip


def lift(tx: Transaction, rules: Rules, moment: Moment, email: str) -> Sequence[Erasure]:
    """Make an address free again, and the others of whom it was; who names it is shown to do so again.

    Raises:
        NotFound: nobody of that address was erased.
    """
    settle_clock(tx, rules, attrs.evolve(moment))
    lifted = tx.erasures.lift(fold(email))
    if not lifted:
        raise NotFound(f"Nobody of the address “{email}” was erased. Who was: dirsync erase --list")
    for erasure in lifted:
        event = tx.events.append(moment, "erasure.lifted", record=erasure.subject)
    naming = tx.erasures.naming({fold(email), email.strip()})
    settle_these(tx, rules, moment, event, naming, ())
    return lifted


def forget_person(tx: Transaction, moment: Moment, person: Person) -> tuple[set[PersonId], set[RecordId]]:
    """Forget somebody without anybody's asking for it: nothing refuses them later, and others go on naming them.

    Gives who named them, and the records that wait for their addresses; the caller settles both.
    """
    theirs = theirs_of(tx, person.id)
    naming = {reference.person for reference in tx.people.naming(person.id)}
    waiting = {a.record for address in theirs.addresses for a in tx.facts.asking(address)} - theirs.records.keys()
    _forget(tx, moment, theirs)
    _tell(tx, moment, theirs)
    return naming, waiting


async def forget(store: Store, rules: Rulebook, moment: Callable[[], Moment], who: str) -> tuple[Forgotten, bool]:
    """Erase, then take what was deleted out of the files too; says whether that could be done now.

    Raises:
        NotFound, Ambiguous: as for `erase`.
        StoreError: nothing was erased.
    """
    forgotten = await store.write(lambda tx: erase(tx, rules(tx), moment(), who))
    return forgotten, await rewritten(store)


async def rewritten(store: Store) -> bool:
    """Take what was deleted out of the files; False where the store is too busy for that, and nothing is lost."""
    try:
        return await store.scrub()
    except StoreError as error:
        log.warning("store_not_scrubbed", error=repr(error))
        return False


# --- forgetting ------------------------------------------------------------------------------------------------------


def _forget(tx: Transaction, moment: Moment, theirs: Theirs) -> None:
    for record in theirs.records.values():
        _leave_groups(tx, moment, record)
        _leave_cases(tx, moment, record.id)
        tx.facts.end_link(record.id)
        tx.outcomes.remove(record.id)
        tx.erasures.forget_record(record.id)
    if theirs.person is not None:
        tx.people.remove(theirs.person.id)
        tx.erasures.forget_person(theirs.person.id)
    tx.drafts.forget_plan()


def _leave_groups(tx: Transaction, moment: Moment, record: Record) -> None:
    for group in tx.records.groups_of(record.provider, record.id):
        tx.records.remove_members(group.id, [record.id])
        tx.records.put(attrs.evolve(group, version=group.version + 1, changed_at=moment.at))


def _leave_cases(tx: Transaction, moment: Moment, record: RecordId) -> None:
    for hold in tx.cases.holds(record):
        end_hold(tx, hold, moment)
    for lost in tx.cases.lost(record):
        tx.cases.end_lost(record, lost.loss)


def _tell(tx: Transaction, moment: Moment, theirs: Theirs) -> None:
    if theirs.person is not None:
        cause = Cause(None, moment.request.id, moment.request.by)
        tx.feed.append(moment.at, ChangeType.ERASED, theirs.person.id, "", {}, cause)


# --- others, who name them -------------------------------------------------------------------------------------------


def _people_touched(
    tx: Transaction, theirs: Theirs, addresses: frozenset[Address], naming: Iterable[Record]
) -> set[PersonId]:
    """Give who names them, by a record of theirs or by an admin's word, which goes."""
    people = {link.person for record in naming if (link := tx.facts.link(record.id)) is not None}
    if theirs.person is not None:
        people |= {reference.person for reference in tx.people.naming(theirs.person.id)}
    for override in tx.facts.all_overrides():
        if isinstance(override.value, str) and fold(override.value) in addresses:
            tx.facts.end_override(override)
            tx.facts.end_mention(override.person, override.name, fold(override.value))
            people.add(override.person)
    return people - {theirs.subject}


def _unname(tx: Transaction, rules: Rules, addresses: frozenset[Address], records: Iterable[RecordId]) -> None:
    """Take whoever was erased out of what is or was accepted of others, be their provider there or not."""

    def left(accepted: Accepted) -> Accepted:
        return attrs.evolve(accepted, claims=without_erased(tx, rules, accepted.claims))

    for record in sorted(records):
        if (accepted := tx.facts.accepted(record)) is not None:
            tx.facts.put_accepted(left(accepted))
        for hold in tx.cases.holds(record):
            tx.cases.put_hold(attrs.evolve(hold, wanted=left(hold.wanted)))
        for lost in tx.cases.lost(record):
            tx.cases.put_lost(attrs.evolve(lost, before=left(lost.before)))
        for mention in tx.facts.mentions(record):
            if mention.address in addresses:
                tx.facts.end_mention(record, mention.attribute, mention.address)


def _rewrite_history(
    tx: Transaction, rules: Rules, moment: Moment, subject: str, addresses: frozenset[Address], words: frozenset[str]
) -> None:
    """Take whoever was erased out of what was ever published of others; what is shown of them follows from that."""
    people = set()
    for change in tx.erasures.telling({*words, subject}):
        changed = {
            name: (_without(before, subject, addresses), _without(after, subject, addresses))
            for name, (before, after) in change.changed.items()
        }
        tx.erasures.retell(change.seq, changed)
        people.add(change.person)
    for person in tx.erasures.based_on({*words, subject}):
        base = tx.feed.base(person)
        assert base is not None
        left = {name: _without(value, subject, addresses) for name, value in base.values.items()}
        tx.feed.put_base(person, attrs.evolve(base, values=left))
        people.add(person)
    for person in sorted(people):
        publish(tx, moment, person, merge(tx, rules, person), told(tx, person))


def _without(value: Json, subject: str, addresses: frozenset[Address]) -> Json:
    if isinstance(value, list):
        return [item for item in value if not _means(item, subject, addresses)]
    return None if _means(value, subject, addresses) else value


def _means(value: Json, subject: str, addresses: frozenset[Address]) -> bool:
    if not isinstance(value, dict):
        return False
    return value.get("person") == subject or fold(str(value.get("written"))) in addresses


def _still_naming(tx: Transaction, record: Record) -> StillNaming:
    link = tx.facts.link(record.id)
    person = tx.people.get(link.person) if link is not None else None
    return StillNaming(record.id, record.provider, link.person if link else None, person.email if person else None)


def forgotten_shape(forgotten: Forgotten, *, rewritten: bool) -> dict[str, Json]:
    """Give what erasing did, in the interface's shape; nothing of whoever was forgotten is in it."""
    naming: list[Json] = [
        {"record": each.record, "provider": each.provider, "person": each.person, "email": each.email}
        for each in forgotten.naming
    ]
    return {
        "subject": forgotten.subject,
        "records": forgotten.records,
        "addresses": forgotten.addresses,
        "shared": forgotten.shared,
        "stillNamedBy": naming,
        "rewritten": rewritten,
    }
