"""That every query of a request uses an index, and that a request's work does not grow with the directory."""

import re
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.people import Situation, Status
from dirsync_core.store.contract import OutcomeQuery, PeopleQuery, Transaction
from dirsync_core.store.sqlite import store as module
from dirsync_core.testing.storing.making import AT
from tests.core.world import OKTA_AND_HAND, World

LARGE = ("record", "member", "event", "accepted", "link", "seat", "mention", "placement", "outcome", "person",
         "membership", "term", "reference", "change")  # fmt: skip
SCAN = re.compile(rf"^SCAN (\w+ )?({'|'.join(LARGE)}|[mpf])\b(?!.* USING (COVERING )?INDEX)")
A, B = "a@x.example", "b@x.example"
TABLE = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo" or groups eq "Team"'}}}
NO_GROUPS = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}}}
QUERIES = (
    PeopleQuery(),
    PeopleQuery(status=None),
    PeopleQuery(order="change"),
    PeopleQuery(order="change", status=None),
    PeopleQuery(location="oslo"),
    PeopleQuery(location="oslo", source="okta", terms=("a",)),
    PeopleQuery(location="oslo", order="change"),
    PeopleQuery(source="okta", status=Status.LEFT),
    PeopleQuery(terms=("a", "b"), after=("a", "1")),
    PeopleQuery(starts="a", after=("a", "1"), backwards=True),
)
OUTCOMES = (
    OutcomeQuery(),
    OutcomeQuery(provider="okta"),
    OutcomeQuery(without=("okta",)),
    OutcomeQuery(situation=Situation.CONTESTED),
    OutcomeQuery(undetermined=True),
    OutcomeQuery(after=(0, "1"), but=Situation.LINKED),
    OutcomeQuery(only=("okta",)),
    OutcomeQuery("okta", held=True),
    OutcomeQuery(held=True, situation=Situation.INACTIVE, after=(0, "1")),
)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every statement that a connection of a store runs from now on."""
    found: set[str] = set()
    connect = module._connect

    def traced(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.set_trace_callback(found.add)
        return connection

    monkeypatch.setattr(module, "_connect", traced)
    return found


async def every_write(w: World) -> None:
    """One of each: what providers push, what people do, what the clock brings."""
    ann = await w.push("okta", "ann", email=A, assistants=[B], city="Oslo")
    await w.push("okta", "ann", email=A, assistants=[B], city="Bergen", external_id="00u1")
    await w.push("okta", "bob", email=B, city="Oslo")
    await w.push("okta", "ann", email=B)
    await w.group("okta", "Team", ann)
    await w.group("okta", "Team", rename="Crew")
    await w.add("c@x.example", "oslo", until="2026-11-24", title="Cook")
    await w.edit("c@x.example", title="Chef")
    await w.place(B, "oslo", "mask")
    await w.tick(days=1)
    await w.remove("c@x.example")
    await w.delete("okta", "bob")


async def every_read(w: World) -> None:
    """One of each: what SCIM clients, pages and the API ask."""
    handle = w.host.providers["okta"].records
    await handle.read(lambda view: [view.find("user", name, "x") for name in ("key", "externalId")])
    await handle.read(lambda view: [view.page("user", start=5), view.page("group", after="1"), view.count("user")])
    await handle.read(lambda view: [view.page("user", before="9"), view.page("group", before="9", limit=1)])
    await handle.read(lambda view: [view.members(g.id) for g in view.page("group")])
    await w.look(lambda tx: [_listed(tx, query) for query in QUERIES])
    await w.look(lambda tx: [tx.outcomes.select(query) for query in OUTCOMES])
    await w.look(_noted)


def _listed(tx: Transaction, query: PeopleQuery) -> object:
    return tx.people.select(query), tx.people.count(query, most=100)


def _noted(tx: Transaction) -> object:
    people, feed, events = tx.people, tx.feed, tx.events
    return (
        (people.letters("a"), people.counts("status"), tx.outcomes.counts(), tx.records.named("ann")),
        (feed.after(0, 9), feed.before(9, 9), feed.before(None, 9, provider="okta"), feed.of("p", until=9)),
        (feed.before(None, 9, person="p"), feed.counts_since(AT), feed.first(), feed.at(AT), feed.status_steps(0)),
        (
            feed.requests_of("p", ["1"]),
            events.of(["1"], limit=9),
            events.of_request("r1"),
            events.is_about("r1", ["1"]),
        ),
        (tx.cases.count_held(), tx.cases.count_held("okta"), tx.cases.count_open(), tx.cases.parts("c", part="held")),
        tx.facts.accepted_among([RecordId("1")]),
    )


async def test_every_query_of_a_request_uses_an_index(tmp_path: Path, statements: set[str]) -> None:
    async with World(tmp_path, TABLE) as w:
        statements.clear()
        await every_write(w)
        await every_read(w)
        asked = {sql for sql in statements if sql.startswith(("SELECT", "UPDATE", "DELETE"))}

    db = sqlite3.connect(w.settings.store_path)
    scans = {sql: scan for sql in asked for scan in _plan(db, sql) if SCAN.match(scan)}
    db.close()
    assert len(asked) > 100
    assert scans == {}


def _plan(db: sqlite3.Connection, sql: str) -> list[str]:
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))]


def test_a_scan_would_be_found(tmp_path: Path) -> None:
    module.make_sqlite(tmp_path / "s.db")
    db = sqlite3.connect(tmp_path / "s.db")
    scans = ("SELECT * FROM record WHERE body = ?", "SELECT 1 FROM person p WHERE p.body = ?", "SELECT body FROM event")

    found = [SCAN.match(line) is not None for sql in scans for line in _plan(db, sql)]

    db.close()
    assert found == [True, True, True]


async def steps(w: World, doing: Callable[[World], Awaitable[None]]) -> int:
    """Give how many hundreds of virtual machine steps of SQLite something takes."""
    taken = [0]

    def step() -> int:
        taken[0] += 1
        return 0

    await w.host.store.write(lambda tx: tx._connection.set_progress_handler(step, 100))
    await doing(w)
    await w.host.store.write(lambda tx: tx._connection.set_progress_handler(None, 0))
    return taken[0]


async def crowd(w: World, size: int) -> None:
    def job(edit: Any) -> None:
        for n in range(size):
            edit.create("user", f"p{n}", {"email": f"p{n}@x.example", "city": "Oslo", "displayName": f"P {n}"})

    await w.host.providers["okta"].records.write(job, by=w.by())


async def test_the_work_of_a_write_does_not_grow_with_the_directory(tmp_path: Path) -> None:
    async with World(tmp_path / "a", NO_GROUPS) as w:
        await crowd(w, 40)
        few = await steps(w, every_write)
    async with World(tmp_path / "b", NO_GROUPS) as w:
        await crowd(w, 1200)
        many = await steps(w, every_write)

    assert many < few * 1.5
