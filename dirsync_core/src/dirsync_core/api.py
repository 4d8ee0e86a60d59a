"""What plugins import: hook specs, types, and the handle through which a provider writes its records.

Nothing else of the core is public. Start at `ProviderType` for a source of people, at `MapperType` to turn a source's
words into the directory's, at `FilterType` to decide which records count.

A plugin is a module or object under an entry point of group `dirsync`; its hooks only declare, work happens in the
typed objects that they return:

    @hookimpl
    def dirsync_providers() -> list[ProviderType]:
        return [ProviderType("acme", AcmeSettings, Acme)]
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

import attrs
import click
import pluggy
from aiohttp import web

from dirsync_core.filtering import Attribute as FilterAttribute
from dirsync_core.filtering import (
    AttributePath,
    BoundFilter,
    BoundPath,
    FilterError,
    Judgement,
    Schema,
    Verdict,
    bind,
    bind_path,
    parse,
    parse_path,
)
from dirsync_core.model.addresses import fold, is_address
from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.claims import Attribute, AttributeKind, Claim, Claims, Clear, Set, Value
from dirsync_core.model.dialects import Dialect
from dirsync_core.model.errors import (
    AddressTaken,
    Ambiguous,
    DirsyncError,
    KeyTaken,
    NoSuchRecord,
    NotFound,
    Refused,
    SettingsError,
    VersionMismatch,
)
from dirsync_core.model.identifiers import PersonId, RecordId, new_request_id
from dirsync_core.model.moments import Request, read_time, written_time
from dirsync_core.model.people import Json
from dirsync_core.model.records import Kind, Member, Record
from dirsync_core.model.secrets import Secret

__all__ = [
    "AddressTaken",
    "Ambiguous",
    "Attribute",
    "AttributeKind",
    "AttributePath",
    "BoundFilter",
    "BoundPath",
    "ByHandProvider",
    "Cause",
    "Change",
    "ChangeType",
    "Claim",
    "Claims",
    "Clear",
    "Context",
    "CopyField",
    "Dialect",
    "Dialects",
    "Directory",
    "DirsyncError",
    "Edit",
    "Filter",
    "FilterAttribute",
    "FilterError",
    "FilterType",
    "Guide",
    "GuideTab",
    "Json",
    "Judgement",
    "KeyTaken",
    "Kind",
    "Mapper",
    "MapperType",
    "Member",
    "NoSuchRecord",
    "NotFound",
    "PersonId",
    "Provider",
    "ProviderType",
    "Record",
    "RecordId",
    "Records",
    "Refused",
    "Request",
    "Schema",
    "Secret",
    "Set",
    "SettingsError",
    "Step",
    "Upsert",
    "Value",
    "Verdict",
    "VersionMismatch",
    "View",
    "bind",
    "bind_path",
    "fold",
    "hookimpl",
    "is_address",
    "new_request_id",
    "parse",
    "parse_path",
    "read_time",
    "request_of",
    "written_time",
]

hookspec = pluggy.HookspecMarker("dirsync")
hookimpl = pluggy.HookimplMarker("dirsync")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

REQUEST = web.RequestKey("dirsync_request", Request)


def request_of(request: web.Request) -> Request:
    """Give id and author of the HTTP request that a provider's application is answering.

    The server sets both before a provider's application is called: the id stands in the answer's `X-Request-Id`, in
    the log and in the history; the author is the name of the token.
    """
    return request[REQUEST]


# --- records -------------------------------------------------------------------------------------------------------


class View(Protocol):
    """A provider's own records at one instant. It shows neither tombstones nor anything of another provider."""

    def get(self, record: RecordId) -> Record | None:
        """Give the live record of that id."""

    def find(self, kind: Kind, attribute: str, value: str) -> Sequence[Record]:
        """Give the live records whose `key` (compared without case) or `externalId` (exactly) is `value`; by index."""

    def count(self, kind: Kind) -> int:
        """Count the live records of a kind, without reading them."""

    def page(
        self,
        kind: Kind,
        *,
        after: RecordId | None = None,
        before: RecordId | None = None,
        start: int = 0,
        limit: int = 100,
    ) -> Sequence[Record]:
        """Give at most `limit` live records in the order of their ids, which is the order in which they were made.

        `after` continues behind an id, `start` skips that many. `before` gives the last ones in front of an id; it
        stands alone.
        """

    def members(self, group: RecordId, *, after: str | None = None, limit: int | None = None) -> Sequence[Member]:
        """Give a group's member rows in the order of their values, at most `limit` from behind `after`."""

    def has_members(self, group: RecordId, values: Iterable[str]) -> frozenset[str]:
        """Give those of `values` that are members of the group; costs what it names."""

    def groups_of(self, record: RecordId) -> Sequence[Record]:
        """Give the live groups that list the record, by name."""


class Edit(View, Protocol):
    """A `View` that can write. All that a job writes is committed together, or not at all."""

    def create(
        self,
        kind: Kind,
        key: str,
        body: Mapping[str, Json],
        *,
        external_id: str | None = None,
        active: bool = True,
        ignored: Sequence[str] = (),
    ) -> Record:
        """Store a new record. `ignored` names what the request carried beside the body; history shows the names.

        Raises:
            KeyTaken: the provider has a live record of that kind and key.
        """

    def replace(
        self,
        record: RecordId,
        *,
        key: str,
        body: Mapping[str, Json],
        external_id: str | None,
        active: bool,
        if_version: int | None = None,
        ignored: Sequence[str] = (),
    ) -> Record:
        """Write a record anew. One that is the same already stays at its version, and nothing else happens.

        `ignored` names what the request carried beside the body; history shows the names.

        Raises:
            NoSuchRecord: there is no live record of that id.
            KeyTaken: another live record of the kind has the key.
            VersionMismatch: `if_version` is not the record's version.
        """

    def delete(self, record: RecordId) -> None:
        """Turn a record into a tombstone; a group's members go with it, and so do a user's rows in groups.

        Raises:
            NoSuchRecord: there is no live record of that id.
        """

    def add_members(self, group: RecordId, members: Iterable[Member]) -> int:
        """Add rows to a group; those there already stay as they are. Gives how many are new; costs what it names."""

    def remove_members(self, group: RecordId, values: Iterable[str] | None) -> int:
        """Remove rows from a group, all of them for None; unknown ones are no error. Gives how many went."""


class Records(Protocol):
    """The records of one provider; it cannot name another.

    A job is a plain function: synchronous, atomic, without I/O, a matter of milliseconds, and may be run again. The
    answer comes after the commit, so what was answered survives a loss of power.
    """

    async def read(self, job: Callable[[View], T]) -> T:
        """Run a job on one consistent view."""

    async def write(self, job: Callable[[Edit], T], *, by: Request) -> T:
        """Run a job that writes; an exception in it writes nothing and is raised here.

        Raises:
            AddressTaken: the provider's records are kept by hand and an address belongs to somebody else.
        """


@attrs.frozen
class Upsert:
    """One record as a provider has it: `key` is what the provider knows it by."""

    key: str
    body: Mapping[str, Json]
    external_id: str | None = None
    active: bool = True


# --- providers -----------------------------------------------------------------------------------------------------


class Dialects:
    """What the settings (`tolerate`, `strict`) say of a provider's dialects, and where it counts that one was needed.

    The server hands each provider its own. This one knows no settings: all are on, and nothing is counted. May be used
    from any thread.
    """

    def allows(self, name: str) -> bool:
        """Say whether a tolerance is on."""
        return True

    def count(self, name: str, example: str = "") -> None:
        """Count that a tolerance was needed. `example` is kept and shown, so it says nothing of values."""


@attrs.frozen
class Context:
    """What a provider is given when it is made: its name in the settings and the handle to its records.

    `base_url` is the outside address of the provider's own application, without a slash at the end.
    """

    name: str
    records: Records
    base_url: str
    dialects: Dialects = attrs.field(factory=Dialects)


class Provider(ABC):  # noqa: B024 (nothing is asked of every provider)
    """One configured source of records. Override what it can do; the server opens it once and closes it once."""

    def __init__(self, settings: Any, context: Context) -> None:
        self.settings = settings
        self.name = context.name
        self.records = context.records
        self.base_url = context.base_url
        self.dialects = context.dialects

    async def open(self) -> None:  # noqa: B027 (a provider that needs nothing overrides nothing)
        """Get ready; an exception here makes the provider *failed*, with its text as the reason."""

    async def close(self) -> None:  # noqa: B027
        """Let go of what `open` took. Called also after a failed `open`."""

    def app(self) -> web.Application | None:
        """Give the application that is served under `/providers/NAME/`, or None.

        The server has checked the provider's token and its own limits before a request arrives. Paths in it begin at
        the provider's own root.
        """
        return None

    def error(self, status: int, detail: str) -> web.Response | None:
        """Give an error in the form that the source understands, for what the server refuses before `app` is asked.

        None: the server's own form, `application/problem+json`.
        """
        return None


class ByHandProvider(Provider):
    """A source whose records are kept by people: from the pages, from commands, over the API.

    It says only how a person's values lie in a record; adding, changing, refusing and history are the core's.
    """

    @abstractmethod
    def compose(self, values: Mapping[str, Value]) -> Upsert:
        """Turn values by attribute name (`email` among them) into a record.

        Raises:
            SettingsError: a value can't be used; each problem begins with the attribute's name and a colon.
        """

    @abstractmethod
    def values(self, record: Record) -> Mapping[str, Value]:
        """Turn a record back into the values that `compose` was given."""


@attrs.frozen
class CopyField:
    """A value to copy on a set-up page. `{base_url}` and `{token}` in `value` are filled in."""

    label: str
    value: str
    copy: bool = True


@attrs.frozen
class Step:
    """One step of connecting a source. In `text` and `after`, `**words**` are the source's own labels."""

    title: str
    text: str
    fields: tuple[CopyField, ...] = ()
    after: str = ""
    seen: str | None = None
    """What ticks the step off: `call`, `people`, `references` or `groups`; never a click."""


@attrs.frozen
class GuideTab:
    """One way to connect, where a source has several."""

    key: str
    title: str
    steps: tuple[Step, ...]


@attrs.frozen
class Guide:
    """The set-up page of a source that pushes: its steps, by way, and what its errors mean."""

    title: str
    intro: str
    tabs: tuple[GuideTab, ...]
    troubles: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class ProviderType:
    """A kind of source. `settings` is an attrs class, structured from the provider's table in `plugins.toml`.

    `create` is called with the settings and a `Context`, usually the provider's class itself. `mappers` are used in
    this order where the settings name none. `pushes` says that the source calls us; `title` is its name in sentences.
    `dialects` are the tolerances that a source that pushes may need; the settings can switch them off by name.
    """

    name: str
    settings: type
    create: Callable[[Any, Context], Provider]
    by_hand: bool = False
    pushes: bool = False
    mappers: tuple[str, ...] = ()
    title: str = ""
    guide: Guide | None = None
    dialects: tuple[Dialect, ...] = ()


# --- mappers and filters -------------------------------------------------------------------------------------------


class Mapper(Protocol):
    """A pure function: record and the claims of the mappers before it → the claims it adds or replaces.

    An attribute that the answer lacks stays as it was. The same arguments give the same answer, without I/O.
    """

    def __call__(self, record: Record, claims: Claims, /) -> Claims: ...


@attrs.frozen
class MapperType:
    """A kind of mapper, and the attributes it may set."""

    name: str
    attributes: tuple[Attribute, ...]
    create: Callable[[Any], Mapper]
    """Called with the mapper's settings (None where `settings` is None)."""
    settings: type | None = None


class Filter(Protocol):
    """A pure function: a record's values by attribute → in, out or undetermined, with the reason."""

    def judge(
        self, values: Mapping[str, object], *, undetermined: Callable[[str, str], bool] | None = None
    ) -> Judgement:
        """Say what the filter makes of `values` (texts, booleans, tuples of texts).

        `undetermined(attribute, value)` says of a comparison that nothing can be said yet.
        """


@attrs.frozen
class FilterType:
    """A kind of filter, selected with `filter = { type = NAME, … }`.

    `create` is called with the filter's settings and every attribute that the rules can set.
    """

    name: str
    create: Callable[[Any, Sequence[Attribute]], Filter]
    settings: type


# --- commands ------------------------------------------------------------------------------------------------------


@runtime_checkable
class Directory(Protocol):
    """What a plugin's commands can do; `click.Context.obj` is one."""

    def add_by_hand(
        self,
        email: str,
        values: Mapping[str, str],
        *,
        locations: Sequence[str] = (),
        until: str | None = None,
        provider: str | None = None,
    ) -> tuple[PersonId, Sequence[str]]:
        """Record somebody by hand. Gives the person's id, and sentences worth telling.

        Raises:
            AddressTaken: the address belongs to somebody; nothing was written.
            Refused: a value or location can't be used, or it is not clear which provider is meant.
        """

    def set_by_hand(self, who: str, values: Mapping[str, str], *, provider: str | None = None) -> None:
        """Change values of somebody kept by hand; an empty text takes a value away."""

    def remove_by_hand(self, who: str, *, provider: str | None = None) -> None:
        """Remove somebody kept by hand; they come back as the same person when added again."""

    def list_by_hand(self, *, provider: str | None = None) -> Sequence[Mapping[str, Json]]:
        """Give the people kept by hand, in the interface's shape."""

    def mint_token(self, provider: str, *, hours: float = 1) -> str:
        """Make a token for a provider that expires by itself."""


# --- hooks ---------------------------------------------------------------------------------------------------------


@hookspec
def dirsync_providers() -> list[ProviderType]:  # type: ignore[empty-body]  # a hook spec has no body
    """Declare provider types."""


@hookspec
def dirsync_filters() -> list[FilterType]:  # type: ignore[empty-body]
    """Declare filters other than the filter language."""


@hookspec
def dirsync_mappers() -> list[MapperType]:  # type: ignore[empty-body]
    """Declare mappers."""


@hookspec
def dirsync_commands(cli: click.Group) -> None:
    """Add commands to `dirsync`."""


@hookspec
def dirsync_changed(changes: Sequence[Change]) -> Awaitable[None] | None:
    """Be told of changes: in order, at least once, by the serving process; may be `async def`."""
