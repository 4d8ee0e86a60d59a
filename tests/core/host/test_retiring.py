"""What becomes of a source's people when it is gone for good: they stay, they leave, or they are handed over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import NotFound, Refused
from dirsync_core.host.acts import retiring
from dirsync_core.model.errors import NotInPlan
from dirsync_core.model.people import Situation, Status
from dirsync_core.model.plans import EffectKind, Plan
from dirsync_core.model.retirements import Fate
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"
HAND: Mapping[str, Any] = {"providers": {"contractors": {"plugin": "manual"}}}
HR_AND_HAND: Mapping[str, Any] = {"providers": {name: TWO_TENANTS["providers"][name] for name in ("hr", "contractors")}}


async def retire(w: World, fate: Fate, to: str | None = None, provider: str = "okta") -> Plan:
    return await retiring.do(w.host, w.by("sofie"), provider, fate, to)


async def test_until_it_is_retired_its_people_stay(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)

        await w.rules(HAND)

        assert {A} == await w.active()


async def test_frozen_for_good_they_stay(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A)
        await w.rules(HAND)

        plan = await retire(w, "freeze")

        assert () == plan.effects
        assert {A} == await w.active()
        assert Situation.LINKED is await w.situation(record)


async def test_they_leave(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A, title="Pilot")
        await w.rules(HAND)

        plan = await retire(w, "leave")

        assert 1 == plan.counts[EffectKind.LEAVES]
        person = await w.person(A)
        assert (Status.LEFT, "Pilot") == (person.status, person.values["title"])
        assert Situation.OUT_OF_SCOPE is await w.situation(record)


async def test_who_has_another_source_keeps_it(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A, title="Pilot")
        await w.push("hr", "ann", email=A, city="Oslo")
        await w.push("okta", "bob", email=B)
        await w.rules(HR_AND_HAND)

        plan = await retire(w, "leave")

        assert {A} == await w.active()
        assert [B] == [effect.email for effect in plan.effects if effect.kind is EffectKind.LEAVES]
        assert ("hr",) == (await w.person(A)).sources


async def test_who_waits_for_the_address_gets_it(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email="a@other.example")
        await w.push("hr", "ann", email="a@other.example")
        first = await w.id("a@other.example")
        await w.rules(HR_AND_HAND)

        await retire(w, "leave")

        assert {"a@other.example"} == await w.active()
        assert first != await w.id("a@other.example")


async def test_handed_over_they_are_the_same_people_with_their_values(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "cy", email=C)
        await w.push("okta", "ann", email=A, displayName="Ann Lee", title="Pilot", city="Oslo", assistants=[C])
        before = await w.person(A)
        await w.rules(HAND)

        plan = await retire(w, "to", "contractors")

        after = await w.person(A)
        assert 0 == plan.counts[EffectKind.LEAVES]
        assert (before.id, Status.ACTIVE, ("contractors",)) == (after.id, after.status, after.sources)
        for name in ("displayName", "title", "city", "email"):
            assert before.values[name] == after.values[name]
        assert [C] == [each["email"] for each in after.values["assistants"]]  # type: ignore[index, union-attr, call-overload]
        await w.edit(A, title="Captain")
        assert "Captain" == (await w.person(A)).values["title"]


async def test_overrides_and_places_are_kept(tmp_path: Path) -> None:
    locations = {"oslo": {"filter": 'groups eq "Team"'}, "bergen": {"filter": 'city eq "Bergen"'}}
    async with World(tmp_path, {**OKTA_AND_HAND, "locations": locations}) as w:
        record = await w.push("okta", "ann", email=A, city="Bergen")
        await w.group("okta", "Team", record)
        await w.pin(A, "title", "Chief")
        await w.rules({**HAND, "locations": locations})

        await retire(w, "to", "contractors")

        person = await w.person(A)
        assert ("Chief", ["oslo", "bergen"]) == (person.values["title"], person.values["locations"])


async def test_whom_they_name_is_meant_as_before(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "bob", email=B, assistants=[A])
        ann = await w.id(A)
        await w.push("okta", "ann", email=C)
        await w.push("okta", "new", email=A)
        await w.rules(HAND)

        await retire(w, "to", "contractors")

        assert [ann] == [each["person"] for each in (await w.person(B)).values["assistants"]]  # type: ignore[index, union-attr, call-overload]


async def test_of_two_sources_nobody_is_written_down_whom_the_other_knows(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A)
        await w.push("hr", "ann", email=A)
        await w.rules(HR_AND_HAND)

        await retire(w, "to", "contractors")

        assert ("hr",) == (await w.person(A)).sources
        assert not await w.look(lambda tx: tx.records.count("contractors", "user"))


async def test_who_was_handed_over_once_comes_back_to_the_same_record(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, title="Consultant")
        await w.push("okta", "ann", email=A, title="Pilot")
        ann = await w.adopt(A)
        await w.rules(HAND)

        await retire(w, "to", "contractors")

        person = await w.person(A)
        assert (ann, "Pilot", ("contractors",)) == (person.id, person.values["title"], person.sources)
        assert 1 == await w.look(lambda tx: tx.records.count("contractors", "user"))


async def test_who_is_not_active_is_not_handed_over(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, active=False)
        await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, active=False)
        await w.rules(HAND)

        await retire(w, "to", "contractors")

        assert (Status.LEFT, ("okta",)) == ((await w.person(A)).status, (await w.person(A)).sources)


async def test_a_record_that_waits_waits_no_longer(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        record = await w.push("okta", "ann", email=A)
        await w.rules(HAND)

        await retire(w, "to", "contractors")

        assert Situation.OUT_OF_SCOPE is await w.situation(record)
        assert ("contractors",) == (await w.person(A)).sources


@pytest.mark.parametrize("fate", ["freeze", "leave"])
async def test_back_in_the_settings_it_counts_again(fate: Fate, tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        ann = await w.id(A)
        await w.rules(HAND)
        await retire(w, fate)

        await w.rules(OKTA_AND_HAND)

        assert (ann, {A}) == (await w.id(A), await w.active())
        assert not await w.look(lambda tx: tx.retirements.all())
        await w.push("okta", "ann", email=A, title="Pilot")
        assert "Pilot" == (await w.person(A)).values["title"]


async def test_back_after_its_people_were_handed_over_its_records_wait_for_adoption(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A)
        ann = await w.id(A)
        await w.rules(HAND)
        await retire(w, "to", "contractors")

        await w.rules(OKTA_AND_HAND)

        assert Situation.CONTESTED is await w.situation(record)
        assert ann == await w.adopt(A)


async def test_with_its_plugin_missing_all_the_same(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, title="Pilot")
        await w.rules(HAND)
        await w.restart(HAND, "core", "manual")

        await retire(w, "to", "contractors")

        assert ("Pilot", ("contractors",)) == ((await w.person(A)).values["title"], (await w.person(A)).sources)


async def test_a_newcomer_with_the_address_of_somebody_who_left_so_is_somebody_new(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A, active=False)
        await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, active=False)
        ann = await w.id(A)
        await w.rules(HR_AND_HAND)
        await retire(w, "leave")

        record = await w.push("hr", "ann", email=A)

        assert Situation.LINKED is await w.situation(record)
        assert ann != await w.id(A)


async def test_one_that_was_kept_by_hand_hands_over_too(tmp_path: Path) -> None:
    table = {"providers": {"contractors": {"plugin": "manual"}, "temps": {"plugin": "manual"}}}
    async with World(tmp_path, table) as w:
        await w.add(A, title="Pilot")
        await w.rules({"providers": {"temps": {"plugin": "manual"}}})

        await retire(w, "to", "temps", "contractors")

        person = await w.person(A)
        assert ("Pilot", ("temps",)) == (person.values["title"], person.sources)


async def test_one_that_is_still_in_the_settings_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        with pytest.raises(Refused, match=r"still in plugins\.toml"):
            await retire(w, "leave")


async def test_one_whose_going_is_not_applied_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.restart(HAND)

        with pytest.raises(Refused, match="dirsync apply"):
            await retire(w, "leave")
        await w.restart(OKTA_AND_HAND)


async def test_one_that_never_was_is_not_found(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        with pytest.raises(NotFound, match="okta"):
            await retire(w, "leave", provider="oktta")


async def test_more_than_was_shown_is_not_done(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "bob", email=B)
        await w.rules(HAND)
        reviewed = await retiring.plan(w.host, w.by(), "okta", "leave")
        less = Plan(**{**{f: getattr(reviewed, f) for f in Plan.__slots__ if f != "__weakref__"}, "effects": ()})

        with pytest.raises(NotInPlan):
            await retiring.do(w.host, w.by(), "okta", "leave", None, less)

        assert {A, B} == await w.active()


async def test_the_place_in_the_precedence_is_kept_until_then(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A, title="Pilot")
        await w.push("hr", "ann", email=A, title="Clerk", city="Oslo")

        await w.rules(HR_AND_HAND)

        assert "Pilot" == (await w.person(A)).values["title"]
        await w.rules({**HR_AND_HAND, "directory": {"timezone": "Europe/Oslo"}})
        assert "Pilot" == (await w.person(A)).values["title"]
        await retire(w, "leave")
        assert "Clerk" == (await w.person(A)).values["title"]


async def test_the_place_is_kept_for_a_single_attribute_too(tmp_path: Path) -> None:
    table = {**TWO_TENANTS, "precedence": {"title": ["hr", "okta"], "city": ["okta", "hr"]}}
    async with World(tmp_path, table) as w:
        await w.push("okta", "ann", email=A, title="Pilot", city="Bergen")
        await w.push("hr", "ann", email=A, title="Clerk", city="Oslo")

        await w.rules({**HR_AND_HAND, "precedence": {"title": ["hr"], "city": ["hr"]}})

        person = await w.person(A)
        assert ("Clerk", "Bergen") == (person.values["title"], person.values["city"])


async def test_a_file_that_lacks_it_does_not_differ_once_it_is_applied(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.rules(HR_AND_HAND)

        assert not await w.look(w.host.file_differs)
        assert await w.host.apply_what_changes_nobody(w.by())
        assert 2 == await w.look(lambda tx: tx.facts.rules_version())
