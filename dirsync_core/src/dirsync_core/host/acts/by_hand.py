"""People recorded by hand: added, changed, removed, placed. People are refused early: a conflict is said at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import attrs

from dirsync_core.api import ByHandProvider, Upsert
from dirsync_core.engine.guard import Guarding
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle, settle_clock
from dirsync_core.host.handle import address_taken, begin, title_of
from dirsync_core.model.addresses import fold, is_address
from dirsync_core.model.claims import AttributeKind, Value
from dirsync_core.model.errors import AddressTaken, KeyTaken, NotFound, PluginUnavailable, Refused
from dirsync_core.model.facts import Placement
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json, Person
from dirsync_core.model.records import Record
from dirsync_core.query.undoing import placed
from dirsync_core.query.who import person_of, subject_of
from dirsync_core.store.contract import Transaction

_NOT_BY_HAND = ("groups", "locations")


@attrs.frozen
class Added:
    """Somebody recorded by hand, and what is worth telling about it."""

    person: PersonId
    notes: tuple[str, ...] = ()


def add(
    tx: Transaction,
    rules: Rules,
    moment: Moment,
    provider: ByHandProvider,
    email: str,
    values: Mapping[str, str],
    locations: Sequence[str],
    until: str | None,
) -> Added:
    """Record somebody by hand.

    Raises:
        AddressTaken: the address belongs to somebody.
        Refused: a value or location can't be used.
    """
    given = {**values, **({"until": until} if until is not None else {}), "email": email}
    upsert = composed(rules, provider, {}, given)
    check_locations(rules, locations)
    edit = begin(tx, rules, moment, provider.name)
    try:
        record = edit.create("user", upsert.key, upsert.body, external_id=upsert.external_id, active=upsert.active)
    except KeyTaken as error:
        raise _kept_already(tx, rules, email, RecordId(error.record)) from error
    for location in locations:
        put_placement(tx, moment, record.id, location, "add")
    edit.settle()
    link = tx.facts.link(record.id)
    if link is None:
        because = tx.outcomes.get(record.id)
        raise Refused(f"Nobody would come of it: {because.because if because else 'the record asks for no place'}.")
    return Added(link.person, former(tx, email, link.person))


def change(
    tx: Transaction,
    rules: Rules,
    moment: Moment,
    providers: Mapping[str, ByHandProvider],
    who: str,
    values: Mapping[str, str],
    version: int | None = None,
) -> PersonId:
    """Change values of somebody kept by hand; an empty text takes a value away. Gives the person.

    Raises:
        NotFound: there is nobody of that name.
        Refused: they are not kept by hand, or a value can't be used; AddressTaken for an address.
        VersionMismatch: `version` is not that of the record.
    """
    record, provider = kept_by_hand(tx, rules, providers, who)
    upsert = composed(rules, provider, provider.values(record), values)
    edit = begin(tx, rules, moment, provider.name)
    try:
        edit.replace(
            record.id, key=upsert.key, body=upsert.body, external_id=upsert.external_id, active=upsert.active,
            if_version=version,
        )  # fmt: skip
    except KeyTaken as error:
        raise _kept_already(tx, rules, values.get("email", ""), RecordId(error.record)) from error
    edit.settle()
    link = tx.facts.link(record.id)
    assert link is not None
    return link.person


def remove(
    tx: Transaction, rules: Rules, moment: Moment, providers: Mapping[str, ByHandProvider], who: str
) -> PersonId:
    """Remove somebody kept by hand; they come back as the same person when added again. Gives the person.

    Raises:
        NotFound: there is nobody of that name.
        Refused: they are not kept by hand.
    """
    record, provider = kept_by_hand(tx, rules, providers, who)
    link = tx.facts.link(record.id)
    edit = begin(tx, rules, moment, provider.name)
    edit.delete(record.id)
    edit.settle()
    assert link is not None
    return link.person


def place(tx: Transaction, rules: Rules, moment: Moment, who: str, location: str, op: str) -> PersonId | RecordId:
    """Place somebody in a location (`add`), hide them from it (`mask`), or give it back to the rules (`clear`).

    Raises:
        NotFound: neither a person nor a record is meant.
        Refused: there is no such location.
        PluginUnavailable: a record concerned can't be judged, since its plugin is missing.
    """
    check_locations(rules, [location])
    subject = subject_of(tx, who)
    records = [link.record for link in tx.facts.links(PersonId(subject))] or [RecordId(subject)]
    for record in records:
        _refuse_frozen(tx, rules, record)
    settle_clock(tx, rules, attrs.evolve(moment))
    if op == "clear":
        event = clear_placement(tx, moment, subject, location)
    else:
        event = put_placement(tx, moment, subject, location, op)
    if event is None:
        return subject
    settle(tx, rules, moment, event, records, guarding=Guarding.APPROVE)
    return subject


# --- parts ---------------------------------------------------------------------------------------------------------


def composed(rules: Rules, provider: ByHandProvider, before: Mapping[str, Value], given: Mapping[str, str]) -> Upsert:
    """Lay values as they were typed over those that are there, and make a record of them.

    Raises:
        Refused: a value can't be used, or there is no e-mail address.
    """
    values = {**before, **{name: _by_hand(rules, name, text) for name, text in given.items()}}
    email = values.get("email")
    if not isinstance(email, str) or not is_address(email):
        raise Refused(f"“{given.get('email', '')}” is no e-mail address.", ("Give one like ann@halden.example.",))
    return provider.compose({name: value for name, value in values.items() if value not in ("", ())})


def _by_hand(rules: Rules, name: str, text: str) -> Value:
    if name not in settable(rules):
        raise Refused(f"“{name}” can't be set by hand.", (f"There are {', '.join(settable(rules))}.",))
    return value_of(rules, name, text)


def settable(rules: Rules) -> list[str]:
    """Give the attributes that can be set by hand."""
    return sorted(set(rules.schema) - set(_NOT_BY_HAND))


def value_of(rules: Rules, name: str, text: str) -> Value:
    """Read a value as it was typed: of a set, the parts between commas.

    Raises:
        Refused: it can't be a value of the attribute.
    """
    kind = rules.schema[name].kind
    if name == "until" and text:
        return _last_day(text)
    if kind is AttributeKind.BOOLEAN and text:
        return _truth(name, text)
    if kind.is_set:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text.strip()


def _last_day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Refused(f"“{text}” is no date.", ("Write the last day as 2027-01-31.",)) from None


def _truth(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise Refused(f"{name} is true or false, and “{text}” is neither.")
    return text.lower() == "true"


def check_locations(rules: Rules, locations: Sequence[str]) -> None:
    """See that there are locations of these keys.

    Raises:
        Refused: there are not.
    """
    known = [rule.key for rule in rules.locations]
    for key in locations:
        if key not in known:
            there = f"There are {', '.join(known)}." if known else "There are none: everybody is in one directory."
            raise Refused(f"There is no location “{key}”.", (there,))


def former(tx: Transaction, email: str, person: PersonId) -> tuple[str, ...]:
    """Say who had the address before somebody who was just added; nothing where they had it themselves."""
    seats = [seat for seat in tx.facts.seats(fold(email)) if seat.until_at is not None]
    if not seats or any(seat.person == person for seat in seats):
        return ()
    last = max(seats, key=lambda seat: seat.until or 0)
    before = tx.people.get(last.person)
    name = before.values.get("displayName") if before else None
    until = last.until_at.date().isoformat() if last.until_at else ""
    return (f"{name or 'Somebody else'} ({last.person}) had this address until {until}; this is a new person.",)


def put_placement(tx: Transaction, moment: Moment, subject: PersonId | RecordId, location: str, op: str) -> int | None:
    """Place or mask, and note it with what was there before; gives the event, None where it is so already."""
    before = placed(tx, subject, location)
    if before == op:
        return None
    kind: Literal["add", "mask"] = "mask" if op == "mask" else "add"
    tx.facts.put_placement(Placement(subject, location, kind, moment.request.by, moment.at))
    body: Json = {"location": location, "before": before}
    return tx.events.append(moment, f"placement.{kind}", record=subject, body=body)


def clear_placement(tx: Transaction, moment: Moment, subject: PersonId | RecordId, location: str) -> int | None:
    """Give a location back to the rules, and note it with what was there before; None where nothing was."""
    before = placed(tx, subject, location)
    if before is None:
        return None
    tx.facts.end_placement(subject, location)
    body: Json = {"location": location, "before": before}
    return tx.events.append(moment, "placement.cleared", record=subject, body=body)


def _kept_already(tx: Transaction, rules: Rules, email: str, record: RecordId) -> Refused:
    link = tx.facts.link(record)
    if link is None:
        return Refused(
            f"{email} is recorded by hand already, as record {record}.", ("Change it with: dirsync manual set",)
        )
    error = address_taken(tx, rules, email, link.person)
    return AddressTaken(
        email, link.person, error.sentence, (f"Change them with: dirsync manual set {email} NAME=VALUE",)
    )


def kept_by_hand(
    tx: Transaction, rules: Rules, providers: Mapping[str, ByHandProvider], who: str
) -> tuple[Record, ByHandProvider]:
    """Give the record that is kept of somebody by hand, and its provider.

    Raises:
        NotFound: there is nobody of that name.
        Refused: nothing is kept of them by hand.
    """
    person = person_of(tx, who)
    for link in tx.facts.links(person.id):
        record = tx.records.any(link.record)
        if record is None or record.deleted_at is not None or not rules.by_hand(record.provider):
            continue
        if tx.facts.is_dormant(record.id):
            sources = " and ".join(title_of(rules, source) for source in person.sources)
            raise Refused(f"{who} was handed over to {sources}.", (f"Take them back with: dirsync release {who}",))
        if record.provider not in providers:
            _refuse_frozen(tx, rules, record.id)
            raise NotFound(f"{who} is not kept by the provider that you named, but by {record.provider}.")
        return record, providers[record.provider]
    raise _of_others(rules, person, who)


def _of_others(rules: Rules, person: Person, who: str) -> Refused:
    """Say of somebody of whom nothing is kept by hand now where to change them."""
    managed = [title_of(rules, source) for source in person.sources if not rules.by_hand(source)]
    if person.sources and not managed:
        return Refused(f"{who} is not kept by hand any more.", ("Bring them back with: dirsync manual add EMAIL",))
    return Refused(
        f"{who} is not kept by hand, but comes from {', '.join(managed) or 'nowhere any more'}.",
        ("Change them there.",),
    )


def _refuse_frozen(tx: Transaction, rules: Rules, record: RecordId) -> None:
    found = tx.records.any(record)
    provider = rules.providers.get(found.provider) if found else None
    if provider is not None and provider.unavailable is not None:
        raise PluginUnavailable(provider.name, f"{provider.name} can't be judged now: {provider.unavailable}")
