"""The feed, in the interface's shapes."""

from dirsync_core.model.changes import Change
from dirsync_core.model.errors import DirsyncError
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, Shape


class NotKept(DirsyncError, LookupError):
    """Changes are asked for that are no longer kept; `first` is the oldest that is."""

    def __init__(self, first: int) -> None:
        self.first = first
        super().__init__(
            f"Changes are kept from {first} on, by keep_history in plugins.toml. Read all people anew, then the changes"
            " after the first page's seq."
        )


def change_shape(change: Change) -> Shape:
    """Give a change as the interface shows one."""
    return {
        "seq": change.seq,
        "at": written_time(change.at),
        "type": change.type.value,
        "person": change.person,
        "email": change.email,
        "changed": {name: [before, after] for name, (before, after) in change.changed.items()},
        "cause": {"provider": change.cause.provider, "request": change.cause.request, "by": change.cause.by},
    }


def changes_shape(reading: Reading, after: int, limit: int) -> Shape:
    """Give changes behind a number; `next` is the number to ask after next time.

    Raises:
        NotKept: there were some behind it that are no longer kept.
    """
    first = reading.tx.feed.first()
    if after < first - 1:
        raise NotKept(first)
    changes = reading.tx.feed.after(after, limit)
    shapes: list[Json] = [change_shape(change) for change in changes]
    return {"changes": shapes, "next": changes[-1].seq if changes else after, "end": reading.tx.feed.end()}
