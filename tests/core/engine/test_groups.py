"""Groups: members, names, and what a change of either touches."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import Member, NoSuchRecord, RecordId, VersionMismatch
from dirsync_core.engine.settle import Settled
from dirsync_core.host.handle import ProviderEdit, begin
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"
TEAM = OKTA_AND_HAND | {"locations": {"team": {"filter": 'groups eq "Team"'}}}


async def write(w: World, job: Callable[[ProviderEdit], Any]) -> Settled:
    """Run a job as okta, and give what settling did."""
    by = w.by()

    def run(tx: Transaction) -> Settled:
        edit = begin(tx, w.host.rules(tx), Moment(w.now, by, "okta"), "okta")
        job(edit)
        return edit.settle()

    return await w.host.store.write(run)


async def groups(w: World, who: str) -> list[str]:
    found = (await w.person(who)).values["groups"]
    return list(found)


async def members(w: World, group: RecordId) -> list[str]:
    return await w.look(lambda tx: [m.value for m in tx.records.members(group, after=None, limit=None)])


async def version(w: World, group: RecordId) -> int:
    return await w.look(lambda tx: tx.records.any(group).version)


async def test_people_show_the_groups_that_list_them(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        ann = await w.push("okta", "ann", email=A)
        await w.group("okta", "Team", ann)
        await w.group("okta", "Alpha", ann)
        assert ["Alpha", "Team"] == await groups(w, A)

        await w.group("okta", "Team")
        assert ["Alpha"] == await groups(w, A)


async def test_a_group_of_another_tenant_lists_nobody_here(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        ann = await w.push("okta", "ann", email=A)
        await w.group("hr", "Theirs", ann)

        assert [] == await groups(w, A)


async def test_a_group_renamed_is_shown_by_its_new_name(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        ann = await w.push("okta", "ann", email=A)
        await w.group("okta", "Team", ann)

        await w.group("okta", "Team", rename="Crew")

        assert ["Crew"] == await groups(w, A)


async def test_27_a_group_renamed_away_from_a_filter_takes_its_members_out(tmp_path: Path) -> None:
    async with World(tmp_path, TEAM) as w:
        ann = await w.push("okta", "ann", email=A)
        bob = await w.push("okta", "bob", email=B)
        await w.group("okta", "Team", ann, bob)
        assert {A, B} == await w.active()

        await w.group("okta", "Team", rename="Crew")
        assert set() == await w.active()
        assert (await w.look(lambda tx: tx.outcomes.get(ann))).undetermined

        await w.group("okta", "Crew", rename="Team")
        assert {A, B} == await w.active()


async def test_a_group_deleted_leaves_nothing_of_itself(tmp_path: Path) -> None:
    async with World(tmp_path, TEAM) as w:
        ann = await w.push("okta", "ann", email=A)
        group = await w.group("okta", "Team", ann)

        await write(w, lambda edit: edit.delete(group))

        assert (set(), []) == (await w.active(), await members(w, group))
        assert [] == await groups(w, A)


async def test_a_user_deleted_is_no_member_any_more_and_each_group_has_a_new_version(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        ann = await w.push("okta", "ann", email=A)
        bob = await w.push("okta", "bob", email=B)
        team, other = await w.group("okta", "Team", ann, bob), await w.group("okta", "Other", bob)
        before = await version(w, team), await version(w, other)

        await w.delete("okta", "ann")

        assert [[bob], [bob]] == [await members(w, team), await members(w, other)]
        assert (before[0] + 1, before[1]) == (await version(w, team), await version(w, other))


async def test_members_that_nobody_knows_are_kept(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        ann = await w.push("okta", "ann", email=A)
        group = await w.group("okta", "Team", "nobody", ann)

        assert sorted(["nobody", ann]) == await members(w, group)
        assert ["Team"] == await groups(w, A)


async def test_what_a_source_says_of_a_member_is_kept_and_the_first_word_stays(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        group = await w.group("okta", "Team")
        rows = [Member("1", b'{"display":"one"}'), Member("1", b'{"display":"two"}')]
        await write(w, lambda edit: edit.add_members(group, rows))
        await write(w, lambda edit: edit.add_members(group, rows[1:]))

        found = await w.look(lambda tx: [*tx.records.members(group, after=None, limit=None)])
        (noted,) = await w.look(lambda tx: [e.body for e in tx.events.every() if e.kind == "members.added"])
        assert (rows[:1], {"1": {"display": "one"}}) == (found, noted)


async def test_a_group_has_one_new_version_for_each_write_that_changes_it(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        group = await w.group("okta", "Team", "1")
        assert await version(w, group) == 1

        await write(w, lambda edit: [edit.add_members(group, [Member("2")]), edit.remove_members(group, ["1"])])
        assert await version(w, group) == 2

        await write(w, lambda edit: [edit.add_members(group, [Member("2")]), edit.remove_members(group, ["1"])])
        assert await version(w, group) == 2

        with pytest.raises(VersionMismatch):
            await write(
                w,
                lambda edit: edit.replace(group, key="T", body={}, external_id=None, active=True, if_version=1),
            )


async def test_a_group_of_another_tenant_is_none(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        theirs = await w.group("hr", "Theirs", "1")

        for job in (
            lambda edit: edit.add_members(theirs, [Member("2")]),
            lambda edit: edit.remove_members(theirs, None),
            lambda edit: edit.members(theirs),
            lambda edit: edit.has_members(theirs, ["1"]),
            lambda edit: edit.delete(theirs),
        ):
            with pytest.raises(NoSuchRecord):
                await write(w, job)

        assert ["1"] == await members(w, theirs)


async def test_groups_in_groups_are_members_like_any_and_lend_nobody_their_members(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        ann = await w.push("okta", "ann", email=A)
        inner = await w.group("okta", "Inner", ann)
        outer = await w.group("okta", "Outer", inner)
        assert ["Inner"] == await groups(w, A)

        await write(w, lambda edit: edit.delete(inner))
        assert [] == await members(w, outer)


async def test_a_patch_of_a_large_group_touches_the_rows_that_it_names(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        ann = await w.push("okta", "ann", email=A)
        await w.push("okta", "bob", email=B)
        small, large = await w.group("okta", "Small", "0"), await w.group("okta", "Large", *map(str, range(10_000)))

        counts = []
        for group in (small, large):
            rows, settled = await effort(w, lambda edit, group=group: patch(edit, group, ann))
            counts.append((rows, settled.evaluated, settled.projected))

        assert counts[0] == counts[1]
        assert counts[0][1:] == (1, 1)


def patch(edit: ProviderEdit, group: RecordId, user: RecordId) -> None:
    """Add one who is known and one who is not, take one away, and look for one, as a PATCH does."""
    edit.add_members(group, [Member(user), Member("stranger")])
    edit.remove_members(group, ["0", "nobody"])
    edit.has_members(group, [user])


async def effort(w: World, job: Callable[[ProviderEdit], Any]) -> tuple[int, Settled]:
    """Give how many statements a write takes, and what settling did."""
    statements: list[str] = []

    def trace(to: Any) -> Callable[[Transaction], None]:
        def job(tx: Any) -> None:
            connection: sqlite3.Connection = tx._connection
            connection.set_trace_callback(to)

        return job

    await w.host.store.write(trace(statements.append))
    settled = await write(w, job)
    await w.host.store.write(trace(None))
    return len(statements), settled
