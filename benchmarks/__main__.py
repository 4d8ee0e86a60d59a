"""The benchmarks: `make bench`. A figure from a shared machine counts only as a ratio within one run.

What a rehearsal costs is told in processor seconds of the server, so that a busy neighbour weighs little; members of
small and large groups are added in turn; what rules cost stands beside a plain pass over the same rows.
"""

import argparse
import asyncio
import json
import statistics
import time

import aiohttp

from benchmarks.rules import measure
from benchmarks.serving import Served, served
from dirsync_okta.rehearsal import rehearse

LIMIT = 1.25
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


def main() -> int:
    """Run them all, print each figure and its bound, and fail where one is over it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000, help="people of the small rehearsal")
    parser.add_argument("--large", type=int, default=10_000, help="people of the large rehearsal")
    parser.add_argument("--people", type=int, default=10_000, help="people whose rules change")
    arguments = parser.parse_args()
    small, large = (asyncio.run(_rehearsal(n)) for n in (arguments.small, arguments.large))
    ratios = {
        f"rehearsal, per person, {arguments.large:,} against {arguments.small:,}": large / small,
        "PATCH that adds a member, group of 10,000 against 100": asyncio.run(_memberships()),
    }
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.2f} (at most {LIMIT})", flush=True)
    print("\n".join(measure(arguments.people).lines()), flush=True)
    return int(any(ratio > LIMIT for ratio in ratios.values()))


async def _rehearsal(people: int) -> float:
    """Give the server's processor seconds per person that a first push takes, groups included."""
    with served() as server:
        began, before = time.perf_counter(), server.work()
        report = await rehearse(url=server.scim, token=server.token, people=people, day=False)
        worked, took = (server.work() - before) / people, (time.perf_counter() - began) / people
    assert report.ok, report.failures[:3]
    print(f"{people:,} people: {worked * 1000:.2f} ms of work each, {took * 1000:.2f} ms by the clock", flush=True)
    return worked


async def _memberships(rounds: int = 60) -> float:
    """Give how much longer adding one member to a large group takes than to a small one."""
    headers = {"Content-Type": "application/scim+json"}
    with served() as server:
        headers["Authorization"] = f"Bearer {server.token}"
        async with aiohttp.ClientSession(headers=headers) as session:
            users = [await _user(session, server, n) for n in range(2 * rounds)]
            small = await _group(session, server, "small", 100)
            large = await _group(session, server, "large", 10_000)
            times: dict[str, list[float]] = {small: [], large: []}
            for n in range(rounds):
                for group, user in ((small, users[2 * n]), (large, users[2 * n + 1])):
                    times[group].append(await _add(session, server, group, user))
    medians = {name: statistics.median(times[group]) * 1000 for name, group in (("small", small), ("large", large))}
    print(f"PATCH: {medians['small']:.2f} ms at 100 members, {medians['large']:.2f} ms at 10,000", flush=True)
    return medians["large"] / medians["small"]


async def _user(session: aiohttp.ClientSession, server: Served, n: int) -> str:
    name = f"user{n}@halden.example"
    body = {"schemas": [USER], "userName": name, "active": True, "emails": [{"value": name, "primary": True}]}
    return await _post(session, f"{server.scim}/Users", body)


async def _group(session: aiohttp.ClientSession, server: Served, name: str, size: int) -> str:
    """Make a group of members of which only their ids are known, as a push before its users makes it."""
    members = [{"value": f"{name}-{n:06}"} for n in range(size)]
    return await _post(session, f"{server.scim}/Groups", {"schemas": [GROUP], "displayName": name, "members": members})


async def _post(session: aiohttp.ClientSession, url: str, body: dict[str, object]) -> str:
    async with session.post(url, data=json.dumps(body)) as response:
        assert response.status == 201, await response.text()
        made: str = json.loads(await response.text())["id"]
        return made


async def _add(session: aiohttp.ClientSession, server: Served, group: str, user: str) -> float:
    operation = {"op": "add", "path": "members", "value": [{"value": user}]}
    body = json.dumps({"schemas": [PATCH], "Operations": [operation]})
    began = time.perf_counter()
    async with session.patch(f"{server.scim}/Groups/{group}", data=body) as response:
        await response.read()
        assert response.status in (200, 204), response.status
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
