"""Retiring a source and erasing somebody on the pages of a served installation."""

import re
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.host.asked.pulling import pull
from dirsync_core.model.moments import written_time
from tests.web.conftest import Serve, Site
from tests.web.test_case_pages import TABLE, add, name, people, post, push, signed_in, text

WITHOUT = {**TABLE, "providers": {"contractors": {"plugin": "manual"}}}


@pytest.fixture
async def gone(serve: Serve) -> Site:
    """Okta has pushed twelve people, and is gone from the settings."""
    site = await signed_in(serve)
    for n in range(12):
        await push(site, name(n))
    return await signed_in(serve, WITHOUT)


async def retire(site: Site, fate: str, *fields: tuple[str, str], to: str = "", status: int = 200) -> str:
    """Look at the page of a fate, and send its form."""
    page = await text(site, f"/providers/okta/retire?fate={fate}&to={to}")
    (mark,) = re.findall(r'name="mark" value="([^"]*)"', page)
    return await post(site, "/providers/okta/retire", [("fate", fate), ("to", to), ("mark", mark), *fields], status)


async def test_a_source_that_is_gone_offers_to_say_what_becomes_of_its_people(gone: Site) -> None:
    listed = await text(gone, "/providers")
    page = await text(gone, "/providers/okta")
    asked = await text(gone, "/providers/okta/retire")

    assert "What becomes of its 12 people?" in listed
    assert "okta is gone from the settings." in page
    for words in ("What becomes of okta’s 12 people?", "Keep them frozen…", "Let them leave…", "over to contractors…"):
        assert words in asked


async def test_its_people_leave_once_their_number_is_typed(gone: Site) -> None:
    page = await text(gone, "/providers/okta/retire?fate=leave")
    assert 'Person p00: <span class="gone">leaves</span>' in page
    assert "Let 12 people leave, and retire okta" in page

    refused = await retire(gone, "leave", ("typed", "2"), status=409)
    assert "Nothing was done: type 12 to go on." in refused
    assert await people(gone) == 12
    done = await retire(gone, "leave", ("typed", "12"))

    assert "Retired." in done
    assert await people(gone) == 0


async def test_they_are_handed_over_to_a_provider_kept_by_hand(gone: Site) -> None:
    await retire(gone, "to", to="contractors")

    assert await people(gone) == 12
    data = await gone.get("/providers/contractors.json", {})
    assert data["provider"]["people"] == 12
    assert (await gone.get("/providers/okta.json", {}))["provider"]["retired"] == "to"


async def test_nobody_is_handed_over_to_nobody(gone: Site) -> None:
    fields = [("fate", "to"), ("mark", "")]

    assert "is not a value of to" in await post(gone, "/providers/okta/retire", fields, 400)

    assert await people(gone) == 12


async def test_they_stay_frozen_for_good(gone: Site) -> None:
    await retire(gone, "freeze")

    assert await people(gone) == 12
    assert (await gone.get("/providers/okta.json", {}))["provider"]["retired"] == "freeze"


async def test_nothing_is_done_where_something_else_would_happen_by_now(gone: Site) -> None:
    fields = [("fate", "leave"), ("mark", "of another plan"), ("typed", "12")]

    page = await post(gone, "/providers/okta/retire", fields, 409)

    assert "By now something else would happen." in page
    assert await people(gone) == 12


async def test_a_source_in_the_settings_is_not_retired(serve: Serve) -> None:
    site = await signed_in(serve)

    page = await text(site, "/providers/okta/retire")

    assert "okta is still in plugins.toml, so it is not gone." in page
    assert "There is no provider “none”" in await text(site, "/providers/none/retire", 404)
    assert "is not a value of fate" in await text(site, "/providers/okta/retire?fate=x", 400)


# --- erasing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def site(serve: Serve) -> Site:
    """Ann is kept by hand, and Bo names her as an assistant."""
    site = await signed_in(serve)
    await add(site, "ann@x.example", displayName="Ann Lee")
    await add(site, "bo@x.example", displayName="Bo Berg", assistants="ann@x.example")
    return site


async def ann(site: Site) -> Any:
    return next(p for p in (await site.get("/people.json", {}))["people"] if p["email"] == "ann@x.example")


async def test_erasing_says_what_goes_and_who_still_names_the_address(site: Site) -> None:
    where = f"/people/{(await ann(site))['id']}"

    page = await text(site, f"{where}/erase")

    assert f'href="{where}/erase"' in await text(site, where)
    assert "1 record, every value and 1 address go" in page
    assert "bo@<wbr>x.example</a>, in contractors" in page
    assert await people(site) == 2


async def test_nobody_is_erased_before_the_address_is_typed(site: Site) -> None:
    where = f"/people/{(await ann(site))['id']}/erase"

    page = await post(site, where, [("typed", "bo@x.example")], 409)

    assert "Nothing was erased: type ann@x.example to go on." in page
    assert await people(site) == 2


async def test_why_tells_of_an_erasure_and_lifts_it(site: Site) -> None:
    where = f"/people/{(await ann(site))['id']}/erase"
    done = await post(site, where, [("typed", "Ann@x.example")])
    assert "Erased, in history too." in done
    assert await people(site) == 1
    page = await text(site, "/people/why?who=ann@x.example")
    assert re.search(r"Erased on request on [^<]*<time[^>]*>[^<]*</time>, by sofie", page)
    assert "Add a person…" not in page
    await push(site, "ann", status=403)

    lifted = await post(site, "/people/why", [("who", "ann@x.example")])

    assert "Lifted. The address may come back" in lifted
    await push(site, "ann")
    assert await people(site) == 2


# --- how a source stands ---------------------------------------------------------------------------------------------


async def test_records_that_a_source_has_not_confirmed_are_listed(serve: Serve) -> None:
    site = await signed_in(serve)
    await push(site, "ann")
    assert "/records?provider=okta&amp;unconfirmed=30d" in await text(site, "/providers/okta")

    old = await site.get("/records.json?provider=okta&unconfirmed=30d", {})
    now = await site.get(f"/records.json?provider=okta&unconfirmed={written_time(site.host.clock())}", {})

    assert (old["records"], [r["email"] for r in now["records"]]) == ([], ["ann@x.example"])
    assert "Not confirmed since" in await text(site, "/records?provider=okta&unconfirmed=30d")
    assert "is not a value of unconfirmed" in await text(site, "/records?unconfirmed=soon", 400)


async def test_a_source_that_is_asked_says_how_its_last_session_went(tmp_path: Path, serve: Serve) -> None:
    hr = {"providers": {"hr": {"plugin": "csv", "file": "hr.csv"}}}
    site = await signed_in(serve, hr)
    assert "It was not read yet." in await text(site, "/providers/hr")
    assert "dirsync pull hr" in await text(site, "/providers/hr")
    (tmp_path / "hr.csv").write_text("email,displayName\nann@x.example,Ann\n")

    await pull(site.host, "hr")

    page = await text(site, "/providers/hr")
    assert re.search(r'class="st fine">done</span> <time[^>]*>[^<]*</time>, by pull:hr: 1 read, 1 created', page)
