"""What a rehearsal says: how far it is while it runs; at the end what was sent, how fast, and what failed."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

import attrs

_EXPLAINED = 10  # failures told in full


@attrs.frozen
class Progress:
    """How far one phase is: `done` of `total` steps. `total` is at least 1."""

    phase: str
    done: int
    total: int


@attrs.frozen
class Failure:
    """One thing that went wrong: whom it concerns, in which step, the answer's status and what it said."""

    who: str
    step: str
    status: int | None
    detail: str

    def __str__(self) -> str:
        said = f"{self.status}: {self.detail}" if self.status else self.detail
        return f"{self.step}, {self.who}: {said}"


@attrs.frozen
class Timing:
    """The answers to one kind of request. Times are in milliseconds."""

    count: int
    median: float
    p95: float
    slowest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Timing:
        """Sum up at least one measurement."""
        ordered = sorted(1000 * second for second in seconds)
        p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
        return cls(len(ordered), *(round(value, 1) for value in (statistics.median(ordered), p95, ordered[-1])))


@attrs.frozen(kw_only=True)
class Report:
    """A whole rehearsal. `done` counts what became of people and groups, `requests` what was sent for it."""

    url: str
    style: str
    seed: int
    people: int
    groups: int
    seconds: float
    done: Mapping[str, int]
    requests: Mapping[str, Timing]
    pauses: int
    day: tuple[str, ...]
    verified: Mapping[str, int]
    failures: tuple[Failure, ...]

    @property
    def ok(self) -> bool:
        return not self.failures

    @property
    def sent(self) -> int:
        return sum(timing.count for timing in self.requests.values())

    def as_json(self) -> dict[str, object]:
        """The report as one JSON document."""
        return {"ok": self.ok, "sent": self.sent, **attrs.asdict(self)}


def summary(report: Report) -> str:
    """The report for people to read; the first failures are told in full."""
    speed = report.sent / report.seconds if report.seconds else 0
    parts = [
        f"Okta ({report.style}, seed {report.seed}) pushed {report.people} people and {report.groups} groups "
        f"to {report.url}",
        f"{report.sent} requests in {report.seconds:.1f} s, {speed:.0f} a second"
        + (f"; paused {report.pauses} times because the server asked for it" if report.pauses else ""),
        _section("What became of it", [f"{count:>7}  {what}" for what, count in report.done.items()]),
        _section("Requests", [_timing(kind, timing) for kind, timing in report.requests.items()]),
        _section("The day", [f"  {line}" for line in report.day]),
        _section("Read back", [f"{count:>7}  {what}" for what, count in report.verified.items()]),
        _verdict(report.failures),
    ]
    return "\n".join(part for part in parts if part)


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join(["", title, *lines]) if lines else ""


def _timing(kind: str, timing: Timing) -> str:
    return (
        f"{timing.count:>7}  {kind:<18} median {timing.median:g} ms, 95 % within {timing.p95:g} ms, "
        f"slowest {timing.slowest:g} ms"
    )


def _verdict(failures: Sequence[Failure]) -> str:
    if not failures:
        return "\nNothing failed."
    more = len(failures) - _EXPLAINED
    lines = [f"  {failure}" for failure in failures[:_EXPLAINED]]
    return _section(
        f"{len(failures)} failed", lines + ([f"  … and {more} more (--json lists all)"] if more > 0 else [])
    )
