"""What both personalities have in common on the wire."""

import pytest

from dirsync_okta.rehearsal.people import invent
from tests.okta.rehearsal.conftest import Rehearse
from tests.okta.rehearsal.fake_scim import FakeScim

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
DIRSYNC = "urn:dirsync:schemas:1.0:User"

pytestmark = pytest.mark.parametrize("style", ["oin", "wizard"])


async def test_nothing_fails_against_a_server_that_mirrors(play: Rehearse, style: str) -> None:
    report = await play(style=style, people=60, concurrency=8)

    assert report.failures == ()
    assert report.ok
    assert report.verified["people shown as written"] == 61


async def test_every_request_has_the_headers_of_the_okta_client(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style)

    wanted = {
        "User-Agent": "Okta SCIM Client 1.0.0",
        "Accept": "application/scim+json",
        "Accept-Charset": "utf-8",
        "Accept-Encoding": "gzip,deflate",
        "Connection": "Keep-Alive",
    }
    assert all(wanted.items() <= seen.headers.items() for seen in fake.seen)


async def test_only_requests_with_a_body_have_a_content_type(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style)

    assert all("Content-Type" not in seen.headers for seen in fake.sent("GET"))
    written = [seen for seen in fake.seen if seen.method != "GET"]
    assert {"application/scim+json; charset=utf-8"} == {seen.headers["Content-Type"] for seen in written}


async def test_the_connection_is_tested_first_with_two_users(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style)

    assert (fake.seen[0].path, fake.seen[0].query) == ("/Users", "startIndex=1&count=2")
    assert (fake.seen[1].path, fake.seen[1].query) == ("/Groups", "startIndex=1&count=100")


async def test_everybody_is_looked_up_by_user_name_before_the_post(play: Rehearse, fake: FakeScim, style: str) -> None:
    first = invent(12, seed=1).people[0]

    await play(style=style)

    address = first.user_name.replace("@", "%40")
    lookup = f"filter=userName%20eq%20%22{address}%22&startIndex=1&count=100"
    position = next(index for index, seen in enumerate(fake.seen) if seen.query == lookup)
    after = fake.seen[position + 1]
    assert ("POST", "/Users", first.user_name) == (after.method, after.path, after.body["userName"])


async def test_a_creation_carries_password_groups_active_and_the_okta_id(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    await play(style=style)

    for seen in fake.sent("POST", "/Users"):
        assert seen.body["password"]
        assert seen.body["groups"] == []
        assert seen.body["active"] is True
        assert seen.body["externalId"].startswith("00u")


async def test_some_emails_have_no_type_and_all_are_primary(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style, people=40, day=False)

    emails = [seen.body["emails"] for seen in fake.sent("POST", "/Users")]
    assert all(len(one) == 1 and one[0]["primary"] is True for one in emails)
    assert {True, False} == {"type" in one[0] for one in emails}


async def test_a_creation_leaves_out_what_has_no_value(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style, people=40, day=False)

    for seen in fake.sent("POST", "/Users"):
        assert not {None, ""} & {value for value in seen.body.values() if not isinstance(value, list | dict)}
        assert seen.body.get("phoneNumbers") != []


async def test_extensions_are_named_in_schemas_only_when_they_have_values(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    await play(style=style, people=40, day=False)

    bodies = [seen.body for seen in fake.sent("POST", "/Users")]
    assert all((DIRSYNC in body) == (DIRSYNC in body["schemas"]) for body in bodies)
    assert all((ENTERPRISE in body) == (ENTERPRISE in body["schemas"]) for body in bodies)
    assert {True, False} == {DIRSYNC in body for body in bodies}


async def test_a_manager_is_an_object_with_the_mapped_value_and_a_name(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    boss = invent(12, seed=1).people[0]

    await play(style=style, day=False)

    second = fake.sent("POST", "/Users")[1].body
    assert {"value": boss.email, "displayName": boss.shown_name} == second[ENTERPRISE]["manager"]


async def test_a_user_who_is_found_is_linked_read_and_updated_without_a_post(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    name = invent(12, seed=1).people[0].user_name
    id = fake.add_user(userName=name.upper(), emails=[{"value": name, "type": "work", "primary": True}])

    report = await play(style=style, day=False)

    assert report.failures == ()
    assert name not in [seen.body["userName"] for seen in fake.sent("POST", "/Users")]
    assert ["GET", "PATCH" if style == "oin" else "PUT"] == [
        seen.method for seen in fake.seen if seen.path == f"/Users/{id}"
    ]


async def test_a_user_who_is_found_inactive_is_reactivated(play: Rehearse, fake: FakeScim, style: str) -> None:
    name = invent(12, seed=1).people[0].user_name
    id = fake.add_user(userName=name, active=False)

    await play(style=style, day=False)

    assert fake.users[id]["active"] is True


async def test_groups_are_looked_up_by_display_name_with_quotes_escaped(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    await play(style=style, day=False)

    lookups = [seen.query for seen in fake.sent("GET", "/Groups") if "filter" in seen.query]
    assert "filter=displayName%20eq%20%22Oslo%20Contractors%22&startIndex=1&count=100" in lookups
    assert any("%5C%22Nord%2FSud%5C%22" in query for query in lookups)


async def test_a_second_rehearsal_finds_everybody_and_fails_nothing(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style, people=30)
    ids = set(fake.users)

    report = await play(style=style, people=30)

    assert report.failures == ()
    assert ids == set(fake.users)


async def test_two_runs_with_one_seed_send_the_same(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style)
    first = [(seen.method, seen.path, seen.query, seen.body) for seen in fake.seen]
    fake.users.clear()
    fake.groups.clear()
    fake.seen.clear()
    fake.ids = 0

    await play(style=style)

    assert first == [(seen.method, seen.path, seen.query, seen.body) for seen in fake.seen]


async def test_users_are_never_deleted(play: Rehearse, fake: FakeScim, style: str) -> None:
    await play(style=style)

    assert fake.sent("DELETE") == []


async def test_an_address_asked_for_is_pushed_and_left_alone_during_the_day(
    play: Rehearse, fake: FakeScim, style: str
) -> None:
    await play(style=style, also=["bo.lee@halden.example"])

    person = fake.named("bo.lee@halden.example")
    assert sum(seen.body["userName"] == "bo.lee@halden.example" for seen in fake.sent("POST", "/Users")) == 1
    assert [seen for seen in fake.seen if seen.path == f"/Users/{person['id']}"] == []
