"""21: of many who write at once, none is lost and nobody is there twice. Over HTTP: `tests/okta/proof`."""

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.api import KeyTaken, Member
from tests.core.invariants.machine import examples, finish, fresh


async def write_at_once(posts: list[str], members: int) -> None:
    async with fresh() as w:
        records = w.host.providers["okta"].records
        group = await records.write(lambda edit: edit.create("group", "Team", {}).id, by=w.by())

        async def post(key: str) -> bool:
            try:
                await records.write(lambda edit: edit.create("user", key, {}), by=w.by())
            except KeyTaken:
                return False
            return True

        async def join(value: str) -> None:
            await records.write(lambda edit: edit.add_members(group, [Member(value)]), by=w.by())

        *made, _ = await asyncio.gather(
            *(post(key) for key in posts), asyncio.gather(*(join(f"m{n}") for n in range(members)))
        )

        told = Counter(key for key, there in zip(posts, made, strict=True) if there)
        assert told == dict.fromkeys(posts, 1)
        assert len(told) == await records.read(lambda view: view.count("user"))
        assert {f"m{n}" for n in range(members)} == {
            member.value for member in await records.read(lambda view: view.members(group))
        }


@given(st.lists(st.sampled_from(("ann", "bo", "cy")), min_size=1, max_size=10), st.integers(1, 10))
@examples(25)
def test_of_many_who_post_one_key_one_is_first_and_no_member_is_lost(posts: list[str], members: int) -> None:
    finish(write_at_once(posts, members))
