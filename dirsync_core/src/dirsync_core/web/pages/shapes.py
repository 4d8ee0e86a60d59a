"""What a `Desk` hands to a page: the interface's JSON shapes, and beside them what only pages need.

Every page's data is JSON as it stands, since a page's JSON twin is exactly what the page was drawn from. Times are
RFC 3339 in UTC with `Z`. Start at `Shell`, which every page has, then at `Explanation`, from which the way is drawn.
"""

from typing import Any, Literal, TypedDict

Shape = Literal["circle", "square", "flag", "diamond"]
"""Who says it: a pushing identity provider, people by hand, another plugin, an admin here."""

StageName = Literal["record", "map", "scope", "guard", "match", "merge", "person"]
StageState = Literal["passed", "held", "stopped", "not_reached"]
PersonJson = dict[str, Any]
"""A person in the interface's shape; which attributes are there depends on the mappers."""


class Source(TypedDict):
    """A provider as every page shows it; `shape` says what kind of source it is."""

    name: str
    title: str
    shape: Shape
    state: Literal["active", "failed", "off"]
    because: str | None
    byHand: bool
    pushes: bool
    people: int
    lastRequestAt: str | None


class RulesState(TypedDict):
    """Which version applies. `toml` is the text for `plugins.toml` where the file says otherwise."""

    version: int
    fileDiffers: bool
    toml: str | None


class Shell(TypedDict):
    """What stands on every page. `locations` maps keys to names; `situations` counts records by situation.

    `cases` counts those that are open, by kind; `held` the records that the guard holds back.
    """

    organisation: str | None
    by: str
    people: int
    records: int
    situations: dict[str, int]
    cases: dict[str, int]
    held: int
    locations: dict[str, str]
    sources: list[Source]
    rules: RulesState


class Page(TypedDict):
    """What each page's data has beside its own keys."""

    shell: Shell


class ShownName(TypedDict):
    """Whom a reference names. `source` is the provider first in precedence."""

    displayName: str
    email: str
    source: str | None


class Listed(TypedDict):
    """What a person in a list has besides the interface's keys: what its row needs.

    `sources` are providers, first in precedence first. `local` is true where something by hand is on the person.
    `changedNames` are what the newest change was of. `tag` says in a word or two why the row is not ordinary.
    """

    sources: list[str]
    local: bool
    changedNames: list[str]
    tag: str | None


class LocationCount(TypedDict):
    """A facet: people in a location; not counted as of a day that is gone."""

    key: str
    name: str
    people: int | None


class StatusCount(TypedDict):
    """A facet: people of a status."""

    status: str
    people: int


class SourceCount(TypedDict):
    """A facet: people to whom a provider contributes."""

    name: str
    people: int


class Facets(TypedDict):
    """Counts beside the list. Those of locations and sources are of the status that is shown."""

    locations: list[LocationCount]
    statuses: list[StatusCount]
    sources: list[SourceCount]


class LetterCount(TypedDict):
    """How many names begin with a letter, or with two where the first holds many."""

    letter: str
    people: int


class PeoplePage(Page):
    """One page of people. Each of `people` is a person with the keys of `Listed` laid beside the interface's.

    `at` is the time that is looked back to, None for now.
    """

    at: str | None
    people: list[PersonJson]
    names: dict[str, ShownName]
    total: int
    totalIsFloor: bool
    nextCursor: str | None
    previousCursor: str | None
    seq: int
    facets: Facets
    letters: list[LetterCount]
    recordsCalled: int


class StageLine(TypedDict):
    """What one stage made of a record. `term` is the term of a filter that decided."""

    stage: StageName
    state: StageState
    verdict: str
    reason: str
    term: str | None


class LocationVerdict(TypedDict):
    """What one location says of a record, or of a person."""

    key: str
    name: str
    verdict: Literal["in", "out", "undetermined"]
    because: str
    term: str | None
    placement: Literal["added", "masked"] | None
    by: str | None
    at: str | None


class ExplainedRecord(TypedDict):
    """A record on its way, with its stages in order."""

    id: str
    provider: str
    situation: str
    held: str | None
    sentence: str
    locations: list[LocationVerdict]
    stages: list[StageLine]
    shape: Shape
    externalId: str | None
    version: int
    changedAt: str


class Merge(TypedDict):
    """Where the tracks join."""

    verdict: str
    reason: str


class Outcome(TypedDict):
    """Where the way ends; `status` is `nobody` where there is no person."""

    status: str
    verdict: str
    reason: str


class PlacementLine(TypedDict):
    """Membership by hand."""

    location: str
    name: str
    op: Literal["added", "masked"]
    by: str
    at: str


class Loser(TypedDict):
    """What another source says of an attribute, in vain."""

    provider: str
    value: Any


class ExplainedAttribute(TypedDict):
    """Why an attribute has its value."""

    name: str
    value: Any
    provider: str
    because: str
    losers: list[Loser]


class Explanation(TypedDict):
    """The interface's explanation, with all that the way needs. The way is drawn from it and nothing else."""

    who: str
    verdict: str
    sentence: str
    person: str | None
    records: list[ExplainedRecord]
    attributes: list[ExplainedAttribute]
    cases: list[str]
    merge: Merge
    outcome: Outcome
    placements: list[PlacementLine]


class Assisted(TypedDict):
    """Somebody whom this person assists."""

    person: str
    displayName: str
    email: str
    source: str | None


class Event(TypedDict):
    """What one request wrote about a person. `changed` maps a name to what it was and what it became.

    `ignored` names what the request carried and was left out on purpose.
    """

    request: str
    at: str
    by: str
    provider: str | None
    shape: Shape
    kind: str
    summary: str
    changed: dict[str, list[Any]]
    ignored: list[str]
    undoable: bool


class AttributeLine(TypedDict):
    """An attribute that a form asks for; `kind` is a value of `AttributeKind`."""

    name: str
    kind: str
    description: str


class Word(TypedDict):
    """An admin's word on one attribute: a pin (`value` None: that there is none), or one value of a set."""

    name: str
    op: Literal["pin", "add", "mask"]
    value: str | bool | None
    by: str
    at: str
    note: str


class Contender(TypedDict):
    """A record to which somebody could be handed over; `person` is whose it is now, `others` what they are called."""

    record: str
    provider: str
    title: str
    email: str | None
    displayName: str
    person: str | None
    others: str | None


class CaseTold(TypedDict):
    """An open case that somebody is in; `title` is the source's, `loss` what the guard keeps from being lost."""

    id: str
    kind: Literal["guard", "address", "rehire"]
    loss: str | None
    title: str


class PersonPage(Page):
    """All of one person. `history` has the newest twenty; `byHand` names the provider that keeps them by hand.

    `words` are an admin's; `contenders` are records that ask for the address of somebody kept by hand; `handedTo` are
    the providers to which they were handed over.
    """

    person: PersonJson
    explanation: Explanation
    assists: list[Assisted]
    names: dict[str, ShownName]
    history: list[Event]
    historyTotal: int
    locations: list[LocationVerdict]
    byHand: str | None
    words: list[Word]
    contenders: list[Contender]
    handedTo: list[str]
    cases: list[CaseTold]


class Said(TypedDict):
    """What a source says of an attribute."""

    provider: str
    title: str
    value: Any


class WordsPage(Page):
    """An admin's word on a person: on which attributes there can be one, and what sources say of each."""

    person: str
    displayName: str
    values: dict[str, Any]
    attributes: list[AttributeLine]
    words: list[Word]
    says: dict[str, list[Said]]


class HandingPage(Page):
    """What handing somebody over, or taking them back, would do. `changed` is what people would see change of them.

    `others` are people who would leave by it; `problem` says why it can't be done.
    """

    person: str
    displayName: str
    keeper: str | None
    handedTo: list[str]
    contenders: list[Contender]
    chosen: Contender | None
    changed: dict[str, list[Any]]
    others: list[str]
    names: dict[str, ShownName]
    problem: str | None


class PastPersonPage(Page):
    """One person as they were at a time; where values came from is not kept."""

    at: str
    person: PersonJson
    names: dict[str, ShownName]


class HistoryPage(Page):
    """A page of what was written about a person, newest first. `nextCursor` is where the next one begins."""

    person: str
    displayName: str
    history: list[Event]
    names: dict[str, ShownName]
    total: int
    nextCursor: str | None


class Way(TypedDict):
    """One way to bring somebody in. Without `href` it is done elsewhere."""

    label: str
    href: str | None
    consequence: str


class ErasedTold(TypedDict):
    """When whoever had an address was erased, and by whom."""

    at: str
    by: str


class WhyPage(Page):
    """Why somebody is, or is not, in the directory. `similar` counts records stopped for the same reason."""

    explanation: Explanation
    locations: dict[str, list[LocationVerdict]]
    ways: list[Way]
    similar: int
    cases: list[CaseTold]
    erased: ErasedTold | None


class RecordLine(TypedDict):
    """A record in a list. `status` is that of its person; `why` is short, `sentence` is whole."""

    id: str
    provider: str
    externalId: str | None
    email: str | None
    situation: str
    held: str | None
    sentence: str
    person: str | None
    displayName: str
    why: str
    status: str | None


class RecordsPage(Page):
    """One page of records. Counts are of the provider asked for; `cause` is what many of these share.

    `since` is the time behind which none of these was confirmed by its source, where that was asked for.
    """

    records: list[RecordLine]
    situations: dict[str, int]
    undetermined: int
    held: int
    byProvider: dict[str, int]
    nextCursor: str | None
    cause: str | None
    since: str | None


class ChangeCause(TypedDict):
    """What made a change."""

    provider: str | None
    request: str
    by: str


class ChangeLine(TypedDict):
    """A change, with the person's name and the shape of its source."""

    seq: int
    at: str
    type: str
    person: str
    email: str
    displayName: str
    changed: dict[str, list[Any]]
    cause: ChangeCause
    shape: Shape


class ChangesPage(Page):
    """One page of changes, newest first. `older` is the number to ask `before`; `today` counts by type."""

    changes: list[ChangeLine]
    names: dict[str, ShownName]
    older: int | None
    end: int
    today: dict[str, int]


class RequestPage(Page):
    """What one request wrote, and what people saw change by it, newest first. `older` is where to go on.

    `kinds` counts its writes by kind, in words.
    """

    request: str
    at: str
    by: str
    provider: str | None
    shape: Shape
    kinds: dict[str, int]
    undoable: bool
    changes: list[ChangeLine]
    names: dict[str, ShownName]
    older: int | None


class Tolerance(TypedDict):
    """What a source may do beyond its standard, and how often it did; `example` says nothing of values.

    `standard`: never needed, and the standard itself asks for it.
    """

    name: str
    description: str
    serves: list[str]
    state: Literal["needed", "unneeded", "off", "standard"]
    count: int
    lastAt: str | None
    example: str | None


class Dialect(TypedDict):
    """How a source speaks, `since` its first call; the needed tolerances come first."""

    since: str | None
    tolerances: list[Tolerance]


class PullSession(TypedDict):
    """One time that a source was asked."""

    request: str
    by: str
    startedAt: str
    endedAt: str | None
    outcome: Literal["running", "done", "failed", "held", "interrupted"]
    because: str | None
    counts: dict[str, int]


class Pull(TypedDict):
    """How it stands with a source that is asked: its last session, and when the next one begins."""

    session: PullSession | None
    cursorAt: str | None
    doneAt: str | None
    failures: int
    lastError: str | None
    lastErrorAt: str | None
    nextAt: str | None
    every: str | None


class ProviderLine(TypedDict):
    """A provider with its health. `calls` has one count an hour, the newest last.

    `gone`: it is in the settings no longer; `retired` says what became of its people then. `held` counts records.
    """

    name: str
    plugin: str
    title: str
    shape: Shape
    state: Literal["active", "failed", "off"]
    because: str | None
    byHand: bool
    pushes: bool
    people: int
    records: int
    situations: dict[str, int]
    lastRequestAt: str | None
    lastError: str | None
    lastStatus: str | None
    calls: list[int] | None
    guide: bool
    dialect: Dialect | None
    pull: Pull | None
    gone: bool
    retired: str | None
    held: int


class Plugin(TypedDict):
    """A plugin, as `dirsync plugins` shows it."""

    name: str
    distribution: str
    version: str
    state: Literal["active", "failed", "off"]
    because: str | None
    hooks: list[str]
    provides: list[str]
    usedBy: list[str]


class ProvidersPage(Page):
    """All sources and plugins."""

    providers: list[ProviderLine]
    plugins: list[Plugin]


class Token(TypedDict):
    """A token; of its secret only the last four characters are known."""

    id: str
    name: str
    createdAt: str
    expiresAt: str | None
    lastUsedAt: str | None
    last4: str


class RecentError(TypedDict):
    """A call that was answered with an error."""

    at: str
    request: str
    status: int
    detail: str


class ProviderPage(Page):
    """One source."""

    provider: ProviderLine
    errors: list[RecentError]
    tokens: list[Token]


class DialectPage(Page):
    """How one source speaks."""

    provider: ProviderLine
    dialect: Dialect


class CopyFieldJson(TypedDict):
    """A value to copy."""

    label: str
    value: str
    copy: bool


class StepJson(TypedDict):
    """One step of a guide."""

    title: str
    text: str
    fields: list[CopyFieldJson]
    after: str
    seen: str | None


class GuideTabJson(TypedDict):
    """One way to connect."""

    key: str
    title: str
    steps: list[StepJson]


class GuideJson(TypedDict):
    """A provider type's `Guide`, as `attrs.asdict` gives it."""

    title: str
    intro: str
    tabs: list[GuideTabJson]
    troubles: list[list[str]]


class Seen(TypedDict):
    """What the server has seen of a source. `references` counts people who name an assistant or a manager."""

    call: str | None
    people: int
    references: int
    unkeyed: int
    groups: int


class SetupPage(Page):
    """How to connect a source. `token` stands only on the page that made it."""

    guide: GuideJson
    baseUrl: str
    provider: ProviderLine
    token: str | None
    tokens: list[Token]
    seen: Seen


class LocationLine(TypedDict):
    """A location as applied."""

    key: str
    name: str
    filter: str
    missing: Literal["in", "out"]
    people: int
    placed: int
    masked: int


class WaitingDraft(TypedDict):
    """A draft of the rules that somebody has begun."""

    by: str
    at: str


class LocationsPage(Page):
    """The rules as applied; no location means one directory for everybody. `draft` says whose draft waits."""

    locations: list[LocationLine]
    draft: WaitingDraft | None


class FormPage(Page):
    """Somebody kept by hand, to be changed; or nobody yet, where `person` is None and `version` 0."""

    person: str | None
    values: dict[str, str | bool | list[str]]
    locations: list[str]
    until: str | None
    provider: str | None
    version: int
    attributes: list[AttributeLine]


class Added(TypedDict):
    """Who was added, in which request, and sentences worth telling."""

    person: str
    request: str
    notes: list[str]


class Undone(TypedDict):
    """Whom a request that was taken back was about, and the request that took it back."""

    people: list[str]
    request: str


class Session(TypedDict):
    """Who is signed in, and the token that their forms must carry."""

    by: str
    csrf: str


class Message(TypedDict):
    """What a page says beside its data. `undo` is the request that can be taken back."""

    text: str
    undo: str | None
