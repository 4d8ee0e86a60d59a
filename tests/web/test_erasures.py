"""Somebody who was erased, over HTTP: the API erases and lifts, and the source is told why it is refused."""

from datetime import timedelta
from typing import Any

import pytest

from dirsync_core.api import Request
from dirsync_core.host import doors
from dirsync_core.host.acts.ageing import drop_history
from dirsync_core.model.moments import Moment
from dirsync_core.web.pages import COOKIE
from tests.web.conftest import Serve, Site

TABLE = {"providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}}}
ANN = "ann@x.example"
USERS = "/providers/okta/scim/v2/Users"


def user(name: str = ANN) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": name,
        "emails": [{"value": ANN, "primary": True}],
    }


async def erased(site: Site, okta: dict[str, str], api: dict[str, str]) -> str:
    async with site.client.post(USERS, json=user(), headers=okta) as answer:
        known = str((await answer.json(content_type=None))["id"])
    async with site.client.post(f"/api/v1/people/{ANN}/erase", json={"erase": ANN}, headers=api) as answer:
        assert 200 == answer.status
        assert 1 == (await answer.json())["records"]
    return known


async def called(site: Site, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, str]:
    async with site.client.request(method, path, json=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_the_source_is_refused_with_what_to_do(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    known = await erased(site, okta, api)
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"active": False}}],
    }

    told = [
        await called(site, "POST", USERS, okta, user()),
        await called(site, "PUT", f"{USERS}/{known}", okta, user()),
        await called(site, "PATCH", f"{USERS}/{known}", okta, patch),
        await called(site, "DELETE", f"{USERS}/{known}", okta),
    ]

    assert [403] * 4 == [status for status, _ in told]
    assert all("Unassign this person in Okta" in text and "dirsync erase --lift" in text for _, text in told)
    assert 404 == (await called(site, "GET", f"{USERS}/{known}", okta))[0]


async def test_a_bulk_request_is_refused_alike(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    await erased(site, okta, api)
    bulk = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "POST", "path": "/Users", "bulkId": "1", "data": user()}],
    }

    _, text = await called(site, "POST", "/providers/okta/scim/v2/Bulk", okta, bulk)

    assert '"status": "403"' in text or '"status":"403"' in text


async def test_the_refusal_is_the_last_error_of_the_source_and_names_nobody(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    await erased(site, okta, api)
    await called(site, "POST", USERS, okta, user())
    await site.flush()

    shown = await site.get("/api/v1/providers", api)

    said = next(each["lastError"] for each in shown["providers"] if each["name"] == "okta")
    assert "Erased on request" in said
    assert ANN not in said


async def test_lifted_the_source_may_push_anew(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    known = await erased(site, okta, api)

    status, _ = await called(site, "POST", "/api/v1/erasures/lift", api, {"email": ANN})

    assert 200 == status
    assert 404 == (await called(site, "PUT", f"{USERS}/{known}", okta, user()))[0]
    assert 201 == (await called(site, "POST", USERS, okta, user()))[0]


@pytest.mark.parametrize("body", [{}, {"erase": "somebody@x.example"}])
async def test_erasing_must_be_meant(body: dict[str, str], serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    await called(site, "POST", USERS, okta, user())

    assert 400 == (await called(site, "POST", f"/api/v1/people/{ANN}/erase", api, body))[0]
    assert 200 == (await called(site, "GET", f"/api/v1/people/{ANN}", api))[0]


async def test_by_hand_it_is_forbidden_too(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    await erased(site, okta, api)

    assert 403 == (await called(site, "POST", "/api/v1/people", api, {"email": ANN}))[0]


async def test_changes_that_are_no_longer_kept_are_gone(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t")
    for active in (True, False):
        body = {**user(), "userName": f"{active}@x.example", "active": active}
        body["emails"] = [{"value": body["userName"], "primary": True}]
        await called(site, "POST", USERS, okta, body)
    await called(site, "POST", USERS, okta, user())
    moment = Moment(site.host.clock() + timedelta(days=1), Request("r", "clock"))
    await site.host.store.write(lambda tx: drop_history(tx, moment, moment.at))

    assert 410 == (await called(site, "GET", "/api/v1/changes", api))[0]
    end = (await site.get("/api/v1/status", api))["seq"]
    assert 200 == (await called(site, "GET", f"/api/v1/changes?after={end}", api))[0]


async def test_pages_that_told_of_them_still_open(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    record = await erased(site, okta, api)
    (person, *_) = [change["person"] for change in (await site.get("/api/v1/changes", api))["changes"]]
    now = site.host.clock()
    secret = await site.host.store.write(lambda tx: doors.sign_in(tx, doors.create_code(tx, "sofie", now), now))
    site.client.session.cookie_jar.update_cookies({COOKIE: secret or ""})

    opened = [(await called(site, "GET", path, {}))[0] for path in ("/changes", "/people", "/records", "/")]
    gone = [(await called(site, "GET", path, {}))[0] for path in (f"/people/{person}", f"/people/{record}")]

    assert ([200] * 4, [404] * 2) == (opened, gone)


async def test_pages_of_the_feed_show_what_is_left(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    await erased(site, okta, api)

    shown = await site.get("/api/v1/changes", api)

    assert ["joined", "erased"] == [change["type"] for change in shown["changes"]]
    assert [{}, {}] == [change["changed"] for change in shown["changes"]]
