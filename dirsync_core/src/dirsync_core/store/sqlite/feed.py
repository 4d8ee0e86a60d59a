"""Changes and events in SQLite."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import Moment, read_time, written_time
from dirsync_core.model.people import Json, Published, Status
from dirsync_core.store.contract import Event
from dirsync_core.store.sqlite.room import Room, marks, packed

CHANGE = "seq, at, type, person, email, changed, provider, request, by"
_EVENT = "seq, at, provider, record, kind, request, by, body"
_BASE = "person, status, body, since, version, created_at, changed_at, last_change"
_BATCH = 1000


class SqliteFeed(Room):
    """`FeedRoom` in SQLite."""

    def append(
        self,
        at: datetime,
        type: ChangeType,
        person: PersonId,
        email: str,
        changed: Mapping[str, tuple[Json, Json]],
        cause: Cause,
    ) -> Change:
        change = Change(self.end() + 1, at, type, person, email, changed, cause)
        self._do(
            f"INSERT INTO change ({CHANGE}) VALUES (?,?,?,?,?,?,?,?,?)",
            change.seq, written_time(at), type.value, person, email, packed(changed), cause.provider,
            cause.request, cause.by,
        )  # fmt: skip
        return change

    def end(self) -> int:
        row = self._one("SELECT max(seq) FROM change")
        return (row[0] if row else None) or 0

    def first(self) -> int:
        row = self._one("SELECT min(seq) FROM change")
        return (row[0] if row else None) or 0

    def after(self, seq: int, limit: int) -> Sequence[Change]:
        return [
            change_of(row)
            for row in self._all(f"SELECT {CHANGE} FROM change WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)
        ]

    def among(self, seqs: Sequence[int]) -> Mapping[int, Change]:
        rows = self._all(f"SELECT {CHANGE} FROM change WHERE seq IN ({','.join('?' * len(seqs))})", *seqs)
        return {row[0]: change_of(row) for row in rows}

    def before(
        self,
        seq: int | None,
        limit: int,
        *,
        type: ChangeType | None = None,
        provider: str | None = None,
        person: PersonId | None = None,
    ) -> Sequence[Change]:
        wanted = {"type": type and type.value, "provider": provider, "person": person}
        terms = {name: value for name, value in wanted.items() if value is not None}
        where = "".join(f" AND {name} = ?" for name in terms)
        rows = self._all(
            f"SELECT {CHANGE} FROM change WHERE seq < ?{where} ORDER BY seq DESC LIMIT ?",
            (1 << 62) if seq is None else seq, *terms.values(), limit,
        )  # fmt: skip
        return [change_of(row) for row in rows]

    def of(self, person: PersonId, *, until: int | None = None) -> Sequence[Change]:
        rows = self._all(
            f"SELECT {CHANGE} FROM change WHERE person = ? AND seq <= ? ORDER BY seq",
            person,
            (1 << 62) if until is None else until,
        )
        return [change_of(row) for row in rows]

    def at(self, at: datetime) -> int:
        row = self._one("SELECT at FROM change WHERE at <= ? ORDER BY at DESC LIMIT 1", written_time(at))
        row = self._one("SELECT max(seq) FROM change WHERE at = ?", row[0]) if row else None
        return int(row[0]) if row else 0

    def status_steps(self, after: int) -> Mapping[Status, int]:
        steps: Counter[Status] = Counter()
        rows = self._all(
            "SELECT json_extract(changed, '$.status[0]'), json_extract(changed, '$.status[1]'), count(*) FROM change"
            " WHERE type IN ('joined', 'deactivated', 'reactivated', 'left', 'returned', 'deleted') AND seq > ?"
            " GROUP BY 1, 2",
            after,
        )
        for before, now, n in rows:
            steps.update({Status(now): n} if now else {})
            steps.subtract({Status(before): n} if before else {})
        return steps

    def requests_of(self, person: PersonId, subjects: Sequence[str]) -> int:
        row = self._one(
            "SELECT count(*) FROM (SELECT request FROM change WHERE person = ? UNION"
            f" SELECT request FROM event WHERE record IN ({marks(subjects)}))",
            person, *subjects,
        )  # fmt: skip
        return int(row[0]) if row else 0

    def base(self, person: PersonId) -> Published | None:
        row = self._one(f"SELECT {_BASE} FROM base WHERE person = ?", person)
        return _base(row[1:]) if row else None

    def put_base(self, person: PersonId, base: Published) -> None:
        since = {name: written_time(at) for name, at in base.since.items()}
        self._do(
            f"INSERT OR REPLACE INTO base ({_BASE}) VALUES (?,?,?,?,?,?,?,?)",
            person, base.status.value, packed(base.values), packed(since), base.version,
            written_time(base.created_at), written_time(base.changed_at), base.last_change,
        )  # fmt: skip

    def people_until(self, seq: int) -> Sequence[PersonId]:
        rows = self._all("SELECT DISTINCT person FROM change WHERE seq <= ? ORDER BY person", seq)
        return [PersonId(row[0]) for row in rows]

    def drop(self, seq: int) -> int:
        return self._do("DELETE FROM change WHERE seq <= ? AND seq < (SELECT max(seq) FROM change)", seq)

    def last_before(self, at: datetime) -> int:
        row = self._one("SELECT min(seq) FROM change WHERE at >= ?", written_time(at))
        return int(row[0]) - 1 if row and row[0] is not None else self.end()

    def position(self, plugin: str) -> int:
        row = self._one("SELECT seq FROM follower WHERE plugin = ?", plugin)
        return int(row[0]) if row else 0

    def put_position(self, plugin: str, seq: int) -> None:
        self._do("INSERT OR REPLACE INTO follower (plugin, seq) VALUES (?, ?)", plugin, seq)

    def counts_since(self, at: datetime) -> Mapping[ChangeType, int]:
        rows = self._all("SELECT type, count(*) FROM change WHERE at >= ? GROUP BY type", written_time(at))
        return {ChangeType(type_): n for type_, n in rows}


class SqliteEvents(Room):
    """`EventRoom` in SQLite."""

    def append(self, moment: Moment, kind: str, *, record: str | None = None, body: Json = None) -> int:
        cursor = self._connection.execute(
            "INSERT INTO event (at, provider, record, kind, request, by, body) VALUES (?,?,?,?,?,?,?)",
            (written_time(moment.at), moment.provider, record, kind, moment.request.id, moment.request.by,
             None if body is None else packed(body)),
        )  # fmt: skip
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def of(self, subjects: Sequence[str], *, limit: int, before: int | None = None) -> Sequence[Event]:
        # One select for each subject, so that no more than `limit` rows of any are read.
        rows = [row for subject in subjects for row in self._all(
            f"SELECT {_EVENT} FROM event WHERE record = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            subject, (1 << 62) if before is None else before, limit,
        )]  # fmt: skip
        return [_event(row) for row in sorted(rows, reverse=True)[:limit]]

    def count_of(self, subjects: Sequence[str]) -> int:
        row = self._one(f"SELECT count(*) FROM event WHERE record IN ({marks(subjects)})", *subjects)
        return int(row[0]) if row else 0

    def of_request(self, request: str) -> Sequence[Event]:
        return [_event(row) for row in self._all(f"SELECT {_EVENT} FROM event WHERE request = ? ORDER BY seq", request)]

    def is_about(self, request: str, subjects: Sequence[str]) -> bool:
        sql = f"SELECT 1 FROM event WHERE request = ? AND +record IN ({marks(subjects)}) LIMIT 1"
        return self._one(sql, request, *subjects) is not None

    def forget_bodies(self, before: datetime) -> int:
        return self._do("UPDATE event SET body = NULL WHERE body IS NOT NULL AND at < ?", written_time(before))

    def every(self) -> Iterator[Event]:
        after = 0
        while True:
            rows = self._all(f"SELECT {_EVENT} FROM event WHERE seq > ? ORDER BY seq LIMIT ?", after, _BATCH)
            yield from (_event(row) for row in rows)
            if len(rows) < _BATCH:
                return
            after = rows[-1][0]


def change_of(row: tuple[Any, ...]) -> Change:
    """Read a row of the feed, its columns as `CHANGE` names them."""
    seq, at, type_, person, email, changed, provider, request, by = row
    pairs = {name: (before, after) for name, (before, after) in json.loads(changed).items()}
    cause = Cause(provider, request, by)
    return Change(seq, read_time(at), ChangeType(type_), PersonId(person), email, pairs, cause)


def _base(row: tuple[Any, ...]) -> Published:
    status, body, since, version, created, changed, last = row
    times = {name: read_time(at) for name, at in json.loads(since).items()}
    return Published(
        Status(status), json.loads(body), times, version, read_time(created), read_time(changed), last
    )  # fmt: skip


def _event(row: tuple[Any, ...]) -> Event:
    seq, at, provider, record, kind, request, by, body = row
    return Event(seq, read_time(at), provider, record, kind, request, by, None if body is None else json.loads(body))
