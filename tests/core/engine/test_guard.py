"""Guard: whose losses count, for how long, and what brings them back; on a whole directory, since it reads facts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.engine.guard import guard_of
from dirsync_core.engine.rules import GuardRule
from dirsync_core.host.rules import planning
from dirsync_core.model.facts import Standing
from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.people import Situation
from tests.core.engine.making import rules
from tests.core.world import OKTA_AND_HAND, World

OSLO = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}, "chefs": {"filter": 'title eq "Chef"'}}}
NORTH = OSLO | {"locations": OSLO["locations"] | {"north": {"filter": 'locale eq "nb"'}}}
CHEF = {"city": "Oslo", "title": "Chef"}


async def say(w: World, who: Iterable[int], **body: Any) -> list[RecordId]:
    """Let okta say the same of some of its people; `address` is what their addresses begin with."""
    address = body.pop("address", "p")
    return [await w.push("okta", f"p{i}", email=f"{address}{i}@x.example", **body) for i in who]


async def test_what_is_kept_by_hand_is_never_held(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        for i in range(10):
            await w.add(f"m{i}@x.example", title="Chef")

        for i in range(10):
            await w.edit(f"m{i}@x.example", title="")

        assert [] == await w.cases()
        assert ["title" in (await w.person(f"m{i}@x.example")).values for i in range(10)] == [False] * 10


def test_a_provider_that_is_gone_has_the_usual_threshold() -> None:
    assert GuardRule() == guard_of(rules(), "gone")


# --- whose losses count ----------------------------------------------------------------------------------------------


async def test_who_was_never_let_in_leaves_uncounted(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        for i in range(10):
            await w.add(f"p{i}@x.example")
        contested = await say(w, range(10))

        await say(w, range(10), active=False)

        assert [] == await w.cases("guard")
        assert {Situation.INACTIVE} == {await w.situation(record) for record in contested}


async def test_who_waits_for_another_s_address_leaves_uncounted(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await say(w, range(20))
        for i in range(10):
            await w.add(f"q{i}@x.example")
        await say(w, range(10), address="q")

        await say(w, range(10), address="q", active=False)

        assert [] == await w.cases("guard")
        assert {f"p{i}@x.example" for i in range(10, 20)} == {who for who in await w.active() if who[0] == "p"}


@pytest.mark.parametrize(
    ("losing", "trips"), [(5, []), (6, ["6 of 20 records of okta leave, and the guard lets 5 pass."])]
)
async def test_what_new_rules_take_away_is_counted_for_the_plan(tmp_path: Path, losing: int, trips: list[str]) -> None:
    okta = {"plugin": "flat", "filter": 'not (title eq "Intern")'}
    async with World(tmp_path) as w:
        await say(w, range(losing), title="Intern")
        await say(w, range(losing, 20), title="Chef")
        await w.restart(OKTA_AND_HAND | {"providers": OKTA_AND_HAND["providers"] | {"okta": okta}})

        plan = await planning.plan(w.host, planning.draft_of(w.host), w.by())

        assert trips == [*plan.trips]


# --- how long --------------------------------------------------------------------------------------------------------


async def test_losses_count_as_long_as_the_source_s_own_window(tmp_path: Path) -> None:
    okta = {"plugin": "flat", "guard": {"people": 2, "percent": 1, "window": "48h"}}
    async with World(tmp_path, OKTA_AND_HAND | {"providers": OKTA_AND_HAND["providers"] | {"okta": okta}}) as w:
        await say(w, range(20))
        await say(w, [0], active=False)
        await w.tick(hours=30)
        await say(w, [1], active=False)

        await say(w, [2], active=False)

        assert 1 == len(await w.cases("guard"))
        assert "p2@x.example" in await w.active()


# --- what is held ----------------------------------------------------------------------------------------------------


async def test_the_newest_word_of_who_is_held_is_what_waits(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        *_, held = await say(w, range(20))
        await say(w, [*range(5), 19], active=False)

        await w.delete("okta", "p19")

        (hold,) = await w.look(lambda tx: tx.cases.holds(held))
        assert Standing.DELETED is hold.wanted.standing
        assert "p19@x.example" in await w.active()


async def test_a_new_group_is_a_new_word_of_who_was_kept(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        records = await say(w, range(20))
        await say(w, range(6), active=False)
        (case,) = await w.cases("guard")
        await w.keep(case.id)
        assert 20 == len(await w.active())

        await w.group("okta", "Team", records[0])

        assert {f"p{i}@x.example" for i in range(1, 20)} == await w.active()


# --- brought back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lost", [{"city": "Oslo", "title": ""}, {"city": "Oslo", "title": "Cook"}, {"city": "Oslo", "active": False}]
)
async def test_one_more_is_held_and_none_where_somebody_is_back(tmp_path: Path, lost: dict[str, Any]) -> None:
    async with World(tmp_path, OSLO) as w:
        await say(w, range(20), **CHEF)
        await say(w, range(5), **lost)
        await say(w, [0], **CHEF)
        await say(w, [5], **lost)
        assert [] == await w.cases("guard")

        await say(w, [6], **lost)

        assert await w.cases("guard")


async def test_who_gains_another_location_has_lost_none(tmp_path: Path) -> None:
    async with World(tmp_path, NORTH) as w:
        await say(w, range(20), **CHEF)
        await say(w, range(5), city="Oslo", title="Cook")
        await say(w, [0], city="Oslo", title="Cook", locale="nb")

        await say(w, [5], city="Oslo", title="Cook")

        assert [] == await w.cases("guard")


async def test_who_lost_one_location_after_another_gets_all_of_them_back(tmp_path: Path) -> None:
    async with World(tmp_path, NORTH) as w:
        await say(w, range(20), **CHEF, locale="nb")
        await say(w, [0], **CHEF, locale="en")
        await say(w, [0], city="Oslo", title="Cook", locale="en")
        await say(w, range(1, 6), **CHEF, locale="en")
        (case,) = await w.cases("guard")

        await w.keep(case.id)

        assert ["oslo", "chefs", "north"] == (await w.person("p0@x.example")).values["locations"]
