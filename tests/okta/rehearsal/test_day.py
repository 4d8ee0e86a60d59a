"""The day of changes after the first push."""

from collections.abc import Callable

import pytest
from aiohttp import web

from dirsync_okta.rehearsal import Report, invent
from dirsync_okta.rehearsal.day import EDITS
from tests.okta.rehearsal.conftest import Rehearse
from tests.okta.rehearsal.fake_scim import FakeScim, Json, Seen, scim

pytestmark = pytest.mark.parametrize("style", ["oin", "wizard"])


async def _day(play: Rehearse, fake: FakeScim, style: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """Everybody by their Okta id: as they were created, and as they are after the day."""
    await play(style=style, people=60)
    created = {seen.body["externalId"]: seen.body for seen in fake.sent("POST", "/Users")}
    return created, {user["externalId"]: user for user in fake.users.values()}


async def test_every_edit_finds_somebody_and_is_told(play: Rehearse, style: str) -> None:
    report = await play(style=style, people=60)

    assert len(EDITS) == len(report.day)


async def test_exactly_one_person_left(play: Rehearse, fake: FakeScim, style: str) -> None:
    _, after = await _day(play, fake, style)

    assert sum(user["active"] is False for user in after.values()) == 1


async def test_a_rename_changes_user_name_and_email_of_the_same_record(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    before, after = await _day(play, fake, style)

    [renamed] = [id for id in after if after[id]["userName"] != before[id]["userName"]]
    assert after[renamed]["userName"] == after[renamed]["emails"][0]["value"]
    assert before[renamed]["name"] == after[renamed]["name"]


async def test_a_marriage_changes_the_family_name_alone(play: Rehearse, fake: FakeScim, style: str) -> None:
    before, after = await _day(play, fake, style)

    [married] = [id for id in after if after[id]["name"] != before[id]["name"]]
    assert after[married]["name"]["familyName"].startswith(before[married]["name"]["familyName"] + "-")
    assert before[married]["userName"] == after[married]["userName"]


async def test_a_mover_changes_city_and_the_groups_of_the_office(play: Rehearse, fake: FakeScim, style: str) -> None:
    before, after = await _day(play, fake, style)

    [moved] = [id for id in after if after[id].get("addresses") != before[id].get("addresses")]
    groups = {
        group["displayName"]
        for group in fake.groups.values()
        if after[moved]["id"] in {member["value"] for member in group["members"]}
    }
    assert [one[moved]["addresses"][0]["locality"] for one in (before, after)] == ["Oslo", "Bergen"]
    assert "Office Bergen" in groups
    assert "Office Oslo" not in groups


async def test_the_new_hire_was_somebodys_assistant_before(play: Rehearse, fake: FakeScim, style: str) -> None:
    hire = invent(60, seed=1).hire

    await play(style=style, people=60)

    names = [seen.body["userName"] for seen in fake.sent("POST", "/Users")]
    waiting = fake.sent("POST", "/Users")[1].body["urn:dirsync:schemas:1.0:User"]["assistants"]
    assert hire.user_name == names[-1]
    assert [hire.email] == waiting


async def test_who_left_stays_in_the_groups(play: Rehearse, fake: FakeScim, style: str) -> None:
    _, after = await _day(play, fake, style)

    left = next(user["id"] for user in after.values() if user["active"] is False)
    everyone = next(group for group in fake.groups.values() if group["displayName"] == "Everyone")
    assert left in {member["value"] for member in everyone["members"]}


async def test_the_returner_is_looked_up_again_and_keeps_their_record(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    report = await play(style=style, people=60)

    assert report.done["people reactivated"] == 1
    assert report.done["people linked"] == 2  # the returner, and the one whose answer was lost
    assert len(fake.users) == 61


async def test_without_a_day_everybody_is_written_once(play: Rehearse, fake: FakeScim, style: str) -> None:
    report = await play(style=style, people=60, day=False)

    assert report.day == ()
    assert len(fake.users) == 60
    assert {"people created": 60, "groups created": len(fake.groups)} == report.done


async def test_one_person_alone_has_a_day_too(play: Rehearse, style: str) -> None:
    report = await play(style=style, people=1)

    assert report.failures == ()


async def test_a_repeated_update_that_changes_something_is_a_failure(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    fake.show = lambda resource: {**resource, "meta": {"version": str(len(fake.seen))}}

    report = await play(style=style, people=60)

    assert [failure.step for failure in report.failures] == ["repeat update"]
    assert report.failures[0].detail == "the same write again changed meta"


async def test_a_server_that_hides_the_inactive_fails_when_they_return(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    fake.refuse = _hides_the_inactive(fake)

    report = await play(style=style, people=60)

    assert not report.ok
    assert "create user" in {failure.step for failure in report.failures}


def _hides_the_inactive(fake: FakeScim) -> Callable[[Seen], web.Response | None]:
    def refuse(seen: Seen) -> web.Response | None:
        hidden = [user for user in fake.users.values() if not user["active"]]
        if any(user["userName"].replace("@", "%40") in seen.query for user in hidden):
            return scim({"totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []})
        return None

    return refuse


async def test_the_report_counts_what_the_server_saw(play: Rehearse, fake: FakeScim, style: str) -> None:
    report: Report = await play(style=style, people=60)

    assert len(fake.seen) == report.sent
    assert len(fake.sent("POST", "/Users")) == report.requests["create user"].count
