"""Plans and versions of the rules, in the interface's shapes."""

from collections.abc import Iterable

from dirsync_core.model.facts import AppliedRules
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Altered, Asleep, Effect, Plan
from dirsync_core.query.reading import Reading, Shape


def plan_shape(plan: Plan) -> Shape:
    """Give a plan: the interface's keys, and beside them what is needed to apply it as it was reviewed."""
    return {
        "from": plan.base,
        "to": plan.version,
        "basis": plan.basis,
        "counts": {kind.value: n for kind, n in plan.counts.items()},
        "effects": [effect_shape(effect) for effect in plan.effects],
        "settings": [_altered_shape(altered) for altered in plan.altered],
        "placements": [_asleep_shape(asleep) for asleep in plan.asleep],
        "emptied": list(plan.emptied),
        "guard": {"trips": bool(plan.trips), "because": " ".join(plan.trips) or None},
        "store": plan.store,
        "at": written_time(plan.at),
        "by": plan.by,
        "rules": dict(plan.rules),
    }


def effects_shape(plan: Plan) -> Shape:
    """Give what is done to people, of a plan that changes no rules."""
    return {
        "basis": plan.basis,
        "counts": {kind.value: n for kind, n in plan.counts.items()},
        "effects": [effect_shape(effect) for effect in plan.effects],
    }


def versions_shape(reading: Reading) -> list[Json]:
    """Give every version of the rules, oldest first."""
    return [version_shape(rules, reading.rules.version) for rules in _versions(reading)]


def version_shape(rules: AppliedRules, newest: int) -> Shape:
    """Give one version of the rules; the newest is the one that applies."""
    applied = rules.version == newest
    return {"version": rules.version, "at": written_time(rules.at), "by": rules.by, "applied": applied}


def _versions(reading: Reading) -> Iterable[AppliedRules]:
    found = (reading.tx.facts.rules(version) for version in range(1, reading.rules.version + 1))
    return (rules for rules in found if rules is not None)


def effect_shape(effect: Effect) -> Shape:
    """Give one effect."""
    return {
        "kind": effect.kind.value,
        "email": effect.email,
        "person": effect.person,
        "record": effect.record,
        "name": effect.name,
        "before": effect.before,
        "after": effect.after,
        "locations": list(effect.locations),
        "displayName": effect.called,
        "origin": effect.origin,
    }


def _altered_shape(altered: Altered) -> Shape:
    return {"path": altered.path, "before": altered.before, "after": altered.after}


def _asleep_shape(asleep: Asleep) -> Shape:
    placement = asleep.placement
    return {
        "subject": placement.subject,
        "email": asleep.email,
        "location": placement.location,
        "op": placement.op,
        "by": placement.by,
        "at": written_time(placement.at),
    }
