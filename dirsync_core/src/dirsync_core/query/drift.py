"""Drift: records that their source has not confirmed for long. Here for months, and perhaps gone there.

A source that pushes tells what changes, and nothing of what stays. Each write of a record by its source confirms it,
one that changes nothing too; so whoever has the source push everybody once more sees here whom it did not.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import datetime, tzinfo

import attrs

from dirsync_core.model.durations import read_duration
from dirsync_core.model.errors import Refused
from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json, Situation
from dirsync_core.query.as_of import BadTime, read_when
from dirsync_core.query.people import BadCursor
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.query.records import record_line
from dirsync_core.store.contract import Confirmed

_BATCH = 500


@attrs.frozen
class DriftSearch:
    """Which records: of a source, or of all that push; in a situation; last confirmed before `since`."""

    since: datetime
    provider: str | None = None
    situation: Situation | None = None
    cursor: str | None = None
    limit: int = 50


def read_since(text: str, zone: tzinfo, now: datetime) -> datetime:
    """Read a time, a day, or how long ago: `30d`.

    Raises:
        BadTime: it is none of these, or is yet to come.
    """
    if text[-1:] not in ("s", "m", "h", "d"):
        return read_when(text, zone, now)
    try:
        return now - read_duration(text)
    except (ValueError, OverflowError) as error:
        raise BadTime(f"{error}; or a time, as 2026-03-01T09:00:00Z.") from error


def drift_shape(reading: Reading, search: DriftSearch) -> Shape:
    """Give a page of records that were not confirmed since, with when they were last; source by source.

    Raises:
        BadCursor: the cursor was not given out here.
        Refused: the source named does not push, so that nothing confirms its records.
    """
    lines: list[Json] = []
    last: Confirmed | None = None
    for found in _found(reading, search):
        if len(lines) == search.limit:
            return {"records": lines, "nextCursor": _written(last)}
        line = _line(reading, search, found)
        if line is not None:
            lines.append(line)
            last = found
    return {"records": lines, "nextCursor": None}


def _line(reading: Reading, search: DriftSearch, found: Confirmed) -> Shape | None:
    outcome = reading.tx.outcomes.get(found.record)
    if outcome is None or search.situation not in (None, reading.situation(outcome)):
        return None
    line = record_line(reading, outcome)
    return line and line | {"confirmedAt": written_time(found.at)}


def _found(reading: Reading, search: DriftSearch) -> Iterator[Confirmed]:
    started, after = _place(search.cursor)
    for name in _sources(reading, search.provider):
        if started is not None and name != started:
            continue
        started = None
        while batch := reading.tx.records.unconfirmed(name, search.since, after=after, limit=_BATCH):
            yield from batch
            after = batch[-1].record
        after = None


def _sources(reading: Reading, provider: str | None) -> list[str]:
    pushing = [known.name for known in reading.known.values() if known.pushes]
    if provider is None:
        return pushing
    if provider not in pushing:
        raise Refused(
            f"{provider} does not push, so nothing confirms its records.",
            (f"Those that push are {', '.join(pushing)}." if pushing else "There is no source that pushes.",),
        )
    return [provider]


def _written(last: Confirmed | None) -> str | None:
    if last is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([last.provider, last.record]).encode()).decode().rstrip("=")


def _place(cursor: str | None) -> tuple[str | None, RecordId | None]:
    if cursor is None:
        return None, None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        parts = None
    match parts:
        case [str() as provider, str() as record]:
            return provider, RecordId(record)
        case _:
            raise BadCursor("This cursor is not one that was given out here. Begin without one.")
