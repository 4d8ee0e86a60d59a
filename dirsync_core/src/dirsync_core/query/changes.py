"""The feed and the history, in the interface's shapes."""

from collections.abc import Mapping

from dirsync_core.model.changes import Change
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.store.contract import Event

_TOLD = {
    "user.created": "first written",
    "user.replaced": "written",
    "user.deleted": "deleted by its source",
    "placement.add": "placed in",
    "placement.mask": "hidden from",
    "placement.cleared": "given back to the rules of",
}


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


def history(reading: Reading, person: PersonId, limit: int) -> tuple[list[Shape], int]:
    """Give what was written lately about a person, newest first, with what it changed; and how much there is."""
    tx = reading.tx
    subjects = [person, *(link.record for link in tx.facts.links(person))]
    events = tx.events.of(subjects, limit=limit)
    changes = {c.cause.request: c for c in tx.feed.before(None, limit, person=person)}
    lines = [_written_line(reading, event, changes) for event in events]
    told = {event.request for event in events}
    lines += [_caused_line(reading, change) for request, change in changes.items() if request not in told]
    lines.sort(key=lambda line: str(line["at"]), reverse=True)
    return lines[:limit], max(tx.events.count_of(subjects), len(lines))


def _written_line(reading: Reading, event: Event, changes: Mapping[str, Change]) -> Shape:
    change = changes.get(event.request)
    summary = _TOLD.get(event.kind, event.kind)
    if isinstance(event.body, dict) and "location" in event.body:
        summary = f"{summary} {reading.location(str(event.body['location']))}"
    changed = change_shape(change)["changed"] if change else {}
    return {
        "request": event.request, "at": written_time(event.at), "by": event.by, "provider": event.provider,
        "shape": reading.shape(event.provider), "kind": event.kind, "summary": summary, "changed": changed,
    }  # fmt: skip


def _caused_line(reading: Reading, change: Change) -> Shape:
    shape = change_shape(change)
    return {
        "request": change.cause.request, "at": shape["at"], "by": change.cause.by, "provider": change.cause.provider,
        "shape": reading.shape(change.cause.provider), "kind": change.type.value, "summary": change.type.value,
        "changed": shape["changed"],
    }  # fmt: skip
