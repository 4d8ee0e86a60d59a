"""An admin's word on the pages of a served installation: pins, sets, handing over and taking back."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from dirsync_core.host import doors
from dirsync_core.web.pages import COOKIE
from tests.web.conftest import Serve, Site

TABLE: Mapping[str, Any] = {
    "providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
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


@pytest.fixture
async def ann(site: Site) -> str:
    """Somebody pushed by Okta with a phone, a city and an assistant."""
    await push(site, "ann")
    return str((await site.get("/people.json", {}))["people"][0]["id"])


async def push(site: Site, name: str, phone: str = "1") -> str:
    """Push somebody as Okta does; gives the record."""
    ours = "urn:dirsync:schemas:1.0:User"
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ours],
        "userName": f"{name}@x.example",
        "displayName": name.capitalize(),
        "emails": [{"value": f"{name}@x.example", "primary": True}],
        "phoneNumbers": [{"type": "work", "value": phone, "primary": True}],
        "addresses": [{"type": "work", "locality": "Oslo"}],
        ours: {"assistants": ["bo@x.example"]},
        "active": True,
    }
    headers = await site.token(provider="okta")
    async with site.client.post("/providers/okta/scim/v2/Users", json=body, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json(content_type=None))["id"])


async def text(site: Site, path: str, status: int = 200) -> str:
    async with site.client.get(path) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def post(site: Site, path: str, **fields: str) -> Any:
    """Send a form, and give the page that it leads to."""
    csrf = re.findall(r'name="csrf" value="([^"]*)"', await text(site, "/more"))[0]
    return await site.client.post(path, data={"csrf": csrf, **fields})


async def shown(site: Site, person: str) -> Any:
    return (await site.get(f"/people/{person}.json", {}))["person"]


async def test_a_pin_stands_beside_what_okta_says_with_author_and_note(site: Site, ann: str) -> None:
    answer = await post(site, f"/people/{ann}/pin", name="phone", value="2", note="on call until June", op="pin")

    page = await answer.text()
    assert "Your word on phone counts." in page
    assert "Okta says <b>1</b>" in page
    assert "Go back to Okta’s" in page
    assert "pinned by sofie: “on call until June”" in page
    assert "your pin: phone" in page
    assert (await shown(site, ann))["phone"] == "2"


async def test_going_back_to_okta_s_leaves_nothing_of_the_pin(site: Site, ann: str) -> None:
    await post(site, f"/people/{ann}/pin", name="phone", value="2", op="pin")

    answer = await post(site, f"/people/{ann}/pin", name="phone", op="clear")

    page = await answer.text()
    assert "Phone is up to the sources again." in page
    assert "pinned by" not in page
    assert (await shown(site, ann))["phone"] == "1"


async def test_the_message_of_a_pin_takes_it_back(site: Site, ann: str) -> None:
    page = await (await post(site, f"/people/{ann}/pin", name="phone", value="2", op="pin")).text()
    toast = re.findall(r'class="toast".*', page)[0]

    await post(site, "/undo", request=re.findall(r'name="request" value="([^"]*)"', toast)[0])

    assert (await shown(site, ann))["phone"] == "1"


async def test_a_message_says_no_words_of_the_address(site: Site, ann: str) -> None:
    page = await text(site, f"/people/{ann}?done=pinned&where=everything")

    assert "Your word on the value counts." in page


async def test_that_there_is_none_can_be_pinned(site: Site, ann: str) -> None:
    page = await (await post(site, f"/people/{ann}/pin", name="phone", op="empty")).text()

    assert "phone" not in await shown(site, ann)
    assert re.search(r"<dt>phone</dt>\s*<dd>\s*<b class=\"gone\">nothing</b>", page)
    assert "Okta says <b>1</b>" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "phone", "value": " ", "op": "pin"}, "Say which value"),
        ({"name": "assistants", "value": "", "op": "add"}, "Say which value"),
    ],
)
async def test_what_can_t_be_pinned_is_refused_and_kept(
    site: Site, ann: str, fields: dict[str, str], words: str
) -> None:
    answer = await post(site, f"/people/{ann}/pin", **fields)

    assert answer.status == 409
    assert words in await answer.text()


@pytest.mark.parametrize("name", ["email", "groups", "locations", "shoe"])
async def test_attributes_that_are_not_a_matter_of_pins_are_not_offered(site: Site, ann: str, name: str) -> None:
    await text(site, f"/people/{ann}/pin?name={name}", 400)
    assert f"<option>{name}</option>" not in await text(site, f"/people/{ann}/pin")


async def test_assistants_are_added_and_hidden_and_given_back(site: Site, ann: str) -> None:
    await post(site, f"/people/{ann}/pin", name="assistants", value="cy@x.example", op="add")
    await post(site, f"/people/{ann}/pin", name="assistants", value="bo@x.example", op="mask")

    assert [a["written"] for a in (await shown(site, ann))["assistants"]] == ["cy@x.example"]
    page = await text(site, f"/people/{ann}/pin?name=assistants")
    assert ">Take back</button>" in page
    assert ">Show again</button>" in page
    await post(site, f"/people/{ann}/pin", name="assistants", value="bo@x.example", op="clear")
    assert [a["written"] for a in (await shown(site, ann))["assistants"]] == ["bo@x.example", "cy@x.example"]


async def test_a_pin_holds_whatever_okta_pushes(site: Site, ann: str) -> None:
    await post(site, f"/people/{ann}/pin", name="phone", value="2", op="pin")
    record = (await site.get(f"/people/{ann}.json", {}))["explanation"]["records"][0]["id"]
    headers = await site.token(provider="okta")
    ops = [{"op": "replace", "path": 'phoneNumbers[type eq "work"].value', "value": "3"}]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": ops}

    await site.client.patch(f"/providers/okta/scim/v2/Users/{record}", json=body, headers=headers)

    assert (await shown(site, ann))["phone"] == "2"
    assert "Okta says <b>3</b>" in await text(site, f"/people/{ann}")


# --- handing over ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def nora(site: Site) -> str:
    """Somebody kept by hand whose address Okta claims as well."""
    answer = await post(site, "/people/new", email="nora@x.example", displayName="Nora Lie", phone="7")
    await push(site, "nora")
    return str(answer.url.path.rpartition("/")[2])


async def test_who_is_claimed_is_handed_over_after_seeing_what_it_does(site: Site, nora: str) -> None:
    page = await text(site, f"/people/{nora}")
    assert "Okta claims this address" in page
    confirm = re.findall(r'href="(/people/[^"]*/adopt\?record=[^"]*)"', page)[0]

    asked = await text(site, confirm)
    record = re.findall(r'name="record" value="([^"]*)"', asked)[0]
    assert "Hand Nora Lie over to Okta?" in asked
    assert re.search(r"phone</span>.*<del>7</del>.*<ins>1</ins>", asked, re.S)
    assert (await shown(site, nora))["phone"] == "7"

    done = await post(site, f"/people/{nora}/adopt", record=record)

    assert "Handed over." in await done.text()
    now = await shown(site, nora)
    assert (now["id"], now["phone"], now["status"]) == (nora, "1", "active")


async def test_taken_back_they_are_as_they_were(site: Site, nora: str) -> None:
    before = await shown(site, nora)
    record = (await site.get(f"/people/{nora}.json", {}))["contenders"][0]["record"]
    await post(site, f"/people/{nora}/adopt", record=record)
    assert f'href="/people/{nora}/release">Take back from Okta…' in await text(site, f"/people/{nora}")
    assert "Take Nora back?" in await text(site, f"/people/{nora}/release")

    done = await post(site, f"/people/{nora}/release")

    assert "Taken back." in await done.text()
    now = await shown(site, nora)
    assert (now["phone"], now["displayName"]) == (before["phone"], before["displayName"])


async def test_the_record_that_waits_leads_to_the_ways_out(site: Site, nora: str) -> None:
    record = (await site.get(f"/people/{nora}.json", {}))["contenders"][0]["record"]

    page = await text(site, f"/people/why?who={record}")

    assert f'href="/people/{nora}/adopt?record={record}">Hand over to Okta…' in page
    assert f'href="/people/{nora}/edit">Another address…' in page


async def test_who_was_not_handed_over_can_t_be_taken_back(site: Site, ann: str) -> None:
    assert "was not handed over" in await text(site, f"/people/{ann}/release")
    assert (await post(site, f"/people/{ann}/release")).status == 409


async def test_nobody_is_handed_over_where_no_record_asks(site: Site, ann: str) -> None:
    assert "is not kept by hand" in await text(site, f"/people/{ann}/adopt")


@pytest.mark.parametrize("path", ["", "/pin", "/pin?name=phone", "/pin?name=assistants", "/adopt", "/release"])
async def test_every_page_is_small_has_its_twin_and_nothing_that_could_run(site: Site, ann: str, path: str) -> None:
    await post(site, f"/people/{ann}/pin", name="phone", value="2", op="pin")
    page = await text(site, f"/people/{ann}{path}")
    twin = path.replace("?", ".json?", 1) if "?" in path else f"{path}.json"

    data = await site.get(f"/people/{ann}{twin}", {})

    assert len(page.encode()) <= 60_000
    assert re.findall(r"<style|<script(?! src=)|\son\w+=|\sstyle=|javascript:", page) == []
    assert data["shell"]["by"] == "sofie"


async def test_a_person_who_is_not_there_is_not_found(site: Site) -> None:
    for path in ("/pin", "/adopt", "/release"):
        await text(site, f"/people/nobody{path}", 404)
