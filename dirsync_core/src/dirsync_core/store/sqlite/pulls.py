"""Sessions with the sources that are asked, in SQLite: a row a source."""

from typing import Any

import attrs

from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.contract import PullCounts, PullOutcome, PullSession, PullState
from dirsync_core.store.sqlite.room import Room, text_or_none, time_or_none

_STATE = "provider, cursor, cursor_at, done_at, failures, last_error, last_error_at, next_at"
_SESSION = (
    "request, by, started_at, outcome, ended_at, because, claimed_until, n_read, n_created, n_changed, n_unchanged,"
    " n_withdrawn, n_held, n_refused"
)


class SqlitePulls(Room):
    """`PullRoom` in SQLite."""

    _known: dict[str, PullState] | None = None

    def get(self, provider: str) -> PullState:
        if self._known is None:
            states = map(_state, self._all(f"SELECT {_STATE}, {_SESSION} FROM pull"))
            self._known = {state.provider: state for state in states}
        return self._known.get(provider) or PullState(provider)

    def put(self, state: PullState) -> None:
        self._known = None
        values = (
            state.provider, state.cursor, text_or_none(state.cursor_at), text_or_none(state.done_at), state.failures,
            state.last_error, text_or_none(state.last_error_at), text_or_none(state.next_at),
            *_session_row(state.session),
        )  # fmt: skip
        self._do(f"INSERT OR REPLACE INTO pull ({_STATE}, {_SESSION}) VALUES ({','.join('?' * len(values))})", *values)


def _session_row(session: PullSession | None) -> tuple[object, ...]:
    if session is None:
        return (None,) * 7 + (0,) * 7
    counts = session.counts
    return (
        session.request, session.by, written_time(session.started_at), session.outcome.value,
        text_or_none(session.ended_at), session.because, text_or_none(session.claimed_until),
        *attrs.astuple(counts),
    )  # fmt: skip


def _state(row: tuple[Any, ...]) -> PullState:
    provider, cursor, cursor_at, done_at, failures, error, error_at, next_at, *session = row
    return PullState(
        provider, _session(session), cursor, time_or_none(cursor_at), time_or_none(done_at), failures, error,
        time_or_none(error_at), time_or_none(next_at),
    )  # fmt: skip


def _session(row: list[Any]) -> PullSession | None:
    request, by, started, outcome, ended, because, claimed, *counted = row
    if request is None:
        return None
    return PullSession(
        request, by, read_time(started), PullOutcome(outcome), PullCounts(*counted), time_or_none(ended), because,
        time_or_none(claimed),
    )  # fmt: skip
