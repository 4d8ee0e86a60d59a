"""Plan: what a draft of the rules would do to everybody. It is apply, tried out and seen.

`plan` tries a draft out over the records that are there; `apply` applies one, and with a reviewed plan only where
nobody leaves, loses a location or changes whom that plan does not name. A draft is what the settings say, an older
version of the rules, or what a plan file keeps (`draft_of`, `draft_again`, `draft_in`).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping

import attrs

from dirsync_core.engine.reach import Tally
from dirsync_core.host.host import Host
from dirsync_core.host.rules.applying import apply_rules, tallied
from dirsync_core.host.rules.compiling import RuleData, draft, renewed
from dirsync_core.host.rules.differing import differences
from dirsync_core.host.rules.effects import Seen, effects_of, waiting
from dirsync_core.host.rules.origins import with_origins
from dirsync_core.host.rules.rulebook import Rulebook
from dirsync_core.host.settings import Settings
from dirsync_core.model.errors import NotFound, NotInPlan, PluginUnavailable, Refused
from dirsync_core.model.facts import Placement
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment, Request, written_time
from dirsync_core.model.plans import Asleep, Effect, EffectKind, Plan, lost
from dirsync_core.store.contract import Transaction

_REVIEW = "If that is meant, look at it first and apply what you have seen: {plan} --out FILE, then dirsync apply FILE"


@attrs.frozen
class Draft:
    """Rules that could be applied, what compiles them, and the command that plans them."""

    rules: RuleData
    book: Rulebook
    command: str = "dirsync plan"


def draft_of(host: Host, settings: Settings | None = None) -> Draft:
    """Give what the settings say: those of the installation, or others of which only the rules are looked at.

    Raises:
        SettingsError: they can't be compiled.
    """
    if settings is None:
        return Draft(draft(host.settings, host.plugins), host.rules)
    ours = attrs.evolve(settings.directory, timezone=host.settings.directory.timezone)
    book = Rulebook(attrs.evolve(settings, directory=ours), host.plugins)
    for provider, because in host.rules.failed.items():
        book.fail(provider, because)
    return Draft(draft(settings, host.plugins), book)


async def draft_again(host: Host, version: int) -> Draft:
    """Give an older version of the rules as it would be applied now.

    Raises:
        NotFound: there is no such version.
        PluginUnavailable: a plugin that it maps with is not here.
        SettingsError: a filter of it can't be made any more.
    """
    newest, found = await host.store.read(lambda tx: (tx.facts.rules_version(), tx.facts.rules(version)))
    if found is None:
        raise NotFound(f"There is no version {version} of the rules; there are 1 to {newest}.")
    rules: RuleData = renewed(found.settings, host.plugins)
    compiled = await host.store.read(lambda tx: host.rules.compiled(tx, version, rules))
    for name, item in rules["providers"].items():
        because = compiled.providers[name].unavailable
        if because is not None and name in host.settings.providers and name not in host.rules.failed:
            raise PluginUnavailable(item["plugin"], because)
    return Draft(rules, host.rules, f"dirsync plan --rules {version}")


def draft_in(host: Host, reviewed: Plan) -> Draft:
    """Give the draft that a plan was made of, to be applied by the plugins that are here."""
    return Draft(renewed(reviewed.rules, host.plugins), host.rules)


async def plan(host: Host, draft: Draft, by: Request) -> Plan:
    """Say what applying a draft would do: try it out, then find the setting behind each effect.

    Effects are in a fixed order: by kind, then by address. What it costs to find the settings stands in `origins`.

    Raises:
        SettingsError: the draft can't be compiled.
    """
    at = host.clock()
    async with host.store.aside() as trials:
        made, seen, applied = await trials.try_out(_planned(host, draft, by))
        effects = await with_origins(trials, draft.book, lambda: Moment(at, by), applied, draft.rules, seen)
        situations = await trials.read(lambda tx: _situations(tx, effects))
    told = (attrs.evolve(e, before=situations.get(e.record)) if e.record is not None else e for e in effects)
    return attrs.evolve(made, effects=tuple(told))


async def count(host: Host, draft: Draft) -> Tally | None:
    """Count what a draft would do by its filters alone, in a fraction of what its plan takes.

    None where the draft differs from what applies in more than filters, or a plugin's filter reads what it will.

    Raises:
        SettingsError: the draft can't be compiled.
    """
    return await host.store.read(lambda tx: tallied(tx, draft.book, draft.rules))


async def apply(host: Host, draft: Draft, by: Request, reviewed: Plan | None = None) -> Plan:
    """Apply a draft, and give what was done, without origins. What was reviewed is done, and no more than that.

    Raises:
        NotInPlan: more would be done than was reviewed; nothing was.
        Refused: the reviewed plan is of another store or of other rules; or nothing was reviewed, and nobody whom some
            source sends would be left.
        SettingsError: the draft can't be compiled.
    """
    planned = _planned(host, draft, by)

    def job(tx: Transaction) -> Plan:
        if reviewed is not None:
            _refuse_another_ground(tx, reviewed)
        done, _, _ = planned(tx)
        if reviewed is None:
            refuse_putting_everybody_out(draft, done)
        elif beyond := beyond_review(reviewed, done):
            raise NotInPlan(
                _not_reviewed(len(beyond)),
                ("Nothing was applied. Plan again, and look at what is new: dirsync plan --out FILE",),
            )
        return done

    return await host.store.write(job)


def refuse_putting_everybody_out(draft: Draft, made: Plan) -> None:
    """See that a plan which nobody has reviewed leaves somebody of each source in the directory.

    Raises:
        Refused: it does not; says how it can be applied all the same.
    """
    if made.emptied:
        raise Refused(
            f"This would put out everybody whom {' and '.join(made.emptied)} sends, so nothing was applied.",
            (_REVIEW.format(plan=draft.command),),
        )


def beyond_review(reviewed: Plan, now: Plan) -> list[Effect]:
    """Give what would be done now and is not in a reviewed plan: leavers, lost locations, changes. Gains are free."""
    known = {_item(effect): effect for effect in reviewed.effects}
    return [effect for effect in now.effects if not _is_in_review(effect, known.get(_item(effect)))]


def _item(effect: Effect) -> tuple[EffectKind, str, str]:
    return (effect.kind, effect.person or effect.email, effect.name)


def _is_in_review(effect: Effect, known: Effect | None) -> bool:
    match effect.kind:
        case EffectKind.LEAVES:
            return known is not None
        case EffectKind.CHANGES if effect.name == "locations":
            return lost(effect) <= (lost(known) if known is not None else frozenset())
        case EffectKind.CHANGES:
            return known is not None and known.after == effect.after
        case _:
            return True


def _not_reviewed(count: int) -> str:
    what = "one thing more" if count == 1 else f"{count:,} things more"
    return f"By now this would do {what} than the plan says that was reviewed."


# --- trying out ------------------------------------------------------------------------------------------------------

Tried = tuple[Plan, list[Seen], RuleData | None]


def _planned(host: Host, draft: Draft, by: Request) -> Callable[[Transaction], Tried]:
    at, set_aside = host.clock(), host.set_aside(draft.rules)

    def job(tx: Transaction) -> Tried:
        applied, basis, waited, sent = tx.facts.rules(), tx.feed.end(), waiting(tx), _sent(tx)
        old = applied.settings if applied is not None else None
        done = apply_rules(tx, draft.book, draft.rules, at, by, set_aside)
        seen = effects_of(tx, done.changes, waited)
        left = _sent(tx)
        made = Plan(
            store=store_of(tx) if applied is not None else None,
            base=applied.version if applied is not None else 0,
            version=done.version,
            basis=basis,
            at=at,
            by=by.by,
            rules=draft.rules,
            altered=tuple(difference.altered for difference in differences(old, draft.rules)),
            effects=tuple(each.effect for each in seen),
            asleep=tuple(_asleep(tx, draft.rules)),
            emptied=tuple(sorted(name for name, people in sent.items() if people and not left.get(name))),
            trips=done.trips,
        )
        return made, seen, old

    return job


def _sent(tx: Transaction) -> Mapping[str, int]:
    """Give how many people each source has in the directory that is not kept by hand."""
    people = tx.people.counts("source")
    return {known.name: people.get(known.name, 0) for known in tx.facts.providers() if not known.by_hand}


def _asleep(tx: Transaction, rules: RuleData) -> Iterator[Asleep]:
    for placement in tx.facts.all_placements():
        if placement.location not in rules["locations"]:
            yield Asleep(placement, _address_of(tx, placement))


def _address_of(tx: Transaction, placement: Placement) -> str | None:
    person = tx.people.get(PersonId(placement.subject))
    if person is not None:
        return person.email
    accepted = tx.facts.accepted(RecordId(placement.subject))
    return accepted.address if accepted is not None else None


def _situations(tx: Transaction, effects: list[Effect]) -> Mapping[RecordId | None, str]:
    """Give what is the matter now with the records that a draft makes wait."""
    found = (tx.outcomes.get(effect.record) for effect in effects if effect.record is not None)
    return {outcome.record: outcome.situation.value for outcome in found if outcome is not None}


# --- a plan and the store that it is for -----------------------------------------------------------------------------


def store_of(tx: Transaction) -> str | None:
    """Give what tells a store from others: a mark of its first rules, and of when and by whom they were applied."""
    first = tx.facts.rules(1)
    if first is None:
        return None
    return hashlib.sha256(f"{written_time(first.at)} {first.by} {first.settings}".encode()).hexdigest()[:16]


def _refuse_another_ground(tx: Transaction, reviewed: Plan) -> None:
    again = ("Make a new one here: dirsync plan --out FILE",)
    version = tx.facts.rules_version()
    if reviewed.store != store_of(tx) or reviewed.basis > tx.feed.end():
        raise Refused("This plan was made over another store, so nothing was applied.", again)
    if reviewed.base != version:
        raise Refused(
            f"This plan was made over version {reviewed.base} of the rules, and version {version} applies by now,"
            " so nothing was applied.",
            again,
        )
