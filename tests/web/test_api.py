"""`/api/v1`, as a program uses it."""

import asyncio
from typing import Any

import pytest

from tests.web.conftest import Serve, Site

TABLE = {
    "providers": {"okta": {"plugin": "okta"}, "contractors": {"plugin": "manual"}},
    "locations": {"oslo": {"name": "Oslo", "filter": 'city eq "Oslo"'}, "rest": {"filter": 'not (city eq "Oslo")'}},
}


@pytest.fixture
async def site(serve: Serve) -> Site:
    return await serve(TABLE)


async def push(site: Site, name: str, city: str | None = "Oslo", **more: Any) -> str:
    address = f"{name}@x.example"
    body: dict[str, Any] = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": address,
        "displayName": name.title(),
        "active": True,
        "emails": [{"value": address, "primary": True}],
        **more,
    }
    if city:
        body["addresses"] = [{"type": "work", "locality": city}]
    headers = await site.token(provider="okta")
    async with site.client.post("/providers/okta/scim/v2/Users", json=body, headers=headers) as response:
        assert 201 == response.status, await response.text()
        made: dict[str, Any] = await response.json(content_type=None)
        return str(made["id"])


async def test_a_pushed_person_is_there_with_provenance(site: Site) -> None:
    record = await push(site, "ann")

    ann = await site.get("/api/v1/people/ann@x.example", await site.token(api="t"))

    assert ("active", ["oslo"], None, []) == (ann["status"], ann["locations"], ann["manager"], ann["assistants"])
    assert ("okta", record) == (ann["provenance"]["city"]["provider"], ann["provenance"]["city"]["record"])


async def test_people_come_page_by_page_and_each_once(site: Site) -> None:
    for name in ("ann", "bob", "cyd", "dan", "eve"):
        await push(site, name)
    api, found, cursor = await site.token(api="t"), [], ""

    while True:
        page = await site.get(f"/api/v1/people?limit=2{cursor}", api)
        found += [person["displayName"] for person in page["people"]]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"

    assert ["Ann", "Bob", "Cyd", "Dan", "Eve"] == found
    assert 5 == page["total"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("location=oslo", ["Ann"]),
        ('filter=city eq "Bergen"', ["Bob"]),
        ('filter=displayName sw "a" or city eq "Bergen"', ["Ann", "Bob"]),
        ("sort=city", ["Bob", "Ann"]),
        ("status=left", []),
        ("status=all", ["Ann", "Bob"]),
        ("limit=0", []),
    ],
)
async def test_people_by_query(site: Site, query: str, names: list[str]) -> None:
    await push(site, "ann")
    await push(site, "bob", city="Bergen")

    page = await site.get(f"/api/v1/people?{query}", await site.token(api="t"))

    assert names == [person["displayName"] for person in page["people"]]


@pytest.mark.parametrize(
    "path",
    [
        "people?filter=cty eq 1", "people?filter=city eq", "people?location=bergn", "people?status=gone",
        "people?limit=x", "people?cursor=x", "people?sort=nothing", "people?colour=red", "records?situation=lost",
        "records?provider=x", "changes?after=-1", "changes?wait=soon",
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_a_problem_that_says_so(site: Site, path: str) -> None:
    async with site.client.get(f"/api/v1/{path}", headers=await site.token(api="t")) as response:
        problem = await response.json(content_type=None)

    assert (400, "application/problem+json") == (response.status, response.content_type)
    assert len(problem["detail"]) > 20


async def test_nobody_is_not_found_and_yet_explained(site: Site) -> None:
    api = await site.token(api="t")
    async with site.client.get("/api/v1/people/nobody@x.example", headers=api) as response:
        assert 404 == response.status

    told = await site.get("/api/v1/explain/nobody@x.example", api)

    assert ("nobody", [], None) == (told["verdict"], told["records"], told["person"])


async def test_out_of_scope_for_want_of_a_value_says_which(site: Site) -> None:
    await push(site, "ann", city=None)

    told = await site.get("/api/v1/explain/ann@x.example", await site.token(api="t"))

    (record,) = told["records"]
    assert ("nobody", "out_of_scope") == (told["verdict"], record["situation"])
    assert {"undetermined"} == {location["verdict"] for location in record["locations"]}
    assert "city is missing" in told["sentence"]
    assert ["passed", "passed", "stopped", *["not_reached"] * 4] == [stage["state"] for stage in record["stages"]]


async def test_changes_wait_for_the_next_one(site: Site) -> None:
    api = await site.token(api="t")
    waiting = asyncio.create_task(site.get("/api/v1/changes?after=0&wait=20", api))

    await push(site, "ann")
    feed = await asyncio.wait_for(waiting, 5)

    assert [(1, "joined", "ann@x.example")] == [(c["seq"], c["type"], c["email"]) for c in feed["changes"]]
    assert (1, 1) == (feed["next"], feed["end"])


async def test_snapshot_and_changes_after_it_are_the_later_snapshot(site: Site) -> None:
    await push(site, "ann", title="Chef")
    api = await site.token(api="t")
    before = await site.get("/api/v1/people", api)
    await push(site, "bob")
    feed = await site.get(f"/api/v1/changes?after={before['seq']}", api)
    after = await site.get("/api/v1/people", api)

    (change,) = feed["changes"]
    made = {name: pair[1] for name, pair in change["changed"].items()}
    bob = next(person for person in after["people"] if person["displayName"] == "Bob")

    assert made == {name: bob[name] for name in made}


async def test_status_counts_people_and_records(site: Site) -> None:
    await push(site, "ann")
    await push(site, "bob", city=None)

    status = await site.get("/api/v1/status", await site.token(api="t"))

    assert 1 == status["people"]["active"]
    assert (1, 1) == (status["records"]["situations"]["linked"], status["records"]["undetermined"])
    assert {"version": 1, "fileDiffers": False} == status["rules"]


async def test_locations_are_told_with_their_counts(site: Site) -> None:
    await push(site, "ann")

    (oslo, _) = (await site.get("/api/v1/locations", await site.token(api="t")))["locations"]

    assert ("oslo", "Oslo", 'city eq "Oslo"', "out", 1) == tuple(
        oslo[k] for k in ("key", "name", "filter", "missing", "people")
    )


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_health_needs_no_token(serve: Serve, path: str) -> None:
    site = await serve(TABLE)

    async with site.client.get(path) as response:
        assert response.status == (503 if path == "/readyz" else 200), await response.text()


async def test_the_api_needs_a_token(site: Site) -> None:
    async with site.client.get("/api/v1/people") as response:
        assert (401, "application/problem+json") == (response.status, response.content_type)


async def test_a_method_that_is_not_there_says_which_are(site: Site) -> None:
    async with site.client.delete("/api/v1/status", headers=await site.token(api="t", write=True)) as response:
        assert (405, True) == (response.status, "GET" in response.headers["Allow"])


async def test_a_token_that_only_reads_writes_nothing(site: Site) -> None:
    headers = await site.token(api="t")

    async with site.client.post("/api/v1/people", json={"email": "sam@x.example"}, headers=headers) as response:
        assert 403 == response.status
        assert "--write" in (await response.json(content_type=None))["detail"]


async def test_a_contractor_is_added_changed_and_removed(site: Site) -> None:
    headers = await site.token(api="t", write=True)
    body = {"email": "sam@x.example", "displayName": "Sam", "locations": ["oslo"], "until": "2031-01-31"}

    async with site.client.post("/api/v1/people", json=body, headers=headers) as response:
        assert (201, ["oslo"]) == (response.status, (await response.json())["locations"])
    async with site.client.patch("/api/v1/people/sam@x.example", json={"title": "Chef"}, headers=headers) as response:
        assert "Chef" == (await response.json())["title"]
    async with site.client.patch("/api/v1/people/sam@x.example", json={"title": None}, headers=headers) as response:
        assert "title" not in await response.json()
    async with site.client.delete("/api/v1/people/sam@x.example", headers=headers) as response:
        assert "deleted" == (await response.json())["status"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": "ann@x.example"}, 409),
        ({"email": "no address"}, 409),
        ({}, 409),
        ({"email": "sam@x.example", "colour": "red"}, 409),
        ({"email": "sam@x.example", "title": {"a": 1}}, 400),
        ({"email": "sam@x.example", "locations": "oslo"}, 400),
        ({"email": "sam@x.example", "until": "soon"}, 409),
        ([], 400),
    ],
)
async def test_what_cannot_be_recorded_is_refused_and_nothing_is_written(site: Site, body: Any, status: int) -> None:
    await push(site, "ann")
    headers = await site.token(api="t", write=True)

    async with site.client.post("/api/v1/people", json=body, headers=headers) as response:
        assert status == response.status, await response.text()

    assert 1 == (await site.get("/api/v1/people?status=all", headers))["total"]


async def test_a_pin_holds_and_is_given_back(site: Site) -> None:
    await push(site, "ann", title="Cook")
    headers = await site.token(api="t", write=True)
    path = "/api/v1/people/ann@x.example/overrides/title"

    async with site.client.put(path, json={"pin": "Chef"}, headers=headers) as response:
        pinned = await response.json()
    async with site.client.delete(path, headers=headers) as response:
        back = await response.json()

    assert ("Chef", "local", None) == (
        pinned["title"],
        *(pinned["provenance"]["title"][k] for k in ("provider", "record")),
    )
    assert ("Cook", "okta") == (back["title"], back["provenance"]["title"]["provider"])


async def test_a_placement_brings_in_and_is_taken_back(site: Site) -> None:
    await push(site, "ann", city=None)
    headers = await site.token(api="t", write=True)
    path = "/api/v1/people/ann@x.example/locations/oslo"

    async with site.client.put(path, headers=headers) as response:
        placed = await response.json()
    async with site.client.delete(path, headers=headers) as response:
        back = await response.json()

    assert ("active", ["oslo"]) == (placed["status"], placed["locations"])
    assert "left" == back["status"]


async def test_somebody_is_handed_over_and_taken_back(site: Site) -> None:
    headers = await site.token(api="t", write=True)
    await site.client.post("/api/v1/people", json={"email": "ann@x.example", "displayName": "By hand"}, headers=headers)
    await push(site, "ann")

    async with site.client.post("/api/v1/people/ann@x.example/adopt", headers=headers) as response:
        adopted = await response.json()
    async with site.client.post("/api/v1/people/ann@x.example/release", headers=headers) as response:
        released = await response.json()

    assert ("Ann", "By hand") == (adopted["displayName"], released["displayName"])
    assert adopted["id"] == released["id"]
