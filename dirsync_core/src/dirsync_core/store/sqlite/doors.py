"""Tokens, sessions and traffic in SQLite. Secrets are random and long, so a plain SHA-256 keeps them."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.contract import Call, DialectUse, Session, Token, Traffic
from dirsync_core.store.sqlite.memory import remembered
from dirsync_core.store.sqlite.room import Room, text_or_none, time_or_none

_TOKEN = "id, provider, api, write, name, ending, created_at, expires_at, last_used_at"
_CALL = "provider, at, method, route, status, detail"


class SqliteAccess(Room):
    """`AccessRoom` in SQLite."""

    def put_token(self, token: Token, secret: str) -> None:
        self._do(
            f"INSERT INTO token ({_TOKEN}, hash) VALUES (?,?,?,?,?,?,?,?,?,?)",
            token.id, token.provider, token.api, token.write, token.name, token.ending,
            written_time(token.created_at), text_or_none(token.expires_at), text_or_none(token.last_used_at),
            _hashed(secret),
        )  # fmt: skip

    def token(self, secret: str) -> Token | None:
        row = self._one(f"SELECT {_TOKEN} FROM token WHERE hash = ?", _hashed(secret))
        return _token(row) if row else None

    def tokens(self) -> Sequence[Token]:
        return [_token(row) for row in self._all(f"SELECT {_TOKEN} FROM token ORDER BY id")]

    def expire_token(self, token: str, at: datetime) -> None:
        self._do("UPDATE token SET expires_at = ? WHERE id = ?", written_time(at), token)

    def delete_token(self, token: str) -> bool:
        return self._do("DELETE FROM token WHERE id = ?", token) > 0

    def used(self, token: str, at: datetime) -> None:
        self._do("UPDATE token SET last_used_at = ? WHERE id = ?", written_time(at), token)

    def put_code(self, code: str, by: str, expires_at: datetime) -> None:
        values = (_hashed(code), by, written_time(expires_at))
        self._do("INSERT INTO sign_in_code (hash, by, expires_at) VALUES (?,?,?)", *values)

    def take_code(self, code: str, now: datetime) -> str | None:
        row = self._one("DELETE FROM sign_in_code WHERE hash = ? RETURNING by, expires_at", _hashed(code))
        self._do("DELETE FROM sign_in_code WHERE expires_at < ?", written_time(now))
        return row[0] if row and read_time(row[1]) > now else None

    def put_session(self, secret: str, session: Session) -> None:
        self._do(
            "INSERT INTO session (hash, by, csrf, expires_at) VALUES (?,?,?,?)",
            _hashed(secret), session.by, session.csrf, written_time(session.expires_at),
        )  # fmt: skip

    def session(self, secret: str, now: datetime) -> Session | None:
        row = self._one("SELECT by, csrf, expires_at FROM session WHERE hash = ?", _hashed(secret))
        session = Session(row[0], row[1], read_time(row[2])) if row else None
        return session if session and session.expires_at > now else None

    def end_session(self, secret: str) -> None:
        self._do("DELETE FROM session WHERE hash = ?", _hashed(secret))


class SqliteTraffic(Room):
    """`TrafficRoom` in SQLite."""

    @cached_property
    def _traffic(self) -> dict[datetime, Mapping[str, Traffic]]:
        return {}

    def note(self, calls: Sequence[Call]) -> None:
        self._traffic.clear()
        for call in calls:
            self._put("last", call)
            if call.status >= 400:
                self._put("error", call)
        hours = Counter((call.provider, _hour(call.at)) for call in calls)
        self._many(
            "INSERT INTO call_hour (provider, hour, n) VALUES (?,?,?)"
            " ON CONFLICT (provider, hour) DO UPDATE SET n = n + excluded.n",
            [(provider, written_time(hour), n) for (provider, hour), n in hours.items()],
        )

    def _put(self, which: str, call: Call) -> None:
        self._do(
            f"INSERT OR REPLACE INTO call ({_CALL}, which) VALUES (?,?,?,?,?,?,?)",
            call.provider, written_time(call.at), call.method, call.route, call.status, call.detail, which,
        )  # fmt: skip

    def of(self, provider: str, since: datetime) -> Traffic:
        traffic = remembered(self._traffic, _hour(since), self._of)
        return traffic.get(provider, Traffic(None, None, {}))

    def _of(self, since: datetime) -> Mapping[str, Traffic]:
        """Give every source's: pages show all of them."""
        calls = {(row[0], row[1]): _call(row[1:]) for row in self._all(f"SELECT which, {_CALL} FROM call")}
        hours: defaultdict[str, dict[datetime, int]] = defaultdict(dict)
        for provider, hour, n in self._all(
            "SELECT provider, hour, n FROM call_hour WHERE hour >= ?", written_time(since)
        ):  # fmt: skip
            hours[provider][read_time(hour)] = n
        names = {*hours, *(provider for _, provider in calls)}
        return {name: Traffic(calls.get(("last", name)), calls.get(("error", name)), hours[name]) for name in names}

    def began(self, provider: str) -> datetime | None:
        row = self._one("SELECT min(hour) FROM call_hour WHERE provider = ?", provider)
        return time_or_none(row[0]) if row else None

    def note_dialects(self, uses: Sequence[DialectUse]) -> None:
        self._many(
            "INSERT INTO dialect (provider, name, n, last_at, example) VALUES (?,?,?,?,?)"
            " ON CONFLICT (provider, name) DO UPDATE SET"
            " n = n + excluded.n, last_at = excluded.last_at, example = excluded.example",
            [(use.provider, use.name, use.count, written_time(use.last_at), use.example) for use in uses],
        )

    def dialects(self, provider: str) -> Mapping[str, DialectUse]:
        rows = self._all("SELECT name, n, last_at, example FROM dialect WHERE provider = ?", provider)
        return {name: DialectUse(provider, name, n, read_time(at), example) for name, n, at, example in rows}


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _token(row: tuple[Any, ...]) -> Token:
    id_, provider, api, write, name, ending, created, expires, used = row
    return Token(
        id_,
        provider,
        api,
        bool(write),
        name,
        ending,
        read_time(created),
        time_or_none(expires),
        time_or_none(used),
    )


def _call(row: tuple[Any, ...]) -> Call:
    provider, at, method, route, status, detail = row
    return Call(provider, read_time(at), method, route, status, detail)
