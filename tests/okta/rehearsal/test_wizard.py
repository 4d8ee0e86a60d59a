"""How an app made with Okta's wizard writes."""

from dirsync_okta.rehearsal.people import invent
from dirsync_okta.rehearsal.wire import Body, laid_over
from tests.okta.rehearsal.conftest import Rehearse
from tests.okta.rehearsal.fake_scim import FakeScim

DIRSYNC = "urn:dirsync:schemas:1.0:User"


async def test_nothing_is_ever_patched(play: Rehearse, fake: FakeScim) -> None:
    await play(style="wizard")

    assert fake.sent("PATCH") == []


async def test_every_put_of_a_person_follows_a_get_of_them(play: Rehearse, fake: FakeScim) -> None:
    await play(style="wizard")

    puts = [index for index, seen in enumerate(fake.seen) if seen.method == "PUT" and "/Users/" in seen.path]
    assert puts
    for index in puts:
        assert ("GET", fake.seen[index].path) == (fake.seen[index - 1].method, fake.seen[index - 1].path)


async def test_a_put_gives_back_what_the_server_showed(play: Rehearse, fake: FakeScim) -> None:
    name = invent(12, seed=1).people[0].user_name
    id = fake.add_user(userName=name, nickName=None, **{"urn:acme:User": {"badge": "7"}})

    await play(style="wizard", day=False)

    [put] = fake.sent("PUT", f"/Users/{id}")
    assert id == put.body["id"]
    assert "meta" in put.body
    assert put.body["nickName"] is None
    assert put.body["urn:acme:User"] == {"badge": "7"}


async def test_a_deactivation_is_the_servers_answer_with_active_false(play: Rehearse, fake: FakeScim) -> None:
    await play(style="wizard")

    put = next(seen.body for seen in fake.sent("PUT", "/Users") if seen.body["active"] is False)
    created = next(seen.body for seen in fake.sent("POST", "/Users") if seen.body["externalId"] == put["externalId"])
    shown = {**created, "id": put["id"], "meta": {"resourceType": "User", "version": "1"}, "active": False}
    del shown["password"]
    assert shown == put


async def test_a_put_of_a_profile_carries_empty_attributes_and_a_password(play: Rehearse, fake: FakeScim) -> None:
    person = next(one for one in invent(40, seed=1).people if not one.title and not one.assistants)
    id = fake.add_user(userName=person.user_name)

    await play(style="wizard", people=40, day=False)

    [put] = fake.sent("PUT", f"/Users/{id}")
    assert put.body["title"] == ""
    assert put.body[DIRSYNC] == {"assistants": []}
    assert put.body["password"]


async def test_a_group_is_created_with_all_its_members(play: Rehearse, fake: FakeScim) -> None:
    await play(style="wizard", day=False)

    create = next(seen for seen in fake.sent("POST", "/Groups") if seen.body["displayName"] == "Everyone")
    assert {"schemas", "displayName", "members"} == create.body.keys()
    assert set(fake.users) == {member["value"] for member in create.body["members"]}


async def test_a_group_is_put_whole_with_all_its_members(play: Rehearse, fake: FakeScim) -> None:
    await play(style="wizard", people=40)

    put = next(seen for seen in fake.sent("PUT", "/Groups") if seen.body["displayName"] == "Everyone")
    assert {"schemas", "id", "displayName", "members", "meta"} == put.body.keys()
    assert len(put.body["members"]) == 41


def test_values_replace_the_primary_element_and_leave_the_others() -> None:
    answer: Body = {
        "emails": [{"value": "old@x", "type": "work", "primary": True}, {"value": "home@x", "type": "home"}]
    }

    put = laid_over(answer, {"emails": [{"primary": True, "value": "new@x"}]})

    assert put["emails"] == [
        {"value": "new@x", "type": "work", "primary": True},
        {"value": "home@x", "type": "home"},
    ]


def test_lists_of_texts_are_replaced_whole() -> None:
    put = laid_over({DIRSYNC: {"assistants": ["a", "b"]}}, {DIRSYNC: {"assistants": []}})

    assert put[DIRSYNC] == {"assistants": []}


def test_schemas_of_the_server_stay() -> None:
    put = laid_over({"schemas": ["urn:acme:User"]}, {"userName": "ann"})

    assert put["schemas"] == ["urn:acme:User", "urn:ietf:params:scim:schemas:core:2.0:User"]
