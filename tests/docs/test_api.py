"""api.md against the server: routes, parameters, and the keys of what it answers."""

import json
from typing import Any

import pytest

from dirsync_core.web import api, api_cases, api_erasures, api_retiring, api_supposing, api_writes, health
from tests.docs.markdown import first_column, page
from tests.web.conftest import Serve, Site

API = page("docs/reference/api.md")
ROUTES = {
    f"{route.method} {route.path}": route
    for route in (
        *api.routes(),
        *api_writes.routes(),
        *api_cases.routes(),
        *api_erasures.routes(),
        *api_retiring.routes(),
        *api_supposing.routes(),
        *health.routes(),
    )
}
READING = [name for name in ROUTES if name.startswith("GET /api/v1/")]
TABLE = {
    "providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
    "locations": {"oslo": {"filter": 'city eq "Oslo"'}},
}
MAPS = ("changed", "provenance", "situations", "counts")
USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "cy@halden.example",
    "displayName": "Cy Dahl",
    "emails": [{"primary": True, "value": "cy@halden.example"}],
    "locale": "en-US",
}


async def answers(site: Site, name: str) -> dict[str, Any]:
    """Let Okta push somebody in no location, place them, let it claim somebody's address, and ask for a route."""
    okta, token = await site.token(provider="okta"), await site.token(api="docs", write=True)
    ann = {
        **USER,
        "userName": "ann@halden.example",
        "emails": [{"primary": True, "value": "ann@halden.example"}],
        "addresses": [{"primary": True, "locality": "Oslo"}],
    }
    async with site.client.post("/api/v1/people", json={"email": "ann@halden.example"}, headers=token) as answer:
        assert 201 == answer.status
    async with site.client.post("/providers/okta/scim/v2/Users", json=ann, headers=okta) as answer:
        assert 201 == answer.status
    async with site.client.post("/providers/okta/scim/v2/Users", json=USER, headers=okta) as answer:
        assert 201 == answer.status
    async with site.client.put("/api/v1/people/cy@halden.example/locations/oslo", headers=token) as answer:
        assert 200 == answer.status
    async with site.client.get("/api/v1/cases", headers=token) as answer:
        (case,) = (await answer.json())["cases"]
    path = name.removeprefix("GET ").replace("{who}", "cy@halden.example").replace("{id}", case["id"])
    found: dict[str, Any] = await site.get(path, token)
    return found


def unknown(shown: Any, answered: Any, path: str = "") -> list[str]:
    """Give the keys that are shown and not answered; maps of names aside."""
    if isinstance(shown, list):
        return [key for item in shown[:1] for other in answered[:1] for key in unknown(item, other, f"{path}[]")]
    if not isinstance(shown, dict) or not isinstance(answered, dict) or path in MAPS:
        return []
    own = [f"{path}.{key}" for key in shown if key not in answered]
    return own + [key for name in shown.keys() & answered for key in unknown(shown[name], answered[name], name)]


def test_every_route_is_listed_and_no_other() -> None:
    listed = [heading for heading in API.headings() if heading.split()[0] in ("GET", "POST", "PATCH", "PUT", "DELETE")]

    assert sorted(ROUTES) == sorted(listed)


@pytest.mark.parametrize("name", READING)
async def test_its_parameters_are_listed_and_no_others(name: str, serve: Serve) -> None:
    site = await serve(TABLE)

    path = name.removeprefix("GET ").replace("{who}", "cy@halden.example").replace("{id}", "none")
    said = await site.get(f"{path}?nonsense=1", await site.token(api="docs"))

    listed = first_column(API.section(name))
    assert f"There are {', '.join(listed)}." in said["detail"] if listed else "There are none." in said["detail"]


@pytest.mark.parametrize("name", [name for name in READING if name != "GET /api/v1/people/{who}"])
async def test_what_is_shown_has_the_keys_that_are_answered(name: str, serve: Serve) -> None:
    shown, *_ = [block for block in API.blocks("json") if block.text in f"{API.section(name)}\n"]

    answered = await answers(await serve(TABLE), name)

    assert [] == unknown(json.loads(shown.text), answered)


def test_every_json_example_is_json() -> None:
    assert all(json.loads(block.text) for block in API.blocks("json"))
