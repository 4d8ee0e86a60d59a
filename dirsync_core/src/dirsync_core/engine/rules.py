"""Compiled rules: what the engine is given. It never sees a plugin or a settings file."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, Protocol

import attrs

from dirsync_core.filtering import Judgement
from dirsync_core.model.claims import Attribute, AttributeKind, Claims
from dirsync_core.model.records import Record, fold_key


class Judge(Protocol):
    """A compiled filter."""

    def judge(self, values: Mapping[str, object], *, undetermined: Callable[[str, str], bool] | None) -> Judgement:
        """Say in, out or undetermined, and why."""


class FilterFailed(Exception):
    """A filter raised; says which, of which setting, and what."""


@attrs.frozen
class CompiledMapper:
    """A mapper under its name, with the attributes that it declares."""

    name: str
    map: Callable[[Record, Claims], Claims]
    attributes: Mapping[str, AttributeKind]


@attrs.frozen
class GuardRule:
    """How much of a provider's records may be lost in a rolling window before the guard holds back the rest."""

    people: int = 5
    percent: int = 5
    window: timedelta = timedelta(hours=24)

    def limit(self, asked: int) -> int:
        """Give how many of those who asked at once may be lost; never more than half of them, if more than two."""
        return min(max(self.people, asked * self.percent // 100), max(2, asked // 2))


@attrs.frozen
class ProviderRules:
    """How a provider's records are mapped and which of them count. `unavailable` says why neither can be done now."""

    name: str
    title: str
    by_hand: bool
    mappers: tuple[CompiledMapper, ...] = ()
    admit: Judge | None = None
    domains: frozenset[str] = frozenset()
    on_match: Literal["protect", "adopt"] = "protect"
    unavailable: str | None = None
    guard: GuardRule = GuardRule()


@attrs.frozen
class LocationRule:
    """A location: its key, the name shown, whom it takes in, and what the want of a value counts as."""

    key: str
    name: str
    filter: Judge | None
    text: str
    missing: Literal["in", "out"] = "out"


@attrs.frozen
class Rules:
    """Everything that decides, in one value.

    `providers` has every provider ever known here. `groups_named` are the folded names of groups that filters compare
    with: a group of such a name coming or going changes what is undetermined.
    """

    version: int
    providers: Mapping[str, ProviderRules]
    locations: tuple[LocationRule, ...]
    precedence: tuple[str, ...]
    attribute_precedence: Mapping[str, tuple[str, ...]]
    schema: Mapping[str, Attribute]
    timezone: tzinfo
    groups_named: frozenset[str] = frozenset()

    def by_hand(self, provider: str) -> bool:
        """Say whether a provider's records are kept by people."""
        known = self.providers.get(provider)
        return known is not None and known.by_hand

    def rank(self, provider: str, attribute: str | None = None) -> tuple[int, str]:
        """Give a provider's place in the precedence, smaller wins; those that an attribute's own leaves out follow."""
        order = (*self.attribute_precedence.get(attribute or "", ()), *self.precedence)
        return (order.index(provider) if provider in order else len(order), provider)

    def counts(self, provider: str, attribute: str) -> bool:
        """Say whether a provider has a say in an attribute: where its order names `local`, only who is named."""
        order = self.attribute_precedence.get(attribute, ())
        return "local" not in order or provider in order

    def today(self, at: datetime) -> date:
        """Give the day of a moment where the directory is."""
        return at.astimezone(self.timezone).date()

    def names_group(self, name: str) -> bool:
        """Say whether some filter compares with a group of this name."""
        return fold_key(name) in self.groups_named

    def both_own(self, one: str, other: str, domain: str) -> bool:
        """Say whether both providers list a domain, so that an address in it proves who somebody is."""
        return (
            all(domain in self.providers[name].domains for name in (one, other) if name in self.providers)
            and {
                one,
                other,
            }
            <= self.providers.keys()
        )
