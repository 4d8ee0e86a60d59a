"""The handle to a provider's own records: `View`, `Edit`, and `Records`, which runs jobs on them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.moments import Request
from dirsync_core.model.people import Json
from dirsync_core.model.records import Kind, Member, Record

T = TypeVar("T")


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
            Erased: it brings an address that was erased on request.
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
            Erased: the record was erased on request, or it newly brings an address that was.
        """

    def delete(self, record: RecordId) -> None:
        """Turn a record into a tombstone; a group's members go with it, and so do a user's rows in groups.

        Raises:
            NoSuchRecord: there is no live record of that id.
            Erased: the record was erased on request. `get` raises that too, of an `Edit`.
        """

    def add_members(self, group: RecordId, members: Iterable[Member]) -> int:
        """Add rows to a group; those there already stay as they are. Gives how many are new; costs what it names.

        Of a member who was erased on request the value alone is kept.
        """

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
