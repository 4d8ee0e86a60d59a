"""Sequences in which the guard holds, or somebody is asked; each by its number. O = okta, H = hr, M = by hand."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dirsync_core.host.acts import casework
from dirsync_core.host.asking import ask
from dirsync_core.model.cases import Case, CaseState
from dirsync_core.model.people import Situation, Status
from dirsync_core.query.cases import case_shape
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World

A, B = "a@x.example", "b@x.example"
OSLO = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}, "bergen": {"filter": 'city eq "Bergen"'}}}


async def staff(w: World, people: Iterable[int], **body: Any) -> None:
    for i in people:
        await w.push("okta", f"p{i}", email=f"p{i}@x.example", **body)


async def cases(w: World, *, open_only: bool = True) -> list[Case]:
    return await w.look(lambda tx: list(tx.cases.cases(open_only=open_only, limit=100)))


async def the_case(w: World) -> Case:
    (case,) = await cases(w)
    return case


async def decide(w: World, word: str, case: Case, *who: str) -> None:
    verb = {"approve": casework.approve, "keep": casework.keep}[word]
    await w._by_hand(lambda tx, rules, moment: verb(tx, rules, moment, case.id, who))


async def held(w: World) -> set[str]:
    """The addresses of those whom open cases hold."""

    def find(tx: Any) -> set[str]:
        holds = [hold for case in tx.cases.cases(open_only=True, limit=100) for hold in tx.cases.holds_of(case.id)]
        return {tx.facts.accepted(hold.record).address for hold in holds if hold.kept is None}

    return await w.look(find)


async def swapping(w: World) -> None:
    """O's E1 on a@ asks for b@; H's E2 on b@ asks for a@ in the moment in which it is deactivated, and is held."""
    await w.push("okta", "e1", email=A)
    await w.push("hr", "e2", email=B)
    for i in range(3):
        await w.push("hr", f"p{i}", email=f"p{i}@x.example")
    for i in range(2):
        await w.push("hr", f"p{i}", email=f"p{i}@x.example", active=False)
    await w.push("hr", "e2", email=A, active=False)
    await w.push("okta", "e1", email=B)


async def test_12_who_is_held_keeps_the_address_until_active_again(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await swapping(w)
        e1, e2 = await w.id(A), await w.id(B)
        assert await held(w) == {B}

        await w.push("hr", "e2", email=A)

        assert (await w.id(A), await w.id(B)) == (e2, e1)
        assert await cases(w) == []


async def test_12_approved_instead_the_one_leaves_and_the_other_has_the_address(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await swapping(w)
        e1, e2 = await w.id(A), await w.id(B)

        await decide(w, "approve", await the_case(w))

        assert await w.id(B) == e1
        assert (await w.person(e2)).status is Status.DEACTIVATED


async def rehired(w: World) -> tuple[Case, str, str]:
    """X is inactive on a@, and O sends another userName with a@."""
    await w.push("okta", "x", email=A, external_id="one")
    older = await w.id(A)
    await w.push("okta", "x", email=A, external_id="one", active=False)
    await w.push("okta", "y", email=A, external_id="two")
    newcomer = await w.id(A)
    assert newcomer != older
    return await the_case(w), older, newcomer


async def test_18_a_second_account_is_a_new_person_and_may_be_the_older_one(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        case, older, newcomer = await rehired(w)
        assert (case.kind, case.person) == ("rehire", older)

        await decide(w, "approve", case)

        assert await w.id(A) == older
        assert (await w.person(newcomer)).status is Status.LEFT


async def test_18_kept_apart_they_are_two_for_good(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        case, older, newcomer = await rehired(w)

        await decide(w, "keep", case)
        await w.push("okta", "y", email=A, external_id="two", title="Again")

        assert await w.id(A) == newcomer
        assert (await w.person(older)).status is Status.DEACTIVATED
        assert await cases(w) == []


async def test_20_another_external_id_may_be_somebody_else_and_is_told_apart(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, title="Engineer", external_id="one")
        older = await w.id(A)
        await w.pin(A, "title", "Chief")
        await w.delete("okta", "ann")
        await w.push("okta", "ann", email=A, title="Engineer", external_id="two")
        assert (await w.id(A), (await w.person(A)).values["title"]) == (older, "Chief")

        await decide(w, "keep", await the_case(w))

        newcomer = await w.person(A)
        assert newcomer.id != older
        assert newcomer.values["title"] == "Engineer"
        assert (await w.person(older)).status is Status.LEFT


async def test_21_an_inactive_record_used_again_with_another_external_id(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, external_id="one")
        older = await w.id(A)
        await w.push("okta", "ann", email=A, external_id="one", active=False)
        await w.push("okta", "ann", email=A, external_id="two")
        assert await w.id(A) == older

        await decide(w, "keep", await the_case(w))

        assert await w.id(A) != older


async def test_27_a_renamed_group_meets_the_guard_and_the_case_names_it(tmp_path: Path) -> None:
    table = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'groups eq "Oslo"'}}}
    async with World(tmp_path, table) as w:
        people = [await w.push("okta", f"p{i}", email=f"p{i}@x.example") for i in range(12)]
        await w.group("okta", "Oslo", *people)

        await w.group("okta", "Oslo", rename="Kristiania")

        case = await the_case(w)
        shape: Any = await ask(w.host, lambda reading: case_shape(reading, case))
        assert len(await w.active()) == 7
        assert "7 of 7 left the group Oslo" == shape["contrast"]["sentence"]


async def test_32_what_a_plan_names_is_approved_and_the_case_keeps_the_rest(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, range(20), city="Oslo")
        await staff(w, range(8), city="Oslo", active=False)
        before = await held(w)

        table: Any = OSLO | {"providers": {**OKTA_AND_HAND["providers"],
                             "okta": {"plugin": "flat", "filter": 'not (email eq "p9@x.example")'}}}  # fmt: skip
        table["locations"] = {"oslo": {"filter": 'city eq "Oslo" and not (email eq "p10@x.example")'}}
        await w.rules(table)

        assert await held(w) == before == {f"p{i}@x.example" for i in (5, 6, 7)}
        assert await w.active() == {f"p{i}@x.example" for i in range(5, 20) if i not in (9, 10)}


async def test_33_sixty_of_a_hundred_lose_city_and_are_back_with_it(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, range(100), city="Oslo")

        await staff(w, range(60))

        case = await the_case(w)
        assert await w.look(lambda tx: tx.cases.count_parts(case.id)) == {"out": 5, "held": 55}
        assert len(await w.active()) == 95

        await staff(w, range(60), city="Oslo")

        (case,) = await cases(w, open_only=False)
        assert case.state is CaseState.DISSOLVED
        assert len(await w.active()) == 100


async def test_34_sixty_of_a_hundred_who_move_are_not_held(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, range(100), city="Oslo")

        await staff(w, range(60), city="Bergen")

        assert await cases(w, open_only=False) == []


async def test_35_an_open_case_outlives_a_restart_and_a_rebuild(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, range(20), city="Oslo")
        await staff(w, range(8), city="Oslo", active=False)
        before = await the_case(w), await held(w)

        await w.restart(OSLO)
        await w.rebuilt()

        assert before == (await the_case(w), await held(w))


async def test_36_kept_they_stay_while_the_provider_says_the_same(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await staff(w, range(20), city="Oslo")
        await staff(w, range(8), city="Oslo", active=False)

        await decide(w, "keep", await the_case(w))
        await staff(w, range(8), city="Oslo", active=False)

        assert len(await w.active()) == 20
        assert await cases(w) == []


async def test_37_while_the_provider_is_gone_the_case_stays_open_and_can_be_approved(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await staff(w, range(20), city="Oslo")
        await staff(w, range(8), city="Oslo", active=False)
        await w.rules({"providers": {"contractors": {"plugin": "manual"}}})
        assert len(await held(w)) == 3

        await decide(w, "approve", await the_case(w))

        assert await w.active() == {f"p{i}@x.example" for i in range(8, 20)}


def mapped(**paths: str) -> Any:
    okta = {"plugin": "flat", "mappers": ["paths"], "attributes": {"email": "email", **paths}}
    return OKTA_AND_HAND | {"providers": {**OKTA_AND_HAND["providers"], "okta": okta}}


async def test_38_a_pin_on_what_no_mapper_sets_sleeps_and_wakes(tmp_path: Path) -> None:
    async with World(tmp_path, mapped(badge="badge")) as w:
        await w.push("okta", "ann", email=A, badge="7")
        await w.pin(A, "badge", "8")

        await w.rules(mapped())
        assert "badge" not in (await w.person(A)).values
        assert len(await w.look(lambda tx: tx.facts.all_overrides())) == 1

        await w.rules(mapped(badge="badge"))
        assert (await w.person(A)).values["badge"] == "8"


async def test_a_contested_record_opens_a_case_that_ends_with_the_contest(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        manual = (await w.add(A)).person
        record = await w.push("okta", "ann", email=A)
        case = await the_case(w)
        assert (case.kind, case.record, case.person) == ("address", record, manual)

        await w.adopt(A)

        (case,) = await cases(w, open_only=False)
        assert case.state is CaseState.APPROVED


async def test_kept_apart_by_a_case_nothing_joins_them_but_adopt(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        record = await w.push("okta", "ann", email=A)

        await decide(w, "keep", await the_case(w))
        await w.push("okta", "ann", email=A, title="Again")

        assert await w.situation(record) is Situation.CONTESTED
        assert await cases(w) == []
