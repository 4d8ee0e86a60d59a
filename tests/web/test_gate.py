"""A token opens its own provider and nothing else."""

from datetime import timedelta

import pytest

from tests.web.conftest import Serve, Site

TWO = {
    "directory": {"precedence": ["okta", "hr"]},
    "providers": {"okta": {"plugin": "okta"}, "hr": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
}
USERS = "/providers/okta/scim/v2/Users"


@pytest.fixture
async def site(serve: Serve) -> Site:
    return await serve(TWO)


async def status(site: Site, path: str, headers: dict[str, str]) -> int:
    async with site.client.get(path, headers=headers) as response:
        return response.status


async def test_a_token_opens_its_own_provider(site: Site) -> None:
    assert 200 == await status(site, USERS, await site.token(provider="okta"))


@pytest.mark.parametrize("door", [{"provider": "hr"}, {"api": "reports"}])
async def test_another_token_does_not(site: Site, door: dict[str, str]) -> None:
    assert 401 == await status(site, USERS, await site.token(**door))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic b2t0YTpva3Rh"])
async def test_nonsense_does_not_and_is_told_in_scim(site: Site, header: str) -> None:
    async with site.client.get(USERS, headers={"Authorization": header}) as response:
        error = await response.json(content_type=None)

    assert (401, "401") == (response.status, error["status"])
    assert "dirsync token create okta" in error["detail"]


async def test_an_expired_token_does_not(site: Site) -> None:
    gone = await site.token(provider="okta", expires_at=site.host.clock() - timedelta(seconds=1))

    assert 401 == await status(site, USERS, gone)


async def test_a_token_arrives_bare_as_catalogue_apps_send_it(site: Site) -> None:
    headers = await site.token(provider="okta")

    assert 200 == await status(site, USERS, {"Authorization": headers["Authorization"].removeprefix("Bearer ")})


async def test_a_providers_token_does_not_open_the_api(site: Site) -> None:
    assert 401 == await status(site, "/api/v1/people", await site.token(provider="okta"))


async def test_the_use_of_a_token_and_the_last_call_are_noted(site: Site) -> None:
    await status(site, USERS, await site.token(provider="okta"))
    await site.flush()
    api = await site.token(api="test")

    tokens = await site.host.store.read(lambda tx: tx.access.tokens())
    providers = (await site.get("/api/v1/providers", api))["providers"]

    assert any(token.provider == "okta" and token.last_used_at for token in tokens)
    assert "GET /providers/okta/scim/v2/Users, 200" == providers[0]["lastStatus"]


async def test_every_answer_has_a_request_id(site: Site) -> None:
    async with site.client.get("/healthz") as response:
        assert 16 == len(response.headers["X-Request-Id"])


async def test_an_unknown_provider_is_not_found(site: Site) -> None:
    assert 404 == await status(site, "/providers/nobody/scim/v2/Users", await site.token(provider="okta"))
