"""Cases over the API."""

from typing import Any

from tests.web.conftest import Serve, Site

TABLE = {"providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}}, "guard": {"people": 1}}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


async def tripped(site: Site) -> tuple[dict[str, str], list[str]]:
    """Ten people are pushed, and three of them deactivated, of whom the guard lets one go."""
    okta = await site.token(provider="okta")
    ids = []
    for n in range(10):
        email = f"p{n}@halden.example"
        body = {"schemas": [USER], "userName": email, "emails": [{"value": email, "primary": True}], "active": True}
        async with site.client.post("/providers/okta/scim/v2/Users", json=body, headers=okta) as answer:
            ids.append((await answer.json())["id"])
    for n in range(3):
        body = {"schemas": [USER], "userName": f"p{n}@halden.example", "active": False}
        async with site.client.put(f"/providers/okta/scim/v2/Users/{ids[n]}", json=body, headers=okta) as answer:
            assert (answer.status, (await answer.json())["active"]) == (200, False)
    return okta, ids


async def post(site: Site, path: str, token: dict[str, str], **more: Any) -> tuple[int, Any]:
    async with site.client.post(path, headers=token, **more) as answer:
        return answer.status, await answer.json()


async def test_the_provider_reads_what_it_wrote_while_the_guard_holds(serve: Serve) -> None:
    site = await serve(TABLE)
    okta, ids = await tripped(site)

    read = await site.get(f"/providers/okta/scim/v2/Users/{ids[2]}", okta)

    assert read["active"] is False
    people = await site.get("/api/v1/people", await site.token(api="t"))
    assert people["total"] == 9


async def test_a_case_is_listed_and_decided(serve: Serve) -> None:
    site = await serve(TABLE)
    await tripped(site)
    token = await site.token(api="t", write=True)
    (case,) = (await site.get("/api/v1/cases", token))["cases"]
    assert (case["kind"], case["counts"], case["limit"]) == ("guard", {"held": 2, "out": 1}, 1)

    chosen = await post(
        site, f"/api/v1/cases/{case['id']}/approve", token, json={"people": ["p1@halden.example"]}
    )  # fmt: skip
    rest = await post(site, f"/api/v1/cases/{case['id']}/keep", token)

    assert (chosen[0], chosen[1]["state"]) == (200, "open")
    assert (rest[0], rest[1]["state"]) == (200, "kept")
    assert (await site.get("/api/v1/cases", token))["cases"] == []
    assert len((await site.get("/api/v1/cases?state=all", token))["cases"]) == 1
    again, said = await post(site, f"/api/v1/cases/{case['id']}/keep", token)
    assert (again, "nothing left to decide" in said["detail"]) == (409, True)


async def test_what_can_not_be_decided_is_refused(serve: Serve) -> None:
    site = await serve(TABLE)
    await tripped(site)
    token = await site.token(api="t", write=True)
    (case,) = (await site.get("/api/v1/cases", token))["cases"]

    nobody, _ = await post(site, f"/api/v1/cases/{case['id']}/keep", token, json={"people": []})
    missing, _ = await post(site, "/api/v1/cases/none/keep", token)
    reading, _ = await post(site, f"/api/v1/cases/{case['id']}/keep", await site.token(api="r"))

    assert (nobody, missing, reading) == (400, 404, 403)
    assert (await site.get("/api/v1/cases?state=new", token))["status"] == 400
