"""What providers said: records and the rows of groups."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.records import Kind, Member, Record


@attrs.frozen
class Confirmed:
    """When a record's source last wrote it, be it the same again."""

    record: RecordId
    provider: str
    at: datetime


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

    def confirm(self, record: RecordId, at: datetime) -> None:
        """Note that a record's source wrote it again as it is; the record itself is not touched."""

    def unconfirmed(self, provider: str, since: datetime, *, after: RecordId | None, limit: int) -> Sequence[Confirmed]:
        """Give live user records that their source has not written since, changed or not, in the order of their ids."""

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
