"""Reading back: what was accepted must be shown."""

import pytest
from aiohttp import web

from dirsync_okta.rehearsal import invent
from dirsync_okta.rehearsal.verify import differences
from tests.okta.rehearsal.conftest import Rehearse
from tests.okta.rehearsal.fake_scim import FakeScim, Seen, scim


async def test_a_value_that_is_shown_otherwise_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    first = invent(12, seed=1).people[0]
    fake.show = lambda resource: (
        {**resource, "userType": "guest"} if resource.get("externalId") == first.okta_id else resource
    )

    report = await play(day=False)

    [failure] = report.failures
    assert (first.user_name, "verify") == (failure.who, failure.step)
    assert f'userType: wrote "{first.user_type}", reads "guest"' == failure.detail


async def test_a_dropped_assistant_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    fake.show = lambda resource: {
        name: value for name, value in resource.items() if name != "urn:dirsync:schemas:1.0:User"
    }

    report = await play(day=False)

    assert report.failures
    assert all("urn:dirsync:schemas:1.0:User" in failure.detail for failure in report.failures)


async def test_a_returned_password_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    fake.show = lambda resource: {**resource, "password": "Zx1"}

    report = await play(people=1, day=False)

    assert "password: a server must never return it" in [failure.detail for failure in report.failures]


async def test_people_are_read_by_pages_of_a_hundred(play: Rehearse, fake: FakeScim) -> None:
    await play(people=250, day=False)

    assert [seen.query for seen in fake.sent("GET", "/Users") if "filter" not in seen.query][2:] == [
        "startIndex=1&count=100",
        "startIndex=101&count=100",
        "startIndex=201&count=100",
    ]


async def test_somebody_who_is_missing_from_the_list_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    def short(seen: Seen) -> web.Response | None:
        if (seen.method, seen.path) != ("GET", "/Users") or "filter" in seen.query or len(fake.users) < 12:
            return None
        return scim({"totalResults": 12, "startIndex": 1, "Resources": list(fake.users.values())[1:]})

    fake.refuse = short

    report = await play(day=False)

    assert [failure.step for failure in report.failures] == ["list users", "verify"]
    assert "is not in the list of users" in report.failures[1].detail


async def test_a_member_who_is_missing_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    fake.show = lambda resource: (
        {**resource, "members": resource["members"][1:]} if resource.get("displayName") == "Everyone" else resource
    )

    report = await play(day=False)

    assert [(failure.who, failure.detail) for failure in report.failures] == [
        ("Everyone", "members: 1 of 12 are missing, r1 for one")
    ]


async def test_people_of_others_are_counted_and_no_failure(play: Rehearse, fake: FakeScim) -> None:
    fake.add_user(userName="stranger@halden.example")

    report = await play(day=False)

    assert report.failures == ()
    assert report.verified["people that this rehearsal did not push"] == 1


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"title": ""}, {}),
        ({"urn:x": {"assistants": []}}, {}),
        ({"urn:x": {"assistants": []}}, {"urn:x": None}),
        ({"userName": "ann"}, {"userName": "ann", "meta": {}}),
        ({"emails": [{"value": "a"}]}, {"emails": [{"value": "b"}, {"value": "a", "type": "work"}]}),
        ({"manager": {"value": "a", "displayName": "Ann"}}, {"manager": {"value": "a"}}),
    ],
)
def test_what_a_server_may_show_is_no_difference(written: object, shown: object) -> None:
    assert list(differences(written, shown)) == []


@pytest.mark.parametrize(
    ("written", "shown", "path"),
    [
        ({"title": "Buyer"}, {}, "title"),
        ({"title": ""}, {"title": "Buyer"}, "title"),
        ({"active": False}, {}, "active"),
        ({"name": {"givenName": "Åse"}}, {"name": {"givenName": "Ase"}}, "name.givenName"),
        ({"emails": [{"value": "a"}]}, {"emails": [{"value": "b"}]}, "emails[0].value"),
        ({"emails": [{"value": "a"}]}, {"emails": []}, "emails[0]"),
        ({"emails": [{"value": "a"}]}, {}, "emails"),
        ({"x": {"assistants": [" A ", "b"]}}, {"x": {"assistants": ["A", "b"]}}, "x.assistants"),
    ],
)
def test_what_was_dropped_or_changed_is_a_difference(written: object, shown: object, path: str) -> None:
    [difference] = differences(written, shown)

    assert difference.startswith(f"{path}: wrote ")
