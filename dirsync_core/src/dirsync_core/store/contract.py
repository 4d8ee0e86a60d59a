"""What a store can do: the verbs that the engine and the reading side are written in.

A `Store` runs jobs: plain functions of a `Transaction`. The verbs of a transaction lie in rooms: `records` (what
providers said), `facts` (what was decided), `people` and `outcomes` (derived), `feed` (what was published), `events`
(who wrote), `access` (tokens, sessions), `traffic` (who called). A second store passes the contract suite in
`tests/core/store` and nothing above notices.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol, TypeVar

import attrs

from dirsync_core.model.addresses import Address
from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.facts import (
    Accepted,
    Adoption,
    AppliedRules,
    KeptApart,
    KnownProvider,
    Link,
    Override,
    Placement,
    Seat,
)
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json, Person, Situation, Status
from dirsync_core.model.records import Kind, Member, Record

T = TypeVar("T")


class RecordRoom(Protocol):
    """Records and the rows of groups; each provider-facing verb takes the provider's name and sees nothing else."""

    def get(self, provider: str, record: RecordId) -> Record | None:
        """Give a live record of the provider."""

    def any(self, record: RecordId) -> Record | None:
        """Give a record of any provider, tombstones included."""

    def find(self, provider: str, kind: Kind, attribute: str, value: str) -> Sequence[Record]:
        """Give live records by `key` (folded) or `externalId`."""

    def named(self, word: str) -> Sequence[Record]:
        """Give user records of any provider, tombstones included, by id, key or external id."""

    def count(self, provider: str, kind: Kind) -> int:
        """Count live records."""

    def page(self, provider: str, kind: Kind, *, after: RecordId | None, start: int, limit: int) -> Sequence[Record]:
        """Give live records in the order of their ids."""

    def page_before(self, provider: str, kind: Kind, before: RecordId, limit: int) -> Sequence[Record]:
        """Give the last live records in front of an id, in the order of their ids."""

    def every(self, provider: str | None = None) -> Iterator[RecordId]:
        """Give the ids of all user records, tombstones included; the transaction may write meanwhile."""

    def put(self, record: Record) -> None:
        """Insert or overwrite a record."""

    def members(self, group: RecordId, *, after: str | None, limit: int | None) -> Sequence[Member]:
        """Give member rows in the order of their values."""

    def has_members(self, group: RecordId, values: Sequence[str]) -> frozenset[str]:
        """Give those of the values that are members."""

    def add_members(self, group: RecordId, members: Sequence[Member]) -> tuple[str, ...]:
        """Add rows, and give the values that are new."""

    def remove_members(self, group: RecordId, values: Sequence[str]) -> tuple[str, ...]:
        """Remove rows, and give the values that were there."""

    def groups_of(self, provider: str, record: RecordId) -> Sequence[Record]:
        """Give live groups of the provider that list the record, by name."""


@attrs.frozen
class Mention:
    """A record's accepted claims name an address, first written in event `since`."""

    attribute: str
    address: Address
    since: int


class FactRoom(Protocol):
    """Accepted claims, links, seats, mentions, placements, rules, known providers."""

    def accepted(self, record: RecordId) -> Accepted | None:
        """Give what was let through of a record."""

    def put_accepted(self, accepted: Accepted) -> None:
        """Let through."""

    def asking(self, address: Address) -> Sequence[Accepted]:
        """Give the accepted claims that ask for an address, who has asked longest first."""

    def naming(self, address: Address) -> Sequence[RecordId]:
        """Give the records whose accepted claims name an address as their own, asking or not."""

    def due(self, today: date) -> Sequence[RecordId]:
        """Give the asking records whose last day is before today."""

    def link(self, record: RecordId) -> Link | None:
        """Give whom a record belongs to."""

    def links(self, person: PersonId) -> Sequence[Link]:
        """Give the records of a person."""

    def ever_linked(self, person: PersonId) -> Sequence[RecordId]:
        """Give the records that are, or ever were, a person's."""

    def put_link(self, link: Link) -> None:
        """Link."""

    def end_link(self, record: RecordId) -> None:
        """Unlink."""

    def holder(self, address: Address) -> Seat | None:
        """Give the seat that is held now."""

    def seat_of(self, person: PersonId) -> Seat | None:
        """Give the seat that a person holds now."""

    def last_seat(self, person: PersonId) -> Seat | None:
        """Give the seat that a person holds, or held last."""

    def seats(self, address: Address) -> Sequence[Seat]:
        """Give all who ever held an address, oldest first."""

    def open_seat(self, seat: Seat) -> None:
        """Begin to hold."""

    def close_seat(self, address: Address, *, until: int, at: datetime) -> None:
        """Cease to hold. A seat that began in the same event leaves no trace."""

    def meant(self, address: Address, since: int) -> PersonId | None:
        """Give who held an address in event `since`, else the first to hold it afterwards."""

    def mentions(self, writer: RecordId | PersonId) -> Sequence[Mention]:
        """Give the addresses that a record names, or an admin for a person."""

    def put_mention(self, writer: RecordId | PersonId, mention: Mention) -> None:
        """Note a first mention."""

    def end_mention(self, writer: RecordId | PersonId, attribute: str, address: Address) -> None:
        """Forget a mention."""

    def placements(self, subject: PersonId | RecordId) -> Sequence[Placement]:
        """Give the placements of a person or record."""

    def put_placement(self, placement: Placement) -> None:
        """Place or mask."""

    def end_placement(self, subject: PersonId | RecordId, location: str) -> bool:
        """Give back to the rules; False where there was none."""

    def all_placements(self) -> Sequence[Placement]:
        """Give every placement."""

    def adoptions(self, person: PersonId) -> Sequence[Adoption]:
        """Give the records that were handed to a person kept by hand."""

    def is_dormant(self, record: RecordId) -> bool:
        """Say whether a record kept by hand sleeps, since its person was handed over."""

    def put_adoption(self, adoption: Adoption) -> None:
        """Hand over."""

    def end_adoptions(self, person: PersonId) -> None:
        """Take back."""

    def is_kept_apart(self, provider: str, person: PersonId) -> bool:
        """Say whether a provider's records are kept apart from a person."""

    def put_kept_apart(self, kept: KeptApart) -> None:
        """Keep apart."""

    def end_kept_apart(self, provider: str, person: PersonId) -> None:
        """Keep apart no longer."""

    def overrides(self, person: PersonId) -> Sequence[Override]:
        """Give an admin's word on a person, by attribute."""

    def put_override(self, override: Override) -> None:
        """Pin, add or mask; the same word again replaces the one before."""

    def end_override(self, override: Override) -> None:
        """Take a word back."""

    def all_overrides(self) -> Sequence[Override]:
        """Give every override."""

    def rules(self, version: int | None = None) -> AppliedRules | None:
        """Give a version of the rules, the newest without a number."""

    def rules_version(self) -> int:
        """Give the newest version of the rules, 0 before the first."""

    def put_rules(self, rules: AppliedRules) -> None:
        """Store a version."""

    def providers(self) -> Sequence[KnownProvider]:
        """Give every provider ever configured here."""

    def put_provider(self, provider: KnownProvider) -> None:
        """Remember a provider."""

    def everybody(self) -> Iterator[PersonId]:
        """Give all who were ever linked or seated, in the order of their ids."""


@attrs.frozen
class Outcome:
    """What became of a record. `because` says why in words; `contender` is who has the address it asks for."""

    record: RecordId
    provider: str
    situation: Situation
    because: str
    undetermined: bool = False
    contender: PersonId | None = None
    person: PersonId | None = None


@attrs.frozen
class Reference:
    """A published reference: who names whom, as written."""

    person: PersonId
    attribute: str
    address: Address
    target: PersonId | None


@attrs.frozen
class PeopleQuery:
    """Which people, in which order (`name` or `change`).

    `after` is the place (sort key, id) of a row, from which the page goes on, or back if `backwards`; `starts` jumps
    to the first name that does not sort before it; all `terms` must begin a part of the name, the address or a phone.
    """

    status: Status | None = Status.ACTIVE
    location: str | None = None
    source: str | None = None
    terms: tuple[str, ...] = ()
    order: Literal["name", "change"] = "name"
    after: tuple[str, str] | None = None
    backwards: bool = False
    starts: str | None = None
    limit: int = 50


@attrs.frozen
class OutcomeQuery:
    """Which records. `after` is (rank of the situation, id) of a row.

    `only` and `without` restrict the providers, `but` leaves a situation out.
    """

    provider: str | None = None
    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    but: Situation | None = None
    situation: Situation | None = None
    undetermined: bool | None = None
    after: tuple[int, str] | None = None
    limit: int = 50


class PeopleRoom(Protocol):
    """The published people, and what finds them."""

    def get(self, person: PersonId) -> Person | None:
        """Give a person."""

    def put(self, person: Person, references: Sequence[Reference]) -> None:
        """Publish: the person, what finds them, whom they name; counters follow."""

    def select(self, query: PeopleQuery) -> Sequence[tuple[tuple[str, str], Person]]:
        """Give people with their place in the order."""

    def count(self, query: PeopleQuery, *, most: int) -> int:
        """Count people, no further than `most`."""

    def counts(self, facet: str) -> Mapping[str, int]:
        """Give kept counts: `status`; and of active people `location`, `source`, `letter`, `naming`.

        `naming` counts those who have assistants, by source.
        """

    def letters(self, prefix: str = "") -> Mapping[str, int]:
        """Count active people by the first letter of their name behind a prefix."""

    def holders(self, address: Address) -> Sequence[PersonId]:
        """Give people who show an address, active first, then who showed it last."""

    def naming(self, person: PersonId) -> Sequence[Reference]:
        """Give the references that mean a person."""

    def waiting_for(self, address: Address) -> Sequence[Reference]:
        """Give the references to an address that mean nobody yet."""

    def references(self, person: PersonId) -> Sequence[Reference]:
        """Give whom a person names."""


class OutcomeRoom(Protocol):
    """What became of the records."""

    def get(self, record: RecordId) -> Outcome | None:
        """Give one."""

    def put(self, outcome: Outcome) -> None:
        """Store one; counters follow."""

    def select(self, query: OutcomeQuery) -> Sequence[tuple[tuple[int, str], Outcome]]:
        """Give outcomes, contested first, with their place in the order."""

    def counts(self) -> Mapping[tuple[str, Situation], int]:
        """Give kept counts by provider and situation."""

    def undetermined(self) -> Mapping[str, int]:
        """Give how many are out of scope for want of a value, by provider."""


class FeedRoom(Protocol):
    """Changes, in one contiguous sequence."""

    def append(
        self,
        at: datetime,
        type: ChangeType,
        person: PersonId,
        email: str,
        changed: Mapping[str, tuple[Json, Json]],
        cause: Cause,
    ) -> Change:
        """Publish a difference under the next number."""

    def end(self) -> int:
        """Give the newest number, 0 before the first."""

    def first(self) -> int:
        """Give the oldest number that is kept, 0 before the first."""

    def after(self, seq: int, limit: int) -> Sequence[Change]:
        """Give changes behind a number, oldest first."""

    def before(
        self,
        seq: int | None,
        limit: int,
        *,
        type: ChangeType | None = None,
        provider: str | None = None,
        person: PersonId | None = None,
    ) -> Sequence[Change]:
        """Give changes below a number, newest first."""

    def of(self, person: PersonId, *, until: int | None = None) -> Sequence[Change]:
        """Give all changes of a person, oldest first; up to a number and with it, where one is given."""

    def at(self, at: datetime) -> int:
        """Give the newest number that was published by a time, 0 before the first."""

    def status_steps(self, after: int) -> Mapping[Status, int]:
        """Give by how much the number of people of each status has grown behind a number."""

    def requests_of(self, person: PersonId, subjects: Sequence[str]) -> int:
        """Count the requests that wrote about a person's records or the person, or changed what people see."""

    def position(self, plugin: str) -> int:
        """Give how far a plugin has been told, 0 before the first time."""

    def put_position(self, plugin: str, seq: int) -> None:
        """Note how far a plugin has been told."""

    def counts_since(self, at: datetime) -> Mapping[ChangeType, int]:
        """Count changes by type since a time."""


@attrs.frozen
class Event:
    """One accepted write. `body` says what was written, as JSON; `provider` and `record` where it was a record's."""

    seq: int
    at: datetime
    provider: str | None
    record: str | None
    kind: str
    request: str
    by: str
    body: Json


class EventRoom(Protocol):
    """Who wrote what, when."""

    def append(self, moment: Moment, kind: str, *, record: str | None = None, body: Json = None) -> int:
        """Note a write, and give its number."""

    def of(self, subjects: Sequence[str], *, limit: int, before: int | None = None) -> Sequence[Event]:
        """Give events about records or people, newest first."""

    def count_of(self, subjects: Sequence[str]) -> int:
        """Count events about records or people."""

    def of_request(self, request: str) -> Sequence[Event]:
        """Give the events of a request, oldest first."""

    def is_about(self, request: str, subjects: Sequence[str]) -> bool:
        """Say whether a request wrote anything about these records or people."""

    def every(self) -> Iterator[Event]:
        """Give all events, oldest first."""


@attrs.frozen
class Token:
    """A bearer token; only the hash of its secret is kept. It opens one provider, or the API."""

    id: str
    provider: str | None
    api: str | None
    write: bool
    name: str
    ending: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None


@attrs.frozen
class Session:
    """A signed-in person; `csrf` is what their forms carry."""

    by: str
    csrf: str
    expires_at: datetime


class AccessRoom(Protocol):
    """Tokens, one-time codes, sessions; secrets come in and are kept as hashes only."""

    def put_token(self, token: Token, secret: str) -> None:
        """Keep a token."""

    def token(self, secret: str) -> Token | None:
        """Give the token of a secret, expired ones too."""

    def tokens(self) -> Sequence[Token]:
        """Give all tokens."""

    def expire_token(self, token: str, at: datetime) -> None:
        """Let a token end at a time."""

    def delete_token(self, token: str) -> bool:
        """Revoke; False where there is none of that id."""

    def used(self, token: str, at: datetime) -> None:
        """Note a use."""

    def put_code(self, code: str, by: str, expires_at: datetime) -> None:
        """Keep a one-time code."""

    def take_code(self, code: str, now: datetime) -> str | None:
        """Use a code up, and give whose it was; None if it is unknown, used or expired."""

    def put_session(self, secret: str, session: Session) -> None:
        """Keep a session."""

    def session(self, secret: str, now: datetime) -> Session | None:
        """Give a session that has not ended."""

    def end_session(self, secret: str) -> None:
        """Sign out."""


@attrs.frozen
class Call:
    """One request to a provider's address, as far as health is concerned: no path, no body, no address of a person."""

    provider: str
    at: datetime
    method: str
    route: str
    status: int
    detail: str | None = None


@attrs.frozen
class Traffic:
    """What is known of a provider's calls. `hours` maps the start of an hour to its number of calls."""

    last: Call | None
    last_error: Call | None
    hours: Mapping[datetime, int]


@attrs.frozen
class DialectUse:
    """A tolerance that a provider needed: how often, when last, and one example that says nothing of values."""

    provider: str
    name: str
    count: int
    last_at: datetime
    example: str = ""


class TrafficRoom(Protocol):
    """Who called when, and how: what the pages show as health. Not part of the directory."""

    def note(self, calls: Sequence[Call]) -> None:
        """Add calls."""

    def of(self, provider: str, since: datetime) -> Traffic:
        """Give a provider's traffic; hours from `since` on."""

    def began(self, provider: str) -> datetime | None:
        """Give the hour of a provider's first call."""

    def note_dialects(self, uses: Sequence[DialectUse]) -> None:
        """Add needs of tolerances to those that are known."""

    def dialects(self, provider: str) -> Mapping[str, DialectUse]:
        """Give the tolerances that a provider ever needed, by name."""


class Transaction(Protocol):
    """One consistent view of everything; of a write job also the means to change it."""

    @property
    def records(self) -> RecordRoom: ...
    @property
    def facts(self) -> FactRoom: ...
    @property
    def people(self) -> PeopleRoom: ...
    @property
    def outcomes(self) -> OutcomeRoom: ...
    @property
    def feed(self) -> FeedRoom: ...
    @property
    def events(self) -> EventRoom: ...
    @property
    def access(self) -> AccessRoom: ...
    @property
    def traffic(self) -> TrafficRoom: ...

    def forget_derived(self) -> None:
        """Drop everything that can be computed again from facts, records and feed."""

    def derived_rows(self) -> Mapping[str, Iterable[tuple[object, ...]]]:
        """Give every derived table's rows in a fixed order, to be compared."""


class Store(Protocol):
    """Where everything lies. Jobs are synchronous, take their clock and ids as arguments, and may be run twice."""

    async def read(self, job: Callable[[Transaction], T]) -> T:
        """Run a job on one consistent view. It must not write."""

    async def write(self, job: Callable[[Transaction], T]) -> T:
        """Run a job alone; give its answer when its writes are safe on disk. An exception undoes all of it.

        Raises:
            StoreBusy: another process has been writing for too long; nothing was written.
            StoreError: the disk is full or broken; nothing was written.
        """

    async def try_out(self, job: Callable[[Transaction], T]) -> T:
        """Run a job as `write` would, and undo it."""

    async def backup(self, path: Path, *, overwrite: bool = False) -> None:
        """Copy everything as it is at one moment into a file, while others read and write.

        When it is answered the copy is whole, checked and safe on disk; else there is none.

        Raises:
            Refused: there is a file already, and it is not to be overwritten.
            StoreError: it can't be written, or the disk is full.
        """

    async def close(self) -> None:
        """Finish what was begun, and let go of the store."""
