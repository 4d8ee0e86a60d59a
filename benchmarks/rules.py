"""What a change of rules costs: a filter that puts a fifth of all people elsewhere, planned and applied.

Beside it stands a plain pass over the same rows in SQLite, since seconds of a shared machine mean nothing alone.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from dirsync_core.api import Edit, Request
from dirsync_core.cli.program import collect_seldom
from dirsync_core.host.asking import ask
from dirsync_core.host.handle import begin
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.rules import planning
from dirsync_core.host.settings import settings_of
from dirsync_core.model.moments import Moment
from dirsync_core.query.explaining import explanation
from dirsync_core.store.contract import Transaction
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite

_CITIES = ("Oslo", "Bergen", "Lagos", "Lima", "Pune")
_BATCH = 1_000


@attrs.frozen
class Figures:
    """Seconds, and how many people one push computes again."""

    people: int
    passed: float
    counted: float
    planned: float
    applied: float
    explained: float
    projected: int

    def lines(self) -> list[str]:
        """Give the figures to print."""
        return [
            f"{self.people:,} people, a filter that moves a fifth of them:",
            f"  a plain pass over their rows: {self.passed:.2f} s",
            f"  its numbers: {self.counted:.2f} s, {self.counted / self.passed:.1f} passes",
            f"  plan: {self.planned:.2f} s, {self.planned / self.passed:.0f} passes",
            f"  apply: {self.applied:.2f} s, {self.applied / self.passed:.0f} passes",
            f"  explain, one person: {self.explained * 1000:.1f} ms",
            f"  people computed again by one push: {self.projected}",
        ]


def measure(people: int) -> Figures:
    """Make a directory, change its rules, and give what that took."""
    collect_seldom()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder), people))


async def _measured(folder: Path, people: int) -> Figures:
    host = _opened(folder, 'city eq "Oslo" or city eq "Bergen"')
    try:
        await host.apply(_by())
        await _fill(host, people)
    finally:
        await host.close()
    passed = _timed(lambda: _pass(folder / "dirsync.db"))
    host = _opened(folder, 'city eq "Oslo"')
    try:
        began = time.perf_counter()
        tally = await planning.count(host, planning.draft_of(host))
        counted = time.perf_counter() - began
        assert tally is not None
        assert tally.moved == people // 5, tally
        began = time.perf_counter()
        made = await planning.plan(host, planning.draft_of(host), _by())
        planned = time.perf_counter() - began
        assert sum(made.counts.values()) == people // 5, made.counts
        began = time.perf_counter()
        await host.apply(_by())
        applied = time.perf_counter() - began
        began = time.perf_counter()
        for n in range(20):
            await ask(host, lambda reading, n=n: explanation(reading, _address(n * people // 20)))  # type: ignore[misc]
        explained = (time.perf_counter() - began) / 20
        projected = await host.store.write(lambda tx: _push(tx, host))
    finally:
        await host.close()
    return Figures(people, passed, counted, planned, applied, explained, projected)


def _opened(folder: Path, oslo: str) -> Host:
    table: dict[str, Any] = {
        "providers": {"okta": {"plugin": "okta"}},
        "locations": {"oslo": {"filter": oslo}, "elsewhere": {"filter": 'not (city eq "Oslo")'}},
        "guard": {"percent": 100},
    }
    settings = settings_of(table, folder)
    make_sqlite(settings.store_path)
    return Host(settings, load_plugins(), open_sqlite(settings.store_path))


async def _fill(host: Host, people: int) -> None:
    records = host.providers["okta"].records
    for start in range(0, people, _BATCH):
        numbers = range(start, min(people, start + _BATCH))

        def job(edit: Edit, numbers: range = numbers) -> None:
            for n in numbers:
                edit.create("user", _address(n), _body(n), external_id=f"x{n}")

        await records.write(job, by=_by())


def _push(tx: Transaction, host: Host) -> int:
    """Change a title, and give how many people were computed again."""
    edit = begin(tx, host.rules(tx), Moment(host.clock(), _by(), "okta"), "okta")
    (found,) = edit.find("user", "key", _address(1))
    body = {**found.content, "title": "Chief"}
    edit.replace(found.id, key=found.key, body=body, external_id=found.external_id, active=True)  # type: ignore[arg-type]
    return edit.settle().projected


def _body(n: int) -> dict[str, Any]:
    return {
        "userName": _address(n),
        "displayName": f"Person {n}",
        "emails": [{"value": _address(n), "primary": True}],
        "addresses": [{"locality": _CITIES[n % 5], "primary": True}],
        "title": f"Title {n % 50}",
        "phoneNumbers": [{"value": f"+47 {n:08}", "primary": True}],
    }


def _address(n: int) -> str:
    return f"p{n}@halden.example"


def _by() -> Request:
    return Request(f"bench-{time.perf_counter_ns()}", "benchmark")


def _pass(store: Path) -> int:
    connection = sqlite3.connect(store)
    rows = connection.execute(
        "SELECT record.body, accepted.claims, person.body FROM record JOIN accepted ON accepted.record = record.id"
        " JOIN link ON link.record = record.id JOIN person ON person.id = link.person"
    ).fetchall()
    connection.close()
    return len(rows)


def _timed(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best
