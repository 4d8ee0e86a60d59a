"""How it stands with the sources that are asked, and what a pull would do, in the interface's shapes."""

from datetime import datetime

import attrs

from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Effect, count_effects
from dirsync_core.query.plans import effect_shape
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.store.contract import PullCounts, PullOutcome, PullSession, PullState

_GONE = "The process that asked is gone; nobody was withdrawn."


@attrs.frozen
class PullPlan:
    """What a pull would do. `outcome` is how its session would end, with `because` where it is not `done`."""

    provider: str
    outcome: PullOutcome
    counts: PullCounts
    effects: tuple[Effect, ...]
    because: str | None = None


def pull_shape(reading: Reading, name: str, every: str | None) -> Shape:
    """Give how it stands with a source that is asked: its last session, and when and from where the next one begins."""
    return state_shape(reading.tx.pulls.get(name), reading.now) | {"every": every}


def state_shape(state: PullState, now: datetime) -> Shape:
    """Give what is known of a source that is asked."""
    return {
        "session": session_shape(seen_at(state.session, now)) if state.session is not None else None,
        "cursorAt": _time(state.cursor_at),
        "doneAt": _time(state.done_at),
        "failures": state.failures,
        "lastError": state.last_error,
        "lastErrorAt": _time(state.last_error_at),
        "nextAt": _time(state.next_at),
    }


def session_shape(session: PullSession) -> Shape:
    """Give one session."""
    return {
        "request": session.request,
        "by": session.by,
        "startedAt": written_time(session.started_at),
        "endedAt": _time(session.ended_at),
        "outcome": session.outcome.value,
        "because": session.because,
        "counts": counts_shape(session.counts),
    }


def seen_at(session: PullSession, now: datetime) -> PullSession:
    """One whose claim has expired was interrupted, though nobody was there any more to say so."""
    expired = session.claimed_until is not None and session.claimed_until <= now
    if session.outcome is not PullOutcome.RUNNING or not expired:
        return session
    return attrs.evolve(session, outcome=PullOutcome.INTERRUPTED, because=_GONE)


def counts_shape(counts: PullCounts) -> Shape:
    """Give what a session read, and what became of it."""
    return attrs.asdict(counts)


def pull_plan_shape(plan: PullPlan) -> Shape:
    """Give what a pull would do, its effects as those of a plan of the rules."""
    effects: list[Json] = [effect_shape(effect) for effect in plan.effects]
    return {
        "provider": plan.provider,
        "outcome": plan.outcome.value,
        "because": plan.because,
        "records": counts_shape(plan.counts),
        "counts": {kind.value: n for kind, n in count_effects(plan.effects).items()},
        "effects": effects,
    }


def _time(at: datetime | None) -> str | None:
    return written_time(at) if at is not None else None
