"""The pure parts: times in words, bursts folded, the way from an explanation, ticks from what was seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dirsync_core.web.pages.differences import Difference, Names, differences
from dirsync_core.web.pages.directory import is_filter
from dirsync_core.web.pages.folding import fold
from dirsync_core.web.pages.providers import ticked
from dirsync_core.web.pages.queries import PeopleQuery
from dirsync_core.web.pages.rendering import initials, labels, parts_of
from dirsync_core.web.pages.times import Clock
from dirsync_core.web.pages.way import drawn
from tests.browser.pages.company import NOW, halden, written
from tests.browser.pages.fake_desk import FakeDesk

CLOCK = Clock(NOW, UTC)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=12), "12 s"),
        (timedelta(minutes=8), "8 min"),
        (timedelta(hours=22), "22 h"),
        (timedelta(days=13), "13 d"),
        (timedelta(weeks=9), "9 w"),
        (timedelta(days=400), "13 mo"),
        (timedelta(days=800), "2 y"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_an_age_is_as_short_as_it_goes(before: timedelta, said: str) -> None:
    assert said == CLOCK.age(written(NOW - before))


def test_a_day_has_its_year_where_it_is_another() -> None:
    assert CLOCK.day("2027-03-02T10:00:00Z") == "2 March"
    assert CLOCK.day("2025-01-12T10:00:00Z") == "12 Jan 2025"


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ('city eq "Oslo"', True),
        ("title pr", True),
        ('not (city sw "O")', True),
        ("Ann Lee", False),
        ("+47 900 11 222", False),
        ("ann@halden.example", False),
        ("Le Pham", False),
    ],
)
def test_a_filter_is_told_from_a_name(words: str, is_one: bool) -> None:
    assert is_one == is_filter(words)


def test_an_address_drops_the_cursor_and_what_is_usual() -> None:
    query = PeopleQuery(q="ann", cursor="x", from_="Kr", done="added")

    assert query.address("/people", location="oslo") == "/people?q=ann&location=oslo&from=Kr"


def change(seq: int, **more: Any) -> Any:
    """A change, a minute before the one with the next number."""
    at = datetime(2027, 3, 4, 9, 0, tzinfo=UTC) + timedelta(minutes=seq)
    usual = {
        "type": "left",
        "person": f"P{seq}",
        "changed": {"locations": [["oslo"], []]},
        "cause": {"provider": "okta", "request": f"r{seq}", "by": "okta"},
    }
    return {"seq": seq, "at": written(at)} | usual | more


def test_neighbours_that_are_alike_are_one_line() -> None:
    bursts = fold([change(5), change(4), change(3, type="joined"), change(2), change(1)])

    assert [[5, 4], [3], [2, 1]] == [[c["seq"] for c in burst.changes] for burst in bursts]


@pytest.mark.parametrize(
    "other",
    [
        {"at": "2027-03-04T08:00:00.000Z"},
        {"cause": {"provider": "hr", "request": "r", "by": "hr"}},
        {"changed": {"locations": [["bergen"], []]}},
        {"person": "P2"},
    ],
)
def test_what_differs_is_not_folded(other: dict[str, Any]) -> None:
    assert len(fold([change(2), change(1, **other)])) == 2


def test_a_difference_of_a_set_says_what_came_and_went() -> None:
    told = differences({"locations": [["oslo"], ["bergen"]]}, Names({}, {"oslo": "Oslo", "bergen": "Bergen"}))

    assert told == (Difference("locations", added=("Bergen",), removed=("Oslo",), is_set=True),)


def test_a_reference_is_named_and_a_pending_one_as_written() -> None:
    names = Names({"P1": {"displayName": "Pål Semb", "email": "p@x.example", "source": "okta"}}, {})
    after = [{"written": "pal@x.example", "person": "P1"}, {"written": "desk@x.example", "state": "pending"}]

    assert differences({"assistants": [[], after]}, names)[0].added == ("Pål Semb", "desk@x.example")


async def test_tracks_that_reach_merge_stand_first() -> None:
    desk = FakeDesk(halden())
    explanation = (await desk.person(f"01JD{31:022d}", by="x"))["explanation"]
    explanation["records"].reverse()

    way = drawn(explanation, CLOCK)

    assert [True, False] == [track.reaches for track in way.tracks]
    assert ["start", "passed", "passed", "passed", "stop"] == [s.mark for s in way.tracks[1].stations]


async def test_beyond_the_stop_nothing_is_reached() -> None:
    desk = FakeDesk(halden())
    explanation = (await desk.why("oskar.lindgrensen@halden.example", by="x"))["explanation"]

    way = drawn(explanation, CLOCK)

    assert ["start", "passed", "stop", "ghost", "ghost"] == [s.mark for s in way.tracks[0].stations]
    assert (way.merge.verdict, way.merge.mark, way.person.mark) == ("not reached", "ghost", "ghost")


async def test_a_step_is_ticked_by_what_was_seen() -> None:
    desk = FakeDesk(halden())
    data = await desk.setup("okta", by="x")

    assert [True, True, True, False, True, False] == ticked(data["guide"]["tabs"][0]["steps"], data)


def test_labels_escape_all_but_their_own_marks() -> None:
    assert labels("tick **Create <b>** in `/scim`&") == "tick <b>Create &lt;b&gt;</b> in <code>/scim</code>&amp;"


@pytest.mark.parametrize(
    ("name", "letters"), [("Ann von Leirvik", "AL"), ("ann@x.example", "AE"), ("Åse", "Å"), ("…", "?")]
)
def test_initials(name: str, letters: str) -> None:
    assert letters == initials(name)


def test_no_part_of_a_bar_is_too_thin_to_see() -> None:
    parts = parts_of([("fine", "linked", 100_000), ("wait", "contested", 1), ("bad", "errored", 0)])

    assert [4 <= width for *_, width in parts] == [True, True]
    assert parts[-1][3] + parts[-1][4] <= 1000.1
