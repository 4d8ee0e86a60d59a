"""Surprises that need an installation which changes, or dies; by their numbers in docs/reference/surprises.md."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import aiohttp

from tests.okta.conversation import GROUP, PATCH_OP, Conversation
from tests.web.conftest import Serve
from tests.web.test_killed import Killed

OKTA, BY_HAND = {"okta": {"plugin": "okta"}}, {"contractors": {"plugin": "manual"}}


async def test_93_who_was_pushed_stays_when_the_source_is_taken_out_and_so_does_who_is_kept_by_hand(
    serve: Serve,
) -> None:
    site = await serve({"providers": OKTA | BY_HAND})
    site.client.session.headers.update(await site.token(provider="okta"))
    await Conversation(site.client).user("dana.okafor")
    api = await site.token(api="t", write=True)
    await site.client.post("/api/v1/people", json={"email": "cy@halden.example"}, headers=api)
    before = await site.get("/api/v1/people", api)

    site = await serve({"providers": BY_HAND})

    assert await site.get("/api/v1/people", api) == before
    records = (await site.get("/api/v1/records", api))["records"]
    assert {each["provider"]: each["situation"] for each in records} == {"okta": "frozen", "contractors": "linked"}


async def _push_pairs(killed: Killed, group: str, lane: int, answered: list[int]) -> None:
    """Add members two and two, in two operations of one PATCH, and kill the server when enough was answered."""
    async with killed.session() as session:
        for n in range(10_000):
            pair = [{"op": "add", "path": "members", "value": [{"value": f"{lane}-{n}-{side}"}]} for side in "ab"]
            name = {"op": "replace", "path": "externalId", "value": f"{lane}-{n}"}
            body = {"schemas": [PATCH_OP], "Operations": [pair[0], name, pair[1]]}
            async with session.patch(f"{killed.url}/Groups/{group}", json=body) as response:
                answered.append(response.status)
            if len(answered) == 40:
                killed.kill()


async def test_95_a_patch_that_is_cut_by_a_kill_is_done_whole_or_not_at_all(tmp_path: Path) -> None:
    killed, answered = Killed(tmp_path), list[int]()
    killed.start()
    async with killed.session() as session:
        body = {"schemas": [GROUP], "displayName": "Oslo"}
        async with session.post(f"{killed.url}/Groups", json=body) as response:
            group = (await response.json(content_type=None))["id"]

    for lane in [asyncio.create_task(_push_pairs(killed, group, lane, answered)) for lane in range(4)]:
        with contextlib.suppress(aiohttp.ClientError):
            await lane

    killed.start()
    try:
        async with killed.session() as session, session.get(f"{killed.url}/Groups/{group}") as response:
            shown: dict[str, Any] = await response.json(content_type=None)
    finally:
        killed.kill()
    members = {each["value"] for each in shown["members"]}
    halves = {side: {each[:-2] for each in members if each.endswith(side)} for side in "ab"}
    assert halves["a"] == halves["b"]
    assert len(halves["a"]) >= len([each for each in answered if each == 204]) > 30
    assert shown["externalId"] in halves["a"]
