"""Retire: what becomes of a source's people when it is gone for good. Start at `retire`.

A source that is taken out of the settings freezes: its people stay as they are. Retiring decides. They stay so for
good; or its records stop counting, and those who have no other source leave; or, before its records stop counting, they
are handed over to a provider kept by hand, as the same people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from dirsync_core.api import ByHandProvider, Upsert
from dirsync_core.engine.holds import close, end_hold
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.seats import accepted_of
from dirsync_core.engine.settle import settle_clock, settle_these
from dirsync_core.host.acts.by_hand import put_placement
from dirsync_core.host.handle import ProviderEdit, address_taken, begin
from dirsync_core.host.host import Host
from dirsync_core.host.rules.effects import effects_of, waiting
from dirsync_core.host.rules.planning import beyond_review
from dirsync_core.model.cases import CaseState
from dirsync_core.model.changes import Change
from dirsync_core.model.claims import Set, Value
from dirsync_core.model.errors import NotFound, NotInPlan, Refused, SettingsError
from dirsync_core.model.facts import Accepted, Link, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Situation
from dirsync_core.model.plans import Plan
from dirsync_core.model.retirements import Fate, Retirement
from dirsync_core.store.contract import Transaction

_NOT_BY_HAND = ("groups", "email", "until")
"""Claims that are not written down by hand: a group is of its source, and the address is that which is held."""


def retire(
    tx: Transaction,
    rules: Rules,
    moment: Moment,
    provider: str,
    fate: Fate,
    successor: ByHandProvider | None = None,
    configured: Iterable[str] = (),
) -> Plan:
    """Retire a source, and give what that did as a plan tells it; tried out, it is the plan.

    Raises:
        NotFound: there never was such a source.
        Refused: it is in the settings or among the applied rules still; or an address is in the way.
        PluginUnavailable: who is to take its people over can't be written to.
    """
    _check_gone(tx, provider, configured)
    settle_clock(tx, rules, attrs.evolve(moment))
    waited, basis = waiting(tx), tx.feed.end()
    tx.retirements.put(
        Retirement(provider, fate, moment.request.by, moment.at, successor.name if successor is not None else None)
    )
    event = tx.events.append(moment, "provider.retired", body={"provider": provider, "fate": fate})
    changes = _let_go(tx, rules, moment, event, provider, successor) if fate != "freeze" else ()
    effects = tuple(
        attrs.evolve(seen.effect, origin=f"retire {provider}") for seen in effects_of(tx, changes, waited)
    )  # fmt: skip
    return Plan(None, rules.version, rules.version, basis, moment.at, moment.request.by, {}, effects=effects)


def _check_gone(tx: Transaction, provider: str, configured: Iterable[str]) -> None:
    known = [each.name for each in tx.facts.providers()]
    if provider not in known:
        raise NotFound(f"There never was a provider “{provider}”; there are {', '.join(known) or 'none'}.")
    if provider in configured:
        raise Refused(
            f"{provider} is still in plugins.toml, so it is not gone.",
            (f"Take [providers.{provider}] out of it, and apply that: dirsync apply",),
        )
    applied = tx.facts.rules()
    named = applied.settings.get("providers") if applied is not None else None
    if isinstance(named, Mapping) and provider in named:
        raise Refused(f"That {provider} is out of plugins.toml is not applied yet.", ("Apply it: dirsync apply",))


# --- its records stop counting ---------------------------------------------------------------------------------------


def _let_go(
    tx: Transaction, rules: Rules, moment: Moment, event: int, provider: str, successor: ByHandProvider | None
) -> Sequence[Change]:
    theirs = [a for record in tx.records.every(provider) if (a := tx.facts.accepted(record)) is not None and a.is_live]
    people = {link.person for a in theirs if (link := tx.facts.link(a.record)) is not None}
    where = {person: _locations(tx, person) for person in people}
    alone = {a.record: a for a in theirs if a.asks and successor is not None and _is_alone(tx, rules, a)}
    edit = begin(tx, rules, moment, successor.name) if successor is not None else None
    for accepted in theirs:
        _end_holds(tx, moment, accepted.record)
        tx.facts.put_accepted(attrs.evolve(accepted, standing=Standing.RETIRED, asking_since=None))
    made = (
        [_written_down(tx, edit, successor, moment, each) for each in alone.values()] if edit and successor else []
    )  # fmt: skip
    records = [*(accepted.record for accepted in theirs), *made]
    changes = settle_these(tx, rules, moment, event, records, people).changes
    _refuse_contested(tx, rules, made)
    placed = _placed_as_before(tx, moment, where, made)
    return [*changes, *settle_these(tx, rules, moment, event, placed, ()).changes] if placed else changes


def _is_alone(tx: Transaction, rules: Rules, accepted: Accepted) -> bool:
    """Say whether a record is all that keeps an active person in the directory."""
    link = tx.facts.link(accepted.record)
    if link is None or tx.facts.seat_of(link.person) is None:
        return False
    others = (record for record in accepted_of(tx, link.person) if record.record != accepted.record)
    return not any(record.asks for record in others if not rules.by_hand(record.provider))


def _end_holds(tx: Transaction, moment: Moment, record: RecordId) -> None:
    """What was held of a record is decided now; a case that holds nothing else is closed."""
    for hold in tx.cases.holds(record):
        end_hold(tx, hold, moment, "out")
        case = tx.cases.case(hold.case)
        if case is not None and case.state is CaseState.OPEN and not tx.cases.still_holds(case.id):
            close(tx, case, moment, CaseState.DISSOLVED)


# --- handed over to a provider kept by hand --------------------------------------------------------------------------


def _written_down(
    tx: Transaction, edit: ProviderEdit, successor: ByHandProvider, moment: Moment, accepted: Accepted
) -> RecordId:
    """Write a person down by hand, with the values that were accepted last; the old record is theirs no more."""
    link, seat = tx.facts.link(accepted.record), tx.facts.last_seat(_person(tx, accepted.record))
    assert link is not None
    assert seat is not None
    upsert = _composed(successor, {**_values(accepted), "email": seat.shown}, seat.shown)
    before = _kept_already(tx, successor.name, link.person)
    if before is None:
        record = edit.create("user", upsert.key, upsert.body, external_id=upsert.external_id, active=upsert.active).id
    else:
        record = edit.replace(
            before, key=upsert.key, body=upsert.body, external_id=upsert.external_id, active=upsert.active
        ).id
        tx.facts.end_adoptions(link.person)
    for mention in tx.facts.mentions(accepted.record):  # whom they name is meant as it was when it was first written
        tx.facts.put_mention(record, mention)
    tx.facts.end_link(accepted.record)
    tx.facts.put_link(Link(record, link.person, "handed over", moment.at))
    return record


def _person(tx: Transaction, record: RecordId) -> PersonId:
    link = tx.facts.link(record)
    assert link is not None
    return link.person


def _values(accepted: Accepted) -> Mapping[str, Value]:
    claims = {name: claim for name, claim in accepted.claims.items() if name not in _NOT_BY_HAND}
    return {name: claim.value for name, claim in claims.items() if isinstance(claim, Set)}


def _composed(successor: ByHandProvider, values: Mapping[str, Value], who: str) -> Upsert:
    try:
        return successor.compose(values)
    except SettingsError as error:
        raise Refused(f"{who} can't be written down in {successor.name}: {'; '.join(error.problems)}.") from error


def _kept_already(tx: Transaction, provider: str, person: PersonId) -> RecordId | None:
    """Give the record of somebody who was handed over before, and whose own record sleeps there."""
    found = (tx.facts.accepted(link.record) for link in tx.facts.links(person))
    return next((a.record for a in found if a is not None and a.provider == provider), None)


def _refuse_contested(tx: Transaction, rules: Rules, records: Iterable[RecordId]) -> None:
    for record in records:
        outcome = tx.outcomes.get(record)
        if outcome is not None and outcome.situation is Situation.CONTESTED and outcome.contender is not None:
            accepted = tx.facts.accepted(record)
            address = accepted.address if accepted is not None else None
            raise address_taken(tx, rules, address or "", outcome.contender)


def _placed_as_before(
    tx: Transaction, moment: Moment, where: Mapping[PersonId, frozenset[str]], made: Iterable[RecordId]
) -> list[RecordId]:
    """Place those by hand whom a rule took in for what their source alone knows, a group for instance."""
    placed = []
    for record in made:
        person = _person(tx, record)
        lost = where[person] - _locations(tx, person)
        if lost:
            placed.append(record)
        for location in sorted(lost):
            put_placement(tx, moment, person, location, "add")
    return placed


def _locations(tx: Transaction, person: PersonId) -> frozenset[str]:
    found = tx.people.get(person)
    keys = found.values.get("locations") if found is not None else None
    return frozenset(map(str, keys)) if isinstance(keys, list) else frozenset()


# --- the whole of it -------------------------------------------------------------------------------------------------


async def plan(host: Host, by: Request, provider: str, fate: Fate, successor: str | None = None) -> Plan:
    """Say what retiring a source would do: it is done, and undone.

    Raises:
        NotFound, Refused, PluginUnavailable: as for `retire`.
    """
    async with host.store.aside() as trials:
        return await trials.try_out(_job(host, by, provider, fate, successor))


async def do(
    host: Host, by: Request, provider: str, fate: Fate, successor: str | None = None, reviewed: Plan | None = None
) -> Plan:
    """Retire a source; what was reviewed is done, and no more than that.

    Raises:
        NotInPlan: more would be done than was reviewed; nothing was.
        NotFound, Refused, PluginUnavailable: as for `retire`.
    """
    job = _job(host, by, provider, fate, successor)

    def reviewing(tx: Transaction) -> Plan:
        done = job(tx)
        if reviewed is not None and beyond_review(reviewed, done):
            raise NotInPlan("By now more would be done than was shown, so nothing was.", ("Look at it again.",))
        return done

    return await host.store.write(reviewing)


def _job(host: Host, by: Request, provider: str, fate: Fate, successor: str | None) -> Callable[[Transaction], Plan]:
    at, configured = host.clock(), tuple(host.settings.providers)
    to = host.by_hand_provider(successor) if successor is not None else None
    return lambda tx: retire(tx, host.rules(tx), Moment(at, by), provider, fate, to, configured)
