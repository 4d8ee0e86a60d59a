"""How it stands with the sources that are asked: the last session of each, and from where the next one goes on."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import attrs


class PullOutcome(StrEnum):
    """How a session ended, if it did."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"
    INTERRUPTED = "interrupted"


@attrs.frozen
class PullCounts:
    """What a session read, users and groups, and what became of it.

    `held` counts the users of whom the guard held something back, `refused` those who were erased on request.
    """

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    held: int = 0
    refused: int = 0

    def __add__(self, other: "PullCounts") -> "PullCounts":
        mine, theirs = attrs.astuple(self), attrs.astuple(other)
        return PullCounts(*(one + another for one, another in zip(mine, theirs, strict=True)))


@attrs.frozen
class PullSession:
    """One time that a source was asked. `because` says why it ended otherwise than `done`, and what to do.

    While it runs it has the source to itself until `claimed_until`, which it moves on as it goes.
    """

    request: str
    by: str
    started_at: datetime
    outcome: PullOutcome = PullOutcome.RUNNING
    counts: PullCounts = attrs.field(factory=PullCounts)
    ended_at: datetime | None = None
    because: str | None = None
    claimed_until: datetime | None = None


@attrs.frozen
class PullState:
    """What is known of a source that is asked.

    `cursor` was given at `cursor_at`, by a session all of which is written. `failures` are those since the last
    session that was done; `last_error` stays after one. `next_at` is when `serve` asks next.
    """

    provider: str
    session: PullSession | None = None
    cursor: str | None = None
    cursor_at: datetime | None = None
    done_at: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    last_error_at: datetime | None = None
    next_at: datetime | None = None


class PullRoom(Protocol):
    """How it stands with the sources that are asked. Not part of the directory."""

    def get(self, provider: str) -> PullState:
        """Give what is known of a source; of one that was never asked, nothing but its name."""

    def put(self, state: PullState) -> None:
        """Store it."""
