"""The feed, in the interface's shapes."""

from dirsync_core.model.changes import Change
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, Shape


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
    """Give changes behind a number; `next` is the number to ask after next time."""
    changes = reading.tx.feed.after(after, limit)
    shapes: list[Json] = [change_shape(change) for change in changes]
    return {"changes": shapes, "next": changes[-1].seq if changes else after, "end": reading.tx.feed.end()}
