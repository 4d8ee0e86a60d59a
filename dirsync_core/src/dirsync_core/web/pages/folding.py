"""Bursts in the feed: neighbouring changes that are one thing to a reader, folded into one line.

Changes are folded while one page is read; nothing is stored. Two neighbours belong together when source, kind and
what changed are the same and a minute at most lies between them.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import attrs

from dirsync_core.web.pages.shapes import ChangeLine
from dirsync_core.web.pages.times import Clock

APART = timedelta(minutes=1)


@attrs.frozen
class Burst:
    """One line of the feed: a change, or several that are alike; newest first."""

    changes: tuple[ChangeLine, ...]

    @property
    def newest(self) -> ChangeLine:
        """The change with the highest number."""
        return self.changes[0]

    @property
    def oldest(self) -> ChangeLine:
        """The change with the lowest number."""
        return self.changes[-1]

    @property
    def folded(self) -> bool:
        """Whether there are several."""
        return len(self.changes) > 1

    @property
    def requests(self) -> int:
        """How many requests brought it."""
        return len({change["cause"]["request"] for change in self.changes})


@attrs.frozen
class Day:
    """The lines of one day."""

    heading: str
    bursts: tuple[Burst, ...]


def fold(changes: Sequence[ChangeLine]) -> list[Burst]:
    """Fold neighbours that are alike; keeps the order."""
    bursts: list[list[ChangeLine]] = []
    for change in changes:
        if bursts and _belongs(bursts[-1], change):
            bursts[-1].append(change)
        else:
            bursts.append([change])
    return [Burst(tuple(burst)) for burst in bursts]


def by_day(bursts: Iterable[Burst], clock: Clock) -> list[Day]:
    """Group lines by the day of their newest change."""
    days: dict[date, list[Burst]] = {}
    for burst in bursts:
        days.setdefault(clock.local(burst.newest["at"]).date(), []).append(burst)
    return [Day(clock.heading(day), tuple(lines)) for day, lines in days.items()]


def _belongs(burst: Sequence[ChangeLine], change: ChangeLine) -> bool:
    last = burst[-1]
    near = datetime.fromisoformat(last["at"]) - datetime.fromisoformat(change["at"]) <= APART
    return near and _likeness(last) == _likeness(change) and all(c["person"] != change["person"] for c in burst)


def _likeness(change: ChangeLine) -> tuple[object, ...]:
    changed = change["changed"]
    # Who joins brings a name and an address of their own; to a reader only the place is the same.
    told = changed if change["type"] == "changed" else {"locations": changed.get("locations")}
    return change["cause"]["provider"], change["cause"]["by"], change["type"], json.dumps(told, sort_keys=True)
