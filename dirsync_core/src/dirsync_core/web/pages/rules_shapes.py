"""What the pages of locations and rules are given: a draft and its plan, the versions, one location."""

from typing import Any, Literal, TypedDict

from dirsync_core.web.pages.shapes import LocationLine, Page


class EffectLine(TypedDict):
    """One thing that a draft would do to somebody; `name` is what changes from `before` to `after`."""

    person: str | None
    record: str | None
    email: str
    displayName: str
    name: str
    before: Any
    after: Any
    locations: list[str]
    origin: str | None


class PlanTold(TypedDict):
    """A plan as it stands beside its draft. `first` has the first names of each kind of effect.

    `locations` maps keys to how many people are there now and would be. `type` is the number of leavers that must be
    typed before it is applied, or None. `trips` says what the guard would hold, were it not approved by applying.
    """

    counts: dict[str, int]
    first: dict[str, list[EffectLine]]
    locations: dict[str, list[int]]
    altered: list[str]
    asleep: int
    emptied: list[str]
    trips: list[str]
    type: int | None
    basis: int
    to: int
    records: int


class Sketch(TypedDict):
    """What a draft does in numbers of records, until its plan is there. `locations` and `records` are as in a plan."""

    counts: dict[str, int]
    locations: dict[str, list[int]]
    records: int


class Said(TypedDict):
    """What records say that rules can be made of.

    `values` has the commonest values of each attribute with how many records say them, `saying` how many say anything
    of it; under the empty name all that there are.
    """

    values: dict[str, list[list[Any]]]
    saying: dict[str, int]


class DraftHead(TypedDict):
    """Whose draft it is; `mark` is another one after every write. `base` is the version that it was planned over."""

    mark: str
    base: int
    by: str
    at: str


class DraftedLocation(TypedDict):
    """A location in a draft. `filter` is None where a plugin's filter decides, which `told` puts in words."""

    key: str
    name: str
    filter: str | None
    told: str
    missing: Literal["in", "out"]
    people: int
    after: int
    placed: int
    masked: int
    changed: bool


class DraftedProvider(TypedDict):
    """Which records of a source count at all, and what happens where an address is held by hand."""

    name: str
    title: str
    filter: str | None
    told: str
    onMatch: str
    domains: list[str]
    changed: bool


class RuleAttribute(TypedDict):
    """An attribute that a rule can name."""

    name: str
    kind: str


class DraftPage(Page):
    """The draft of the rules, or what it would begin from where there is none.

    While its plan is worked out there is a `sketch` in its place; `failed` is why none could be.
    """

    draft: DraftHead | None
    plan: PlanTold | None
    sketch: Sketch | None
    failed: str | None
    said: Said | None
    newer: int
    locations: list[DraftedLocation]
    gone: list[LocationLine]
    providers: list[DraftedProvider]
    attributes: list[RuleAttribute]


class PlanPage(Page):
    """All that a draft would do of one kind, some at a time; `nextCursor` is where to go on."""

    draft: DraftHead
    counts: dict[str, int]
    kind: str
    effects: list[EffectLine]
    nextCursor: int | None


class VersionLine(TypedDict):
    """One version of the rules."""

    version: int
    at: str
    by: str
    applied: bool


class VersionsPage(Page):
    """The versions of the rules, newest first."""

    rules: list[VersionLine]
    draft: DraftHead | None
    nextCursor: int | None


class SettingChange(TypedDict):
    """A setting that a version changed."""

    path: str
    before: Any
    after: Any


class VersionPage(Page):
    """One version of the rules: what it changed, and its text."""

    rules: VersionLine
    changed: list[SettingChange]
    toml: str
    draft: DraftHead | None


class PlacedLine(TypedDict):
    """Somebody who is in a location, or hidden from it, by hand."""

    subject: str
    person: str | None
    displayName: str
    email: str | None
    op: Literal["added", "masked"]
    by: str
    at: str


class LocationPage(Page):
    """One location as applied, and who is placed there by hand."""

    location: LocationLine
    placed: list[PlacedLine]
    nextCursor: str | None


class AppliedRules(TypedDict):
    """What applying a draft did, and to how many."""

    version: int
    counts: dict[str, int]
