"""Nearly right requests, and bytes that are none, to a real installation: `make fuzz` sends a million of them.

It stops at the first that is answered 5xx, that hangs, or after which another provider's data is not what it was, and
gives the bytes of it. Memory is looked at too. Start at `Fuzz`; `python -m tests.okta.proof.fuzz --help` for the rest.
"""

import argparse
import asyncio
import gc
import json
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import attrs

from tests.okta.conversation import GROUP, okta_user
from tests.okta.proof.installation import FAILURES, Installation, quiet, served
from tests.okta.proof.mutations import Draft, Known, mutated, raw_bytes
from tests.okta.proof.wire import Reply, Wire

ROUND = 50_000
_LANES = 8
_PEOPLE = (12, 60)
_RAW_SHARE = 0.1
_SLOW = 3.0
# What is not offered says so; nothing else may be answered 5xx.
_NOT_OFFERED = re.compile(rb"^\S+ /providers/okta/+scim/v2/+Me/*[? ]")
_OURS = re.compile(rb"^\S+ /providers/okta/")
_PLAIN = re.compile(rb"\r\ncontent-type: text/plain", re.IGNORECASE)
_CREATED = re.compile(rb"\r\nlocation: \S+/(Users|Groups)/(\S+)\r\n", re.IGNORECASE)


class Found(AssertionError):
    """What should not have happened, with the bytes that made it happen."""


@attrs.define
class Fuzz:
    """Requests to an installation, from a seed."""

    installation: Installation
    dice: Random
    statuses: "Counter[int]" = attrs.field(factory=Counter)
    slowest: tuple[float, bytes] = (0.0, b"")
    users: dict[str, None] = attrs.field(factory=dict)
    groups: dict[str, None] = attrs.field(factory=dict)
    strange: list[str] = attrs.field(factory=list)

    async def prepare(self) -> None:
        """Have others there, who must not change."""
        there = self.installation
        people = [await there.hr.user(f"hr{n}", title="Clerk") for n in range(3)]
        group = await there.hr.group("G1", *people)
        await there.by_hand("cy@halden.example", title="Painter")
        await there.by_hand("dana.okafor1@halden.example")
        self.strange = [*people, group, there.record_by_hand("cy@halden.example")]

    async def run(self, requests: int) -> None:
        """Send so many requests.

        Raises:
            Found: something should not have happened.
        """
        before, left = self.installation.others(), iter(range(requests))
        lanes = [Wire(self.installation.port) for _ in range(_LANES)]
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(self._lane(lane, left))
        for lane in lanes:
            lane.close()
        if self.installation.others() != before:
            raise Found("Another provider's data is not what it was.")

    async def _lane(self, wire: Wire, left: Iterator[int]) -> None:
        for _ in left:
            await self._keep_people(wire)
            known = Known(list(self.users), list(self.groups), self.strange)
            if self.dice.random() < _RAW_SHARE:
                await self._pour(wire, raw_bytes(self.dice, known, self.installation.okta.token))
            else:
                await self._send(wire, mutated(self.dice, known))

    async def _send(self, wire: Wire, draft: Draft) -> Reply:
        data = draft.written(self.installation.okta.token)
        started = time.perf_counter()
        try:
            reply = await wire.exchange(data, head=draft.method == "HEAD")
        except TimeoutError:
            raise Found(f"No answer to {data[:4000]!r}") from None
        self.slowest = max(self.slowest, (time.perf_counter() - started, data))
        self._judge(data, reply)
        self._learn(draft, reply)
        return reply

    async def _pour(self, wire: Wire, data: bytes) -> None:
        try:
            replies = await wire.pour(data)
        except TimeoutError:
            raise Found(f"The connection stayed open after {data[:4000]!r}") from None
        for reply in replies:
            self._judge(data, reply)

    def _judge(self, data: bytes, reply: Reply) -> None:
        self.statuses[reply.status] += 1
        if b"json" in reply.head.lower() and not _is_json(reply.body) and not data.startswith(b"HEAD "):
            raise Found(f"No JSON ({reply.body[:2000]!r}) to {data[:4000]!r}")
        if reply.status >= 400 and _OURS.match(data) and _PLAIN.search(reply.head):
            raise Found(f"Plain text ({reply.body[:500]!r}) to {data[:4000]!r}")
        if reply.status >= 500 and not (reply.status == 501 and _NOT_OFFERED.match(data)):
            raise Found(f"{reply.status} ({reply.body[:500]!r}) to {data[:4000]!r}\n{''.join(FAILURES)}")

    def _learn(self, draft: Draft, reply: Reply) -> None:
        if reply.status == 201 and (made := _CREATED.search(reply.head)):
            (self.users if made[1] == b"Users" else self.groups)[made[2].decode()] = None
        if reply.status == 204 and draft.method == "DELETE":
            gone = draft.path.rpartition("/")[2]
            self.users.pop(gone, None)
            self.groups.pop(gone, None)

    async def _keep_people(self, wire: Wire) -> None:
        """Have neither too few nor too many, so that the last request costs what the first did."""
        for kind, there in (("Users", self.users), ("Groups", self.groups)):
            if len(there) < _PEOPLE[0]:
                name = f"n{self.dice.getrandbits(60)}"
                body = okta_user(name) if kind == "Users" else {"schemas": [GROUP], "displayName": name}
                await self._send(wire, Draft("POST", f"/{kind}", body=body))
            elif len(there) > _PEOPLE[1]:
                oldest = next(iter(there))
                there.pop(oldest)
                await self._send(wire, Draft("DELETE", f"/{kind}/{oldest}"))


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body, parse_constant=_no_constant)
    except ValueError:
        return not body
    return True


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def memory() -> int:
    """Give how many bytes of memory the process holds now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def rounds(requests: int, seed: int, *, grow: int) -> None:
    """Send requests round by round, each to a new installation, and tell of each."""
    base: int | None = None
    for number, start in enumerate(range(0, requests, ROUND)):
        count, began = min(ROUND, requests - start), time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            async with served(Path(folder)) as installation:
                fuzz = Fuzz(installation, Random(f"{seed}.{number}"))
                await fuzz.prepare()
                await fuzz.run(count)
        held = memory()
        base = base if base is not None else held
        took = time.perf_counter() - began
        tell(
            f"{start + count:>9,} of {requests:,}  {count / took:6.0f}/s  slowest {fuzz.slowest[0]:.2f} s"
            f"  {held >> 20} MiB  {dict(sorted(fuzz.statuses.items()))}"
        )
        if fuzz.slowest[0] > _SLOW:
            tell(f"  slow: {fuzz.slowest[1][:4000]!r}")
        if held - base > grow:
            raise Found(f"Memory grew from {base >> 20} to {held >> 20} MiB.")


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run what the command line says."""
    words = argparse.ArgumentParser(description="Send nearly right requests to a real installation.")
    words.add_argument("--requests", type=int, default=1_000_000)
    words.add_argument("--seed", type=int, default=None, help="take the same requests again")
    words.add_argument("--grow", type=int, default=200, help="by how many MiB memory may grow after the first round")
    given = words.parse_args()
    seed = given.seed if given.seed is not None else Random().randrange(10**6)
    tell(f"{given.requests:,} requests, --seed {seed}")
    quiet()
    asyncio.run(rounds(given.requests, seed, grow=given.grow << 20))


if __name__ == "__main__":
    main()
