"""Records and what became of them, in the interface's shapes."""

import base64
import binascii
import json

import attrs

from dirsync_core.engine.mapping import text_of
from dirsync_core.model.cases import Hold, LossKind
from dirsync_core.model.claims import Claims
from dirsync_core.model.people import Json, Situation
from dirsync_core.model.records import Record
from dirsync_core.query.cases import held_by
from dirsync_core.query.people import BadCursor
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.store.contract import Outcome, OutcomeQuery

GLOSSES = {
    Situation.TOMBSTONE: "deleted by its source",
    Situation.FROZEN: "its source is off or missing",
    Situation.ERRORED: "a mapper failed",
    Situation.DORMANT: "by hand, handed over",
    Situation.INACTIVE: "deactivated by its source",
    Situation.UNKEYED: "no primary e-mail",
    Situation.OUT_OF_SCOPE: "no location takes it",
    Situation.CONTESTED: "the address is someone else’s",
    Situation.LINKED: "is a person, or adds to one",
}


@attrs.frozen
class RecordsSearch:
    """Which records. `undetermined` tells apart those out of scope for want of a value; `held` are those held back."""

    provider: str | None = None
    situation: Situation | None = None
    undetermined: bool | None = None
    held: bool = False
    cursor: str | None = None
    limit: int = 50


def records_shape(reading: Reading, search: RecordsSearch) -> Shape:
    """Give a page of records, what waits for somebody first.

    Raises:
        BadCursor: the cursor was not given out here.
    """
    found = reading.tx.outcomes.select(_query(reading, search))
    more = len(found) > search.limit
    shown = found[: search.limit]
    people = {person for _, outcome in shown for person in (outcome.person, outcome.contender) if person is not None}
    reading.tx.read_ahead(sorted(people), [outcome.record for _, outcome in shown])
    records: list[Json] = [line for _, outcome in shown if (line := record_line(reading, outcome)) is not None]
    return {"records": records, "nextCursor": _written(shown[-1][0]) if more else None}


def record_line(reading: Reading, outcome: Outcome) -> Shape | None:
    """Give one record: the interface's keys, and beside them what a list shows."""
    record = reading.tx.records.any(outcome.record)
    if record is None:
        return None
    accepted = reading.tx.facts.accepted(outcome.record)
    claims: Claims = accepted.claims if accepted else {}
    person = reading.person(outcome.person) if outcome.person is not None else None
    return {
        "id": outcome.record,
        "provider": outcome.provider,
        "externalId": record.external_id,
        "email": text_of(claims, "email"),
        "situation": reading.situation(outcome).value,
        "held": held_by(reading, outcome.record),
        "sentence": sentence(reading, record, outcome),
        "person": outcome.person,
        "displayName": text_of(claims, "displayName") or record.key,
        "why": why(reading, outcome),
        "status": person.status.value if person else None,
    }


def why(reading: Reading, outcome: Outcome) -> str:
    """Say in a few words why a record is as it is."""
    match reading.situation(outcome):
        case Situation.FROZEN:
            return reading.frozen[outcome.provider]
        case Situation.CONTESTED:
            return f"{reading.called(outcome.contender)} has the address"
        case Situation.LINKED:
            return "in the directory"
        case _:
            return outcome.because


def sentence(reading: Reading, record: Record, outcome: Outcome) -> str:
    """Say in a sentence what became of a record, and what holds it back."""
    holds = reading.tx.cases.holds(record.id)
    held = f" Held back: {held_because(reading, holds[0])}." if holds else ""
    decide = f" Decide: dirsync case show {holds[0].case}" if holds and holds[0].kept is None else ""
    return f"{_sentence(reading, record, outcome)}{held}{decide}"


def held_because(reading: Reading, hold: Hold) -> str:
    """Say what is held back of a record, and why."""
    what = {LossKind.LEAVES: "that they leave", LossKind.LOCATION: "the loss of a location"}.get(
        hold.loss.kind, f"the loss of {hold.loss.attribute}"
    )
    if hold.kept is not None:
        case = reading.tx.cases.case(hold.case)
        by = f", as {case.closed_by} has decided" if case is not None and case.closed_by is not None else ""
        return f"{what}, until {reading.title(hold.provider)} says anything new of them{by}"
    return f"{what}, with more like it than usual"


def _sentence(reading: Reading, record: Record, outcome: Outcome) -> str:
    title = reading.title(record.provider)
    match reading.situation(outcome):
        case Situation.TOMBSTONE:
            return f"{title} deleted this record."
        case Situation.FROZEN:
            return f"{reading.frozen[record.provider]}. What was accepted of this record stays."
        case Situation.ERRORED:
            return f"{outcome.because}. What was accepted of this record before stays."
        case Situation.INACTIVE if outcome.because.startswith("ended"):
            return f"This record {outcome.because}."
        case Situation.INACTIVE:
            return f"{title} deactivated this record."
        case Situation.UNKEYED:
            return f"{title} gives this person no address to match by: {outcome.because}."
        case Situation.OUT_OF_SCOPE:
            known = reading.known.get(record.provider)
            says = "pushes" if known is not None and known.pushes else "has"
            return f"{title} {says} this person, but nothing takes them in: {outcome.because}."
        case Situation.CONTESTED:
            holder = reading.called(outcome.contender)
            return f"{title} claims the address of {holder}, who keeps it until somebody decides or it is free."
        case _:
            return f"This record is {reading.called(outcome.person)}."


def situations(reading: Reading, provider: str | None = None) -> dict[Situation, int]:
    """Count records by situation."""
    counts: dict[Situation, int] = {}
    for (name, situation), n in reading.tx.outcomes.counts().items():
        if provider in (None, name):
            frozen = name in reading.frozen and situation is not Situation.TOMBSTONE
            shown = Situation.FROZEN if frozen else situation
            counts[shown] = counts.get(shown, 0) + n
    return counts


def undetermined(reading: Reading, provider: str | None = None) -> int:
    """Count records that are out of scope for want of a value."""
    return sum(
        n
        for name, n in reading.tx.outcomes.undetermined().items()
        if provider in (None, name) and name not in reading.frozen
    )


def _query(reading: Reading, search: RecordsSearch) -> OutcomeQuery:
    after = _place(search.cursor)
    query = OutcomeQuery(
        search.provider, undetermined=search.undetermined, held=search.held, after=after, limit=search.limit + 1
    )
    frozen = tuple(sorted(reading.frozen))
    if search.situation is Situation.FROZEN:
        return attrs.evolve(query, only=frozen, but=Situation.TOMBSTONE)
    if search.situation is None or search.situation is Situation.TOMBSTONE:
        return attrs.evolve(query, situation=search.situation)
    return attrs.evolve(query, situation=search.situation, without=frozen)


def _written(place: tuple[int, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        parts = None
    match parts:
        case [int() as rank, str() as record]:
            return rank, record
        case _:
            raise BadCursor("This cursor is not one that was given out here. Begin without one.")
