"""Values to put into a store, with only what a test is about said."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dirsync_core.model.addresses import fold
from dirsync_core.model.changes import Cause, ChangeType
from dirsync_core.model.claims import Set
from dirsync_core.model.facts import Accepted, Link, Seat, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Person, Situation, Source, Status
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Outcome, Transaction

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
A, B, C = fold("a@x.example"), fold("b@x.example"), fold("c@x.example")
MOMENT = Moment(AT, Request("r1", "sofie"), "okta")


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def record(id_: str, **said: Any) -> Record:
    values: dict[str, Any] = {
        "provider": "okta",
        "kind": "user",
        "key": id_,
        "external_id": None,
        "body": b"{}",
        "active": True,
        "version": 1,
        "created_at": AT,
        "changed_at": AT,
    }
    return Record(RecordId(id_), **values | said)


def accepted(id_: str, **said: Any) -> Accepted:
    values: dict[str, Any] = {
        "provider": "okta",
        "standing": Standing.ASKS,
        "address": A,
        "claims": {"email": Set("a@x.example")},
        "locations": (),
        "asking_since": 1,
        "until": None,
    }
    return Accepted(RecordId(id_), **values | said)


def link(record_: str, person: str) -> Link:
    return Link(RecordId(record_), PersonId(person), "new person", AT)


def seat(address: str, person: str, since: int) -> Seat:
    return Seat(fold(address), PersonId(person), address, since, AT)


def person(id_: str, name: str = "", **said: Any) -> Person:
    """`values` are laid over a name and an address made of the id."""
    shown = {"displayName": name or id_, "email": f"{id_}@x.example", "locations": [], **said.pop("values", {})}
    values: dict[str, Any] = {
        "status": Status.ACTIVE,
        "provenance": {"email": Source("okta", RecordId("r"), AT)},
        "sources": ("okta",),
        "version": 1,
        "created_at": AT,
        "changed_at": AT,
        "last_change": 1,
    }
    return Person(PersonId(id_), values=shown, **values | said)


def outcome(id_: str, situation: Situation = Situation.LINKED, **said: Any) -> Outcome:
    return Outcome(RecordId(id_), **{"provider": "okta", "situation": situation, "because": "it is so"} | said)


def publish(tx: Transaction, person_: str, type_: ChangeType = ChangeType.CHANGED, **said: Any) -> int:
    """Append a change; gives its number."""
    at, provider = said.get("at", AT), said.get("provider", "okta")
    cause = Cause(provider, "r1", "sofie")
    return tx.feed.append(at, type_, PersonId(person_), "a@x.example", {"title": (None, "Chef")}, cause).seq
