"""Plans: what a draft of the rules would make of the records that are there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

import attrs

from dirsync_core.model.facts import Placement
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json, Status


class EffectKind(StrEnum):
    """What an effect means to a reader, in the order in which effects are told."""

    JOINS = "joins"
    LEAVES = "leaves"
    CHANGES = "changes"
    CONTESTED = "contested"
    UNDETERMINED = "undetermined"


@attrs.frozen
class Effect:
    """One thing that a draft would do: to a person, or to a record that becomes contested or undetermined.

    `name` is what changes from `before` to `after`: an attribute; `status` of who joins or leaves; `situation` of a
    record. `person` is None where there is none yet. `locations` are where: those joined, left behind, or shown after
    a change. `origin` is the path of the setting that does it, None where it takes several together.
    """

    kind: EffectKind
    email: str
    person: PersonId | None
    record: RecordId | None
    name: str
    before: Json
    after: Json
    locations: tuple[str, ...] = ()
    called: str | None = None
    origin: str | None = None


@attrs.frozen
class Altered:
    """A setting that is another in a draft than among the rules that apply; None stands for not there."""

    path: str
    before: Json
    after: Json


@attrs.frozen
class Asleep:
    """A placement in a location that a draft does not name; it wakes when the location's key comes back."""

    placement: Placement
    email: str | None


@attrs.frozen
class Plan:
    """What a draft would do to everybody, over the rules of version `base` and the directory at change `basis`.

    `rules` is the draft itself, so that a plan can be applied as it was reviewed. `store` tells stores apart.
    `version` is that of the rules afterwards; it is `base` where the draft is what applies already. `emptied` are the
    sources that would have nobody left in the directory of those they have there now. `trips` says of which losses the
    guard would hold some, were they not approved by applying the plan.
    """

    store: str | None
    base: int
    version: int
    basis: int
    at: datetime
    by: str
    rules: Mapping[str, Json]
    altered: tuple[Altered, ...] = ()
    effects: tuple[Effect, ...] = ()
    asleep: tuple[Asleep, ...] = ()
    emptied: tuple[str, ...] = ()
    trips: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[EffectKind, int]:
        """How many people, or records, each kind of effect has; who changes in three values is counted once."""
        return count_effects(self.effects)


def count_effects(effects: Iterable[Effect]) -> Mapping[EffectKind, int]:
    """Count the people, or records, that each kind of effect has; who changes in three values is counted once."""
    found = Counter(kind for kind, *_ in {(e.kind, e.person, e.record, e.email) for e in effects})
    return {kind: found[kind] for kind in EffectKind}


def moved(effect: Effect) -> frozenset[str]:
    """Give the locations that somebody loses or gains."""
    if effect.kind in (EffectKind.JOINS, EffectKind.LEAVES):
        return frozenset(effect.locations)
    return (_keys(effect.before) ^ _keys(effect.after)) if effect.name == "locations" else frozenset()


def lost(effect: Effect) -> frozenset[str]:
    """Give the locations that a change of locations takes away."""
    return _keys(effect.before) - _keys(effect.after)


def _keys(value: Json) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def kind_of(before: Json, after: Json) -> Literal[EffectKind.JOINS, EffectKind.LEAVES, EffectKind.CHANGES]:
    """Say what going from one status to another is: joining the directory, leaving it, or neither."""
    match before == Status.ACTIVE, after == Status.ACTIVE:
        case False, True:
            return EffectKind.JOINS
        case True, False:
            return EffectKind.LEAVES
        case _:
            return EffectKind.CHANGES
