"""Scope: claims, groups and placements → in or out, location by location, with the term that decided."""

from collections.abc import Callable, Mapping
from typing import Literal

import attrs

from dirsync_core.engine.rules import LocationRule, ProviderRules, Rules
from dirsync_core.filtering import Judgement, Verdict
from dirsync_core.model.claims import Value

Undetermined = Callable[[str, str], bool]


@attrs.frozen
class LocationVerdict:
    """What one location says of a record."""

    key: str
    verdict: Verdict
    because: str
    term: str
    placement: Literal["added", "masked"] | None = None

    @property
    def takes_in(self) -> bool:
        """Whether it brings the record in, by rule or by placement; a mask hides only from the location."""
        return self.verdict is Verdict.IN or self.placement == "added"

    @property
    def shows(self) -> bool:
        """Whether the record's person is in the location."""
        return self.takes_in and self.placement != "masked"


@attrs.frozen
class Scope:
    """Whether a record counts, and where. `undetermined`: it is out for want of a value."""

    in_scope: bool
    because: str
    term: str
    locations: tuple[LocationVerdict, ...]
    undetermined: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The locations in which the record shows its person."""
        return tuple(location.key for location in self.locations if location.shows)


def scope(
    values: Mapping[str, Value],
    placements: Mapping[str, Literal["add", "mask"]],
    provider: ProviderRules,
    rules: Rules,
    undetermined: Undetermined,
) -> Scope:
    """Say whether a record counts. What is kept by hand always does."""
    locations = tuple(_located(values, placements, rule, undetermined) for rule in rules.locations)
    if provider.by_hand:
        return Scope(True, "kept by hand", "", locations)
    if provider.admit is not None:
        judged = provider.admit.judge(values, undetermined=undetermined)
        if judged.verdict is not Verdict.IN:
            hidden = tuple(attrs.evolve(location, verdict=Verdict.OUT, placement=None) for location in locations)
            return Scope(
                False, f"{provider.name} does not count it: {judged.saw}", judged.term, hidden,
                judged.verdict is Verdict.UNDETERMINED,
            )  # fmt: skip
    if not rules.locations:
        return Scope(True, "everybody counts", "", ())
    return _in_some(locations)


def _in_some(locations: tuple[LocationVerdict, ...]) -> Scope:
    for location in locations:
        if location.takes_in:
            return Scope(True, location.because, location.term, locations)
    missing = [location for location in locations if location.verdict is Verdict.UNDETERMINED]
    told = missing or locations
    because = "; ".join(dict.fromkeys(location.because for location in told))
    return Scope(False, because, told[0].term, locations, bool(missing))


def _located(
    values: Mapping[str, Value],
    placements: Mapping[str, Literal["add", "mask"]],
    rule: LocationRule,
    undetermined: Undetermined,
) -> LocationVerdict:
    judged = _judged(values, rule, undetermined)
    placement: Literal["added", "masked"] | None = None
    match placements.get(rule.key):
        case "add":
            placement = "added"
        case "mask":
            placement = "masked"
        case _:
            pass
    verdict = judged.verdict
    if verdict is Verdict.UNDETERMINED and rule.missing == "in":
        return LocationVerdict(rule.key, Verdict.IN, f"{judged.saw}, which counts as in", judged.term, placement)
    return LocationVerdict(rule.key, verdict, judged.saw, judged.term, placement)


def _judged(values: Mapping[str, Value], rule: LocationRule, undetermined: Undetermined) -> Judgement:
    if rule.filter is None:
        return Judgement(Verdict.IN, "", "takes everybody")
    return rule.filter.judge(values, undetermined=undetermined)
