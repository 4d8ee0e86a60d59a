"""When, by whom, in which request: what every write is told, so that the engine never looks at a clock."""

from datetime import UTC, datetime
from itertools import count

import attrs

from dirsync_core.model.identifiers import derived_id


def written_time(at: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC with milliseconds and `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_time(text: str) -> datetime:
    """Read what `written_time` wrote."""
    return datetime.fromisoformat(text)


@attrs.frozen
class Request:
    """Who asks for a write, and under which request id; both stand in the history."""

    id: str
    by: str


@attrs.define
class Moment:
    """One write: its time, its request, and the source of its ids.

    A job that runs again is given a new `Moment` of the same time and request, and so makes the same ids.
    """

    at: datetime
    request: Request
    provider: str | None = None
    _made: "count[int]" = attrs.field(factory=count, init=False, repr=False)

    def new_id(self) -> str:
        """Make the next id of this write."""
        return derived_id(self.at, self.request.id, next(self._made))
