"""What the guard holds, and what somebody decides of it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from dirsync_core.host.acts import casework, undoing
from dirsync_core.model.cases import Case, CaseState
from dirsync_core.model.errors import Refused
from dirsync_core.model.identifiers import RecordId
from tests.core.world import OKTA_AND_HAND, World

OSLO = {**OKTA_AND_HAND, "locations": {"oslo": {"filter": 'city eq "Oslo"'}, "bergen": {"filter": 'city eq "Bergen"'}}}


async def staff(w: World, n: int, **body: str) -> list[RecordId]:
    """So many people, in Oslo."""
    return [await w.push("okta", f"p{i}", email=f"p{i}@x.example", city="Oslo", **body) for i in range(n)]


async def leave(w: World, who: Sequence[int]) -> None:
    for i in who:
        await w.push("okta", f"p{i}", email=f"p{i}@x.example", city="Oslo", active=False)


async def cases(w: World, *, open_only: bool = True) -> list[Case]:
    return await w.look(lambda tx: list(tx.cases.cases(open_only=open_only, limit=100)))


async def decide(w: World, word: str, case: Case, *who: str) -> None:
    verb = {"approve": casework.approve, "keep": casework.keep}[word]
    await w._by_hand(lambda tx, rules, moment: verb(tx, rules, moment, case.id, who))


async def test_what_is_more_than_the_limit_is_held_in_one_case(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)

        await leave(w, range(9))

        (case,) = await cases(w)
        assert (case.kind, case.provider, case.limit, case.asked) == ("guard", "okta", 5, 20)
        assert await w.active() == {f"p{i}@x.example" for i in range(5, 20)}
        assert await w.look(lambda tx: tx.cases.count_parts(case.id)) == {"out": 5, "held": 4}


async def test_a_few_of_few_are_held_from_more_than_half_on(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 4)

        await leave(w, range(4))

        assert await w.active() == {"p2@x.example", "p3@x.example"}


async def test_two_of_two_may_leave(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 2)

        await leave(w, range(2))

        assert await w.active() == set()


async def test_losses_of_another_day_do_not_count(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(5))
        await w.tick(hours=25)

        await leave(w, range(5, 10))

        assert await cases(w) == []


async def test_a_loss_that_is_brought_back_does_not_count(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(5))
        await w.push("okta", "p0", email="p0@x.example", city="Oslo")

        await leave(w, [5])

        assert await cases(w) == []


async def test_who_was_held_is_held_no_more_when_the_source_takes_it_back(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(8))

        for i in range(8):
            await w.push("okta", f"p{i}", email=f"p{i}@x.example", city="Oslo")

        (case,) = await cases(w, open_only=False)
        assert case.state is CaseState.DISSOLVED
        assert await w.look(lambda tx: tx.cases.count_parts(case.id)) == {"back": 8}
        assert len(await w.active()) == 20


async def test_approving_lets_them_go_and_counts_none_of_them(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 40)
        await leave(w, range(10))
        (case,) = await cases(w)

        await decide(w, "approve", case)
        await leave(w, range(10, 15))

        assert await cases(w) == []
        assert await w.active() == {f"p{i}@x.example" for i in range(15, 40)}


async def test_approving_some_leaves_the_others_held(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(8))
        (case,) = await cases(w)

        await decide(w, "approve", case, "p6@x.example")

        (still,) = await cases(w)
        assert still.id == case.id
        assert await w.active() == {f"p{i}@x.example" for i in range(20) if i not in (0, 1, 2, 3, 4, 6)}


async def test_keeping_brings_back_those_already_out_until_the_source_says_something_new(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(8))
        (case,) = await cases(w)

        await decide(w, "keep", case)
        await leave(w, range(8))  # the same word again
        assert len(await w.active()) == 20

        await w.push("okta", "p0", email="p0@x.example", city="Oslo", title="Gone", active=False)

        assert await w.active() == {f"p{i}@x.example" for i in range(1, 20)}


async def test_a_decided_case_can_not_be_decided_again(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(8))
        (case,) = await cases(w)
        await decide(w, "keep", case)

        with pytest.raises(Refused, match="was decided by sofie"):
            await decide(w, "approve", case)


async def test_an_attribute_emptied_for_many_is_held_and_the_rest_flows(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20, title="Engineer")

        for i in range(8):
            await w.push("okta", f"p{i}", email=f"p{i}@x.example", city="Oslo", phone="+47 1")

        (case,) = await cases(w)
        person = await w.person("p7@x.example")
        assert case.loss is not None
        assert case.loss.attribute == "title"
        assert (person.values["title"], person.values["phone"]) == ("Engineer", "+47 1")
        assert "title" not in (await w.person("p0@x.example")).values


async def test_who_moves_from_one_location_to_another_is_never_held(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, 20)

        for i in range(12):
            await w.push("okta", f"p{i}", email=f"p{i}@x.example", city="Bergen")

        assert await cases(w) == []


async def test_a_rename_is_never_held(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)

        for i in range(12):
            await w.push("okta", f"p{i}", email=f"q{i}@x.example", city="Oslo")

        assert await cases(w) == []


async def test_what_an_applied_rule_does_is_approved_and_the_case_keeps_the_rest(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(8))

        await w.rules({**OKTA_AND_HAND, "providers": {
            **OKTA_AND_HAND["providers"], "okta": {"plugin": "flat", "filter": 'not (email sw "p1")'}
        }})  # fmt: skip

        (case,) = await cases(w)
        assert await w.look(lambda tx: len(tx.cases.holds_of(case.id))) == 3
        assert await w.active() == {f"p{i}@x.example" for i in (5, 6, 7, 8, 9)}


async def test_a_deleted_record_that_is_held_is_succeeded_by_the_next_of_its_address(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        before = await w.id("p7@x.example")
        for i in range(8):
            await w.delete("okta", f"p{i}")

        await w.push("okta", "again", email="p7@x.example", city="Oslo")

        assert await w.id("p7@x.example") == before
        assert await w.look(lambda tx: len(tx.cases.holds_of(tx.cases.cases(open_only=True, limit=1)[0].id))) == 2


async def test_the_threshold_is_a_setting_of_each_source(tmp_path: Path) -> None:
    table = {**OKTA_AND_HAND, "guard": {"people": 1}}
    async with World(tmp_path, table) as w:
        await staff(w, 20)

        await leave(w, range(3))

        (case,) = await cases(w)
        assert case.limit == 1
        assert len(await w.active()) == 19


async def test_what_was_decided_is_not_undone(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await leave(w, range(8))
        (case,) = await cases(w)
        await decide(w, "keep", case)

        with pytest.raises(Refused, match="What was decided of a case is not undone"):
            await w._by_hand(lambda tx, rules, moment: undoing.undo(tx, rules, moment, f"r{w.requests - 1}"))


async def test_who_is_held_is_in_no_location_that_the_rules_do_not_name_any_more(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, 20)
        await leave(w, range(8))

        await w.rules({**OKTA_AND_HAND, "locations": {"bergen": {"filter": "email pr"}}})

        assert (await w.person("p7@x.example")).values["locations"] == []
        assert "p7@x.example" in await w.active()


async def test_a_mask_by_hand_counts_for_whom_the_guard_holds(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, 20)
        await leave(w, range(8))

        await w.place("p7@x.example", "oslo", "mask")

        assert (await w.person("p7@x.example")).values["locations"] == []


async def test_how_many_asked_is_kept_as_far_back_as_the_window_reaches(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, 20)
        await w.tick(hours=30)
        await leave(w, range(2))
        await w.tick(hours=30)
        await leave(w, range(2, 7))

        since = w.now - timedelta(hours=24)
        assert await w.look(lambda tx: tx.cases.most_asking("okta", since)) == 18
