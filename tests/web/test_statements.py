"""How many statements a page takes: no more for many people than for few."""

import re
import sqlite3
from pathlib import Path

import pytest

from dirsync_core.api import Edit, Request
from dirsync_core.cli.sign_in import new_code
from dirsync_core.store.sqlite import store as module
from tests.web.conftest import Serve, Site

TABLE = {
    "providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
    "locations": {"oslo": {"filter": 'city eq "Oslo"'}},
}
MOST = {
    "/people": 22, "/records": 23, "/records?situation=out_of_scope": 18, "/cases": 12, "/changes": 16,
    "/locations": 16, "/providers": 16, "/providers/okta": 18, "/rules": 14,
}  # fmt: skip
"""Pages, and the most that each may take; eleven of them for what stands on every page."""


BEAT = "SELECT max(seq) FROM change"
"""What the server asks by itself every moment, whether a page is asked for or not."""


@pytest.fixture
def selects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that a connection of a store runs but the beat, the latest last."""
    found: list[str] = []
    connect = module._connect

    def traced(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.set_trace_callback(
            lambda sql: found.append(sql) if sql.startswith("SELECT") and sql != BEAT else None
        )
        return connection

    monkeypatch.setattr(module, "_connect", traced)
    return found


async def hire(site: Site, people: range) -> None:
    def job(edit: Edit) -> None:
        for n in people:
            address = f"p{n}@x.example"
            city = "Oslo" if n % 2 else "Bergen"
            emails = [{"value": address, "primary": True}]
            body = {"userName": address, "emails": emails, "addresses": [{"locality": city, "primary": True}]}
            edit.create("user", address, body)

    await site.host.providers["okta"].records.write(job, by=Request(f"r{people.stop}", "test"))


async def sign_in(site: Site) -> None:
    code = await new_code(site.host, "sofie")
    form = await (await site.client.get(f"/sign-in?code={code}")).text()
    token = re.search(r'name="csrf"[^>]*value="([^"]+)"', form)
    assert token is not None
    await site.client.post("/sign-in", data={"code": code, "csrf": token[1], "next": ""})


async def counted(site: Site, selects: list[str]) -> dict[str, int]:
    """The statements of each page."""
    found = {}
    for page in MOST:
        selects.clear()
        answer = await site.client.get(page)
        assert answer.status == 200, page
        await answer.text()
        found[page] = len(selects)
    return found


async def test_a_page_takes_no_more_statements_for_many_people_than_for_few(serve: Serve, selects: list[str]) -> None:
    site = await serve(TABLE)
    await sign_in(site)
    await hire(site, range(10))
    few = await counted(site, selects)

    await hire(site, range(10, 120))
    many = await counted(site, selects)

    assert {page: n for page, n in few.items() if n > MOST[page]} == {}
    assert {page: n for page, n in many.items() if n > few[page]} == {}
