"""Locations and rules on the pages of a served installation: draft, plan, apply, versions, going back."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from dirsync_core.host import doors
from dirsync_core.host.rules import planning
from dirsync_core.model.moments import Request
from dirsync_core.web.pages import COOKIE
from tests.web.conftest import Serve, Site

TABLE: Mapping[str, Any] = {
    "providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
    "locations": {
        "oslo": {"name": "Oslo", "filter": 'city eq "Oslo"'},
        "bergen": {"name": "Bergen", "filter": 'city eq "Bergen"'},
    },
}
CITIES = {"ann": "Oslo", "bo": "Oslo", "cy": "Bergen", "di": "Stord"}


@pytest.fixture
async def site(serve: Serve) -> Site:
    """Four people pushed by Okta, one of whom no location takes; signed in as sofie."""
    site = await serve(TABLE)
    now = site.host.clock()
    code = await site.host.store.write(lambda tx: doors.create_code(tx, "sofie", now))
    secret = await site.host.store.write(lambda tx: doors.sign_in(tx, code, now))
    site.client.session.cookie_jar.update_cookies({COOKIE: secret or ""})
    for name, city in CITIES.items():
        await push(site, name, city)
    return site


async def push(site: Site, name: str, city: str) -> None:
    """Push somebody as Okta does."""
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"{name}@x.example",
        "displayName": name.capitalize(),
        "emails": [{"value": f"{name}@x.example", "primary": True}],
        "addresses": [{"type": "work", "locality": city}],
        "active": True,
    }
    headers = await site.token(provider="okta")
    async with site.client.post("/providers/okta/scim/v2/Users", json=body, headers=headers) as answer:
        assert answer.status == 201, await answer.text()


async def text(site: Site, path: str, status: int = 200) -> str:
    async with site.client.get(path) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def post(site: Site, path: str, **fields: str) -> Any:
    """Send a form, and give the page that it leads to."""
    csrf = re.findall(r'name="csrf" value="([^"]*)"', await text(site, "/more"))[0]
    return await site.client.post(path, data={"csrf": csrf, **fields})


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the draft's form, as it stands."""
    form = page[page.index('<form id="draft"') :]
    form = form[: form.index("</form>")]
    found = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
    found |= {n: v for v, n in re.findall(r'<input[^>]*? value="([^"]*)"[^>]*? name="([^"]+)"', form)}
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        first = re.findall(r'<option(?: value="([^"]*)")?>([^<]*)', options)
        value, words = (chosen or first)[0]
        found[name] = value or ("" if words == "–" else words)
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)', form))
    found.pop("do", None)
    return {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in found.items()}


async def draft(site: Site, path: str = "/rules/draft") -> dict[str, str]:
    """Give the fields of the draft's form, beginning a draft where there is none."""
    if "Begin a draft" in await text(site, path):
        await post(site, "/rules/draft/begin")
    return fields_of(await text(site, path))


async def send(site: Site, fields: Mapping[str, str], do: str = "save", **changed: str) -> Any:
    return await site.client.post("/rules/draft", data={**fields, **changed, "do": do})


async def told(site: Site) -> Any:
    return await site.get("/rules/draft.json", {})


async def in_city(site: Site, city: str, **more: str) -> Any:
    """Have Bergen take those of another city."""
    fields = await draft(site)
    return await send(site, fields, **{"l.bergen.0.value": city, **more})


async def people(site: Site, location: str) -> list[str]:
    found = await site.get(f"/people.json?location={location}", {})
    return [person["displayName"] for person in found["people"]]


async def test_a_draft_begins_with_what_applies_and_changes_nothing(site: Site) -> None:
    fields = await draft(site)

    assert (fields["l.oslo.0.name"], fields["l.oslo.0.op"], fields["l.oslo.0.value"]) == ("city", "is", "Oslo")
    page = await text(site, "/rules/draft")
    assert "the draft says what applies already" in page
    assert "Apply:" not in page


async def test_the_values_offered_are_those_that_sources_send_with_counts(site: Site) -> None:
    await draft(site)

    plan = (await told(site))["plan"]

    assert plan["values"]["city"] == [["Oslo", 2], ["Bergen", 1], ["Stord", 1]]
    assert plan["saying"]["city"] == 4
    page = await text(site, "/rules/draft?edit=oslo")
    assert 'value="oslo:value:city:Stord">Stord 1</button>' in page


async def test_a_changed_line_shows_at_once_who_would_come_and_go(site: Site) -> None:
    answer = await in_city(site, "Stord")

    page = await answer.text()
    assert "Apply: 1 joins, 1 leaves" in page
    assert "The guard would not trip" in page
    assert re.search(r"Di</span><small>Bergen", page)
    assert re.search(r"Cy</span><small>was in Bergen", page)
    data = await told(site)
    assert data["plan"]["locations"]["bergen"] == [1, 1]
    assert [line["changed"] for line in data["locations"]] == [False, True]
    assert await people(site, "bergen") == ["Cy"]


async def test_apply_does_what_the_plan_says_and_ends_the_draft(site: Site) -> None:
    fields = fields_of(await (await in_city(site, "Stord")).text())

    answer = await send(site, fields, "apply")

    page = await answer.text()
    assert answer.url.path == "/locations"
    assert "Rules 2 count from now on" in page
    assert await people(site, "bergen") == ["Di"]
    assert (await told(site))["draft"] is None


async def test_afterwards_the_text_for_the_file_is_given_and_every_page_says_so(site: Site) -> None:
    await send(site, fields_of(await (await in_city(site, "Stord")).text()), "apply")

    assert "filter = &#39;city eq &#34;Stord&#34;&#39;" in await text(site, "/locations")
    assert "Rules 2 apply; plugins.toml says otherwise." in await text(site, "/people")


async def test_who_came_in_meanwhile_brings_the_page_back_with_the_difference(site: Site) -> None:
    fields = fields_of(await (await in_city(site, "Stord")).text())
    await push(site, "eli", "Bergen")

    answer = await send(site, fields, "apply")

    page = await answer.text()
    assert answer.status == 409
    assert re.search(r"New since you looked:<ul><li>Eli, was in Bergen", page)
    assert "Apply: 1 joins, 2 leave" in page
    assert await people(site, "bergen") == ["Cy", "Eli"]
    await send(site, fields_of(page), "apply")
    assert await people(site, "bergen") == ["Di"]


async def test_lines_that_were_changed_since_the_plan_are_planned_before_they_are_applied(site: Site) -> None:
    fields = fields_of(await (await in_city(site, "Stord")).text())

    answer = await send(site, fields, "apply", **{"l.oslo.0.value": "Rome"})

    assert answer.status == 409
    assert "Apply: 1 joins, 3 leave" in await answer.text()
    assert (await site.get("/api/v1/status", await site.token(api="x")))["rules"]["version"] == 1


async def test_another_ones_draft_is_not_written_over_unawares(site: Site) -> None:
    mine = await draft(site)
    await in_city(site, "Stord")

    answer = await send(site, mine, **{"l.oslo.0.value": "Rome"})

    page = await answer.text()
    assert answer.status == 409
    assert "Someone else changed the draft" in page
    fields = fields_of(page)
    assert fields["l.oslo.0.value"] == "Rome"
    assert (await send(site, fields)).status == 200


async def test_a_filter_that_can_t_be_read_points_at_its_column_and_is_kept(site: Site) -> None:
    await draft(site)
    fields = await draft(site, "/rules/draft?edit=oslo&as=text")

    answer = await send(site, fields, **{"l.oslo.text": 'cit eq "Rome"'})

    page = await answer.text()
    assert answer.status == 400
    assert "did you mean “city”?" in page
    assert "Column 1." in page
    assert fields_of(page)["l.oslo.text"] == 'cit eq "Rome"'
    assert (await told(site))["locations"][0]["filter"] == 'city eq "Oslo"'


async def test_both_ways_write_the_same_text(site: Site) -> None:
    await draft(site)
    fields = await draft(site, "/rules/draft?edit=oslo")
    await send(site, fields, **{"l.oslo.1.name": "city", "l.oslo.1.value": "Stord"})
    by_rows = (await told(site))["locations"][0]["filter"]
    fields = await draft(site, "/rules/draft?edit=oslo&as=text")

    await send(site, fields, **{"l.oslo.text": 'city eq "Oslo" or city eq "Stord"'})

    assert (await told(site))["locations"][0]["filter"] == by_rows


async def test_a_line_is_added_by_a_value_and_taken_away(site: Site) -> None:
    await draft(site)
    fields = await draft(site, "/rules/draft?edit=oslo")

    added = await send(site, fields, "oslo:value:city:Stord")

    assert (await told(site))["locations"][0]["filter"] == 'city eq "Oslo" or city eq "Stord"'
    await send(site, fields_of(await added.text()), "oslo:drop:0")
    assert (await told(site))["locations"][0]["filter"] == 'city eq "Stord"'


async def test_a_location_is_added_renamed_and_deleted(site: Site) -> None:
    fields = await draft(site)
    new = {"new.name": "Stord på øya", "new.0.name": "city", "new.0.op": "is", "new.0.value": "Stord"}

    answer = await send(site, fields, "add", **new)

    assert answer.url.query["edit"] == "stord-pa-ya"
    data = await told(site)
    assert data["locations"][2]["filter"] == 'city eq "Stord"'
    assert data["plan"]["counts"]["joins"] == 1
    renamed = await send(site, fields_of(await answer.text()), **{"l.stord-pa-ya.name": "Stord"})
    assert (await told(site))["locations"][2]["name"] == "Stord"
    await send(site, fields_of(await renamed.text()), "stord-pa-ya:delete")
    assert [line["key"] for line in (await told(site))["locations"]] == ["oslo", "bergen"]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"new.name": "Rome"}, "without a line it would take everybody"),
        ({"new.0.name": "city", "new.0.value": "Rome"}, "A location has a name."),
        ({"new.name": "Rome", "new.key": "Rø me"}, "small letters, digits"),
        ({"new.name": "Rome", "new.key": "oslo"}, "There is a location “oslo” already."),
    ],
)
async def test_a_new_location_that_says_too_little_is_refused(site: Site, new: dict[str, str], words: str) -> None:
    fields = await draft(site)

    answer = await send(site, fields, "add", **{"new.0.op": "is", **new})

    assert answer.status == 400
    assert words in await answer.text()
    assert len((await told(site))["locations"]) == 2


async def test_everybody_is_one_press_and_the_locations_come_back(site: Site) -> None:
    answer = await send(site, await draft(site), "everybody")

    page = await answer.text()
    assert "<h1>Everybody, in one directory</h1>" in page
    assert (await told(site))["plan"]["counts"]["joins"] == 1
    await send(site, fields_of(page), "restore")
    assert len((await told(site))["locations"]) == 2


async def test_putting_everybody_out_wants_the_number_typed(site: Site) -> None:
    answer = await in_city(site, "Rome", **{"l.oslo.0.value": "Rome"})
    page = await answer.text()
    assert "Nobody whom okta sends would be left" in page
    assert "The guard would trip" in page

    refused = await send(site, fields_of(page), "apply", typed="2")

    assert refused.status == 409
    assert "Type 3 to go on." in await refused.text()
    assert len(await people(site, "oslo")) == 2
    done = await send(site, fields_of(page), "apply", typed="3")
    assert done.url.path == "/locations"
    assert await people(site, "oslo") == []


async def test_a_source_can_be_told_which_records_count(site: Site) -> None:
    fields = await draft(site)

    answer = await send(site, fields, **{"p.okta.filter": 'not (displayName eq "Bo")', "p.okta.domains": "x.example"})

    assert "1 leaves" in await answer.text()
    provider = (await told(site))["providers"][0]
    assert (provider["filter"], provider["domains"], provider["changed"]) == (
        'not (displayName eq "Bo")', ["x.example"], True,
    )  # fmt: skip


async def test_missing_in_is_kept(site: Site) -> None:
    fields = await draft(site)

    await send(site, fields, **{"l.oslo.missing": "in"})

    assert (await told(site))["locations"][0]["missing"] == "in"


async def test_a_draft_is_thrown_away(site: Site) -> None:
    answer = await in_city(site, "Stord")

    gone = await send(site, fields_of(await answer.text()), "throw-away")

    assert gone.url.path == "/locations"
    assert "thrown away" in await gone.text()
    assert (await told(site))["draft"] is None


async def test_a_draft_waits_for_whoever_opens_the_page_also_after_a_restart(site: Site, serve: Serve) -> None:
    await in_city(site, "Stord")
    cookies = site.client.session.cookie_jar.filter_cookies(site.client.make_url("/"))

    again = await serve(TABLE)
    again.client.session.cookie_jar.update_cookies(cookies)

    assert "<b>A draft waits</b>, by sofie" in await text(again, "/locations")
    assert (await told(again))["draft"]["by"] == "sofie"


async def test_all_names_of_a_plan_are_a_page_of_their_own(site: Site) -> None:
    await in_city(site, "Stord")

    page = await text(site, "/rules/draft/plan?kind=leaves")

    assert "1 leaves the directory" in page
    assert "locations.bergen.filter" in page


async def test_one_goes_back_to_an_older_version_by_its_plan(site: Site) -> None:
    await send(site, fields_of(await (await in_city(site, "Stord")).text()), "apply")
    assert "locations.bergen.filter" in await text(site, "/rules/2")

    answer = await post(site, "/rules/1/back", mark="")

    page = await answer.text()
    assert "Apply: 1 joins, 1 leaves" in page
    assert "The guard would not trip" in page
    assert await people(site, "bergen") == ["Di"]
    await send(site, fields_of(page), "apply")
    assert await people(site, "bergen") == ["Cy"]
    listed = await site.get("/rules.json", {})
    assert [(line["version"], line["applied"]) for line in listed["rules"]] == [(3, True), (2, False), (1, False)]


async def test_going_back_writes_over_nobody_s_draft_unawares(site: Site) -> None:
    await in_city(site, "Stord")

    answer = await post(site, "/rules/1/back", mark="")

    assert answer.status == 409
    assert (await told(site))["locations"][1]["filter"] == 'city eq "Stord"'


async def test_rules_applied_elsewhere_meanwhile_are_not_taken_back_unseen(site: Site) -> None:
    page = await (await in_city(site, "Stord")).text()
    rules = planning.draft_of(site.host).rules
    other = {**rules, "locations": {**rules["locations"], "stord": {"name": "S", "filter": None, "missing": "out"}}}
    await planning.apply(site.host, planning.Draft(other, site.host.rules), Request("r", "bo"))

    answer = await send(site, fields_of(page), "apply")

    assert answer.status == 409
    assert (await told(site))["draft"]["base"] == 2
    assert len((await site.get("/locations.json", {}))["locations"]) == 3


async def test_somebody_is_placed_from_a_location_and_given_back(site: Site) -> None:
    answer = await post(site, "/locations/bergen", who="ann@x.example", op="add")

    page = await answer.text()
    assert "Placed in Bergen." in page
    assert await people(site, "bergen") == ["Ann", "Cy"]
    placed = (await site.get("/locations/bergen.json?placed=added", {}))["placed"]
    assert [(p["displayName"], p["by"]) for p in placed] == [("Ann", "sofie")]
    await post(site, "/locations/bergen", who=placed[0]["subject"], op="clear")
    assert await people(site, "bergen") == ["Cy"]


async def test_somebody_whom_no_location_takes_is_brought_in_from_a_location(site: Site) -> None:
    await post(site, "/locations/oslo", who="di@x.example", op="add")

    assert await people(site, "oslo") == ["Ann", "Bo", "Di"]


async def test_an_address_that_is_nobody_s_is_refused_and_kept_in_the_field(site: Site) -> None:
    answer = await post(site, "/locations/oslo", who="nobody@x.example", op="add")

    assert answer.status == 409
    assert 'value="nobody@x.example"' in await answer.text()


async def test_an_unknown_location_is_not_found(site: Site) -> None:
    await text(site, "/locations/rome", 404)
    await text(site, "/rules/99", 404)
    await text(site, "/rules/draft/plan", 404)


@pytest.mark.parametrize(
    "path",
    ["/rules/draft", "/rules/draft?edit=oslo", "/rules/draft?edit=oslo&as=text", "/rules", "/rules/1",
     "/rules/draft/plan?kind=joins", "/locations", "/locations/oslo"],
)  # fmt: skip
async def test_every_page_is_small_has_its_twin_and_nothing_that_could_run(site: Site, path: str) -> None:
    await in_city(site, "Stord")
    page = await text(site, path)
    twin = path.replace("?", ".json?", 1) if "?" in path else f"{path}.json"

    data = await site.get(twin, {})

    assert len(page.encode()) <= 60_000
    assert re.findall(r"<style|<script(?! src=)|\son\w+=|\sstyle=|javascript:", page) == []
    assert f'href="{twin.replace("&", "&amp;")}"' in page
    assert data["shell"]["by"] == "sofie"


async def test_a_form_of_another_sign_in_does_nothing_and_is_kept(site: Site) -> None:
    fields = await draft(site)

    answer = await send(site, {**fields, "csrf": "x"}, **{"l.oslo.0.value": "Rome"})

    assert answer.status == 403
    assert fields_of(await answer.text())["l.oslo.0.value"] == "Rome"
    assert (await told(site))["locations"][0]["filter"] == 'city eq "Oslo"'


@pytest.fixture
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one connection read, so that all its statements are counted."""
    monkeypatch.setattr("dirsync_core.store.sqlite.store._READERS", 1)


@pytest.mark.parametrize("path", ["/rules/draft", "/rules", "/locations", "/locations/oslo", "/rules/draft/plan"])
async def test_a_page_takes_as_many_statements_for_many_people_as_for_few(
    one_reader: None, site: Site, path: str
) -> None:
    await in_city(site, "Stord")
    few = await statements(site, path)
    for n in range(20):
        await push(site, f"more{n}", "Oslo")

    assert await statements(site, path) == few


async def statements(site: Site, path: str) -> int:
    """Count what an address asks of the store; what else the server reads meanwhile can only add to one of three."""
    return min([await counted(site, path) for _ in range(3)])


async def counted(site: Site, path: str) -> int:
    seen: list[str] = []
    store: Any = site.host.store
    for connection in store._connections:
        connection.set_trace_callback(seen.append)
    await text(site, path)
    for connection in store._connections:
        connection.set_trace_callback(None)
    assert seen
    return len(seen)
