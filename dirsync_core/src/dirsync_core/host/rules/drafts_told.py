"""What the page of a draft shows: its plan, or its sketch, in counts and first names; what records say most often."""

from collections.abc import Mapping, Sequence

import attrs

from dirsync_core.engine.reach import Tally
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Effect, EffectKind, Plan, lost
from dirsync_core.store.contract import Transaction

FIRST = 5
"""How many names of each kind of effect stand beside the draft; all of them are a page of their own."""

TYPED_FROM = 11
"""From how many leavers on their number must be typed."""

VALUES = 20
_TEXTS = 80


def told_of(tx: Transaction, plan: Plan) -> dict[str, Json]:
    """Give what stands beside a draft: the plan in counts and first names, and what records say most often."""
    counts = tx.people.counts("location")
    return {
        "from": plan.base,
        "to": plan.version,
        "basis": plan.basis,
        "counts": {kind.value: n for kind, n in plan.counts.items()},
        "first": {kind.value: [told_effect(effect) for effect in _first(plan.effects, kind)] for kind in EffectKind},
        "locations": {key: [counts.get(key, 0), n] for key, n in _afterwards(plan, counts).items()},
        "altered": [altered.path for altered in plan.altered],
        "asleep": len(plan.asleep),
        "emptied": list(plan.emptied),
        "trips": list(plan.trips),
        "type": typed_number(plan),
        "records": sum(tx.outcomes.counts().values()),
        "values": _said(tx),
        "saying": dict(tx.drafts.saying()),
    }


def sketched(tx: Transaction, tally: Tally) -> dict[str, Json]:
    """Give the numbers that stand beside a draft until its plan is there."""
    counts = tx.people.counts("location")
    return {
        "counts": {kind.value: n for kind, n in _kinds(tally).items()},
        "locations": {key: [counts.get(key, 0), counts.get(key, 0) + step] for key, step in tally.locations.items()},
        "records": tally.records,
    }


def _kinds(tally: Tally) -> Mapping[EffectKind, int]:
    return {
        EffectKind.JOINS: tally.joins,
        EffectKind.LEAVES: tally.leaves,
        EffectKind.CHANGES: tally.changes,
        EffectKind.UNDETERMINED: tally.undetermined,
    }


def typed_number(plan: Plan) -> int | None:
    """Give the number that must be typed before a plan is applied: of leavers, where they are many or all of a source.

    None where nothing needs to be typed.
    """
    leaves = plan.counts[EffectKind.LEAVES]
    return leaves if leaves >= TYPED_FROM or plan.emptied else None


def _first(effects: Sequence[Effect], kind: EffectKind) -> list[Effect]:
    """Give the first people of a kind: of one who changes in several values what is said of locations, if anything."""
    chosen: dict[str, Effect] = {}
    for effect in effects:
        who = effect.person or effect.record or effect.email
        if effect.kind is kind and (who in chosen or len(chosen) < FIRST):
            known = chosen.setdefault(who, effect)
            chosen[who] = effect if effect.name == "locations" else known
    return list(chosen.values())


def told_effect(effect: Effect) -> dict[str, Json]:
    """Give one effect as pages show it."""
    return {
        "person": effect.person,
        "record": effect.record,
        "email": effect.email,
        "displayName": effect.called or effect.email,
        "name": effect.name,
        "before": effect.before,
        "after": effect.after,
        "locations": list(effect.locations),
        "origin": effect.origin,
    }


def _afterwards(plan: Plan, counts: Mapping[str, int]) -> dict[str, int]:
    after = dict(counts)
    for effect in plan.effects:
        for key, step in _steps(effect):
            after[key] = after.get(key, 0) + step
    return after


def _steps(effect: Effect) -> list[tuple[str, int]]:
    match effect.kind:
        case EffectKind.JOINS:
            return [(key, 1) for key in effect.locations]
        case EffectKind.LEAVES:
            return [(key, -1) for key in effect.locations]
        case EffectKind.CHANGES if effect.name == "locations":
            turned = attrs.evolve(effect, before=effect.after, after=effect.before)
            return [*((key, 1) for key in lost(turned)), *((key, -1) for key in lost(effect))]
        case _:
            return []


def _said(tx: Transaction) -> dict[str, Json]:
    values: dict[str, list[Json]] = {}
    for said in tx.drafts.said(VALUES):
        if len(said.value) <= _TEXTS:
            values.setdefault(said.name, []).append([said.value, said.records])
    return dict(values)
