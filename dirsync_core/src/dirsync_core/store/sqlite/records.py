"""Records and member rows in SQLite."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.moments import read_time, written_time
from dirsync_core.model.records import Kind, Member, Record, fold_key
from dirsync_core.store.contract import Confirmed
from dirsync_core.store.sqlite.memory import remembered
from dirsync_core.store.sqlite.room import Room, chunks, marks, text_or_none, time_or_none

_COLUMNS = "id, provider, kind, key, external_id, record.body, active, version, created_at, changed_at, deleted_at"
_BATCH = 1000
_INDEXED = {"key": "folded", "externalId": "external_id"}


class SqliteRecords(Room):
    """`RecordRoom` in SQLite."""

    def get(self, provider: str, record: RecordId) -> Record | None:
        row = self._one(
            f"SELECT {_COLUMNS} FROM record WHERE id = ? AND provider = ? AND deleted_at IS NULL",
            record,
            provider,
        )
        return _record(row) if row else None

    def any(self, record: RecordId) -> Record | None:
        return remembered(self._memory.record, record, self._any)

    def _any(self, record: RecordId) -> Record | None:
        row = self._one(f"SELECT {_COLUMNS} FROM record WHERE id = ?", record)
        return _record(row) if row else None

    def find(self, provider: str, kind: Kind, attribute: str, value: str) -> Sequence[Record]:
        column = _INDEXED[attribute]
        value = fold_key(value) if attribute == "key" else value
        rows = self._all(
            f"SELECT {_COLUMNS} FROM record WHERE {column} = ? AND provider = ? AND kind = ? AND deleted_at IS NULL"
            " ORDER BY id",
            value, provider, kind,
        )  # fmt: skip
        return [_record(row) for row in rows]

    def named(self, word: str) -> Sequence[Record]:
        rows = self._all(
            f"SELECT {_COLUMNS} FROM record WHERE id IN (SELECT id FROM record WHERE id = ?1"
            " UNION SELECT id FROM record WHERE folded = ?2 UNION SELECT id FROM record WHERE external_id = ?1)"
            " AND kind = 'user' ORDER BY deleted_at IS NOT NULL, id",
            word, fold_key(word),
        )  # fmt: skip
        return [_record(row) for row in rows]

    def count(self, provider: str, kind: Kind) -> int:
        row = self._one(
            "SELECT count(*) FROM record WHERE provider = ? AND kind = ? AND deleted_at IS NULL",
            provider,
            kind,
        )
        return int(row[0]) if row else 0

    def page(self, provider: str, kind: Kind, *, after: RecordId | None, start: int, limit: int) -> Sequence[Record]:
        rows = self._all(
            f"SELECT {_COLUMNS} FROM record WHERE id IN (SELECT id FROM record WHERE provider = ? AND kind = ?"
            " AND deleted_at IS NULL AND id > ? ORDER BY id LIMIT ? OFFSET ?) ORDER BY id",
            provider, kind, after or "", limit, start,
        )  # fmt: skip
        return [_record(row) for row in rows]

    def page_before(self, provider: str, kind: Kind, before: RecordId, limit: int) -> Sequence[Record]:
        rows = self._all(
            f"SELECT {_COLUMNS} FROM record WHERE id IN (SELECT id FROM record WHERE provider = ? AND kind = ?"
            " AND deleted_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?) ORDER BY id",
            provider, kind, before, limit,
        )  # fmt: skip
        return [_record(row) for row in rows]

    def every(self, provider: str | None = None) -> Iterator[RecordId]:
        after = ""
        while True:
            rows = self._all(
                "SELECT id, provider FROM record WHERE kind = 'user' AND id > ? ORDER BY id LIMIT ?",
                after,
                _BATCH,
            )
            yield from (RecordId(row[0]) for row in rows if provider in (None, row[1]))
            if len(rows) < _BATCH:
                return
            after = rows[-1][0]

    def read_ahead(self, records: Sequence[RecordId]) -> None:
        """Remember these, in one statement."""
        rows = self._all(f"SELECT {_COLUMNS} FROM record WHERE id IN ({marks(records)})", *records) if records else []
        self._memory.record.update(dict.fromkeys(records) | {row[0]: _record(row) for row in rows})

    def put(self, record: Record) -> None:
        self._memory.record.pop(record.id, None)
        self._do(
            "INSERT INTO record (id, provider, kind, key, folded, external_id, body, active, version, created_at,"
            " changed_at, deleted_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
            " key = excluded.key, folded = excluded.folded, external_id = excluded.external_id, body = excluded.body,"
            " active = excluded.active, version = excluded.version, changed_at = excluded.changed_at,"
            " deleted_at = excluded.deleted_at",
            record.id, record.provider, record.kind, record.key, fold_key(record.key), record.external_id,
            record.body, record.active, record.version, written_time(record.created_at),
            written_time(record.changed_at), text_or_none(record.deleted_at),
        )  # fmt: skip

    def confirm(self, record: RecordId, at: datetime) -> None:
        self._do(
            "INSERT INTO confirmation (record, at) VALUES (?,?) ON CONFLICT (record) DO UPDATE SET at = excluded.at",
            record, written_time(at),
        )  # fmt: skip

    def unconfirmed(self, provider: str, since: datetime, *, after: RecordId | None, limit: int) -> Sequence[Confirmed]:
        # Every write that changes something confirms too, and is told by `changed_at`.
        rows = self._all(
            "SELECT id, provider, max(changed_at, coalesce(at, '')) AS last FROM record LEFT JOIN confirmation"
            " ON record = id WHERE provider = ? AND kind = 'user' AND deleted_at IS NULL AND id > ? AND last < ?"
            " ORDER BY id LIMIT ?",
            provider, after or "", written_time(since), limit,
        )  # fmt: skip
        return [Confirmed(RecordId(id_), provider, read_time(last)) for id_, provider, last in rows]

    def members(self, group: RecordId, *, after: str | None, limit: int | None) -> Sequence[Member]:
        rows = self._all(
            "SELECT value, body FROM member WHERE grp = ? AND value > ? ORDER BY value LIMIT ?",
            group, after or "", -1 if limit is None else limit,
        )  # fmt: skip
        return [Member(value, body) for value, body in rows]

    def has_members(self, group: RecordId, values: Sequence[str]) -> frozenset[str]:
        found: set[str] = set()
        for part in chunks(list(values)):
            sql = f"SELECT value FROM member WHERE grp = ? AND value IN ({marks(part)})"
            found.update(row[0] for row in self._all(sql, group, *part))
        return frozenset(found)

    def add_members(self, group: RecordId, members: Sequence[Member]) -> tuple[str, ...]:
        return tuple(
            member.value
            for member in members
            if self._do(
                "INSERT OR IGNORE INTO member (grp, value, body) VALUES (?, ?, ?)",
                group,
                member.value,
                member.body,
            )
        )

    def remove_members(self, group: RecordId, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            value for value in values if self._do("DELETE FROM member WHERE grp = ? AND value = ?", group, value)
        )

    def groups_of(self, provider: str, record: RecordId) -> Sequence[Record]:
        # CROSS JOIN: from the few rows of the member to their groups, never through all of a provider's records.
        rows = self._all(
            f"SELECT {_COLUMNS} FROM member CROSS JOIN record ON id = grp"
            " WHERE value = ? AND provider = ? AND deleted_at IS NULL ORDER BY folded",
            record, provider,
        )  # fmt: skip
        return [_record(row) for row in rows]


def _record(row: tuple[Any, ...]) -> Record:
    id_, provider, kind, key, external_id, body, active, version, created, changed, deleted = row
    return Record(
        RecordId(id_), provider, kind, key, external_id, body, bool(active), version,
        read_time(created), read_time(changed), time_or_none(deleted),
    )  # fmt: skip
