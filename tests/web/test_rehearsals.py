"""Okta in both personalities, against a served installation with its real store."""

from typing import Any

import pytest

from dirsync_core.web.desk import StoreDesk
from dirsync_okta.rehearsal import rehearse
from tests.web.conftest import Serve, Site

TABLE = {
    "providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
    "locations": {
        "oslo": {"filter": 'city eq "Oslo" or groups eq "Oslo Contractors"'},
        "elsewhere": {"filter": 'not (city eq "Oslo")', "missing": "in"},
    },
}


async def rehearsed(site: Site, style: str, **more: Any) -> Any:
    headers = await site.token(provider="okta")
    url = str(site.client.make_url("/providers/okta/scim/v2"))
    return await rehearse(
        url=url, token=headers["Authorization"].removeprefix("Bearer "), people=40, style=style, **more
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("style", ["oin", "wizard"])
async def test_a_first_push_and_a_working_day_go_through_and_read_back(serve: Serve, style: str) -> None:
    site = await serve(TABLE)

    report = await rehearsed(site, style)

    assert [] == list(report.failures)
    status = await site.get("/api/v1/status", await site.token(api="t"))
    assert (40, 1) == (status["people"]["active"], status["people"]["deactivated"])


@pytest.mark.parametrize("style", ["oin", "wizard"])
async def test_the_same_rehearsal_again_makes_nobody_new(serve: Serve, style: str) -> None:
    site = await serve(TABLE)
    await rehearsed(site, style)

    again = await rehearsed(site, style)

    assert [] == list(again.failures)
    status = await site.get("/api/v1/status", await site.token(api="t"))
    assert 41 == sum(status["people"].values())


async def test_who_is_kept_by_hand_and_pushed_too_stays_as_they_were(serve: Serve) -> None:
    site = await serve(TABLE)
    desk, api = StoreDesk(site.host), await site.token(api="t")
    await desk.add_person(
        {"email": "nora@x.example", "displayName": "Nora"}, locations=["oslo"], until=None, provider=None, by="sofie"
    )
    before = await site.get("/api/v1/people/nora@x.example", api)

    report = await rehearsed(site, "oin", also=["nora@x.example"])

    assert [] == list(report.failures)
    assert before == await site.get("/api/v1/people/nora@x.example", api)
    records = await site.get("/api/v1/records?situation=contested", api)
    assert ["nora@x.example"] == [record["email"] for record in records["records"]]


async def test_48_the_echo_of_what_was_read_makes_no_new_version_though_groups_changed_meanwhile(serve: Serve) -> None:
    site = await serve(TABLE)
    headers = await site.token(provider="okta")
    scim = "/providers/okta/scim/v2"
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann@x.example", "active": True,
        "emails": [{"value": "ann@x.example", "primary": True}],
    }  # fmt: skip
    async with site.client.post(f"{scim}/Users", json=body, headers=headers) as response:
        made = await response.json(content_type=None)
    read = await site.get(f"{scim}/Users/{made['id']}", headers)
    group = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Staff",
        "members": [{"value": made["id"]}],
    }  # fmt: skip
    await site.client.post(f"{scim}/Groups", json=group, headers=headers)

    async with site.client.put(f"{scim}/Users/{made['id']}", json=read, headers=headers) as response:
        echoed = await response.json(content_type=None)

    assert (200, read["meta"]) == (response.status, echoed["meta"])
    assert ["Staff"] == [group["display"] for group in echoed["groups"]]
