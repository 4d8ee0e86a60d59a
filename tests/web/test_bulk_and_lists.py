"""Bulk requests, cursors and versions over the real store."""

import asyncio
from typing import Any

import pytest

from tests.web.conftest import Serve
from tests.web.test_races import GROUP, Okta, person

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.fixture
async def okta(serve: Serve) -> Okta:
    site = await serve({"providers": {"okta": {"plugin": "okta"}}})
    return Okta(site, await site.token(provider="okta"))


def post(bulk_id: str, data: dict[str, Any], path: str = "/Users") -> dict[str, Any]:
    return {"method": "POST", "path": path, "bulkId": bulk_id, "data": data}


async def bulk(okta: Okta, operations: list[dict[str, Any]]) -> list[Any]:
    status, answer = await okta.ask("POST", "/Bulk", {"schemas": [BULK], "Operations": operations})
    assert status == 200
    return list(answer["Operations"])


async def test_people_groups_and_circles_of_a_bulk_request_are_stored_and_become_people(okta: Okta) -> None:
    names = [f"u{n}" for n in range(50)]
    boss = {name: {ENTERPRISE: {"manager": {"value": f"bulkId:u{(n + 1) % 50}"}}} for n, name in enumerate(names)}
    crew = {"schemas": [GROUP], "displayName": "Crew", "members": [{"value": f"bulkId:{name}"} for name in names]}

    done = await bulk(okta, [*(post(name, person(name, **boss[name])) for name in names), post("g", crew, "/Groups")])

    assert {each["status"] for each in done} == {"201"}
    assert len({each["location"] for each in done}) == 51
    _, group = await okta.ask("GET", "/Groups/" + done[-1]["location"].rpartition("/")[2])
    assert len(group["members"]) == 50
    _, shown = await okta.ask("GET", "/Users/" + done[0]["location"].rpartition("/")[2])
    assert shown["meta"]["version"] == done[0]["version"]
    assert shown[ENTERPRISE]["manager"]["value"] == done[1]["location"].rpartition("/")[2]


async def test_a_circle_that_fails_leaves_nothing_behind(okta: Okta) -> None:
    await okta.made("b")
    one = post("a", person("a", **{ENTERPRISE: {"manager": {"value": "bulkId:b"}}}))
    two = post("b", person("b", **{ENTERPRISE: {"manager": {"value": "bulkId:a"}}}))

    done = await bulk(okta, [one, two])

    assert [each["status"] for each in done] == ["409", "409"]
    _, users = await okta.ask("GET", "/Users")
    assert users["totalResults"] == 1


async def test_readers_of_all_pages_miss_nobody_and_see_nobody_twice_while_many_write(okta: Okta) -> None:
    stay = [await okta.made(f"stay{n}") for n in range(12)]

    async def write(n: int) -> None:
        await okta.ask("DELETE", f"/Users/{await okta.made(f'go{n}')}")
        await okta.made(f"come{n}")

    async def read(**query: str) -> list[str]:
        found, cursor = [], ""
        while cursor is not None:
            text = "&".join(f"{name}={value}" for name, value in {**query, "cursor": cursor}.items())
            _, page = await okta.ask("GET", f"/Users?count=2&{text}")
            found += [each["id"] for each in page["Resources"]]
            cursor = page.get("nextCursor")
        return found

    *_, plain, sorted_ = await asyncio.gather(*(write(n) for n in range(10)), read(), read(sortBy="userName"))

    for found in (plain, sorted_):
        assert len(found) == len(set(found))
        assert set(stay) <= set(found)


async def test_the_way_back_through_a_list_is_the_way_there(okta: Okta) -> None:
    made = [await okta.made(f"u{n}") for n in range(5)]
    _, first = await okta.ask("GET", "/Users?cursor=&count=2")
    _, second = await okta.ask("GET", f"/Users?count=2&cursor={first['nextCursor']}")

    _, back = await okta.ask("GET", f"/Users?count=2&cursor={second['previousCursor']}")

    assert [each["id"] for each in back["Resources"]] == made[:2]
    assert back["nextCursor"]


async def test_of_many_writers_who_know_one_version_one_writes(okta: Okta) -> None:
    user = await okta.made("ann")

    def write(n: int) -> Any:
        return okta.ask("PUT", f"/Users/{user}", person("ann", title=str(n)), **{"If-Match": 'W/"1"'})

    statuses = sorted(status for status, _ in await asyncio.gather(*(write(n) for n in range(8))))

    assert statuses == [200] + [412] * 7
