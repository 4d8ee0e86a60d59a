"""History, undo, a day gone by and the export, on the pages of a served installation."""

import csv
import io
import re
from typing import Any

import pytest

from dirsync_core.host import doors
from dirsync_core.host.rules import planning
from dirsync_core.model.moments import Request
from dirsync_core.web.pages import COOKIE
from tests.web.conftest import Serve, Site

TABLE = {
    "providers": {"contractors": {"plugin": "manual"}},
    "locations": {"oslo": {"name": "Oslo", "filter": 'city eq "Oslo"'}},
}


@pytest.fixture
async def site(serve: Serve) -> Site:
    """A served installation, signed in as sofie."""
    site = await serve(TABLE)
    now = site.host.clock()
    code = await site.host.store.write(lambda tx: doors.create_code(tx, "sofie", now))
    secret = await site.host.store.write(lambda tx: doors.sign_in(tx, code, now))
    site.client.session.cookie_jar.update_cookies({COOKIE: secret or ""})
    return site


async def text(site: Site, path: str) -> str:
    async with site.client.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def post(site: Site, path: str, **fields: str) -> Any:
    """Send a form, and give the page that it leads to."""
    csrf = re.findall(r'name="csrf" value="([^"]*)"', await text(site, "/people"))[0]
    return await site.client.post(path, data={"csrf": csrf, **fields})


async def add(site: Site, email: str = "ann@x.example", **fields: str) -> str:
    answer = await post(site, "/people/new", email=email, **fields)
    return answer.url.path.rpartition("/")[2]


def undo_of(page: str) -> str:
    """The request that the message on top offers to take back."""
    toast = re.findall(r'class="toast".*', page)[0]
    return re.findall(r'name="request" value="([^"]*)"', toast)[0]


async def test_what_was_done_is_taken_back_from_its_message_and_done_again(site: Site) -> None:
    person = await add(site, displayName="Ann", city="Rome")
    placed = await (await post(site, f"/people/{person}/locations", location="oslo", op="add")).text()

    back = await (await post(site, "/undo", request=undo_of(placed))).text()

    assert "Taken back: as it was before." in back
    assert (await site.get("/people.json", {}))["people"][0]["locations"] == []
    await post(site, "/undo", request=undo_of(back))
    assert (await site.get("/people.json", {}))["people"][0]["locations"] == ["oslo"]


async def test_nothing_is_offered_that_somebody_has_built_on(site: Site) -> None:
    answer = await post(site, "/people/new", email="ann@x.example", displayName="Ann")
    first = str(answer.url.relative())
    person = answer.url.path.rpartition("/")[2]
    await post(site, f"/people/{person}/edit", email="ann@x.example", phone="1", version="1")

    assert "/undo" not in re.findall(r'class="toast".*', await text(site, first))[0]


async def test_a_refusal_says_why(site: Site) -> None:
    answer = await post(site, "/undo", request="nothing")

    assert answer.status == 404
    assert "There is no request “nothing”" in await answer.text()


async def test_a_history_goes_on_from_page_to_page(site: Site) -> None:
    person = await add(site)
    for n in range(1, 25):
        await post(site, f"/people/{person}/edit", email="ann@x.example", phone=str(n), version=str(n))
    assert f'<a href="/people/{person}/history">All 25</a>' in await text(site, f"/people/{person}")

    first = await site.get(f"/people/{person}/history.json", {})
    second = await site.get(f"/people/{person}/history.json?cursor={first['nextCursor']}", {})

    lines = [*first["history"], *second["history"]]
    assert [len(first["history"]), len(lines), second["nextCursor"], first["total"]] == [20, 25, None, 25]
    assert [line["undoable"] for line in lines] == [True, *[False] * 24]
    assert lines[0]["changed"] == {"phone": ["23", "24"]}
    page = await text(site, f"/people/{person}/history?cursor={first['nextCursor']}")
    assert page.count('class="square"') == 5


@pytest.mark.parametrize("cursor", ["1", "1-2-3", "x-", "1-²"])
async def test_a_cursor_that_was_not_given_out_is_refused(site: Site, cursor: str) -> None:
    person = await add(site)

    assert (await site.client.get(f"/people/{person}/history?cursor={cursor}")).status == 400


async def test_a_day_gone_by_is_drawn_from_the_feed(site: Site) -> None:
    person = await add(site, displayName="Ann", city="Oslo")
    await add(site, "bo@x.example", displayName="Bo")
    then = (await site.get("/people.json", {}))["people"][1]["changedAt"]
    await post(site, f"/people/{person}/edit", email="new@x.example", displayName="Anna", version="1")
    await add(site, "late@x.example")

    seen = await site.get(f"/people.json?at={then}", {})
    oslo = await site.get(f"/people.json?at={then}&location=oslo", {})
    page = await text(site, f"/people/{person}?at={then}")

    assert [p["email"] for p in seen["people"]] == ["ann@x.example", "bo@x.example"]
    assert (seen["total"], seen["seq"], oslo["total"]) == (2, 2, 1)
    assert "ann@<wbr>x.example" in page
    assert "new@" not in page


@pytest.mark.parametrize("query", ["at=tomorrow", "at=2999-01-01", "at=2020-01-01&source=contractors"])
async def test_a_time_that_is_none_is_refused(site: Site, query: str) -> None:
    assert (await site.client.get(f"/people?{query}")).status == 400


async def test_somebody_who_was_not_there_yet_is_not_found(site: Site) -> None:
    person = await add(site)

    assert (await site.client.get(f"/people/{person}?at=2020-01-01")).status == 404


async def test_the_export_has_everybody_whom_the_list_has(site: Site) -> None:
    for n in range(3):
        await add(site, f"p{n}@x.example", displayName=f"P {n}", city="Oslo" if n else "Rome")

    for query, expected in (("", 3), ("?location=oslo", 2), ("?filter=city+eq+%22Rome%22", 1), ("?q=p1", 1)):
        rows = list(csv.DictReader(io.StringIO(await text(site, f"/people.csv{query}"))))
        assert len(rows) == expected
        assert set(rows[0]) >= {"id", "email", "displayName", "city", "locations"}
    assert await text(site, "/people.csv?at=2020-01-01") == (await text(site, "/people.csv")).splitlines()[0] + "\n"


async def test_a_long_export_is_read_batch_by_batch(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dirsync_core.web.desk.listing._BATCH", 2)
    for n in range(5):
        await add(site, f"p{n}@x.example")

    rows = list(csv.DictReader(io.StringIO(await text(site, "/people.csv"))))

    assert [row["email"] for row in rows] == [f"p{n}@x.example" for n in range(5)]


async def test_a_request_says_what_it_wrote_and_is_taken_back_from_its_page(site: Site) -> None:
    person = await add(site, displayName="Ann", city="Rome")
    await post(site, f"/people/{person}/edit", email="ann@x.example", displayName="Anna", city="Oslo", version="1")
    line = (await site.get(f"/people/{person}/history.json", {}))["history"][0]
    assert f'href="/requests/{line["request"]}"' in await text(site, f"/people/{person}/history")

    page = await text(site, f"/requests/{line['request']}")
    data = await site.get(f"/requests/{line['request']}.json", {})

    assert "changed by hand" in page
    assert data["changes"][0]["changed"]["city"] == ["Rome", "Oslo"]
    assert data["undoable"]
    await post(site, "/undo", request=line["request"])
    assert not (await site.get(f"/requests/{line['request']}.json", {}))["undoable"]


async def test_a_long_request_goes_on_from_page_to_page(site: Site) -> None:
    for n in range(60):
        await add(site, f"p{n}@x.example", displayName=f"P {n}")
    applied = planning.draft_of(site.host).rules
    other = {**applied, "locations": {"all": {"name": "All", "filter": None, "missing": "out"}}}
    await planning.apply(site.host, planning.Draft(other, site.host.rules), Request("big", "bo"))
    await add(site, "late@x.example")

    first = await site.get("/requests/big.json", {})
    second = await site.get(f"/requests/big.json?before={first['older']}", {})

    assert [len(first["changes"]), len(second["changes"]), second["older"]] == [50, 10, None]
    assert not first["undoable"]


async def test_a_request_that_wrote_nothing_is_not_found(site: Site) -> None:
    assert (await site.client.get("/requests/nothing")).status == 404
