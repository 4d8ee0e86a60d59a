"""Sequences worked by hand, and how they must end; each by its number. O = okta, H = hr, M = by hand."""

from pathlib import Path

import pytest

from dirsync_core.api import AddressTaken, Entry, Refused
from dirsync_core.host.asked.pulling import pull
from dirsync_core.model.people import Situation
from tests.core.asked import Asked, everybody, people
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"


def locations(**filters: str) -> dict[str, object]:
    return OKTA_AND_HAND | {"locations": {key: {"filter": text} for key, text in filters.items()}}


async def test_01_manual_add_of_an_address_that_okta_holds_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        before = await w.changes()

        with pytest.raises(AddressTaken, match=r"Flat has a@x\.example"):
            await w.add("A@x.example")

        assert before == await w.changes()


async def test_02_one_line_of_an_import_that_okta_holds_refuses_the_whole_file(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.add("kept@x.example", city="Oslo")
        before = await w.changes()
        entries = [Entry(f"line {n}", {"email": f"p{n}@x.example"}) for n in range(2, 200)]
        entries += [Entry("line 200", {"email": "kept@x.example", "city": "Bergen"}), Entry("line 201", {"email": A})]

        with pytest.raises(Refused, match=r"Nothing was imported.\nline 201: Flat has a@x\.example") as refused:
            await w.take(entries)

        assert "line 200" not in str(refused.value)
        assert before == await w.changes()


async def test_03_a_pushed_address_that_is_kept_by_hand_is_contested(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann")
        before = await w.person(A)

        record = await w.push("okta", "ann", email=A, displayName="Other")

        assert before == await w.person(A)
        assert await w.situation(record) is Situation.CONTESTED


async def test_04_the_contested_record_becomes_a_person_when_the_address_is_free(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        manual = (await w.add(A)).person
        record = await w.push("okta", "ann", email=A)

        await w.edit(A, email=C)

        assert manual == await w.id(C)
        assert await w.situation(record) is Situation.LINKED
        assert manual != await w.id(A)


async def test_05_adopt_then_release_gives_back_the_manual_person(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        manual = (await w.add(A, displayName="By hand")).person
        record = await w.push("okta", "ann", email=A, displayName="Okta's")
        before = await w.person(A)

        assert manual == await w.adopt(A)
        await w.push("okta", "ann", email=A, displayName="Okta's own")
        assert "Okta's own" == (await w.person(A)).values["displayName"]
        assert manual == await w.release(A)
        await w.push("okta", "ann", email=A, displayName="Again")

        after = await w.person(A)
        assert (before.id, before.values, before.status) == (after.id, after.values, after.status)
        assert await w.situation(record) is Situation.CONTESTED


ADOPTING = {"providers": {"okta": {"plugin": "flat", "on_match": "adopt"}, "contractors": {"plugin": "manual"}}}


async def test_06_kept_apart_stands_above_the_setting(tmp_path: Path) -> None:
    async with World(tmp_path, ADOPTING) as w:
        manual = (await w.add(A, displayName="By hand")).person
        record = await w.push("okta", "ann", email=A, displayName="Okta's")
        assert (manual, "Okta's") == (await w.id(A), (await w.person(A)).values["displayName"])

        await w.release(A)
        await w.push("okta", "ann", email=A, displayName="Again")

        assert (manual, "By hand") == (await w.id(A), (await w.person(A)).values["displayName"])
        assert await w.situation(record) is Situation.CONTESTED


async def test_07_manual_add_after_a_deactivation_is_a_new_person_and_says_so(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, displayName="Ann")
        first = await w.id(A)
        await w.push("okta", "ann", email=A, displayName="Ann", active=False)

        added = await w.add(A)

        assert first != added.person
        assert "Ann" in added.notes[0]


async def test_08_who_comes_back_to_a_taken_address_has_left(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A)
        first = await w.id(A)
        await w.push("okta", "ann", email=A, active=False)
        second = (await w.add(A)).person

        await w.push("okta", "ann", email=A)

        assert (await w.person(first)).status == "left"
        assert second == await w.id(A)
        assert await w.situation(record) is Situation.CONTESTED


async def test_09_an_adopted_account_made_again_is_the_same_person(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        manual = (await w.add(A)).person
        old = await w.push("okta", "ann", email=A, external_id="00u1")
        await w.adopt(A)
        await w.delete("okta", "ann")

        new = await w.push("okta", "ann", email=A, external_id="00u1")

        assert old != new
        assert (manual, "active") == (await w.id(A), (await w.person(A)).status)
        assert await w.look(lambda tx: tx.facts.link(old)) is None


async def test_10_who_waits_beside_the_adopted_joins_with_the_adoption(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        manual = (await w.add(A)).person
        okta = await w.push("okta", "ann", email=A)
        hr = await w.push("hr", "ann", email=A, city="Oslo")
        assert {Situation.CONTESTED} == {await w.situation(okta), await w.situation(hr)}

        await w.adopt(A, okta)

        assert await w.situation(hr) is Situation.LINKED
        assert (manual, "Oslo") == (await w.id(A), (await w.person(A)).values["city"])


async def test_11_two_who_swap_addresses_wait_for_each_other(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "1", email=A)
        await w.push("okta", "2", email=B)
        one, two = await w.id(A), await w.id(B)

        await w.push("okta", "1", email=B)
        assert (one, two) == (await w.id(A), await w.id(B))

        await w.push("okta", "2", email=A)
        assert (two, one) == (await w.id(A), await w.id(B))


async def test_13_a_ring_of_three_renames_completes_with_the_third(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        for key, address in (("1", A), ("2", B), ("3", C)):
            await w.push("okta", key, email=address)
        one, two, three = await w.id(A), await w.id(B), await w.id(C)

        for key, address in (("1", B), ("2", C), ("3", A)):
            await w.push("okta", key, email=address)

        assert (three, one, two) == (await w.id(A), await w.id(B), await w.id(C))


async def waiting_for_b(w: World) -> None:
    """E1 on a@ asks for b@, which somebody holds."""
    await w.push("okta", "1", email=A)
    await w.push("okta", "2", email=B)
    await w.push("okta", "1", email=B)


async def test_14_a_new_hire_on_an_address_that_is_only_kept_is_contested(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await waiting_for_b(w)
        one = await w.id(A)

        hire = await w.push("hr", "hire", email=A, displayName="Hire")

        assert await w.situation(hire) is Situation.CONTESTED
        assert one == await w.id(A)
        assert "displayName" not in (await w.person(A)).values


async def renamed_onto_a(w: World) -> None:
    await waiting_for_b(w)
    await w.push("hr", "3", email=C)
    await w.push("hr", "3", email=A)


async def test_15_a_rename_onto_a_kept_address_waits(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await renamed_onto_a(w)

        assert {A, B, C} == await w.active()


async def test_16_a_chain_moves_together_when_its_head_is_free(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await renamed_onto_a(w)
        one, three = await w.id(A), await w.id(C)

        await w.push("okta", "2", email=B, active=False)

        assert (three, one) == (await w.id(A), await w.id(B))
        causes = {c.cause.request for c in (await w.changes())[-3:]}
        assert len(causes) == 1


async def test_17_who_comes_back_into_scope_to_a_taken_address_has_left(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        await w.push("okta", "1", email=A, city="Oslo")
        await w.push("okta", "2", email=B, city="Oslo")
        one, two = await w.id(A), await w.id(B)

        await w.push("okta", "1", email=A, city="Bergen")
        await w.push("okta", "2", email=A, city="Oslo")
        await w.push("okta", "1", email=A, city="Oslo")

        assert two == await w.id(A)
        assert (await w.person(one)).status == "left"


@pytest.mark.parametrize("external_id", ["00u1", None])
async def test_19_a_deleted_account_made_again_is_the_same_person(tmp_path: Path, external_id: str | None) -> None:
    async with World(tmp_path) as w:
        old = await w.push("okta", "ann", email=A, external_id="00u1")
        first = await w.id(A)
        await w.delete("okta", "ann")
        assert (await w.person(first)).status == "deleted"

        new = await w.push("okta", "ann", email=A, external_id=external_id)

        assert old != new
        assert first == await w.id(A)
        assert (await w.person(A)).status == "active"


async def test_22_two_who_own_the_domain_make_one_person(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A, title="Okta's")
        await w.push("hr", "ann", email=A, title="HR's", city="Oslo")
        one = await w.person(A)
        assert (one.values["title"], one.values["city"]) == ("Okta's", "Oslo")

        await w.push("okta", "ann", email=A, title="Okta's", active=False)
        assert (await w.person(A)).values["title"] == "HR's"

        await w.push("okta", "ann", email=A, title="Okta's")
        await w.push("hr", "ann", email=A, title="HR's", active=False)
        assert (await w.person(A)).values["title"] == "Okta's"
        assert one.id == await w.id(A)


async def test_23_one_who_does_not_own_the_domain_is_contested(tmp_path: Path) -> None:
    table = TWO_TENANTS | {"providers": TWO_TENANTS["providers"] | {"hr": {"plugin": "flat"}}}
    async with World(tmp_path, table) as w:
        await w.push("okta", "ann", email=A)

        assert await w.situation(await w.push("hr", "ann", email=A)) is Situation.CONTESTED


async def test_24_active_while_one_of_two_says_so(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        record = await w.push("okta", "ann", email=A)
        await w.push("hr", "ann", email=A)

        await w.push("okta", "ann", email=A, active=False)

        assert (await w.person(A)).status == "active"
        assert await w.situation(record) is Situation.INACTIVE


async def test_25_the_status_is_that_of_the_first_in_precedence(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A)
        await w.push("hr", "ann", email=A)

        await w.push("hr", "ann", email=A, active=False)
        await w.delete("okta", "ann")

        assert (await w.person(A)).status == "deleted"


async def test_26_people_before_groups_are_undetermined_and_nobody_goes_in_and_out(tmp_path: Path) -> None:
    async with World(tmp_path, locations(staff='not (groups eq "Interns")')) as w:
        one = await w.push("okta", "1", email=A)
        two = await w.push("okta", "2", email=B)
        assert (await w.look(lambda tx: tx.outcomes.get(one))).undetermined

        await w.group("okta", "Interns", two)

        assert {A} == await w.active()
        assert ["joined"] == [c.type for c in await w.changes()]


async def test_28_placements_sleep_while_their_location_is_gone(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"', bergen='city eq "Bergen"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.place(A, "bergen")

        await w.rules(locations(oslo='city eq "Oslo"'))
        assert (await w.person(A)).values["locations"] == ["oslo"]

        await w.rules(locations(oslo='city eq "Oslo"', bergen='city eq "Bergen"'))
        assert (await w.person(A)).values["locations"] == ["oslo", "bergen"]


async def test_29_the_name_of_a_location_moves_nobody(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        before = await w.changes()

        await w.rules(OKTA_AND_HAND | {"locations": {"oslo": {"name": "Oslo, city", "filter": 'city eq "Oslo"'}}})

        assert before == await w.changes()


async def test_30_masked_from_the_only_location_is_in_the_directory_in_none(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo")

        await w.place(A, "oslo", "mask")

        ann = await w.person(A)
        assert (ann.status, ann.values["locations"]) == ("active", [])


async def test_31_a_placement_brings_somebody_in_and_its_end_lets_them_go(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        record = await w.push("okta", "ann", email=A, city="Bergen")
        assert set() == await w.active()

        await w.place(A, "oslo")
        assert await w.situation(record) is Situation.LINKED
        assert (await w.person(A)).values["locations"] == ["oslo"]

        await w.place(A, "oslo", "clear")
        assert (await w.person(A)).status == "left"


async def test_39_a_mapper_that_fails_leaves_the_person_as_they_were(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A, title="Chef")
        before = await w.person(A)

        await w.push("okta", "ann", email=A, title="boom", active=False)

        assert await w.situation(record) is Situation.ERRORED
        assert before == await w.person(A)


async def test_40_a_reference_means_whom_it_meant_when_it_was_written(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        assert [] == await w.rebuilt()
        ann = await w.id(A)
        await w.push("okta", "bob", email=B, assistants=[A])

        await w.push("okta", "ann", email=C)
        await w.push("okta", "new", email=A)
        await w.push("okta", "bob", email=B, assistants=[A], title="again")

        (assistant,) = (await w.person(B)).values["assistants"]
        assert assistant == {"written": A, "state": "resolved", "by": "okta", "person": ann, "email": C}


async def test_41_a_name_written_while_its_holder_is_away_means_the_next_holder(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, active=False)
        await w.push("okta", "bob", email=B, assistants=[A])
        assert (await w.person(B)).values["assistants"][0]["state"] == "pending"

        await w.push("okta", "new", email=A)

        assert (await w.person(B)).values["assistants"][0]["person"] == await w.id(A)


async def test_43_the_last_day_over_the_one_who_waits_gets_the_address(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        manual = (await w.add(A, until="2026-11-25")).person
        record = await w.push("okta", "ann", email=A)

        await w.tick(hours=12)
        assert manual == await w.id(A)
        await w.tick(days=2)

        assert (await w.person(manual)).status == "left"
        assert manual != await w.id(A)
        assert await w.situation(record) is Situation.LINKED


EXT = "ann.ext@x.example"


async def test_42_a_contractor_is_hired_and_both_come_back_with_the_release(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        manual = (await w.add(EXT, displayName="Ann")).person
        record = await w.push("okta", "ann", email=A)
        second = await w.id(A)

        await w.adopt(EXT, record)
        assert (manual, "left") == (await w.id(A), (await w.person(second)).status)

        await w.release(A)
        assert (manual, second) == (await w.id(EXT), await w.id(A))
        assert {A, EXT} == await w.active()


async def test_43_adopted_beforehand_the_last_day_changes_nothing(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        manual = (await w.add(A, until="2026-11-25")).person
        await w.push("okta", "ann", email=A)
        await w.adopt(A)

        await w.tick(days=3)

        assert (manual, "active") == (await w.id(A), (await w.person(A)).status)


async def test_45_a_pull_cut_after_300_withdraws_nobody_and_a_complete_one_whoever_is_gone(tmp_path: Path) -> None:
    async with World(tmp_path, {"providers": {"hr": {"plugin": "asked"}}}) as w:
        keys = [f"p{n}" for n in range(1000)]
        source = w.host.providers["hr"]
        assert isinstance(source, Asked)
        source.says = [*everybody(*keys)]
        await pull(w.host, "hr")

        await w.tick(days=1)
        source.says = [*people(*keys[:300]), OSError("cut")]
        await pull(w.host, "hr")
        assert 1000 == len(await w.active())

        await w.tick(days=1)
        source.says = [*everybody(*keys[10:])]
        await pull(w.host, "hr")
        assert {f"{key}@x.example" for key in keys[10:]} == await w.active()
