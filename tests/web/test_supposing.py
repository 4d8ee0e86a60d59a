"""`POST /api/v1/explain/WHO`: what would become of a record; nothing of it remains."""

from tests.web.conftest import Serve

TABLE = {"providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}}}
ANN = "ann@x.example"


async def test_it_is_explained_and_nothing_remains(serve: Serve) -> None:
    site = await serve(TABLE)
    api = await site.token(api="t", write=True)
    body = {"userName": ANN, "emails": [{"value": ANN, "primary": True}], "displayName": "Ann Lee"}

    async with site.client.post(f"/api/v1/explain/{ANN}", json=body, headers=api) as answer:
        said = await answer.json()

    assert ("active", ["joins"]) == (said["verdict"], [effect["kind"] for effect in said["effects"]])
    assert "nobody" == (await site.get(f"/api/v1/explain/{ANN}", api))["verdict"]


async def test_switched_off_they_would_be_deactivated(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, api = await site.token(provider="okta"), await site.token(api="t", write=True)
    user = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": ANN,
        "externalId": "00u1",
        "emails": [{"value": ANN, "primary": True}],
    }
    async with site.client.post("/providers/okta/scim/v2/Users", json=user, headers=okta) as answer:
        assert 201 == answer.status

    body = {**user, "active": False}
    async with site.client.post(f"/api/v1/explain/{ANN}?provider=okta", json=body, headers=api) as answer:
        assert "deactivated" == (await answer.json())["verdict"]


async def test_a_parameter_that_there_is_not_is_refused(serve: Serve) -> None:
    site = await serve(TABLE)
    api = await site.token(api="t", write=True)

    async with site.client.post(f"/api/v1/explain/{ANN}?nonsense=1", json={}, headers=api) as answer:
        assert 400 == answer.status
