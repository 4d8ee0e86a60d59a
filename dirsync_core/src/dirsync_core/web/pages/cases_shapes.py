"""What the pages of cases, retiring and erasing are given."""

from typing import Any, Literal, TypedDict

from dirsync_core.web.pages.shapes import Page, Shape, ShownName

Show = Literal["held", "out", "waits", "approved", "kept", "back"]
"""The parts that a record has in a case."""


class CasePerson(TypedDict):
    """One record of a case: whose it is, and its part. `why` says shortly what became of the record."""

    person: str | None
    email: str | None
    record: str
    state: Show
    displayName: str
    why: str


class Contrast(TypedDict):
    """What most of those held share: `[how many, of how many]` of them, and of all others."""

    sentence: str
    held: list[int]
    others: list[int]


class CaseWay(TypedDict):
    """A way out, with its consequence; `command` does the same, None where nothing is to be done."""

    do: Literal["wait", "keep", "approve", "adopt", "address"]
    label: str
    consequence: str
    command: str | None


class Claimed(TypedDict):
    """What both sides of an address case say of one attribute."""

    name: str
    shown: str | None
    claimed: str | None


class CaseLine(TypedDict):
    """A case: the interface's keys, and beside them what its card shows.

    `counts` are of records by part; `people` are some of those held. `title` and `shape` are the provider's. `holder`
    is what the person of an address or rehire case is called, `newcomer` whom its record is of; `claims` are what both
    sides of an address case say. `hours` and `percent` are the guard's.
    """

    id: str
    kind: Literal["guard", "address", "rehire"]
    state: Literal["open", "approved", "kept", "dissolved"]
    provider: str
    openedAt: str
    people: list[CasePerson]
    counts: dict[str, int]
    limit: int | None
    asked: int | None
    loss: Literal["leaves", "location", "attribute"] | None
    attribute: str | None
    contrast: Contrast | None
    sentence: str
    ways: list[CaseWay]
    closedAt: str | None
    closedBy: str | None
    title: str
    shape: Shape
    person: str | None
    record: str | None
    holder: str | None
    newcomer: str | None
    email: str | None
    claims: list[Claimed]
    hours: int
    percent: int


class CasesPage(Page):
    """Cases: open ones with the newest danger first, or all. `nextCursor` is where to go on."""

    cases: list[CaseLine]
    nextCursor: int | None


class CasePage(Page):
    """One case, and some of its records that have one part in it: those `shown`, by id. `nextCursor` goes on."""

    case: CaseLine
    shown: Show
    members: list[CasePerson]
    nextCursor: str | None


class DecisionPage(Page):
    """A case about to be decided: for whom, by `count`; `people` are some of them, `chosen` whether not all are meant.

    `back` counts those who come back by it.
    """

    case: CaseLine
    people: list[CasePerson]
    chosen: bool
    count: int
    back: int


class RetiringPage(Page):
    """What would become of a source's people. `plan` is None until a fate is chosen, or where `problem` stands.

    `mark` is another one as soon as anything else would happen. `successors` are the providers kept by hand.
    """

    provider: str
    title: str
    people: int
    retired: str | None
    successors: list[str]
    counts: dict[str, int]
    effects: list[dict[str, Any]]
    names: dict[str, ShownName]
    planned: bool
    mark: str
    problem: str | None


class NamedBy(TypedDict):
    """A record of somebody else that names an address, as its source wrote it."""

    record: str
    provider: str
    person: str | None
    email: str | None


class ErasingPage(Page):
    """What erasing somebody would take away; `shared` are addresses that others have by now."""

    person: str
    displayName: str
    email: str
    records: int
    addresses: int
    shared: int
    stillNamedBy: list[NamedBy]
