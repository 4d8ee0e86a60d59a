"""Every page: its size, its twin, its headers, and that nothing in it could run."""

import re

import pytest
from aiohttp import ClientPayloadError

from dirsync_core.web.pages.assets import ASSETS
from tests.browser.pages.company import halden
from tests.browser.pages.fake_desk import FakeDesk
from tests.core.pages.conftest import Client

PERSON = f"/people/01JD{2:022d}"
BY_HAND = f"/people/01JD{4:022d}"
TWINNED = [
    "/people",
    "/people?status=all&sort=changedAt",
    PERSON,
    f"{PERSON}/history",
    f"{PERSON}?at=2027-03-01",
    "/people?at=2027-03-01",
    "/people/why?who=oskar.lindgrensen@halden.example",
    "/records?situation=contested",
    "/changes?type=left",
    "/providers",
    "/providers/okta",
    "/providers/okta/dialect",
    "/providers/okta/setup?kind=wizard",
    "/locations",
]
PLAIN = [
    "/people/new",
    f"{BY_HAND}/edit",
    f"{BY_HAND}/remove",
    f"{PERSON}/locations",
    "/people/place?who=oskar.lindgrensen@halden.example",
    "/people/why",
    "/more",
    "/sign-in",
    "/sign-in?code=once",
]


@pytest.mark.parametrize("path", TWINNED + PLAIN)
async def test_no_page_is_larger_than_60_kb(client: Client, path: str) -> None:
    answer = await client.get(path)

    assert answer.status == 200
    assert len(await answer.read()) <= 60_000


async def test_fifty_rows_of_a_large_directory_stay_under_60_kb(open_client, desk: FakeDesk) -> None:  # type: ignore[no-untyped-def]
    desk = FakeDesk(halden(3000))
    for person in desk.company.people.values():
        person["title"] = "Head of legal, corporate governance and everything else that has a long name"
        person["displayName"] = f"Anne-Charlotte von Hohenfels-Wittgenbruck {person['displayName']}"
    client = await open_client(desk)

    body = await (await client.get("/people?from=Anne")).read()

    assert body.count(b"data-row") == 50
    assert len(body) <= 60_000


@pytest.mark.parametrize("path", TWINNED + PLAIN + ["/people/nobody"])
async def test_no_page_has_an_inline_style_or_script(client: Client, path: str) -> None:
    text = await (await client.get(path)).text()

    assert re.findall(r"<style|<script(?! src=)|\son\w+=|\sstyle=|javascript:", text) == []


@pytest.mark.parametrize("path", TWINNED + PLAIN)
async def test_every_page_forbids_foreign_content(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers


@pytest.mark.parametrize("path", TWINNED)
async def test_the_json_twin_is_what_the_page_was_drawn_from(client: Client, desk: FakeDesk, path: str) -> None:
    page = await (await client.get(path)).text()
    twin = path.replace("?", ".json?", 1) if "?" in path else f"{path}.json"

    data = await (await client.get(twin)).json()

    assert f'type="application/json" href="{twin.replace("&", "&amp;")}"' in page
    assert data["shell"] == await desk.shell(by="sofie.r")


async def test_the_twin_of_the_directory_has_the_interface_shape(client: Client, desk: FakeDesk) -> None:
    data = await (await client.get("/people.json")).json()

    assert data["people"][0] == desk.company.people[data["people"][0]["id"]]
    assert {"people", "total", "nextCursor", "seq"} <= data.keys()


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/people?location=osl&q=ann", "/people?q=ann"),
        ("/people?status=gone", "/people"),
        ("/people?sort=shoe", "/people"),
        ("/people?source=ldap", "/people"),
        ("/people?locaton=oslo", "/people"),
        ("/people?cursor=nonsense", "/people"),
        ("/records?situation=lost&provider=okta", "/records?provider=okta"),
        ("/changes?before=x", "/changes"),
        ("/providers/okta/setup?kind=saml", "/providers/okta/setup"),
        ("/people?done=saved", "/people"),
    ],
)
async def test_an_unknown_value_is_named_and_the_view_without_it_offered(client: Client, path: str, link: str) -> None:
    answer = await client.get(path)

    assert answer.status == 400
    assert f'href="{link}">See it without that' in await answer.text()


async def test_a_filter_error_points_at_its_column(client: Client) -> None:
    answer = await client.get("/people", params={"filter": "city eqq 1"})

    assert answer.status == 400
    assert "Column 6" in await answer.text()


async def test_a_filter_typed_into_the_search_field_is_one(client: Client) -> None:
    answer = await client.get("/people", params={"q": 'city eq "Oslo"'}, allow_redirects=False)

    assert answer.status == 303
    assert answer.headers["Location"] == "/people?filter=city+eq+%22Oslo%22"


async def test_values_of_strangers_are_escaped_and_clipped(client: Client, desk: FakeDesk) -> None:
    person = desk.company.people[PERSON.removeprefix("/people/")]
    person["title"] = "<script>alert(1)</script>" + "x" * 600
    person["displayName"] = '"><img src=x onerror=alert(1)>'

    text = await (await client.get(PERSON)).text()

    assert "<script>alert" not in text
    assert "<img" not in text
    assert "x" * 474 + "…" in text
    assert "x" * 475 not in text


async def test_text_in_the_address_is_never_shown_as_a_message(client: Client) -> None:
    text = await (await client.get(f"{PERSON}?done=placed&where=%3Cb%3Epwned")).text()

    assert "pwned" not in text
    assert "Placed in the location." in text


# --- as of a day, and out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/people?at=2027-03-01&location=oslo", f"{PERSON}?at=2027-03-01"])
async def test_a_day_gone_by_says_so_and_offers_nothing_to_do(client: Client, path: str) -> None:
    text = await (await client.get(path)).text()
    main = text[text.index("<main") : text.index("</main>")]

    assert "As it was on 1 March." in main
    assert "Back to now" in main
    assert not re.findall(r"<form(?! class=\"search)|/edit|/remove|/new|/locations", main)


async def test_a_day_stays_with_every_link_of_the_list(client: Client) -> None:
    text = await (await client.get("/people?at=2027-03-01&location=oslo")).text()
    main = text[text.index("<main") : text.index("</main>")]

    led = re.findall(r'href="(/people[^"]*)"', main)
    assert [address for address in led if "at=2027-03-01" not in address] == ["/people?location=oslo"]
    assert 'name="at" value="2027-03-01"' in main


async def test_the_day_is_chosen_on_the_page(client: Client) -> None:
    for path in ("/people", PERSON):
        assert 'name="at" type="date" max="2027-03-04"' in await (await client.get(path)).text()


async def test_the_list_goes_out_as_csv_with_the_same_query(client: Client, desk: FakeDesk) -> None:
    text = await (await client.get("/people?location=oslo")).text()
    assert 'href="/people.csv?location=oslo"' in text

    answer = await client.get("/people.csv?location=oslo")

    assert (answer.content_type, answer.charset) == ("text/csv", "utf-8")
    assert "attachment" in answer.headers["Content-Disposition"]
    oslo = sum("oslo" in p["locations"] for p in desk.company.people.values() if p["status"] == "active")
    assert len((await answer.text()).splitlines()) == oslo + 1


async def test_an_export_that_breaks_does_not_look_whole(client: Client, desk: FakeDesk) -> None:
    desk.breaks_at = next(iter(desk.company.people.values()))["email"]

    with pytest.raises(ClientPayloadError):
        await (await client.get("/people.csv")).read()


async def test_an_export_with_a_filter_that_cant_be_read_is_refused(client: Client) -> None:
    assert (await client.get("/people.csv", params={"filter": "city eqq 1"})).status == 400


async def test_a_person_who_is_not_here_leads_to_why(client: Client) -> None:
    answer = await client.get("/people/nobody")

    assert answer.status == 404
    assert 'action="/people/why"' in await answer.text()


async def test_what_breaks_is_a_page_with_a_request_id(client: Client, desk: FakeDesk) -> None:
    desk.broken = RuntimeError("secret detail")

    answer = await client.get("/people")
    text = await answer.text()

    assert answer.status == 500
    assert re.search(r"Nothing was saved\..* under request [0-9a-f]{16}\.", text)
    assert "secret detail" not in text


async def test_a_file_that_differs_is_told_on_every_page(client: Client, desk: FakeDesk) -> None:
    desk.file_differs = True

    assert "Rules 7 apply; plugins.toml says otherwise." in await (await client.get("/people")).text()
    assert "[locations.elsewhere]" in await (await client.get("/locations")).text()


def test_style_and_script_stay_small() -> None:
    assert len(ASSETS["pages.css"].body) <= 32_000
    assert len(ASSETS["pages.js"].body) < 3_000


async def test_style_and_script_may_be_kept_for_good(client: Client) -> None:
    answer = await client.get(f"/static/{ASSETS['pages.css'].name}")

    assert answer.content_type == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_plugins_are_told_with_their_hooks_and_with_the_sources_that_use_them(client: Client) -> None:
    shown = await (await client.get("/providers")).text()

    assert "used by okta, hr" in shown
    assert "hooks: dirsync_mappers, dirsync_providers" in shown
