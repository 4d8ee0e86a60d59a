"""Many at once, against the real store: nothing is lost, nothing is there twice, and every version is a change."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import attrs
import pytest

from tests.web.conftest import Serve, Site

N = 24
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
TWO = {
    "directory": {"precedence": ["okta", "hr"]},
    "providers": {"okta": {"plugin": "okta"}, "hr": {"plugin": "okta"}},
}
Body = dict[str, Any]


@attrs.frozen
class Okta:
    """One tenant of Okta, which does many things at once."""

    site: Site
    headers: dict[str, str]
    base: str = "/providers/okta/scim/v2"

    async def ask(self, method: str, path: str, body: Body | None = None, **headers: str) -> tuple[int, Any]:
        sent = {**self.headers, "Content-Type": "application/scim+json", **headers}
        async with self.site.client.request(method, self.base + path, json=body, headers=sent) as response:
            return response.status, await response.json(content_type=None) if response.status != 204 else None

    async def made(self, name: str) -> str:
        status, user = await self.ask("POST", "/Users", person(name))
        assert 201 == status
        return str(user["id"])

    async def patch(self, path: str, operation: Body) -> tuple[int, Any]:
        return await self.ask("PATCH", path, {"schemas": [PATCH_OP], "Operations": [operation]})


def person(name: str, **more: Any) -> Body:
    address = f"{name}@x.example"
    return {"schemas": [USER], "userName": address, "emails": [{"value": address, "primary": True}], **more}


async def at_once(job: Callable[[int], Awaitable[tuple[int, Any]]]) -> list[tuple[int, Any]]:
    return await asyncio.gather(*(job(n) for n in range(N)))


@pytest.fixture
async def site(serve: Serve) -> Site:
    return await serve(TWO)


@pytest.fixture
async def okta(site: Site) -> Okta:
    return Okta(site, await site.token(provider="okta"))


async def test_of_many_who_post_one_user_name_one_is_first(okta: Okta) -> None:
    answers = await at_once(lambda n: okta.ask("POST", "/Users", person("ann" if n % 2 else "ANN", title=str(n))))

    assert Counter({201: 1, 409: N - 1}) == Counter(status for status, _ in answers)
    assert {"uniqueness"} == {body["scimType"] for status, body in answers if status == 409}
    assert 1 == (await okta.ask("GET", "/Users"))[1]["totalResults"]


async def test_two_tenants_who_post_one_user_name_both_have_their_user(okta: Okta, site: Site) -> None:
    hr = Okta(site, await site.token(provider="hr"), "/providers/hr/scim/v2")

    answers = await asyncio.gather(*(each.ask("POST", "/Users", person("ann")) for each in (okta, hr)))

    assert [201, 201] == [status for status, _ in answers]


async def test_of_many_who_rename_to_one_user_name_one_has_it(okta: Okta) -> None:
    users = [await okta.made(f"p{n}") for n in range(N)]

    answers = await at_once(lambda n: okta.patch(f"/Users/{users[n]}", _replace("userName", "ann@x.example")))

    assert Counter({200: 1, 409: N - 1}) == Counter(status for status, _ in answers)


async def test_of_many_who_add_distinct_members_none_is_lost(okta: Okta) -> None:
    users = [await okta.made(f"p{n}") for n in range(N)]
    _, group = await okta.ask("POST", "/Groups", {"schemas": [GROUP], "displayName": "Oslo"})

    await at_once(lambda n: okta.patch(f"/Groups/{group['id']}", _add("members", [{"value": users[n]}])))

    _, shown = await okta.ask("GET", f"/Groups/{group['id']}")
    assert sorted(users) == sorted(each["value"] for each in shown["members"])
    assert f'W/"{N + 1}"' == shown["meta"]["version"]


async def test_members_added_and_removed_at_once_end_as_the_last_word_on_each(okta: Okta) -> None:
    users = [await okta.made(f"p{n}") for n in range(N)]
    members = [{"value": each} for each in users[: N // 2]]
    _, group = await okta.ask("POST", "/Groups", {"schemas": [GROUP], "displayName": "Oslo", "members": members})

    def swap(n: int) -> Awaitable[tuple[int, Any]]:
        path = f"/Groups/{group['id']}"
        if n < N // 2:
            return okta.patch(path, {"op": "remove", "path": f'members[value eq "{users[n]}"]'})
        return okta.patch(path, _add("members", [{"value": users[n]}]))

    await at_once(swap)

    _, shown = await okta.ask("GET", f"/Groups/{group['id']}")
    assert sorted(users[N // 2 :]) == sorted(each["value"] for each in shown["members"])


async def test_of_many_who_patch_one_user_all_are_heard_and_versions_are_contiguous(okta: Okta) -> None:
    user = await okta.made("ann")

    answers = await at_once(lambda n: okta.patch(f"/Users/{user}", _add(f"urn:acme:x:shoe{n}", n)))

    _, shown = await okta.ask("GET", f"/Users/{user}")
    assert {f"shoe{n}": n for n in range(N)} == shown["urn:acme:x"]
    assert [f'W/"{n}"' for n in range(2, N + 2)] == sorted(
        (each["meta"]["version"] for _, each in answers), key=_number
    )


async def test_of_many_who_write_what_they_have_seen_one_writes(okta: Okta) -> None:
    user = await okta.made("ann")

    answers = await at_once(
        lambda n: okta.ask("PUT", f"/Users/{user}", person("ann", title=str(n)), **{"If-Match": 'W/"1"'})
    )

    assert Counter({200: 1, 412: N - 1}) == Counter(status for status, _ in answers)


async def test_of_many_who_delete_one_user_one_does(okta: Okta) -> None:
    user = await okta.made("ann")

    answers = await at_once(lambda n: okta.ask("DELETE", f"/Users/{user}"))

    assert Counter({204: 1, 404: N - 1}) == Counter(status for status, _ in answers)


# --- reading while others write --------------------------------------------------------------------------------------


async def by_index(okta: Okta, query: str) -> AsyncIterator[str]:
    start, total = 1, 1
    while start <= total:
        _, page = await okta.ask("GET", f"/Users?startIndex={start}&count=7{query}")
        total, start = page["totalResults"], start + page["itemsPerPage"]
        for each in page["Resources"]:
            yield each["id"]


async def by_cursor(okta: Okta, query: str) -> AsyncIterator[str]:
    cursor: str | None = ""
    while cursor is not None:
        _, page = await okta.ask("GET", f"/Users?cursor={cursor}&count=7{query}")
        cursor = page.get("nextCursor")
        for each in page["Resources"]:
            yield each["id"]


async def come(okta: Okta, n: int) -> None:
    await okta.made(f"new{n}")


async def come_and_go(okta: Okta, n: int) -> None:
    user = await okta.made(f"new{n}")
    await okta.ask("DELETE", f"/Users/{user}")


@pytest.mark.parametrize(
    ("read", "query", "write"),
    [
        (by_index, "", come),
        (by_index, "&filter=userName%20co%20%22x.example%22", come),
        (by_cursor, "", come_and_go),
        (by_cursor, "&filter=userName%20co%20%22x.example%22", come_and_go),
        (by_cursor, "&sortBy=userName", come_and_go),
    ],
)
async def test_a_reader_of_all_pages_sees_nobody_twice_and_misses_none_who_was_there_throughout(
    okta: Okta,
    read: Callable[[Okta, str], AsyncIterator[str]],
    query: str,
    write: Callable[[Okta, int], Awaitable[None]],
) -> None:
    early = [await okta.made(f"a{n:02}") for n in range(20)]
    there = [await okta.made(f"p{n:02}") for n in range(40)]
    done = asyncio.Event()

    async def others() -> None:
        n = 0
        while not done.is_set():
            await write(okta, n)
            await okta.patch(f"/Users/{there[n % len(there)]}", _replace("title", str(n)))
            if write is come_and_go and n < len(early):  # before the place where the reader is
                await okta.ask("DELETE", f"/Users/{early[n]}")
            n += 1

    async with asyncio.TaskGroup() as group:
        group.create_task(others())
        seen = [[each async for each in read(okta, query)] for _ in range(4)]
        done.set()

    for each in seen:
        assert len(set(each)) == len(each)
        assert set(there) <= set(each)


def _add(path: str, value: Any) -> Body:
    return {"op": "add", "path": path, "value": value}


def _replace(path: str, value: Any) -> Body:
    return {"op": "replace", "path": path, "value": value}


def _number(version: str) -> int:
    return int(version.strip('W/"'))
