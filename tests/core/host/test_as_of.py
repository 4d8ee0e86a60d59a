"""The directory as of a day: what anybody saw then, from the feed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from dirsync_core.model.errors import NotFound
from dirsync_core.model.people import Status
from dirsync_core.query.as_of import AsOf, BadTime, read_when
from dirsync_core.query.people import PeopleSearch, people_shape
from dirsync_core.query.reading import Reading, person_shape
from dirsync_core.store.contract import Transaction
from tests.core.invariants.acts import Erase
from tests.core.invariants.chances import histories
from tests.core.invariants.machine import examples, finish, fresh
from tests.core.invariants.steps import Step, happen
from tests.core.world import OKTA_AND_HAND, World

A, B = "a@x.example", "b@x.example"
OSLO = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}, "rome": {"filter": 'city eq "Rome"'}}}
EVERYBODY = PeopleSearch(None, limit=1000)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


async def back(w: World, at: datetime, job: Any) -> Any:
    return await w.look(lambda tx: job(AsOf.of(Reading(tx, w.host.rules(tx), w.now), at)))


async def emails(w: World, at: datetime, **search: Any) -> list[str]:
    page = await back(w, at, lambda then: then.select(PeopleSearch(**search)))
    return [person.email for person in page.people]


def pause(w: World) -> datetime:
    """The time now; what follows happens later."""
    w.now += timedelta(seconds=1)
    return w.now - timedelta(milliseconds=1)


async def test_people_are_as_they_were(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await w.push("okta", "e", email=A, displayName="Ann", city="Oslo")
        await w.add(B, displayName="Bo")
        then, now = pause(w), person_shape(await w.person(A))
        await w.push("okta", "e", email="new@x.example", displayName="Zoe", city="Rome")
        await w.remove(B)
        await w.add("c@x.example")

        assert await emails(w, then) == [A, B]
        assert await emails(w, then, location="oslo") == [A]
        assert await emails(w, then, text="an") == [A]
        assert await emails(w, w.now) == ["c@x.example", "new@x.example"]
        shown = await back(w, then, lambda at: person_shape(at.named(A)))
        assert shown == now | {"provenance": {}}


async def test_before_the_first_change_there_was_nobody(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        before = w.now - timedelta(days=1)
        await w.add(A)

        assert await emails(w, before) == []
        with pytest.raises(NotFound, match=f"{A} joined later"):
            await back(w, before, lambda then: then.named(_id(then, A)))


def _id(then: AsOf, address: str) -> str:
    holder = then.reading.tx.facts.holder(address)  # type: ignore[arg-type]  # it is folded already
    assert holder is not None
    return holder.person


async def test_an_address_means_who_held_it_then(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        first = (await w.add(A, displayName="First")).person
        then = pause(w)
        await w.edit(A, email=B)
        second = (await w.add(A, displayName="Second")).person

        assert await back(w, then, lambda at: at.named(A).id) == first
        assert await back(w, w.now, lambda at: at.named(A).id) == second


async def test_pages_go_forth_and_back_by_the_names_of_today(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        for n in range(7):
            await w.add(f"p{n}@x.example", displayName=f"P{n}")
        then = pause(w)
        await w.edit("p3@x.example", displayName="A3")
        await w.remove("p5@x.example")
        await w.add("late@x.example", displayName="P0 later")

        found, cursor, last = [], None, None
        while cursor is not None or not found:
            search = PeopleSearch(cursor=cursor, limit=3)
            last = await back(w, then, lambda at, search=search: at.select(search, seconds=1))
            found += [person.values["displayName"] for person in last.people]
            cursor = last.next

        assert found == ["P3", "P0", "P1", "P2", "P4", "P5", "P6"]
        assert (last.total, last.floor) == (7, False)
        search = PeopleSearch(cursor=last.previous, limit=3)
        before = await back(w, then, lambda at: at.select(search, seconds=1))
        assert [person.values["displayName"] for person in before.people] == ["P2", "P4", "P5"]
        assert before.next is not None


async def test_everybody_by_status_is_counted_from_today(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "e", email=A)
        await w.add(B)
        then = pause(w)
        await w.push("okta", "e", email=A, active=False)
        await w.remove(B)

        assert await back(w, then, lambda at: at.counts()) == {
            Status.ACTIVE: 2, Status.DEACTIVATED: 0, Status.LEFT: 0, Status.DELETED: 0
        }  # fmt: skip


async def test_a_limit_of_time_says_how_far_it_came(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        for n in range(3):
            await w.add(f"p{n}@x.example")

        page = await back(w, w.now, lambda at: at.select(PeopleSearch(text="p"), seconds=0))

        assert (page.total, page.floor) == (1, True)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01", datetime(2026, 3, 1, 22, 59, 59, 999000, UTC)),
        ("2026-03-01T09:00:00Z", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T09:00:00+02:00", datetime(2026, 3, 1, 7, tzinfo=UTC)),
        ("2026-11-24", NOW),
    ],
)
def test_a_day_is_the_whole_of_it_and_today_is_now(text: str, at: datetime) -> None:
    assert read_when(text, ZoneInfo("Europe/Oslo"), NOW) == at


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-03-01T09:00:00", "2026-11-25", "2026-11-24T10:00:00Z", "9999-12-31"]
)
def test_what_is_no_time_gone_by_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        read_when(text, UTC, NOW)


# --- for any history -------------------------------------------------------------------------------------------------


async def look_back(history: list[Step]) -> None:
    """After each step what was seen is kept; looked back to at the end it is the same."""
    async with fresh() as w:
        seen = []
        for step in history:
            await happen(step, w)
            seen.append((await w.look(lambda tx: tx.feed.end()), await w.look(lambda tx: _seen(w, tx))))
            w.now += timedelta(seconds=1)
        for seq, shape in seen:
            assert await w.look(lambda tx, seq=seq: _seen(w, tx, seq)) == shape


def _seen(w: World, tx: Transaction, seq: int | None = None) -> Any:
    reading = Reading(tx, w.host.rules(tx), w.now)
    shape: Any = people_shape(reading, EVERYBODY) if seq is None else AsOf(reading, w.now, seq).shape(EVERYBODY)
    return [person | {"provenance": {}} for person in shape["people"]]


@given(histories().map(lambda history: [step for step in history if not isinstance(step, Erase)]))
@examples(20)
def test_13_looking_back_shows_what_was_seen_then(history: list[Step]) -> None:
    finish(look_back(history))
