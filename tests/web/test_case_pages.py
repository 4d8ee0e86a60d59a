"""Cases on the pages of a served installation: what waits, deciding it, and what became of it."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from dirsync_core.host import doors
from dirsync_core.web.pages import COOKIE
from tests.web.conftest import Serve, Site
from tests.web.test_rule_pages import statements

TABLE: Mapping[str, Any] = {
    "providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
    "guard": {"people": 1},
}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


async def signed_in(serve: Serve, table: Mapping[str, Any] = TABLE) -> Site:
    """Serve, signed in as sofie."""
    site = await serve(table)
    now = site.host.clock()
    code = await site.host.store.write(lambda tx: doors.create_code(tx, "sofie", now))
    secret = await site.host.store.write(lambda tx: doors.sign_in(tx, code, now))
    site.client.session.cookie_jar.update_cookies({COOKIE: secret or ""})
    return site


@pytest.fixture
async def site(serve: Serve) -> Site:
    """Fourteen people are pushed by Okta, with a guard that lets one go."""
    site = await signed_in(serve)
    for n in range(14):
        await push(site, f"p{n:02}")
    return site


async def push(site: Site, name: str, *, external: str | None = None, status: int = 201) -> Any:
    body = {
        "schemas": [USER],
        "userName": f"{name}@x.example",
        "displayName": f"Person {name}",
        "emails": [{"value": f"{name}@x.example", "primary": True}],
        "active": True,
        **({"externalId": external} if external else {}),
    }
    headers = await site.token(provider="okta")
    async with site.client.post("/providers/okta/scim/v2/Users", json=body, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json(content_type=None)


async def leave(site: Site, *names: str) -> None:
    headers = await site.token(provider="okta")
    for name in names:
        found = f'/providers/okta/scim/v2/Users?filter=userName eq "{name}@x.example"'
        (user,) = (await site.get(found, headers))["Resources"]
        body = {**user, "active": False}
        async with site.client.put(f"/providers/okta/scim/v2/Users/{user['id']}", json=body, headers=headers) as answer:
            assert answer.status == 200


async def text(site: Site, path: str, status: int = 200) -> str:
    async with site.client.get(path) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def post(site: Site, path: str, fields: Any = (), status: int = 200) -> str:
    """Send a form, and give the page that it leads to."""
    csrf = re.findall(r'name="csrf" value="([^"]*)"', await text(site, "/more"))[0]
    async with site.client.post(path, data=[("csrf", csrf), *fields]) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def the_case(site: Site, state: str = "open") -> Any:
    (found,) = (await site.get(f"/cases.json?state={state}", {}))["cases"]
    return found


async def people(site: Site) -> int:
    return int((await site.get("/people.json", {}))["total"])


def name(n: int) -> str:
    return f"p{n:02}"


# --- guard -----------------------------------------------------------------------------------------------------------


async def test_a_case_says_what_would_have_happened_what_holds_it_and_the_ways_out(site: Site) -> None:
    await leave(site, name(0), name(1), name(2))

    page = await text(site, "/cases")

    assert "<h1>1 case waits for you</h1>" in page
    assert "Okta would remove 2 people. The guard keeps them." in page
    assert "<b>2</b> of 14, 14.3 %" in page
    assert "<b>1</b> in a rolling day, of 14" in page
    assert "Wait: nothing to press" in page
    assert "Keep all 2, bring back 1…" in page
    assert "Let all 2 leave…" in page


async def test_the_directory_and_the_rail_say_who_is_held(site: Site) -> None:
    await leave(site, name(0), name(1), name(2))

    page = await text(site, "/people")

    assert "<h1>13 people, 2 held</h1>" in page
    assert page.count("held: would leave") == 2
    assert "1 case waits" in page
    assert "2 people are held as they were" in page
    assert '<span class="num tag wait">1</span>' in page


async def test_records_count_and_list_those_held(site: Site) -> None:
    await leave(site, name(0), name(1), name(2))

    data = await site.get("/records.json?held=yes", {})
    page = await text(site, "/records")

    assert {line["email"] for line in data["records"]} == {"p01@x.example", "p02@x.example"}
    assert (data["held"], data["situations"]["inactive"]) == (2, 3)
    assert "14 records, 2 held" in page
    assert "active, held" in page
    assert "the guard keeps the person as they were" in page


async def test_the_way_goes_on_where_the_guard_holds_a_record(site: Site) -> None:
    await leave(site, name(0), name(1))
    case = await the_case(site)
    (held,) = case["people"]

    page = await text(site, f"/people/{held['person']}")
    why = await text(site, "/people/why?who=p01@x.example")

    for shown in (page, why):
        assert re.search(r'<td class="held">\s*<b class="v">holds it</b>', shown)
        assert "Okta would let them go, with more people than usual." in shown
        assert f'href="/cases/{case["id"]}"' in shown


async def test_some_are_let_go_and_the_rest_is_kept(site: Site) -> None:
    await leave(site, *map(name, range(4)))
    case = await the_case(site)
    chosen = [member["record"] for member in case["people"][:1]]
    where = f"/cases/{case['id']}"
    asked = await text(site, f"{where}/approve?who={chosen[0]}")
    assert "Let 1 person leave?" in asked
    assert f'name="who" value="{chosen[0]}"' in asked

    let_go = await post(site, f"{where}/approve", [("seen", "1"), ("who", chosen[0])])
    assert "Nothing is deleted" in let_go
    assert await people(site) == 12
    kept = await post(site, f"{where}/keep", [("seen", "3")])

    assert "Kept. They stay as they are until their source says anything new of them." in kept
    assert "decided by sofie" in kept
    assert await people(site) == 13
    assert "No case waits for you" in await text(site, "/cases")
    assert "Kept, decided by sofie" in await text(site, "/cases?state=all")


async def test_many_are_let_go_only_once_their_number_is_typed(site: Site) -> None:
    await leave(site, *map(name, range(13)))
    where = f"/cases/{(await the_case(site))['id']}"
    assert "Type <b>12</b> to go on" in await text(site, f"{where}/approve")

    refused = await post(site, f"{where}/approve", [("seen", "12"), ("typed", "11")], 409)

    assert "Nothing was decided: type 12 to go on." in refused
    assert await people(site) == 13
    await post(site, f"{where}/approve", [("seen", "12"), ("typed", "12")])
    assert await people(site) == 1


async def test_nothing_is_decided_where_more_wait_than_were_shown(site: Site) -> None:
    await leave(site, name(0), name(1))
    where = f"/cases/{(await the_case(site))['id']}"
    await leave(site, name(2))

    page = await post(site, f"{where}/approve", [("seen", "1")], 409)

    assert "By now this is about 2, and it was about 1. Nothing was decided." in page
    assert await people(site) == 13


async def test_those_already_out_are_listed_and_can_be_brought_back(site: Site) -> None:
    await leave(site, name(0), name(1))
    case = await the_case(site)
    page = await text(site, f"/cases/{case['id']}?show=out")
    (record,) = re.findall(r'type="checkbox" name="who" value="([^"]*)"', page)
    assert "Bring back 1?" in await text(site, f"/cases/{case['id']}/keep?who={record}")

    await post(site, f"/cases/{case['id']}/keep", [("seen", "1"), ("who", record)])

    assert await people(site) == 14


async def test_a_case_that_is_decided_is_not_asked_about_again(site: Site) -> None:
    await leave(site, name(0), name(1))
    where = f"/cases/{(await the_case(site))['id']}"
    await post(site, f"{where}/keep", [("seen", "2")])

    assert "This case is decided already." in await text(site, f"{where}/approve", 409)
    assert "There is no case none." in await text(site, "/cases/none", 404)
    assert "is not a value of state" in await text(site, "/cases?state=new", 400)


async def test_a_form_of_another_sign_in_decides_nothing(site: Site) -> None:
    await leave(site, name(0), name(1))
    where = f"/cases/{(await the_case(site))['id']}"

    async with site.client.post(f"{where}/approve", data={"csrf": "x", "seen": "1"}) as answer:
        assert answer.status == 403

    assert await people(site) == 13


@pytest.mark.parametrize("path", ["/cases", "/people/why?who=p01@x.example"])
async def test_a_page_asks_no_more_of_the_store_the_more_are_held(
    monkeypatch: pytest.MonkeyPatch, serve: Serve, path: str
) -> None:
    monkeypatch.setattr("dirsync_core.store.sqlite.store._READERS", 1)
    site = await signed_in(serve)
    for n in range(40):
        await push(site, f"p{n:02}")
    await leave(site, *map(name, range(7)))
    few = await statements(site, path)

    await leave(site, *map(name, range(7, 30)))

    assert await statements(site, path) <= few


# --- addresses and rehires -------------------------------------------------------------------------------------------


async def add(site: Site, email: str, **values: str) -> None:
    token = await site.token(api="t", write=True)
    async with site.client.post("/api/v1/people", json={"email": email, **values}, headers=token) as answer:
        assert answer.status < 300, await answer.text()


async def test_an_address_case_shows_what_both_say_and_keeps_them_apart(site: Site) -> None:
    await add(site, "nora@x.example", displayName="Nora Lie", title="Cook")
    await push(site, "nora")

    page = await text(site, "/cases")

    case = await the_case(site)
    assert "Okta and someone kept by hand claim nora@x.example" in page
    assert re.search(
        r'title</td><td role="cell"><span class="mk square"></span> Cook</td>.*<b class="gone">nothing', page
    )
    assert f"/people/{case['person']}/adopt?record={case['record']}" in page
    assert f"/people/{case['person']}/edit" in page
    shown = await text(site, f"/people/{case['person']}")
    why = await text(site, f"/people/why?who={case['record']}")
    assert (shown.count("See the case"), shown.count("claims this address")) == (1, 1)
    assert f'href="/cases/{case["id"]}/keep">Keep them apart…' in why
    await post(site, f"/cases/{case['id']}/keep", [("seen", "1")])
    assert (await the_case(site, "all"))["state"] == "kept"


async def test_a_rehire_is_the_same_person_or_somebody_else(site: Site) -> None:
    first = await push(site, "eve", external="1")
    headers = await site.token(provider="okta")
    async with site.client.delete(f"/providers/okta/scim/v2/Users/{first['id']}", headers=headers) as answer:
        assert answer.status == 204
    await push(site, "eve", external="2")

    page = await text(site, "/cases")
    case = await the_case(site)
    assert "Is Okta’s new Person eve the Person eve who was here before?" in page
    assert "Wait: nothing to press" in page
    done = await post(site, f"/cases/{case['id']}/keep", [("seen", "1")])

    assert "they are two people for good" in done
    assert "Somebody else, decided by sofie" in done
