"""What can't be handed over, or taken back, is refused with what to do; nothing is half done."""

from pathlib import Path

import pytest

from dirsync_core.api import Ambiguous, NotFound, Refused
from dirsync_core.model.people import Situation
from tests.core.world import TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"


async def test_who_is_not_kept_by_hand_cannot_be_handed_over(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A)
        record = await w.push("hr", "bob", email=B)

        with pytest.raises(Refused, match="not kept by hand"):
            await w.adopt(A, record)


async def test_nobody_asks_for_the_address(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)

        with pytest.raises(NotFound, match="--record"):
            await w.adopt(A)


async def test_several_who_ask_are_named(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.add(A)
        okta, hr = await w.push("okta", "ann", email=A), await w.push("hr", "ann", email=A)

        with pytest.raises(Ambiguous) as caught:
            await w.adopt(A)

        assert {okta, hr} == {candidate.split()[0] for candidate in caught.value.candidates}


async def test_a_second_record_of_one_provider_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.push("okta", "ann", email=A)
        other = await w.push("okta", "bob", email=B)
        await w.adopt(A)

        with pytest.raises(Refused, match="two never share a person"):
            await w.adopt(A, other)


async def test_who_was_not_handed_over_cannot_be_released(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)

        with pytest.raises(Refused, match="not handed over"):
            await w.release(A)


async def test_an_address_that_is_somebody_elses_by_now_refuses_the_release(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.push("okta", "ann", email=A)
        await w.adopt(A)
        await w.push("okta", "ann", email=B)
        await w.push("okta", "new", email=A)

        with pytest.raises(Refused, match="somebody else"):
            await w.release(B)


async def test_who_was_handed_over_is_not_changed_by_hand(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.push("okta", "ann", email=A)
        await w.adopt(A)

        with pytest.raises(Refused, match="dirsync release"):
            await w.edit(A, title="Chef")


async def test_the_record_by_hand_sleeps_and_wakes(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        person = (await w.add(A)).person
        (manual,) = [link.record for link in await w.look(lambda tx: tx.facts.links(person))]
        await w.push("okta", "ann", email=A)

        await w.adopt(A)
        assert await w.situation(manual) is Situation.DORMANT
        await w.release(A)

        assert await w.situation(manual) is Situation.LINKED


async def test_adopting_again_after_a_release_ends_being_kept_apart(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="By hand")
        await w.push("okta", "ann", email=A, displayName="Okta's")
        await w.adopt(A)
        await w.release(A)

        await w.adopt(A)

        assert "Okta's" == (await w.person(A)).values["displayName"]


async def test_overrides_and_placements_stay_with_the_person(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}}}) as w:
        await w.add(A, "oslo")
        await w.pin(A, "title", "Chef")
        record = await w.push("okta", "ann", email=A)
        assert await w.situation(record) is Situation.OUT_OF_SCOPE

        await w.adopt(A, record)

        ann = await w.person(A)
        assert ("active", ["oslo"], "Chef") == (ann.status, ann.values["locations"], ann.values["title"])
