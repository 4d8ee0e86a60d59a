"""What was published, and who wrote what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json, Published, Status


class FeedRoom(Protocol):
    """Changes, in one contiguous sequence."""

    def append(
        self,
        at: datetime,
        type: ChangeType,
        person: PersonId,
        email: str,
        changed: Mapping[str, tuple[Json, Json]],
        cause: Cause,
    ) -> Change:
        """Publish a difference under the next number."""

    def end(self) -> int:
        """Give the newest number, 0 before the first."""

    def first(self) -> int:
        """Give the oldest number that is kept, 0 before the first."""

    def after(self, seq: int, limit: int) -> Sequence[Change]:
        """Give changes behind a number, oldest first."""

    def among(self, seqs: Sequence[int]) -> Mapping[int, Change]:
        """Give the changes of these numbers, as far as they are kept; some hundred at the most."""

    def before(
        self,
        seq: int | None,
        limit: int,
        *,
        type: ChangeType | None = None,
        provider: str | None = None,
        person: PersonId | None = None,
    ) -> Sequence[Change]:
        """Give changes below a number, newest first."""

    def of(self, person: PersonId, *, until: int | None = None) -> Sequence[Change]:
        """Give all changes of a person, oldest first; up to a number and with it, where one is given."""

    def at(self, at: datetime) -> int:
        """Give the newest number that was published by a time, 0 before the first."""

    def status_steps(self, after: int) -> Mapping[Status, int]:
        """Give by how much the number of people of each status has grown behind a number."""

    def requests_of(self, person: PersonId, subjects: Sequence[str]) -> int:
        """Count the requests that wrote about a person's records or the person, or changed what people see."""

    def base(self, person: PersonId) -> Published | None:
        """Give what the changes of a person had led to that are no longer kept."""

    def put_base(self, person: PersonId, base: Published) -> None:
        """Keep what the changes of a person have led to that are about to go."""

    def people_until(self, seq: int) -> Sequence[PersonId]:
        """Give whom changes up to a number are about."""

    def drop(self, seq: int) -> int:
        """Drop the changes up to a number and with it, and give how many; the newest stays."""

    def last_before(self, at: datetime) -> int:
        """Give the number behind which everything was published at a time or after it."""

    def position(self, plugin: str) -> int:
        """Give how far a plugin has been told, 0 before the first time."""

    def put_position(self, plugin: str, seq: int) -> None:
        """Note how far a plugin has been told."""

    def counts_since(self, at: datetime) -> Mapping[ChangeType, int]:
        """Count changes by type since a time."""


@attrs.frozen
class Event:
    """One accepted write. `body` says what was written, as JSON; `provider` and `record` where it was a record's."""

    seq: int
    at: datetime
    provider: str | None
    record: str | None
    kind: str
    request: str
    by: str
    body: Json


class EventRoom(Protocol):
    """Who wrote what, when."""

    def append(self, moment: Moment, kind: str, *, record: str | None = None, body: Json = None) -> int:
        """Note a write, and give its number."""

    def of(self, subjects: Sequence[str], *, limit: int, before: int | None = None) -> Sequence[Event]:
        """Give events about records or people, newest first."""

    def count_of(self, subjects: Sequence[str]) -> int:
        """Count events about records or people."""

    def of_request(self, request: str) -> Sequence[Event]:
        """Give the events of a request, oldest first."""

    def is_about(self, request: str, subjects: Sequence[str]) -> bool:
        """Say whether a request wrote anything about these records or people."""

    def forget_bodies(self, before: datetime) -> int:
        """Drop what events say that are older than that, and give of how many."""

    def every(self) -> Iterator[Event]:
        """Give all events, oldest first."""
