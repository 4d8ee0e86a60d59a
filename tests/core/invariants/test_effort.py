"""20: how many people are computed again depends on what a write touches, not on how many there are."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from dirsync_core.api import Member, RecordId
from dirsync_core.engine.settle import Settled
from dirsync_core.host.handle import ProviderEdit, begin
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction
from tests.core.invariants.machine import fresh
from tests.core.world import World


def address(n: int) -> str:
    return f"p{n}@x.example"


@pytest.fixture(params=(50, 500))
async def crowded(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A directory of many; the first two name p9 as their assistant, and all but the last are in group Staff."""
    async with fresh("teams") as w:
        await write(w, lambda edit: fill(edit, request.param))
        yield w


def fill(edit: ProviderEdit, size: int) -> None:
    group = edit.create("group", "Staff", {"displayName": "Staff"})
    for n in range(size):
        named = {"assistants": [address(9)]} if n < 2 else {}
        record = edit.create("user", str(n), {"email": address(n), "city": "Oslo", **named})
        if n < size - 1:
            edit.add_members(group.id, [Member(record.id)])


async def write(w: World, job: Callable[[ProviderEdit], Any]) -> Settled:
    """Run a job as okta, and give what settling did."""
    by = w.by()

    def run(tx: Transaction) -> Settled:
        edit = begin(tx, w.host.rules(tx), Moment(w.now, by, "okta"), "okta")
        job(edit)
        return edit.settle()

    return await w.host.store.write(run)


def push(edit: ProviderEdit, n: int, **body: Any) -> None:
    record = edit.find("user", "key", str(n))[0]
    active = bool(body.pop("active", True))
    edit.replace(record.id, key=record.key, body={**record.content, **body}, external_id=None, active=active)


def group(edit: ProviderEdit) -> RecordId:
    return edit.find("group", "key", "Staff")[0].id


def user(edit: ProviderEdit, n: int) -> RecordId:
    return edit.find("user", "key", str(n))[0].id


async def test_a_changed_value_is_computed_once(crowded: World) -> None:
    assert (await write(crowded, lambda edit: push(edit, 9, title="Chef"))).projected == 1


async def test_a_rename_is_computed_for_the_person_and_the_referrers(crowded: World) -> None:
    assert (await write(crowded, lambda edit: push(edit, 9, email="new@x.example"))).projected == 1 + 2


async def test_a_leaver_is_computed_for_the_person_and_the_referrers(crowded: World) -> None:
    assert (await write(crowded, lambda edit: push(edit, 9, active=False))).projected == 1 + 2


async def test_a_contest_is_computed_for_the_person_and_not_for_the_contender(crowded: World) -> None:
    assert (await write(crowded, lambda edit: push(edit, 8, email=address(7)))).projected == 1


async def test_an_address_that_is_given_up_is_computed_for_both(crowded: World) -> None:
    await write(crowded, lambda edit: push(edit, 8, email=address(7)))

    assert (await write(crowded, lambda edit: push(edit, 7, active=False))).projected <= 2


async def test_a_new_member_is_computed_alone(crowded: World) -> None:
    settled = await write(crowded, lambda edit: edit.remove_members(group(edit), [user(edit, 5)]))

    assert (1, 1) == (settled.evaluated, settled.projected)


async def test_a_group_renamed_is_computed_for_its_members(crowded: World) -> None:
    members = len(await crowded.look(lambda tx: tx.records.page("okta", "user", after=None, start=0, limit=999))) - 1

    settled = await write(
        crowded,
        lambda edit: edit.replace(group(edit), key="Team", body={"displayName": "Team"}, external_id=None, active=True),
    )

    assert members == settled.projected


async def test_what_is_written_again_is_not_computed(crowded: World) -> None:
    assert (await write(crowded, lambda edit: push(edit, 9))).projected == 0


async def compute_one() -> None:
    """A value of one person is another, and the others are left alone."""
    async with fresh("teams") as w:
        await write(w, lambda edit: fill(edit, 12))
        assert (await write(w, lambda edit: push(edit, 5, title="Chef"))).projected == 1
