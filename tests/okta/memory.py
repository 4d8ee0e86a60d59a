"""Records in memory, with the semantics of the real ones: unique keys, tombstones, versions, all or nothing.

It counts the member rows that jobs read and write, so that tests can say what an operation costs.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import attrs

from dirsync_core.api import Json, KeyTaken, Kind, Member, NoSuchRecord, Record, RecordId, Request, VersionMismatch

T = TypeVar("T")


@attrs.define
class MemoryEdit:
    """View and Edit in one."""

    records: dict[RecordId, Record] = attrs.field(factory=dict)
    rows: dict[RecordId, dict[str, Member]] = attrs.field(factory=dict)
    made: int = 0
    now: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    rows_read: int = 0
    rows_written: int = 0

    def copied(self) -> "MemoryEdit":
        rows = {group: dict(members) for group, members in self.rows.items()}
        return attrs.evolve(self, records=dict(self.records), rows=rows)

    def get(self, record: RecordId) -> Record | None:
        found = self.records.get(record)
        return found if found and found.deleted_at is None else None

    def find(self, kind: Kind, attribute: str, value: str) -> Sequence[Record]:
        if attribute == "key":
            return [each for each in self._live(kind) if _fold(each.key) == _fold(value)]
        return [each for each in self._live(kind) if each.external_id == value]

    def count(self, kind: Kind) -> int:
        return len(self._live(kind))

    def page(
        self,
        kind: Kind,
        *,
        after: RecordId | None = None,
        before: RecordId | None = None,
        start: int = 0,
        limit: int = 100,
    ) -> Sequence[Record]:
        if before is not None:
            return [each for each in self._live(kind) if each.id < before][-limit:]
        behind = [each for each in self._live(kind) if after is None or each.id > after]
        return behind[start : start + limit]

    def members(self, group: RecordId, *, after: str | None = None, limit: int | None = None) -> Sequence[Member]:
        rows = [row for value, row in sorted(self.rows.get(group, {}).items()) if after is None or value > after]
        self.rows_read += len(rows[:limit])
        return rows[:limit]

    def has_members(self, group: RecordId, values: Iterable[str]) -> frozenset[str]:
        asked = set(values)
        self.rows_read += len(asked)
        return frozenset(asked & self.rows.get(group, {}).keys())

    def groups_of(self, record: RecordId) -> Sequence[Record]:
        found = [each for each in self._live("group") if record in self.rows.get(each.id, {})]
        return sorted(found, key=lambda group: group.key)

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
        self._refuse_taken(kind, key, None)
        self.made += 1
        record = RecordId(f"01{self.made:06d}")
        stored = Record(
            record, "okta", kind, key, external_id, json.dumps(body).encode(), active, 1, self.now, self.now
        )
        self.records[record] = stored
        if kind == "group":
            self.rows[record] = {}
        return stored

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
        before = self._existing(record)
        if if_version is not None and if_version != before.version:
            raise VersionMismatch(record, before.version)
        self._refuse_taken(before.kind, key, record)
        stored = json.dumps(body).encode()
        if (key, stored, external_id, active) == (before.key, before.body, before.external_id, before.active):
            return before
        changed = attrs.evolve(before, key=key, body=stored, external_id=external_id, active=active)
        return self._changed(changed)

    def delete(self, record: RecordId) -> None:
        before = self._existing(record)
        self.records[record] = attrs.evolve(before, deleted_at=self.now)
        self.rows.pop(record, None)
        for rows in self.rows.values():
            rows.pop(record, None)

    def add_members(self, group: RecordId, members: Iterable[Member]) -> int:
        rows = self.rows[self._existing(group).id]
        given = list(members)
        fresh = {each.value: each for each in given if each.value not in rows}
        self.rows_written += len(given)
        rows.update(fresh)
        if fresh:
            self._changed(self.records[group])
        return len(fresh)

    def remove_members(self, group: RecordId, values: Iterable[str] | None) -> int:
        rows = self.rows[self._existing(group).id]
        gone = [value for value in (list(rows) if values is None else values) if rows.pop(value, None)]
        self.rows_written += len(gone)
        if gone:
            self._changed(self.records[group])
        return len(gone)

    def _live(self, kind: Kind) -> list[Record]:
        return [each for each in self.records.values() if each.kind == kind and each.deleted_at is None]

    def _existing(self, record: RecordId) -> Record:
        found = self.get(record)
        if found is None:
            raise NoSuchRecord(record)
        return found

    def _refuse_taken(self, kind: Kind, key: str, mine: RecordId | None) -> None:
        for holder in self.find(kind, "key", key):
            if holder.id != mine:
                raise KeyTaken(key, holder.id)

    def _changed(self, record: Record) -> Record:
        changed = attrs.evolve(record, version=record.version + 1, changed_at=self.now)
        self.records[record.id] = changed
        return changed


@attrs.define
class MemoryRecords:
    """A provider's records; `writes` are the requests that wrote."""

    edit: MemoryEdit = attrs.field(factory=MemoryEdit)
    writes: list[Request] = attrs.field(factory=list)

    async def read(self, job: Callable[[MemoryEdit], T]) -> T:
        await asyncio.sleep(0)
        return job(self.edit)

    async def write(self, job: Callable[[MemoryEdit], T], *, by: Request) -> T:
        await asyncio.sleep(0)
        kept = self.edit.copied()
        self.edit.now += timedelta(seconds=1)
        try:
            answer = job(self.edit)
        except BaseException:
            self.edit = kept
            raise
        self.writes.append(by)
        return answer


def _fold(key: str) -> str:
    return key.strip().casefold()
