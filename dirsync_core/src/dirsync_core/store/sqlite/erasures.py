"""Erasures in SQLite, and forgetting: deletes and blanks in every table that may hold something of somebody."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dirsync_core.model.addresses import Address
from dirsync_core.model.changes import Change
from dirsync_core.model.erasures import Erasure
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import read_time, written_time
from dirsync_core.model.people import Json
from dirsync_core.store.sqlite.feed import CHANGE, change_of
from dirsync_core.store.sqlite.room import Room, packed

_KEY = "erasure"
_ERASURE = "SELECT subject, at, by FROM erasure"
_OF_RECORD = (
    ("record", "id"), ("member", "value"), ("accepted", "record"), ("link", "record"), ("linked", "record"),
    ("mention", "record"), ("placement", "subject"), ("adoption", "record"), ("adoption", "manual"),
    ("lost", "record"), ("hold", "record"), ("case_record", "record"), ("confirmation", "record"),
)  # fmt: skip
_OF_PERSON = (
    ("link", "person"), ("linked", "person"), ("seat", "person"), ("mention", "record"), ("placement", "subject"),
    ("override", "person"), ("adoption", "person"), ("kept_apart", "person"), ("base", "person"),
)  # fmt: skip


class SqliteErasures(Room):
    """`ErasureRoom` in SQLite."""

    _known: bool | None = None

    def any(self) -> bool:
        if self._known is None:
            self._known = self._one("SELECT 1 FROM erasure LIMIT 1") is not None
        return self._known

    def of_address(self, address: Address) -> Erasure | None:
        if not self.any():
            return None
        row = self._one(
            f"{_ERASURE} WHERE subject IN (SELECT subject FROM erased_address WHERE hash = ?) ORDER BY at LIMIT 1",
            self._hash(address),
        )
        return self._erasure(row) if row else None

    def of_record(self, provider: str, record: RecordId) -> Erasure | None:
        if not self.any():
            return None
        row = self._one(
            f"{_ERASURE} WHERE subject = (SELECT subject FROM erased_record WHERE record = ? AND provider = ?)",
            record, provider,
        )  # fmt: skip
        return self._erasure(row) if row else None

    def all(self) -> Sequence[Erasure]:
        return [self._erasure(row) for row in self._all(f"{_ERASURE} ORDER BY at DESC, subject")]

    def put(self, erasure: Erasure, addresses: Iterable[Address], records: Mapping[RecordId, str]) -> None:
        self._do(
            "INSERT INTO erasure (subject, at, by) VALUES (?,?,?)",
            erasure.subject, written_time(erasure.at), erasure.by,
        )  # fmt: skip
        self._many(
            "INSERT INTO erased_address (hash, subject) VALUES (?,?)",
            [(self._hash(address), erasure.subject) for address in sorted(set(addresses))],
        )
        self._many(
            "INSERT OR REPLACE INTO erased_record (record, provider, subject) VALUES (?,?,?)",
            [(record, provider, erasure.subject) for record, provider in records.items()],
        )
        self._known = True

    def lift(self, address: Address) -> Sequence[Erasure]:
        subjects = self._all("SELECT subject FROM erased_address WHERE hash = ? ORDER BY subject", self._hash(address))
        lifted = [self._erasure(row) for (s,) in subjects for row in self._all(f"{_ERASURE} WHERE subject = ?", s)]
        for erasure in lifted:
            for table in ("erased_address", "erased_record", "erasure"):
                self._do(f"DELETE FROM {table} WHERE subject = ?", erasure.subject)
        self._known = None
        return lifted

    def held(self, person: PersonId) -> Sequence[str]:
        return [row[0] for row in self._all("SELECT shown FROM seat WHERE person = ? ORDER BY since", person)]

    def naming(self, words: Iterable[str]) -> Sequence[RecordId]:
        where, values = _holds("CAST(body AS TEXT)", words)
        rows = self._all(f"SELECT id FROM record WHERE kind = 'user' AND ({where}) ORDER BY id", *values)
        return [RecordId(row[0]) for row in rows]

    def accepting(self, words: Iterable[str]) -> Sequence[RecordId]:
        found: set[str] = set()
        for table, column in (("accepted", "claims"), ("lost", "before"), ("hold", "wanted")):
            where, values = _holds(column, words)
            found.update(row[0] for row in self._all(f"SELECT record FROM {table} WHERE {where}", *values))
        return [RecordId(record) for record in sorted(found)]

    def forget_record(self, record: RecordId) -> None:
        self._memory.clear()
        for table, column in _OF_RECORD:
            self._do(f"DELETE FROM {table} WHERE {column} = ?", record)
        self._forget_cases(record)
        self._do("UPDATE event SET body = NULL WHERE record = ?", record)

    def forget_person(self, person: PersonId) -> None:
        self._memory.clear()
        for table, column in _OF_PERSON:
            self._do(f"DELETE FROM {table} WHERE {column} = ?", person)
        self._do(
            "UPDATE adoption SET before_person = NULL, before_rule = NULL, before_at = NULL WHERE before_person = ?",
            person,
        )
        self._forget_cases(person)
        self._do("UPDATE event SET body = NULL WHERE record = ?", person)
        self._do("UPDATE change SET email = '', changed = '{}' WHERE person = ?", person)

    def _forget_cases(self, subject: str) -> None:
        """A case about one record or person goes with them; one of many goes on without them."""
        about = "SELECT id FROM cases WHERE record = ?1 OR person = ?1"
        self._do(f"DELETE FROM case_record WHERE case_id IN ({about})", subject)
        self._do("DELETE FROM cases WHERE record = ?1 OR person = ?1", subject)

    def forget_words(self, words: Iterable[str]) -> None:
        for table, column in (("event", "body"), ("call", "detail"), ("pull", "last_error"), ("pull", "because")):
            where, values = _holds(column, words)
            self._do(f"UPDATE {table} SET {column} = NULL WHERE {where}", *values)

    def telling(self, words: Iterable[str]) -> Sequence[Change]:
        where, values = _holds("changed", words)
        return [change_of(row) for row in self._all(f"SELECT {CHANGE} FROM change WHERE {where} ORDER BY seq", *values)]

    def based_on(self, words: Iterable[str]) -> Sequence[PersonId]:
        where, values = _holds("body", words)
        return [
            PersonId(row[0]) for row in self._all(f"SELECT person FROM base WHERE {where} ORDER BY person", *values)
        ]

    def retell(self, seq: int, changed: Mapping[str, tuple[Json, Json]]) -> None:
        self._do("UPDATE change SET changed = ? WHERE seq = ?", packed(changed), seq)

    def _erasure(self, row: tuple[Any, ...]) -> Erasure:
        subject, at, by = row
        hashes = self._all("SELECT hash FROM erased_address WHERE subject = ? ORDER BY hash", subject)
        return Erasure(subject, read_time(at), by, tuple(hash_ for (hash_,) in hashes))

    def _hash(self, address: Address) -> str:
        return hmac.new(self._secret(), address.encode(), hashlib.sha256).hexdigest()

    def _secret(self) -> bytes:
        """Give the key, made at first use. Without it a hash could be found by trying out addresses."""
        row = self._one("SELECT value FROM secret WHERE name = ?", _KEY)
        if row is None:
            row = (secrets.token_bytes(32),)
            self._do("INSERT INTO secret (name, value) VALUES (?,?)", _KEY, row[0])
        key: bytes = row[0]
        return key


def _holds(column: str, words: Iterable[str]) -> tuple[str, list[str]]:
    """Give a condition that a column of JSON or text has one of the words, and its values."""
    found = {word for text in words for word in (text, json.dumps(text, ensure_ascii=False)[1:-1])}
    patterns = [f"%{_plain(word)}%" for word in sorted(found)]
    return " OR ".join(rf"{column} LIKE ? ESCAPE '\'" for _ in patterns) or "0", patterns


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
