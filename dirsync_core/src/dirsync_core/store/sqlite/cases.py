"""Losses, holds and cases in SQLite."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from dirsync_core.model.cases import Case, CaseKind, CaseRecord, CaseState, Hold, Loss, LossKind, Lost, Part
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.sqlite.accepting import read_accepted, written_accepted
from dirsync_core.store.sqlite.memory import remembered
from dirsync_core.store.sqlite.room import Room, marks, text_or_none, time_or_none

_LOST = "record, kind, attribute, provider, at, before"
_HOLD = "record, kind, attribute, provider, case_id, wanted, kept"
_CASE = (
    "id, kind, provider, opened_at, loss, attribute, allowed, asked, record, person, state, closed_at, closed_by"
)  # fmt: skip
_KINDS = "CASE kind WHEN 'guard' THEN 0 WHEN 'address' THEN 1 ELSE 2 END"


class SqliteCases(Room):
    """`CaseRoom` in SQLite."""

    # --- how many ask ------------------------------------------------------------------------------------------------

    def note_asking(self, at: datetime) -> None:
        self._do(
            "INSERT INTO asking_hour (provider, hour, most, last) SELECT provider, ?, n, n FROM asking"
            " WHERE n != coalesce((SELECT last FROM asking_hour WHERE provider = asking.provider"
            "  ORDER BY hour DESC LIMIT 1), 0)"
            " ON CONFLICT (provider, hour) DO UPDATE SET most = max(most, excluded.most), last = excluded.last",
            _hour(at),
        )

    def most_asking(self, provider: str, since: datetime) -> int:
        hour = _hour(since)
        row = self._one(
            "SELECT max(n) FROM ("
            " SELECT n FROM asking WHERE provider = ?1"
            " UNION ALL SELECT max(most) FROM asking_hour WHERE provider = ?1 AND hour >= ?2"
            " UNION ALL SELECT last FROM (SELECT last FROM asking_hour WHERE provider = ?1 AND hour < ?2"
            "  ORDER BY hour DESC LIMIT 1))",
            provider, hour,
        )  # fmt: skip
        return (row[0] if row else None) or 0

    # --- losses that count -------------------------------------------------------------------------------------------

    def put_lost(self, lost: Lost) -> None:
        self._do(
            f"INSERT OR REPLACE INTO lost ({_LOST}) VALUES (?,?,?,?,?,?)",
            lost.record, *_key(lost.loss), lost.provider, written_time(lost.at), written_accepted(lost.before),
        )  # fmt: skip

    def lost(self, record: RecordId) -> Sequence[Lost]:
        return [_lost(row) for row in self._all(f"SELECT {_LOST} FROM lost WHERE record = ?", record)]

    def end_lost(self, record: RecordId, loss: Loss) -> None:
        self._do("DELETE FROM lost WHERE record = ? AND kind = ? AND attribute = ?", record, *_key(loss))

    def count_lost(self, provider: str, loss: Loss, since: datetime) -> int:
        row = self._one(
            "SELECT count(*) FROM lost WHERE provider = ? AND kind = ? AND attribute = ? AND at > ?",
            provider, *_key(loss), written_time(since),
        )  # fmt: skip
        return row[0] if row else 0

    def lost_since(self, provider: str, loss: Loss, since: datetime) -> Sequence[Lost]:
        rows = self._all(
            f"SELECT {_LOST} FROM lost WHERE provider = ? AND kind = ? AND attribute = ? AND at > ?"
            " ORDER BY at, record",
            provider, *_key(loss), written_time(since),
        )  # fmt: skip
        return [_lost(row) for row in rows]

    def forget_lost(self, provider: str, loss: Loss, until: datetime) -> None:
        self._do(
            "DELETE FROM lost WHERE provider = ? AND kind = ? AND attribute = ? AND at <= ?",
            provider, *_key(loss), written_time(until),
        )  # fmt: skip
        self._do(
            "DELETE FROM asking_hour WHERE provider = ?1 AND hour <"
            " (SELECT max(hour) FROM asking_hour WHERE provider = ?1 AND hour <= ?2)",
            provider, _hour(until),
        )  # fmt: skip

    # --- holds -------------------------------------------------------------------------------------------------------

    def holds(self, record: RecordId) -> Sequence[Hold]:
        return remembered(self._memory.holds, record, self._holds)

    def read_ahead(self, records: Sequence[RecordId]) -> None:
        """Remember what is held of these, in one statement."""
        found: dict[RecordId, list[Hold]] = {record: [] for record in records}
        for row in self._all(f"SELECT {_HOLD} FROM hold WHERE record IN ({marks(records)})", *records):
            found[row[0]].append(_hold(row))
        self._memory.holds.update(found)

    def _holds(self, record: RecordId) -> Sequence[Hold]:
        return [_hold(row) for row in self._all(f"SELECT {_HOLD} FROM hold WHERE record = ?", record)]

    def held(self) -> Sequence[RecordId]:
        return [RecordId(row[0]) for row in self._all("SELECT DISTINCT record FROM hold ORDER BY record")]

    def put_hold(self, hold: Hold) -> None:
        self._memory.holds.pop(hold.record, None)
        self._do(
            f"INSERT OR REPLACE INTO hold ({_HOLD}) VALUES (?,?,?,?,?,?,?)",
            hold.record, *_key(hold.loss), hold.provider, hold.case, written_accepted(hold.wanted), hold.kept,
        )  # fmt: skip

    def end_hold(self, record: RecordId, loss: Loss) -> None:
        self._memory.holds.pop(record, None)
        self._do("DELETE FROM hold WHERE record = ? AND kind = ? AND attribute = ?", record, *_key(loss))

    def holds_of(self, case: str, limit: int | None = None) -> Sequence[Hold]:
        rows = self._all(
            f"SELECT {_HOLD} FROM hold WHERE case_id = ? ORDER BY record LIMIT ?", case, -1 if limit is None else limit
        )
        return [_hold(row) for row in rows]

    def still_holds(self, case: str) -> bool:
        return self._one("SELECT 1 FROM hold WHERE case_id = ? AND kept IS NULL LIMIT 1", case) is not None

    def count_held(self, provider: str | None = None) -> int:
        row = self._one(
            "SELECT count(DISTINCT record) FROM hold INDEXED BY hold_open WHERE kept IS NULL"
            " AND (?1 IS NULL OR provider = ?1)",
            provider,
        )
        return row[0] if row else 0

    # --- cases -------------------------------------------------------------------------------------------------------

    def case(self, case: str) -> Case | None:
        row = self._one(f"SELECT {_CASE} FROM cases WHERE id = ?", case)
        return _case(row) if row else None

    def put_case(self, case: Case) -> None:
        kind, attribute = _key(case.loss) if case.loss is not None else (None, None)
        self._do(
            f'INSERT OR REPLACE INTO cases ({_CASE}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)',
            case.id, case.kind, case.provider, written_time(case.opened_at), kind, attribute, case.limit, case.asked,
            case.record, case.person, case.state.value, text_or_none(case.closed_at), case.closed_by,
        )  # fmt: skip

    def open_guard(self, provider: str, loss: Loss) -> Case | None:
        row = self._one(
            f"SELECT {_CASE} FROM cases WHERE kind = 'guard' AND state = 'open' AND provider = ? AND loss = ?"
            " AND attribute = ?",
            provider, *_key(loss),
        )  # fmt: skip
        return _case(row) if row else None

    def about(self, record: RecordId, kind: CaseKind | None = None) -> Sequence[Case]:
        rows = self._all(
            f'SELECT {_CASE} FROM cases WHERE id IN (SELECT case_id FROM case_record WHERE record = ?1)'
            " AND state = 'open' AND (?2 IS NULL OR kind = ?2) ORDER BY id",
            record, kind,
        )  # fmt: skip
        return [_case(row) for row in rows]

    def ever_about(self, record: RecordId, kind: CaseKind) -> Sequence[Case]:
        rows = self._all(f"SELECT {_CASE} FROM cases WHERE record = ? AND kind = ? ORDER BY id", record, kind)
        return [_case(row) for row in rows]

    def cases(self, *, open_only: bool, limit: int, start: int = 0) -> Sequence[Case]:
        where, order = ("state = 'open'", f"{_KINDS}, ") if open_only else ("1", "")
        rows = self._all(
            f'SELECT {_CASE} FROM cases WHERE {where} ORDER BY {order} opened_at DESC, id DESC LIMIT ? OFFSET ?',
            limit, start,
        )  # fmt: skip
        return [_case(row) for row in rows]

    def count_open(self) -> Mapping[CaseKind, int]:
        rows = self._all("SELECT kind, count(*) FROM cases WHERE state = 'open' GROUP BY kind")
        return {cast(CaseKind, kind): n for kind, n in rows}

    # --- the records of a case ---------------------------------------------------------------------------------------

    def put_part(self, part: CaseRecord) -> None:
        self._do(
            'INSERT OR REPLACE INTO case_record (case_id, record, part) VALUES (?,?,?)',
            part.case, part.record, part.part,
        )  # fmt: skip

    def parts(
        self, case: str, *, part: Part | None = None, after: str = "", limit: int | None = None
    ) -> Sequence[CaseRecord]:
        rows = self._all(
            'SELECT case_id, record, part FROM case_record WHERE case_id = ?1 AND (?2 IS NULL OR part = ?2)'
            " AND record > ?3 ORDER BY record LIMIT ?4",
            case, part, after, -1 if limit is None else limit,
        )  # fmt: skip
        return [CaseRecord(case_, RecordId(record), part_) for case_, record, part_ in rows]

    def count_parts(self, case: str) -> Mapping[Part, int]:
        rows = self._all("SELECT part, count(*) FROM case_record WHERE case_id = ? GROUP BY part", case)
        return {cast(Part, part): n for part, n in rows}


def _key(loss: Loss) -> tuple[str, str]:
    return loss.kind.value, loss.attribute


def _hour(at: datetime) -> str:
    return written_time(at.astimezone(UTC).replace(minute=0, second=0, microsecond=0))


def _lost(row: tuple[Any, ...]) -> Lost:
    record, kind, attribute, provider, at, before = row
    return Lost(RecordId(record), provider, Loss(LossKind(kind), attribute), read_time(at), read_accepted(before))


def _hold(row: tuple[Any, ...]) -> Hold:
    record, kind, attribute, provider, case, wanted, kept = row
    loss = Loss(LossKind(kind), attribute)
    return Hold(RecordId(record), provider, loss, case, read_accepted(wanted), kept)


def _case(row: tuple[Any, ...]) -> Case:
    id_, kind, provider, opened, loss, attribute, limit, asked, record, person, state, closed, by = row
    return Case(
        id_, kind, provider, read_time(opened), Loss(LossKind(loss), attribute) if loss is not None else None, limit,
        asked, None if record is None else RecordId(record), None if person is None else PersonId(person),
        CaseState(state), time_or_none(closed), by,
    )  # fmt: skip
