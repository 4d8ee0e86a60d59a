"""Records by situation, and the feed."""

from datetime import datetime
from typing import cast

from dirsync_core.host.host import Host
from dirsync_core.model.changes import ChangeType
from dirsync_core.model.errors import NotFound
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Situation
from dirsync_core.query.as_of import BadTime
from dirsync_core.query.changes import change_shape
from dirsync_core.query.drift import DriftSearch, drift_shape, read_since
from dirsync_core.query.reading import Reading
from dirsync_core.query.records import RecordsSearch, records_shape, situations, undetermined
from dirsync_core.query.who import person_named
from dirsync_core.web.desk.listing import PAGE
from dirsync_core.web.desk.naming import names_in
from dirsync_core.web.desk.shell import shell
from dirsync_core.web.pages import shapes
from dirsync_core.web.pages.queries import ChangesQuery, RecordsQuery, UnknownValue


def records(host: Host, reading: Reading, query: RecordsQuery, by: str) -> shapes.RecordsPage:
    """Give one page of records."""
    if query.provider is not None and query.provider not in reading.known:
        raise UnknownValue("provider", query.provider, list(reading.known))
    search = RecordsSearch(
        query.provider,
        Situation(query.situation) if query.situation else None,
        {"value": True, "other": False}.get(query.want or ""),
        query.held == "yes",
        query.cursor,
        PAGE,
    )
    since = _since(reading, query)
    listed = records_shape(reading, search) if since is None else drift_shape(
        reading, DriftSearch(since, search.provider, search.situation, search.cursor, search.limit)
    )  # fmt: skip
    counts = situations(reading, query.provider)
    return cast(
        shapes.RecordsPage,
        {
            "shell": shell(host, reading, by),
            **listed,
            "situations": {situation.value: n for situation, n in counts.items()},
            "undetermined": undetermined(reading, query.provider),
            "held": reading.tx.cases.count_held(query.provider),
            "byProvider": {name: sum(situations(reading, name).values()) for name in reading.known},
            "cause": None,
            "since": written_time(since) if since is not None else None,
        },
    )


def _since(reading: Reading, query: RecordsQuery) -> datetime | None:
    if query.unconfirmed is None:
        return None
    try:
        return read_since(query.unconfirmed, reading.rules.timezone, reading.now)
    except BadTime as error:
        raise UnknownValue("unconfirmed", query.unconfirmed, ("30d", "a day gone by")) from error


def changes(host: Host, reading: Reading, query: ChangesQuery, by: str) -> shapes.ChangesPage:
    """Give one page of the feed."""
    feed = reading.tx.feed
    person = None
    if query.person is not None:
        person = person_named(reading.tx, query.person)
        if person is None:
            raise NotFound(f"Nobody is, or was, “{query.person}”.")
    if query.source is not None and query.source not in reading.known:
        raise UnknownValue("source", query.source, list(reading.known))
    found = feed.before(
        query.before, PAGE + 1, type=ChangeType(query.type) if query.type else None, provider=query.source,
        person=person,
    )  # fmt: skip
    shown = [change for change in found[:PAGE] if query.after is None or change.seq > query.after]
    reading.tx.people.read_ahead([change.person for change in shown])
    lines = [
        {**change_shape(c), "displayName": reading.called(c.person), "shape": reading.shape(c.cause.provider)}
        for c in shown
    ]
    midnight = reading.now.astimezone(reading.rules.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    return cast(
        shapes.ChangesPage,
        {
            "shell": shell(host, reading, by),
            "changes": lines,
            "names": names_in(reading, lines),
            "older": shown[-1].seq if len(found) > PAGE and shown else None,
            "end": feed.end(),
            "today": {kind.value: n for kind, n in feed.counts_since(midnight).items()},
        },
    )
