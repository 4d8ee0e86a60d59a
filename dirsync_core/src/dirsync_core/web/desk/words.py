"""An admin's word on a person, and handing people over: what the pages of both show."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from dirsync_core.host.acts.overriding import ELSEWHERE
from dirsync_core.host.host import Host
from dirsync_core.model.changes import Change
from dirsync_core.model.claims import Set
from dirsync_core.model.errors import Ambiguous, DirsyncError, NotFound, Refused
from dirsync_core.model.facts import Accepted
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Person, Status
from dirsync_core.query.explaining import explanation
from dirsync_core.query.overrides import override_shapes
from dirsync_core.query.reading import Reading, called, person_shape
from dirsync_core.store.contract import Transaction
from dirsync_core.web.desk.naming import names_in
from dirsync_core.web.desk.shell import shell
from dirsync_core.web.pages import shapes

_LOCAL = "local"


def page(host: Host, reading: Reading, person_id: str, by: str) -> shapes.WordsPage:
    """Give an admin's words on a person, and what sources say."""
    found = found_person(reading, person_id)
    told: dict[str, Any] = explanation(reading, found.id)
    return cast(
        shapes.WordsPage,
        {
            "shell": shell(host, reading, by),
            "person": found.id,
            "displayName": called(found),
            "values": person_shape(found),
            "attributes": [
                {"name": a.name, "kind": a.kind.value, "description": a.description}
                for a in reading.rules.schema.values()
                if a.name not in ELSEWHERE
            ],
            "words": words(reading, found.id),
            "says": {line["name"]: _said(reading, line) for line in told["attributes"]},
        },
    )


def found_person(reading: Reading, person_id: str) -> Person:
    """Give a person.

    Raises:
        NotFound: nobody has that id.
    """
    found = reading.person(PersonId(person_id))
    if found is None:
        raise NotFound(f"Nobody has the id “{person_id}”.")
    return found


def words(reading: Reading, person: PersonId) -> list[dict[str, Any]]:
    """Give an admin's words on a person."""
    parts = shapes.Word.__annotations__
    return [{part: shape[part] for part in parts} for shape in override_shapes(reading, person)]


def _said(reading: Reading, line: Mapping[str, Any]) -> list[dict[str, Any]]:
    winner = [] if line["provider"] == _LOCAL else [{"provider": line["provider"], "value": line["value"]}]
    return [{**said, "title": reading.title(said["provider"])} for said in [*winner, *line["losers"]]]


# --- handing over ----------------------------------------------------------------------------------------------------


def handed_to(reading: Reading, person: PersonId) -> list[str]:
    """Give the providers to which somebody kept by hand was handed over."""
    records = (reading.tx.records.any(adoption.record) for adoption in reading.tx.facts.adoptions(person))
    return list(dict.fromkeys(reading.title(record.provider) for record in records if record is not None))


def contenders(reading: Reading, person: PersonId) -> list[dict[str, Any]]:
    """Give the records of providers that ask for the address that somebody holds, and are not theirs."""
    seat = reading.tx.facts.last_seat(person)
    asking = reading.tx.facts.asking(seat.address) if seat is not None else ()
    return [
        contender(reading, accepted)
        for accepted in asking
        if not reading.rules.by_hand(accepted.provider) and not _is_of(reading, accepted, person)
    ]


def contender(reading: Reading, accepted: Accepted) -> dict[str, Any]:
    """Give a record that could be handed somebody."""
    link = reading.tx.facts.link(accepted.record)
    owner = reading.person(link.person) if link is not None else None
    email, name = (_text(accepted, attribute) for attribute in ("email", "displayName"))
    return {
        "record": accepted.record,
        "provider": accepted.provider,
        "title": reading.title(accepted.provider),
        "email": email,
        "displayName": name or email or accepted.record,
        "person": owner.id if owner is not None else None,
        "others": called(owner) if owner is not None else None,
    }


def _is_of(reading: Reading, accepted: Accepted, person: PersonId) -> bool:
    link = reading.tx.facts.link(accepted.record)
    return link is not None and link.person == person


def _text(accepted: Accepted, name: str) -> str | None:
    claim = accepted.claims.get(name)
    return claim.value if isinstance(claim, Set) and isinstance(claim.value, str) else None


def chosen(reading: Reading, person: PersonId, record: str | None) -> dict[str, Any] | None:
    """Give the record that is meant: the one named, else the only one that asks."""
    if record is not None:
        accepted = reading.tx.facts.accepted(RecordId(record))
        return contender(reading, accepted) if accepted is not None else None
    asking = contenders(reading, person)
    return asking[0] if len(asking) == 1 else None


Tried = tuple[dict[str, list[Any]], list[str], str | None]


def tried(tx: Transaction, job: Callable[[], object], person: PersonId) -> Tried:
    """Try a hand-over out: what people would see change, who would leave by it, and why it can't be done."""
    before = tx.feed.end()
    try:
        job()
    except (Refused, NotFound, Ambiguous) as error:
        return {}, [], _told(error)
    changes = tx.feed.after(before, 1000)
    left = [tx.people.get(change.person) for change in changes if _leaves(change) and change.person != person]
    return _changed(changes, person), [called(one) for one in left if one is not None], None


def _told(error: DirsyncError) -> str:
    return error.sentence if isinstance(error, Refused) else str(error)


def _leaves(change: Change) -> bool:
    return change.changed.get("status", (None, None))[0] == Status.ACTIVE.value


def _changed(changes: Any, person: PersonId) -> dict[str, list[Any]]:
    told: dict[str, list[Any]] = {}
    for change in changes:
        if change.person == person:
            for name, (before, after) in change.changed.items():
                told[name] = [told.get(name, [before])[0], after]
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def handing_page(
    host: Host, reading: Reading, person: Person, keeper: str | None, record: str | None, outcome: Tried, by: str
) -> shapes.HandingPage:
    """Give what handing somebody over, or taking them back, would do."""
    changed, others, problem = outcome
    return cast(
        shapes.HandingPage,
        {
            "shell": shell(host, reading, by),
            "person": person.id,
            "displayName": called(person),
            "keeper": keeper,
            "handedTo": handed_to(reading, person.id),
            "contenders": contenders(reading, person.id),
            "chosen": chosen(reading, person.id, record),
            "changed": changed,
            "others": others,
            "names": names_in(reading, changed),
            "problem": problem,
        },
    )
