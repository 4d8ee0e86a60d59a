"""The way of a person: a line with stations, drawn from an explanation and from nothing else.

One track per record in its source's colour, all joining at *merge*. Where a record stops, a bar crosses its line, and
what lies beyond is dashed. Where the guard holds one, the line goes on with what was accepted before. `drawn` gives
what the templates lay out, wide as a table and narrow as a list.
"""

from typing import Literal

import attrs

from dirsync_core.web.pages.shapes import ExplainedRecord, Explanation, Shape, StageLine
from dirsync_core.web.pages.times import Clock

STAGES = ("record", "map", "scope", "guard", "match", "merge", "person")
OF_RECORD = STAGES[:5]
GLOSSES = {
    "record": "what a source says",
    "map": "its words, in ours",
    "scope": "who counts, and where",
    "guard": "nobody lost by accident",
    "match": "one address, one person",
    "merge": "whose value wins",
    "person": "what everybody sees",
}
HEARD: dict[Shape, str] = {"circle": "pushed", "square": "written", "flag": "read", "diamond": "written"}


@attrs.frozen
class Station:
    """One stage on a track, with the words below it."""

    stage: str
    mark: Literal["start", "passed", "held", "stop", "ghost", "here"]
    verdict: str
    reason: str = ""
    term: str | None = None


@attrs.frozen
class Track:
    """One record's line as far as *match*; `reaches` where it joins the others at *merge*."""

    record: str
    provider: str
    shape: Shape
    external_id: str | None
    reaches: bool
    stations: tuple[Station, ...]


@attrs.frozen
class Way:
    """All tracks, those that reach *merge* first, and the two stations that they share."""

    tracks: tuple[Track, ...]
    merge: Station
    person: Station

    @property
    def reaching(self) -> tuple[Track, ...]:
        """The tracks that join at *merge*."""
        return tuple(track for track in self.tracks if track.reaches)

    @property
    def stopped(self) -> tuple[Track, ...]:
        """The tracks that end before it."""
        return tuple(track for track in self.tracks if not track.reaches)

    @property
    def ladders(self) -> tuple[Track, ...]:
        """The tracks that the narrow form draws in full: the first that reaches, and all that stop."""
        return (*self.reaching[:1], *self.stopped)


def drawn(explanation: Explanation, clock: Clock) -> Way:
    """Lay an explanation out as a way."""
    tracks = [_track(record, clock) for record in explanation["records"]]
    tracks.sort(key=lambda track: not track.reaches)
    merge, outcome = explanation["merge"], explanation["outcome"]
    reached = any(track.reaches for track in tracks)
    end: Literal["here", "ghost"] = "here" if outcome["status"] == "active" else "ghost"
    return Way(
        tuple(tracks),
        Station("merge", "passed" if reached else "ghost", merge["verdict"] or "not reached", merge["reason"]),
        Station("person", end, outcome["verdict"] or outcome["status"], outcome["reason"]),
    )


def _track(record: ExplainedRecord, clock: Clock) -> Track:
    by_stage = {line["stage"]: line for line in record["stages"]}
    stations = tuple(_station(stage, by_stage.get(stage), record, clock) for stage in OF_RECORD)  # type: ignore[call-overload]  # literals of a tuple
    reaches = all(station.mark in ("start", "passed", "held") for station in stations)
    return Track(record["id"], record["provider"], record["shape"], record["externalId"], reaches, stations)


def _station(stage: str, line: StageLine | None, record: ExplainedRecord, clock: Clock) -> Station:
    if line is None or line["state"] == "not_reached":
        return Station(stage, "ghost", "not reached")
    if stage == "record":
        line = _heard(line, record, clock)
    if line["state"] == "stopped":
        return Station(stage, "stop", line["verdict"], line["reason"], line["term"])
    mark: Literal["start", "passed", "held"] = "start" if stage == "record" else "passed"
    if line["state"] == "held":
        mark = "held"
    return Station(stage, mark, line["verdict"], line["reason"], line["term"])


def _heard(line: StageLine, record: ExplainedRecord, clock: Clock) -> StageLine:
    verdict = line["verdict"] or f"{record['provider']}, version {record['version']}"
    heard = f"{HEARD[record['shape']]} {clock.moment(record['changedAt'])}"
    return {**line, "verdict": verdict, "reason": f"{line['reason']}, {heard}" if line["reason"] else heard}
