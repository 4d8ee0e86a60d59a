"""What the pages of locations and rules ask of the rest: the second half of the desk."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from dirsync_core.filtering import FilterError
from dirsync_core.model.errors import DirsyncError
from dirsync_core.web.pages.rules_shapes import (
    AppliedRules,
    DraftPage,
    EffectLine,
    LocationPage,
    PlanPage,
    VersionPage,
    VersionsPage,
)


@attrs.frozen
class LocationEdit:
    """A location as somebody wrote it. Without `filter` it keeps the one it has."""

    name: str
    missing: str
    filter: str | None


@attrs.frozen
class ProviderEdit:
    """What somebody wrote of a source. Without `filter` it keeps the one it has."""

    filter: str | None
    on_match: str
    domains: tuple[str, ...]


@attrs.frozen
class RulesEdit:
    """What somebody changed of a draft; what is not named stays. `everybody` takes every location away.

    `restore` puts the locations that apply back in their place.
    """

    locations: Mapping[str, LocationEdit] = attrs.field(factory=dict)
    providers: Mapping[str, ProviderEdit] = attrs.field(factory=dict)
    removed: Sequence[str] = ()
    everybody: bool = False
    restore: bool = False


class FiltersMisread(DirsyncError):
    """Filters can't be used: `problems` by the path of the setting. Nothing was kept."""

    def __init__(self, problems: Mapping[str, FilterError]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{path}: {error}" for path, error in problems.items()))


class Overtaken(DirsyncError):
    """Somebody else wrote, applied or threw away the draft since it was read; nothing was done."""


class MoreThanShown(DirsyncError):
    """By now more would be done than the plan that was shown: `beyond` is what. Nothing was applied."""

    def __init__(self, beyond: Sequence[EffectLine]) -> None:
        self.beyond = beyond
        super().__init__("By now more would be done than was shown, so nothing was applied.")


class RulesDesk(Protocol):
    """Locations and rules. What acts names the mark of the draft that was seen."""

    async def draft(self, *, by: str) -> DraftPage:
        """Give the draft with its plan, or what it would begin from."""

    async def plan(self, kind: str, after: int, *, by: str) -> PlanPage:
        """Give all that the draft would do of one kind, from some place on.

        Raises:
            NotFound: there is no draft.
        """

    async def versions(self, before: int | None, *, by: str) -> VersionsPage:
        """Give the versions of the rules, newest first."""

    async def version(self, number: int, *, by: str) -> VersionPage:
        """Give one version of the rules.

        Raises:
            NotFound: there is no such version.
        """

    async def location(self, key: str, placed: str | None, cursor: str | None, *, by: str) -> LocationPage:
        """Give one location as applied, with those who are placed there or hidden from it.

        Raises:
            NotFound: there is no location of that key.
        """

    async def change(self, edit: RulesEdit, seen: str | None, *, by: str) -> None:
        """Change the draft, and plan it; without one it begins from what applies.

        Raises:
            FiltersMisread: a filter can't be used.
            SettingsError: something else can't be.
            Overtaken: the draft is another one by now.
        """

    async def again(self, seen: str, *, by: str) -> None:
        """Plan the draft again over the records that are there by now.

        Raises:
            Overtaken: the draft is another one by now.
        """

    async def go_back(self, version: int, seen: str | None, *, by: str) -> None:
        """Make an older version the draft, in the place of the one there is.

        Raises:
            NotFound: there is no such version.
            Refused, SettingsError: it can't be applied any more.
            Overtaken: the draft is another one by now.
        """

    async def throw_away(self, seen: str, *, by: str) -> None:
        """Throw the draft away.

        Raises:
            Overtaken: the draft is another one by now.
        """

    async def apply(self, seen: str, typed: int | None, *, by: str) -> AppliedRules:
        """Apply the draft as its plan was shown.

        Raises:
            MoreThanShown: by now more would be done.
            Refused: many would leave, and their number was not typed.
            Overtaken: the draft is another one by now.
        """
