"""What one request wrote, and what people saw change by it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from dirsync_core.host.host import Host
from dirsync_core.model.changes import Change
from dirsync_core.model.errors import NotFound
from dirsync_core.model.moments import written_time
from dirsync_core.query.changes import change_shape
from dirsync_core.query.history import summary
from dirsync_core.query.reading import Reading
from dirsync_core.query.undoing import by_hand, is_undoable
from dirsync_core.store.contract import Event
from dirsync_core.web.desk.naming import names_in
from dirsync_core.web.desk.shell import shell
from dirsync_core.web.pages import shapes

_PAGE = 50


def page(host: Host, reading: Reading, request: str, before: int | None, by: str) -> shapes.RequestPage:
    """Give what one request wrote."""
    events = reading.tx.events.of_request(request)
    if not events:
        raise NotFound(f"No request “{request[:80]}” wrote anything.")
    provider = next((event.provider for event in events if event.provider is not None), None)
    shown, older = _changes(reading, events, before)
    lines: list[dict[str, Any]] = [
        {**change_shape(c), "displayName": reading.called(c.person), "shape": reading.shape(c.cause.provider)}
        for c in shown
    ]
    return cast(
        shapes.RequestPage,
        {
            "shell": shell(host, reading, by),
            "request": request,
            "at": written_time(events[0].at),
            "by": events[0].by,
            "provider": provider,
            "shape": reading.shape(provider),
            "kinds": dict(Counter(summary(reading, event) for event in events)),
            "undoable": all(by_hand(reading.rules, event) for event in events)
            and is_undoable(reading.tx, reading.rules, reading.now, request),
            "changes": lines,
            "names": names_in(reading, lines),
            "older": older,
        },
    )


def _changes(reading: Reading, events: Sequence[Event], before: int | None) -> tuple[list[Change], int | None]:
    """Give some of the changes of a request, newest first: they lie between its first and its last event in time."""
    feed, first, request = reading.tx.feed, events[0].at, events[0].request
    at: int | None = before if before is not None else feed.at(events[-1].at) + 1
    found: list[Change] = []
    while at is not None and (batch := feed.before(at, _PAGE)):
        found += [change for change in batch if change.cause.request == request]
        at = batch[-1].seq if batch[-1].at >= first else None
        if len(found) > _PAGE:
            return found[:_PAGE], found[_PAGE - 1].seq
    return found, None
