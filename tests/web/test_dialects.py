"""How a source speaks: counted while it calls, kept in the store, shown to programs and on the pages."""

from typing import Any

import pytest

from dirsync_core.host import doors
from dirsync_core.web.desk import StoreDesk
from dirsync_core.web.pages import COOKIE
from tests.okta.conversation import Conversation, okta_user
from tests.web.conftest import Serve, Site

BARE = "token-without-bearer"


async def serving(serve: Serve, **settings: Any) -> tuple[Site, Conversation]:
    site = await serve({"providers": {"okta": {"plugin": "okta", **settings}, "kept": {"plugin": "manual"}}})
    site.client.session.headers.update(await site.token(provider="okta"))
    return site, Conversation(site.client)


async def bare(site: Site, okta: Conversation) -> int:
    secret = (await site.token(provider="okta"))["Authorization"].removeprefix("Bearer ")
    return (await okta.ask("GET", "/Users", headers={"Authorization": secret})).status


async def spoken(site: Site) -> dict[str, dict[str, Any]]:
    await site.flush()
    shape = await site.get("/api/v1/providers", await site.token(api="reports"))
    return {each["name"]: each for each in shape["providers"][0]["dialect"]["tolerances"]}


async def page(site: Site, path: str) -> str:
    """Draw a page for somebody who is signed in."""
    now = site.host.clock()
    secret = await site.host.store.write(lambda tx: doors.sign_in(tx, doors.create_code(tx, "sofie.r", now), now))
    async with site.client.get(path, cookies={COOKIE: secret or ""}) as response:
        assert 200 == response.status, await response.text()
        return await response.text()


async def history(site: Site) -> list[Any]:
    """Give what was written about the only person, newest first."""
    people = await site.get("/api/v1/people", await site.token(api="reports"))
    shown = await StoreDesk(site.host).person(people["people"][0]["id"], by="sofie.r")
    return [line["ignored"] for line in shown["history"]]


async def test_what_was_needed_is_counted_and_what_was_not_can_be_switched_off(serve: Serve) -> None:
    site, okta = await serving(serve)

    statuses = [await bare(site, okta), await bare(site, okta)]

    tolerances = await spoken(site)
    assert [200, 200] == statuses
    assert ("needed", 2, "Authorization: …") == tuple(tolerances[BARE][key] for key in ("state", "count", "example"))
    assert ("unneeded", 0, None) == tuple(tolerances["entra-flag"][key] for key in ("state", "count", "lastAt"))
    assert BARE == next(iter(tolerances))


async def test_counts_add_up_over_restarts(serve: Serve) -> None:
    site, okta = await serving(serve)
    await bare(site, okta)
    await site.flush()
    site, okta = await serving(serve)
    await bare(site, okta)

    assert 2 == (await spoken(site))[BARE]["count"]


async def test_of_what_is_named_in_tolerate_nothing_else_is_on(serve: Serve) -> None:
    site, okta = await serving(serve, tolerate=["email-no-type"])

    refused = await okta.get("/Users", startindex=1)

    tolerances = await spoken(site)
    assert 400 == refused.status
    assert "“parameter-case” is switched off here" in refused.json["detail"]
    assert {"email-no-type"} == {name for name, each in tolerances.items() if each["state"] == "unneeded"}
    assert "off" == tolerances["parameter-case"]["state"]


async def test_a_bare_token_is_refused_where_it_is_not_tolerated(serve: Serve) -> None:
    site, okta = await serving(serve, strict=True)

    status = await bare(site, okta)

    tolerance = (await spoken(site))[BARE]
    assert 401 == status
    assert ("off", 0) == (tolerance["state"], tolerance["count"])


async def test_a_wrong_bare_token_counts_nothing(serve: Serve) -> None:
    site, okta = await serving(serve)

    answer = await okta.ask("GET", "/Users", headers={"Authorization": "nonsense"})

    assert 401 == answer.status
    assert 0 == (await spoken(site))[BARE]["count"]


async def test_who_is_kept_by_hand_has_no_dialect(serve: Serve) -> None:
    site, _ = await serving(serve)

    shape = await site.get("/api/v1/providers", await site.token(api="reports"))

    assert shape["providers"][1]["dialect"] is None


@pytest.mark.parametrize("path", ["/providers", "/providers/okta", "/providers/okta/dialect"])
async def test_pages_show_how_okta_speaks(serve: Serve, path: str) -> None:
    site, okta = await serving(serve, tolerate=[BARE, "email-no-type", "password-not-kept"])
    await bare(site, okta)
    await site.flush()

    text = await page(site, path)

    assert BARE in text
    assert "the token arrives bare, as catalogue apps send it" in text
    assert "needed</span>" in text
    assert "can be switched off</span>" in text


async def test_the_page_of_a_dialect_says_whom_each_serves_and_what_was_seen(serve: Serve) -> None:
    site, okta = await serving(serve)
    await okta.user(emails=[{"value": "dana.okafor@halden.example"}])
    await site.flush()

    text = await page(site, "/providers/okta/dialect")

    assert "for Okta, without emailType mapped" in text
    assert "emails: [{&#34;value&#34;: &#34;…&#34;}]" in text
    assert "dana" not in text


async def test_history_names_what_was_ignored_and_not_its_value(serve: Serve) -> None:
    site, okta = await serving(serve)
    user = await okta.user()
    await okta.put(f"/Users/{user['id']}", {**user, "title": "Buyer", "password": "Zx81-placeholder"})

    assert [["id", "meta", "password"], ["groups", "password"]] == [sorted(names) for names in await history(site)]
    assert b"Zx81" not in b"".join(each.read_bytes() for each in site.host.settings.folder.glob("dirsync.db*"))


async def test_the_page_of_a_person_says_what_was_ignored(serve: Serve) -> None:
    site, okta = await serving(serve)
    await okta.post("/Users", okta_user())
    people = await site.get("/api/v1/people", await site.token(api="reports"))

    text = await page(site, f"/people/{people['people'][0]['id']}")

    assert "ignored: groups, password" in text


async def test_a_patch_notes_what_it_ignored(serve: Serve) -> None:
    site, okta = await serving(serve)
    user = await okta.user()
    await okta.patch(f"/Users/{user['id']}", {"op": "replace", "value": {"id": user["id"], "title": "Buyer"}})

    assert ["id"] == (await history(site))[0]


async def test_a_write_that_changes_nothing_leaves_no_line(serve: Serve) -> None:
    site, okta = await serving(serve)
    user = await okta.user()
    await okta.put(f"/Users/{user['id']}", {**user, "password": "Zx81-placeholder"})

    assert 1 == len(await history(site))
