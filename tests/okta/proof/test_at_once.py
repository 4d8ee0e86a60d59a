"""Many at once against a real installation, in ways made up: nothing is lost, and nobody is there twice."""

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.okta.proof.installation import Answer, Installation, served

NAMES = ("ann", "bo", "cy")
# Who posts whom, in which case; which members which task adds or removes, in how many operations.
POSTS = st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=2, max_size=12)
TASKS = st.lists(st.integers(1, 4), min_size=1, max_size=10)


def posted(name: str, *, capitals: bool) -> dict[str, Any]:
    address = f"{name.upper() if capitals else name}@halden.example"
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": address,
        "emails": [{"value": address, "primary": True}],
    }


async def push_at_once(there: Installation, posts: list[tuple[str, bool]], tasks: list[int]) -> None:
    okta, gone = there.okta, [f"gone-{n}" for n in range(len(tasks))]
    group = await okta.group("Oslo", *gone)

    def change(number: int, size: int) -> Awaitable[Answer]:
        adds = [{"op": "add", "path": "members", "value": [{"value": f"{number}-{n}"}]} for n in range(size)]
        return okta.patch(f"/Groups/{group}", {"op": "remove", "path": f'members[value eq "gone-{number}"]'}, *adds)

    made, changed = await asyncio.gather(
        asyncio.gather(*(okta.ask("POST", "/Users", posted(name, capitals=big)) for name, big in posts)),
        asyncio.gather(*(change(number, size) for number, size in enumerate(tasks))),
    )

    for name in NAMES:
        answers = [answer.status for (posted_name, _), answer in zip(posts, made, strict=True) if posted_name == name]
        assert sorted(answers) == [201, *[409] * (len(answers) - 1)] if answers else True
    assert {answer.status for answer in changed} == {204}
    shown = (await okta.ask("GET", f"/Groups/{group}")).json
    wanted = [f"{number}-{n}" for number, size in enumerate(tasks) for n in range(size)]
    assert sorted(each["value"] for each in shown["members"]) == sorted(wanted)
    assert shown["meta"]["version"] == f'W/"{1 + len(tasks)}"'
    assert (await okta.ask("GET", "/Users?count=0")).json["totalResults"] == len({name for name, _ in posts})


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(POSTS, TASKS)
def test_racing_posts_make_one_user_of_each_name_and_no_member_is_lost(
    posts: list[tuple[str, bool]], tasks: list[int]
) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with served(Path(folder)) as there:
                await push_at_once(there, posts, tasks)

    asyncio.run(run())
