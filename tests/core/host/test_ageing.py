"""What is older than the settings keep goes, and no more than that."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import Refused, SettingsError
from dirsync_core.host.acts.ageing import Aged, age, drop_history, keep_ageing
from dirsync_core.host.acts.erasing import erase
from dirsync_core.host.settings import settings_of
from dirsync_core.model.changes import ChangeType
from dirsync_core.model.moments import Moment
from dirsync_core.query.as_of import AsOf, BadTime
from dirsync_core.query.changes import NotKept, changes_shape
from dirsync_core.query.reading import Reading
from dirsync_core.query.undoing import restoration
from tests.core.world import OKTA_AND_HAND, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"
HISTORY: Mapping[str, Any] = {**OKTA_AND_HAND, "directory": {"keep_history": "30d"}}
LEAVERS: Mapping[str, Any] = {**OKTA_AND_HAND, "directory": {"keep_leavers": "30d"}}


async def later(w: World, **span: int) -> Aged:
    w.now += timedelta(**span)
    return await age(w.host, w.by("clock"))


async def known(w: World, who: str) -> bool:
    return bool(await w.look(lambda tx: tx.facts.seats(who)))


async def test_by_default_nothing_goes(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, active=False)

        assert Aged() == await later(w, days=10_000)


async def test_who_left_long_ago_is_forgotten(tmp_path: Path) -> None:
    async with World(tmp_path, LEAVERS) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, active=False)
        await w.push("okta", "bob", email=B)

        assert 0 == (await later(w, days=29)).leavers
        assert 1 == (await later(w, days=2)).leavers

        assert (False, {B}) == (await known(w, A), await w.active())
        assert ChangeType.ERASED is (await w.changes())[-1].type
        assert Aged() == await later(w, days=1)


async def test_what_happens_to_a_leaver_later_does_not_keep_them(tmp_path: Path) -> None:
    async with World(tmp_path, LEAVERS) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, active=False)
        w.now += timedelta(days=20)
        await w.push("okta", "ann", email=A, active=False, title="Pilot")
        await w.delete("okta", "ann")

        assert 1 == (await later(w, days=11)).leavers


async def test_who_comes_back_is_somebody_new_and_not_refused(tmp_path: Path) -> None:
    async with World(tmp_path, LEAVERS) as w:
        await w.push("okta", "ann", email=A)
        ann = await w.id(A)
        await w.push("okta", "ann", email=A, active=False)
        await later(w, days=31)

        await w.push("okta", "ann", email=A)

        assert ann != await w.id(A)
        assert [] == await w.look(lambda tx: tx.erasures.all())


async def test_whom_a_source_still_sends_is_kept(tmp_path: Path) -> None:
    table = {**LEAVERS, "locations": {"oslo": {"filter": 'city eq "Oslo"'}}}
    async with World(tmp_path, table) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.push("okta", "ann", email=A, city="Bergen")

        assert 0 == (await later(w, days=100)).leavers


async def test_who_names_a_leaver_goes_on_naming_them(tmp_path: Path) -> None:
    async with World(tmp_path, LEAVERS) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "bob", email=B, assistants=[A])
        await w.push("okta", "ann", email=A, active=False)

        await later(w, days=31)

        (named,) = (await w.person(B)).values["assistants"]  # type: ignore[misc, union-attr]
        assert {"written": A, "state": "pending", "by": "okta"} == named


async def test_a_run_is_an_event_of_its_own(tmp_path: Path) -> None:
    async with World(tmp_path, LEAVERS) as w:
        for key, email in (("ann", A), ("bob", B)):
            await w.push("okta", key, email=email)
            await w.push("okta", key, email=email, active=False)

        await later(w, days=31)

        events = await w.look(lambda tx: list(tx.events.every()))
        assert ("leavers.forgotten", "clock", {"people": 2}) == (events[-1].kind, events[-1].by, events[-1].body)


async def test_a_server_does_it_each_day(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise Enough

    async with World(tmp_path, LEAVERS) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, active=False)
        w.now += timedelta(days=31)

        with pytest.raises(Enough):
            await keep_ageing(w.host, sleep=sleep)

        assert ([86_400.0] * 2, False) == (pauses, await known(w, A))


def dump(folder: Path) -> str:
    """Everything that the files of the store hold, readable or not."""
    files = [path for path in folder.iterdir() if path.name.startswith("dirsync.db")]
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


async def a_year(w: World) -> None:
    """Ann joins, changes, and much later changes again; Bob joins and leaves early on."""
    await w.push("okta", "ann", email=A, title="Pilot", assistants=[B])
    await w.push("okta", "bob", email=B)
    await w.push("okta", "ann", email=A, title="Captain", assistants=[B])
    await w.push("okta", "bob", email=B, active=False)
    w.now += timedelta(days=100)
    await w.push("okta", "ann", email=A, title="Chief", assistants=[B])
    w.now += timedelta(days=1)


async def test_old_changes_go_and_people_stay_as_they_are(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await a_year(w)
        before, end = [await w.person(A), await w.person(B)], await w.look(lambda tx: tx.feed.end())

        aged = await later(w, seconds=1)

        assert before == [await w.person(A), await w.person(B)]
        assert [end] == [change.seq for change in await w.changes()]
        assert end - 1 == aged.changes
        assert [] == await w.rebuilt()


async def test_what_is_published_afterwards_goes_on_from_there(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await a_year(w)
        version = (await w.person(A)).version
        await later(w, seconds=1)

        await w.push("okta", "ann", email=A, title="Chief", city="Oslo", assistants=[B])
        await w.push("okta", "bob", email=B)

        ann = await w.person(A)
        assert version + 2 == ann.version
        assert "Pilot" not in str(ann)
        assert {A, B} == await w.active()


async def test_dropped_again_and_again_it_leads_to_the_same(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await a_year(w)
        await later(w, seconds=1)
        await w.push("okta", "ann", email=A, title="Boss", assistants=[B])
        await w.push("okta", "cy", email=C)

        assert 2 == (await later(w, days=40)).changes

        assert [] == await w.rebuilt()
        assert ("Boss", 6) == ((await w.person(A)).values["title"], (await w.person(A)).version)


async def test_the_newest_change_stays_however_old(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await w.push("okta", "ann", email=A)

        assert 0 == (await later(w, days=400)).changes

        assert 1 == await w.look(lambda tx: tx.feed.end())


async def test_what_old_writes_wrote_goes_and_can_not_be_taken_back(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await w.add(A, title="Pilot")
        await w.edit(A, title="Captain")
        request = (await w.look(lambda tx: list(tx.events.every())))[-1].request

        aged = await later(w, days=31)

        assert aged.events >= 2
        with pytest.raises(Refused, match="no longer kept"):
            await w.look(lambda tx: restoration(tx, w.host.rules(tx), w.now, request))


async def test_what_a_plugin_has_not_been_told_stays(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await a_year(w)
        moment = Moment(w.now, w.by())

        def dropped(told: int) -> Any:
            def job(tx: Any) -> int:
                tx.feed.put_position("mine", told)
                return drop_history(tx, moment, w.now - timedelta(days=30), ["mine"])[0]

            return job

        assert [0, 2] == [await w.host.store.try_out(dropped(told)) for told in (0, 2)]


async def test_the_directory_as_of_a_day_that_is_not_kept_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        early = w.now + timedelta(seconds=2)
        await a_year(w)
        await later(w, seconds=1)

        with pytest.raises(BadTime, match="keep_history"):
            await w.look(lambda tx: AsOf.of(Reading(tx, w.host.rules(tx), w.now), early))
        last = await w.look(lambda tx: AsOf.of(Reading(tx, w.host.rules(tx), w.now), w.now).named(A).values["title"])
        assert "Chief" == last


async def test_changes_that_are_not_kept_can_not_be_asked_for(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await a_year(w)
        await later(w, seconds=1)
        first = await w.look(lambda tx: tx.feed.first())

        def shape(after: int) -> Any:
            return lambda tx: changes_shape(Reading(tx, w.host.rules(tx), w.now), after, 10)

        with pytest.raises(NotKept, match="Read all people anew"):
            await w.look(shape(first - 2))
        assert [first] == [change["seq"] for change in (await w.look(shape(first - 1)))["changes"]]


async def test_who_is_erased_later_is_forgotten_in_what_is_folded_too(tmp_path: Path) -> None:
    async with World(tmp_path, HISTORY) as w:
        await a_year(w)
        await later(w, seconds=1)

        await w._by_hand(lambda tx, rules, m: erase(tx, rules, m, B))
        assert await w.host.store.scrub()

        assert 1 == dump(tmp_path).count(B)  # in the record of whoever still names them


async def test_how_long_somebody_has_been_gone_is_known_without_history(tmp_path: Path) -> None:
    both = {**OKTA_AND_HAND, "directory": {"keep_history": "5d", "keep_leavers": "60d"}}
    async with World(tmp_path, both) as w:
        await w.push("okta", "ann", email=A)
        w.now += timedelta(days=100)
        await w.push("okta", "ann", email=A, active=False)
        await w.push("okta", "bob", email=B)

        assert [0, 1] == [(await later(w, days=days)).leavers for days in (50, 20)]


@pytest.mark.parametrize(("kept", "told"), [("1h", "less than a day"), ("soon", "no duration")])
@pytest.mark.parametrize("name", ["keep_leavers", "keep_history"])
def test_what_can_not_be_kept_is_said(name: str, kept: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=rf"directory\.{name}: .*{told}"):
        settings_of({**OKTA_AND_HAND, "directory": {name: kept}}, tmp_path)
