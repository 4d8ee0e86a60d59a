"""A plugin that fails stays alone with it: its addresses answer 503, its people stay, everything else runs."""

from typing import Any

import pytest

from tests.plugins.crashing import FailsToOpen
from tests.web.conftest import Serve

OKTA = {"okta": {"plugin": "okta"}}
PERSON = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "ann@x.example",
    "emails": [{"value": "ann@x.example", "primary": True}],
    "active": True,
}


@pytest.mark.parametrize("kind", ["unmade", "unopened", "unserved"])
async def test_a_provider_that_fails_answers_503_with_retry_after(serve: Serve, kind: str) -> None:
    site = await serve({"providers": {"labs": {"plugin": kind}}})
    headers = await site.token(provider="labs")

    async with site.client.get("/providers/labs/anything", headers=headers) as response:
        assert 503 == response.status
        assert response.headers["Retry-After"].isdigit()
        assert "labs is off" in await response.text()


async def test_a_provider_is_closed_after_it_failed_to_open(serve: Serve) -> None:
    FailsToOpen.closed = False

    await serve({"providers": {"labs": {"plugin": "unopened"}}})

    assert FailsToOpen.closed


async def test_a_crash_in_a_plugin_is_answered_without_its_words(serve: Serve) -> None:
    site = await serve({"providers": {"labs": {"plugin": "crashing"}}})

    async with site.client.get("/providers/labs/crash", headers=await site.token(provider="labs")) as response:
        assert 500 == response.status
        assert "secret-token-in-text" not in await response.text()


async def test_a_plugin_that_fails_to_import_is_shown_with_its_reason(serve: Serve) -> None:
    site = await serve({"providers": OKTA})

    listed = await site.get("/api/v1/plugins", await site.token(api="test"))

    broken = next(plugin for plugin in listed["plugins"] if plugin["name"] == "broken")
    assert ("failed", "RuntimeError: the vendor's library is missing") == (broken["state"], broken["because"])


async def test_people_stay_and_records_are_frozen_while_their_provider_is_off(serve: Serve) -> None:
    site = await serve({"providers": OKTA})
    headers = await site.token(provider="okta")
    await site.client.post("/providers/okta/scim/v2/Users", json=PERSON, headers=headers)

    site = await serve({"providers": {"labs": {"plugin": "unmade"}}})
    api = await site.token(api="test")
    people: Any = await site.get("/api/v1/people", api)
    records: Any = await site.get("/api/v1/records", api)

    assert ["ann@x.example"] == [person["email"] for person in people["people"]]
    assert ["frozen"] == [record["situation"] for record in records["records"]]
