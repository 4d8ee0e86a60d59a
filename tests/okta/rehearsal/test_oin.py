"""How an app of Okta's catalogue writes."""

from dirsync_okta.rehearsal.people import invent
from tests.okta.rehearsal.conftest import Rehearse
from tests.okta.rehearsal.fake_scim import FakeScim

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
DIRSYNC = "urn:dirsync:schemas:1.0:User"


async def test_nothing_is_ever_put(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin")

    assert fake.sent("PUT") == []


async def test_people_are_patched_with_one_replace_without_a_path(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin")

    patches = fake.sent("PATCH", "/Users")
    assert patches
    for seen in patches:
        assert seen.body["schemas"] == [PATCH_OP]
        assert [{"op", "value"}] == [operation.keys() for operation in seen.operations]
        assert seen.operations[0]["op"] == "replace"


async def test_a_deactivation_replaces_active_alone(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin")

    bodies = [seen.body for seen in fake.sent("PATCH", "/Users")]
    assert {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "value": {"active": False}}]} in bodies
    assert {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "value": {"active": True}}]} in bodies


async def test_an_update_carries_the_whole_profile_with_its_empty_attributes(play: Rehearse, fake: FakeScim) -> None:
    person = next(one for one in invent(40, seed=1).people if not one.title and not one.assistants)
    id = fake.add_user(userName=person.user_name)

    await play(style="oin", people=40, day=False)

    [patch] = fake.sent("PATCH", f"/Users/{id}")
    value = patch.operations[0]["value"]
    assert value["title"] == ""
    assert value[DIRSYNC] == {"assistants": []}
    assert person.okta_id == value["externalId"]
    assert not {"active", "password", "groups", "schemas"} & value.keys()


async def test_a_group_is_created_empty_renamed_at_once_and_then_filled(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin", day=False)

    position = next(i for i, seen in enumerate(fake.seen) if seen.body.get("displayName") == "Everyone")
    create, rename, fill = fake.seen[position : position + 3]
    id = next(id for id, group in fake.groups.items() if group["displayName"] == "Everyone")
    assert (create.method, create.body["members"]) == ("POST", [])
    assert [{"op": "replace", "value": {"id": id, "displayName": "Everyone"}}] == rename.operations
    assert [operation["op"] for operation in fill.operations] == ["add"]
    assert fill.operations[0]["path"] == "members"


async def test_every_update_of_members_follows_a_rename(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin")

    patches = fake.sent("PATCH", "/Groups")
    updates = [index for index, seen in enumerate(patches) if "path" in seen.operations[0]]
    assert updates
    for index in updates:
        before = patches[index - 1]
        assert before.path == patches[index].path
        assert {"id", "displayName"} == before.operations[0]["value"].keys()


async def test_members_have_a_value_and_a_display_and_nothing_else(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin", day=False)

    for group in fake.groups.values():
        for member in group["members"]:
            assert {"value": member["value"], "display": fake.users[member["value"]]["userName"]} == member


async def test_a_change_of_members_removes_one_by_one_and_then_adds_at_once(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin", people=40)

    mixed = [seen.operations for seen in fake.sent("PATCH", "/Groups") if len(seen.operations) > 1]
    assert mixed
    for operations in mixed:
        assert operations[0]["path"].startswith('members[value eq "r')
        assert "value" not in operations[0]
        assert [operation["op"] for operation in operations] == ["remove", "add"]


async def test_large_groups_are_filled_in_batches_of_256(play: Rehearse, fake: FakeScim) -> None:
    await play(style="oin", people=600, day=False)

    id = next(id for id, group in fake.groups.items() if group["displayName"] == "Everyone")
    fills = [seen.operations[0] for seen in fake.sent("PATCH", f"/Groups/{id}") if "path" in seen.operations[0]]
    assert [len(operation["value"]) for operation in fills] == [256, 256, 88]


async def test_a_group_that_is_found_is_overwritten(play: Rehearse, fake: FakeScim) -> None:
    fake.groups["g1"] = {"id": "g1", "displayName": "everyone", "members": [{"value": "old"}], "meta": {}}

    report = await play(style="oin", people=300, day=False)

    assert report.failures == ()
    operations = [seen.operations[0] for seen in fake.sent("PATCH", "/Groups/g1")]
    assert [operation["op"] for operation in operations] == ["replace", "replace", "replace", "add"]
    assert len(fake.groups["g1"]["members"]) == 300


async def test_a_group_that_is_found_without_members_to_push_is_emptied(play: Rehearse, fake: FakeScim) -> None:
    fake.groups["g1"] = {
        "id": "g1",
        "displayName": "Oslo Contractors",
        "members": [{"value": "old"}],
        "meta": {},
    }

    await play(style="oin", people=1, day=False)

    assert fake.groups["g1"]["members"] == []
