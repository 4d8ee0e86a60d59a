"""Suppose: what would become of a record if its source said something else. It is written, looked at, and undone."""

from collections.abc import Mapping

import attrs

from dirsync_core.engine.rules import Rules
from dirsync_core.host.handle import begin
from dirsync_core.host.host import Host
from dirsync_core.host.rules.effects import effects_of, waiting
from dirsync_core.model.errors import Ambiguous, Refused
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Effect
from dirsync_core.model.records import Record
from dirsync_core.query.explaining import explanation
from dirsync_core.query.plans import effect_shape
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.query.who import person_named, records_named
from dirsync_core.store.contract import Transaction


@attrs.frozen
class Supposed:
    """What would become of a record: an explanation, and what would be published."""

    explanation: Shape
    effects: tuple[Effect, ...]

    @property
    def shape(self) -> Shape:
        """The explanation, with `effects` beside its keys."""
        effects: list[Json] = [effect_shape(effect) for effect in self.effects]
        return {**self.explanation, "effects": effects}


async def suppose(host: Host, by: Request, who: str, body: Mapping[str, Json], provider: str | None) -> Supposed:
    """Explain what would become of somebody's record if it said `body`; of a new one where there is none yet.

    Nothing of it remains.

    Raises:
        Refused: it is not clear of which source it would be, or the source would be refused too.
        Ambiguous: several records are meant.
        PluginUnavailable: what it says can't be judged, since a plugin is missing.
    """
    now = host.clock()

    def job(tx: Transaction) -> Supposed:
        return _supposed(tx, host.rules(tx), Moment(now, by), who, body, provider)

    return await host.store.try_out(job)


def _supposed(
    tx: Transaction, rules: Rules, moment: Moment, who: str, body: Mapping[str, Json], provider: str | None
) -> Supposed:
    before = _record(tx, who, provider)
    source = before.provider if before is not None else provider or _only_source(tx)
    waited, known = waiting(tx), set(tx.facts.everybody())
    edit = begin(tx, rules, moment, source)
    key, external_id = _key(body, before, who), _text(body.get("externalId"))
    active = _is_active(body, before)
    if before is None:
        record = edit.create("user", key, body, external_id=external_id, active=active)
    else:
        record = edit.replace(before.id, key=key, body=body, external_id=external_id, active=active)
    changes = edit.settle().changes
    shape = explanation(Reading(tx, rules, moment.at), record.id)
    effects = tuple(seen.effect for seen in effects_of(tx, changes, waited))
    person = shape["person"] if shape["person"] in known else None
    return Supposed({**shape, "who": who, "person": person}, effects)


def _record(tx: Transaction, who: str, provider: str | None) -> Record | None:
    """Give the live record that is meant: one that the words name, or one of the person whom they name."""
    person = person_named(tx, who)
    links = tx.facts.links(person) if person is not None else ()
    found = {record.id: record for link in links if (record := tx.records.any(link.record)) is not None}
    found |= {record.id: record for record in records_named(tx, who)}
    meant = [r for r in found.values() if r.deleted_at is None and provider in (None, r.provider)]
    exact = [record for record in meant if record.id == who.strip()]
    if len(exact or meant) > 1:
        raise Ambiguous(who, tuple(f"{record.id} ({record.provider}, {record.key})" for record in meant))
    return next(iter(exact or meant), None)


def _only_source(tx: Transaction) -> str:
    names = [known.name for known in tx.facts.providers() if not known.by_hand]
    if len(names) != 1:
        there = f"There are {', '.join(names)}." if names else "There are none."
        raise Refused("It is not clear of which source that record would be.", (f"Name one: --provider. {there}",))
    return names[0]


def _key(body: Mapping[str, Json], before: Record | None, who: str) -> str:
    return _text(body.get("userName")) or (before.key if before is not None else who)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_active(body: Mapping[str, Json], before: Record | None) -> bool:
    said = body.get("active")
    if said is None:
        return before.active if before is not None else True
    return str(said).lower() != "false"
