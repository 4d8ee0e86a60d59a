"""`POST /api/v1/providers/NAME/retire`: looked at first, then done."""

from typing import Any

import pytest

from tests.web.conftest import Serve, Site

BOTH = {"providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}}}
HAND = {"providers": {"contractors": {"plugin": "manual"}}}
ANN = "ann@x.example"
RETIRE = "/api/v1/providers/okta/retire"


async def gone(serve: Serve) -> tuple[Site, dict[str, str]]:
    site = await serve(BOTH)
    user = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": ANN,
        "emails": [{"value": ANN, "primary": True}],
    }
    okta = await site.token(provider="okta")
    async with site.client.post("/providers/okta/scim/v2/Users", json=user, headers=okta) as answer:
        assert 201 == answer.status
    site = await serve(HAND)
    return site, await site.token(api="t", write=True)


async def post(site: Site, api: dict[str, str], body: Any) -> tuple[int, Any]:
    async with site.client.post(RETIRE, json=body, headers=api) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_it_is_looked_at_and_then_done(serve: Serve) -> None:
    site, api = await gone(serve)

    _, looked = await post(site, api, {"fate": "leave", "dryRun": True})
    still = (await site.get(f"/api/v1/people/{ANN}", api))["status"]
    _, done = await post(site, api, {"fate": "leave"})

    assert ("active", "left") == (still, (await site.get(f"/api/v1/people/{ANN}", api))["status"])
    assert [["leaves"]] * 2 == [[effect["kind"] for effect in each["effects"]] for each in (looked, done)]


async def test_handed_over(serve: Serve) -> None:
    site, api = await gone(serve)

    await post(site, api, {"fate": "to", "to": "contractors"})

    assert "active" == (await site.get(f"/api/v1/people/{ANN}", api))["status"]
    shown = await site.get("/api/v1/providers", api)
    assert {"contractors": None, "okta": "to"} == {each["name"]: each["retired"] for each in shown["providers"]}


@pytest.mark.parametrize(
    "body", [{}, {"fate": "gone"}, {"fate": "to"}, {"fate": "leave", "to": "contractors"}, {"fate": "leave", "now": 1}]
)
async def test_what_can_not_be_read_changes_nothing(body: dict[str, Any], serve: Serve) -> None:
    site, api = await gone(serve)

    assert 400 == (await post(site, api, body))[0]
    assert "active" == (await site.get(f"/api/v1/people/{ANN}", api))["status"]
