"""Undo: one request made by hand is taken back, as a new write; what a source wrote never is."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.host.acts import adopting, undoing
from dirsync_core.model.errors import DirsyncError, NotFound, PluginUnavailable, Refused
from dirsync_core.query.history import events_shape
from dirsync_core.query.reading import Reading
from dirsync_core.query.undoing import is_undoable
from tests.core.world import OKTA_AND_HAND, World

A, B = "a@x.example", "b@x.example"
PLACES = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}, "rome": {"filter": 'city eq "Rome"'}}}


async def undo(w: World, request: str) -> None:
    await w._by_hand(lambda tx, rules, moment: undoing.undo(tx, rules, moment, request))


async def events(w: World, who: str) -> list[dict[str, Any]]:
    return await w.look(lambda tx: events_shape(Reading(tx, w.host.rules(tx), w.now), who)["events"])


async def undoable(w: World, request: str) -> bool:
    return await w.look(lambda tx: is_undoable(tx, w.host.rules(tx), w.now, request))


def last(w: World) -> str:
    return f"r{w.requests}"


async def refused(w: World, request: str) -> str:
    """Why a request is not taken back; the history says the same, and nothing is written."""
    before = await w.changes()
    assert not await undoable(w, request)
    with pytest.raises(DirsyncError) as told:
        await undo(w, request)
    assert await w.changes() == before
    return str(told.value)


async def test_what_was_added_goes_and_comes_back_as_the_same_person(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        person = (await w.add(A, displayName="Ann", phone="1")).person
        added = last(w)

        await undo(w, added)
        gone = (await w.person(A)).status
        await undo(w, last(w))

        back = await w.person(A)
        assert (gone, back.id, back.status) == ("deleted", person, "active")
        assert (back.values["displayName"], back.values["phone"]) == ("Ann", "1")


async def test_a_change_is_taken_back_to_what_was_there_before(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann", phone="1")
        await w.edit(A, phone="2", title="Clerk")

        await undo(w, last(w))

        person = await w.person(A)
        assert (person.values["phone"], "title" in person.values, person.version) == ("1", False, 3)


async def test_a_new_address_is_given_back(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        person = (await w.add(A)).person
        await w.edit(A, email=B)

        await undo(w, last(w))

        assert (await w.id(A), await w.active()) == (person, {A})


async def test_a_removal_is_taken_back(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        person = (await w.add(A, phone="1")).person
        await w.remove(A)

        await undo(w, last(w))

        back = await w.person(A)
        assert (back.id, back.status, back.values["phone"]) == (person, "active", "1")


async def test_placements_are_taken_back_to_what_was_decided_before(tmp_path: Path) -> None:
    async with World(tmp_path, PLACES) as w:
        await w.add(A, "rome", city="Oslo")
        await w.place(A, "rome", "mask")
        masked = last(w)
        await w.place(A, "oslo", "mask")

        await undo(w, masked)

        assert (await w.person(A)).values["locations"] == ["rome"]


async def test_placements_made_with_somebody_go_with_them(tmp_path: Path) -> None:
    async with World(tmp_path, PLACES) as w:
        person = (await w.add(A, "rome")).person

        await undo(w, last(w))

        assert await w.look(lambda tx: tx.facts.placements(person)) == []
        assert len(await w.changes()) == 2


async def test_a_placement_of_a_record_that_brought_the_person_in_is_taken_back(tmp_path: Path) -> None:
    async with World(tmp_path, PLACES) as w:
        await w.push("okta", "e", email=A)
        await w.place(A, "rome")

        await undo(w, last(w))

        assert await w.active() == set()


@pytest.mark.parametrize("before", [None, "3"])
async def test_a_pin_is_taken_back(tmp_path: Path, before: str | None) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "e", email=A, phone="1")
        if before:
            await w.pin(A, "phone", before)
        await w.pin(A, "phone", "2")

        await undo(w, last(w))

        assert (await w.person(A)).values["phone"] == (before or "1")


async def test_clearing_overrides_is_taken_back(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "e", email=A, assistants=["c@x.example"])
        await w.say("add", A, "assistants", B)
        await w.say("mask", A, "assistants", "c@x.example")
        await w.say("clear", A, "assistants")

        await undo(w, last(w))

        assert [one["written"] for one in (await w.person(A)).values["assistants"]] == [B]


async def test_undo_is_a_write_with_an_event_of_its_own(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        added = last(w)

        await undo(w, added)

        told = [(e["kind"], e["request"], e["by"]) for e in await events(w, A)]
        assert told == [
            ("user.deleted", last(w), "sofie"), ("undone", last(w), "sofie"), ("user.created", added, "sofie")
        ]  # fmt: skip


# --- what is refused -------------------------------------------------------------------------------------------------


async def test_47_undo_of_manual_add_after_adopt_and_of_a_post_are_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann")
        added = last(w)
        await w.push("okta", "e", email=A)
        pushed = last(w)
        await w._by_hand(lambda tx, rules, moment: adopting.adopt(tx, rules, moment, A))
        adopted = last(w)

        assert await refused(w, added) == (
            f"{A} was handed over to Flat since. Take them back first: dirsync release WHO"
        )
        assert await refused(w, adopted) == ("This handed somebody over. Take them back with: dirsync release WHO")
        assert "it would no longer be what the provider was told" in await refused(w, pushed)
        assert "dirsync override pin WHO NAME=VALUE" in await refused(w, pushed)


async def test_what_was_written_again_since_is_refused_by_name(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann")
        await w.edit(A, phone="1")
        changed = last(w)
        await w.edit(A, phone="2")
        again = last(w)

        told = await refused(w, changed)

        assert told == f"Ann was changed since, by sofie in request {again}. That comes first: dirsync undo {again}"
        await undo(w, again)
        await undo(w, changed)
        assert "phone" not in (await w.person(A)).values


async def test_what_was_taken_back_already_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        added = last(w)
        await undo(w, added)
        back = last(w)

        assert (await refused(w, added)).startswith(f"This was taken back already, by sofie in request {back}.")


async def test_a_removal_is_not_taken_back_twice(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.remove(A)
        removed = last(w)
        await undo(w, removed)

        assert (await refused(w, removed)).startswith("This was taken back already")


async def test_somebody_added_again_since_is_named(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.remove(A)
        removed = last(w)
        await w.add(A)
        again = last(w)

        assert f"was added again since, by sofie in request {again}" in await refused(w, removed)


@pytest.mark.parametrize("built", ["placement", "override"])
async def test_somebody_of_whom_more_was_decided_is_not_taken_away(tmp_path: Path, built: str) -> None:
    async with World(tmp_path, PLACES) as w:
        await w.add(A, displayName="Ann")
        added = last(w)
        await (w.place(A, "rome") if built == "placement" else w.pin(A, "phone", "1"))
        on_top = last(w)

        assert "That comes first: dirsync" in await refused(w, added)
        await undo(w, on_top)
        await undo(w, added)
        assert await w.active() == set()


async def test_an_address_that_is_somebody_elses_by_now_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.remove(A)
        removed = last(w)
        await w.push("okta", "e", email=A, displayName="Eve")

        assert await refused(w, removed) == f"{A} belongs to Eve now. Give them another address first."
        await w.delete("okta", "e")
        assert "a new person would come of it" in await refused(w, removed)


async def test_rules_and_unknown_requests_are_refused_with_what_to_do(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        assert await refused(w, "r1") == "Rules are not undone. Put the settings back as they were, then: dirsync apply"
        with pytest.raises(NotFound, match="dirsync history WHO"):
            await undo(w, "nothing")


async def test_without_the_plugin_nothing_is_taken_back(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        added = last(w)
        await w.restart(OKTA_AND_HAND, "core", "flat")

        assert not await undoable(w, added)
        with pytest.raises(PluginUnavailable):
            await undo(w, added)


async def test_a_decision_made_anew_is_named(tmp_path: Path) -> None:
    async with World(tmp_path, PLACES) as w:
        await w.add(A, displayName="Ann")
        await w.place(A, "rome")
        placed = last(w)
        await w.place(A, "rome", "mask")
        masked = last(w)

        assert f"The place of Ann in rome was decided anew since, by sofie in request {masked}." in (
            await refused(w, placed)
        )
        with pytest.raises(Refused):
            await undo(w, placed)
