"""Groups: pushes as Okta and Entra send them, and what they cost."""

import asyncio

import pytest

from tests.okta.conversation import GROUP, PATCH_OP, SCIM, USER
from tests.okta.scim.test_transport import _is_scim_error


async def _values(scim, group):
    answer = await scim.get(f"/Groups/{group['id']}")
    return [each["value"] for each in answer.json.get("members", [])]


@pytest.fixture
async def counted(scim, records):
    """A group of 5,000, and what a request reads and writes of its rows."""
    group = await scim.group("Everyone", *(f"u{n:05d}" for n in range(5_000)))
    records.edit.rows_read = records.edit.rows_written = 0
    return group


@pytest.mark.parametrize("name", ['Oslo "North"', "a/b\\c", "Ørland 北京 👩‍🚀", "R&D + QA = %"])
async def test_a_group_of_any_name_is_found(scim, name):  # surprise 67
    group = await scim.group(name, "u1")
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')

    found = await scim.get("/Groups", filter=f'displayName eq "{quoted}"', startIndex=1, count=100)
    without = await scim.get("/Groups", filter=f'displayName eq "{quoted}"', excludedAttributes="members")

    assert found.resources == [group]
    assert "members" not in without.resources[0]


async def test_members_of_a_post_are_stored_in_one_go(scim):  # surprise 68
    user = await scim.user()

    group = await scim.group("Oslo", user["id"])

    assert group["members"] == [
        {
            "value": user["id"],
            "display": f"{user['id']}@halden.example",
            "type": "User",
            "$ref": f"{SCIM}/Users/{user['id']}",
        }
    ]
    assert group == (await scim.get(f"/Groups/{group['id']}")).json


async def test_entra_names_a_schema_of_its_own_and_no_members(scim):  # surprise 69
    adscim = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"

    answer = await scim.post("/Groups", {"schemas": [GROUP, adscim], "externalId": "e1", "displayName": "Oslo"})

    assert answer.status == 201
    assert answer.json["schemas"] == [GROUP, adscim]
    assert (await scim.get("/Groups", filter='externalId eq "e1"')).json["totalResults"] == 1


async def test_a_taken_name_is_409(scim):  # surprises 70 and 79
    oslo, bergen = await scim.group("Oslo"), await scim.group("Bergen")

    again = await scim.post("/Groups", {"schemas": [GROUP], "displayName": "OSLO"})
    renamed = await scim.patch(f"/Groups/{bergen['id']}", {"op": "replace", "value": {"displayName": "Oslo"}})

    for answer in (again, renamed):
        assert _is_scim_error(answer, 409, "uniqueness")
        assert oslo["id"] in answer.json["detail"]


async def test_a_member_that_is_there_is_not_added_twice(scim):  # surprise 71
    group = await scim.group("Oslo", "u1")

    answer = await scim.patch(
        f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": "u1"}] * 2}
    )

    assert answer.status == 204
    assert (await scim.get(f"/Groups/{group['id']}")).json == group


async def test_an_unknown_member_is_kept_as_written(scim):  # surprises 72, 73 and 81
    group = await scim.group("Oslo", "nobody-here")

    assert await _values(scim, group) == ["nobody-here"]


@pytest.mark.parametrize(
    "operation",  # surprise 74
    [
        {"op": "remove", "path": 'members[value eq "u1"]'},
        {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "u1"}]},
        {"op": "Remove", "path": "members", "value": [{"value": "u1", "display": "x"}]},
        {"op": "remove", "path": "members", "value": "u1"},
        {"op": "remove", "path": f'{GROUP}:members[value eq "u1"]'},
        {"op": "remove", "path": 'members[value eq "u1" or value eq "u3"]'},
        {"op": "remove", "path": 'members[value eq "u1" and type eq "User"]'},
        {"op": "remove", "path": 'members[display sw "u1"]'},
    ],
)
async def test_a_member_is_removed_in_every_way(scim, operation):
    group = await scim.group("Oslo", "u1", "u2")

    answer = await scim.patch(f"/Groups/{group['id']}", operation)

    assert answer.status == 204
    assert await _values(scim, group) == ["u2"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": 'members[value eq "u9"]'},
        {"op": "remove", "path": "members", "value": [{"value": "u9"}]},
        {"op": "remove", "path": 'members[value eq "u1" and value eq "u2"]'},
        {"op": "remove", "path": 'members[value eq "u1" and type eq "Group"]'},
    ],
)
async def test_who_is_no_member_is_removed_without_change(scim, operation):  # surprise 75
    group = await scim.group("Oslo", "u1", "u2")

    answer = await scim.patch(f"/Groups/{group['id']}", operation)

    assert answer.status == 204
    assert (await scim.get(f"/Groups/{group['id']}")).json == group


async def test_remove_of_members_without_value_empties_the_group(scim):  # surprise 76
    group = await scim.group("Oslo", "u1", "u2")

    await scim.patch(f"/Groups/{group['id']}", {"op": "remove", "path": "members"})

    assert await _values(scim, group) == []


async def test_a_thousand_members_come_in_one_operation(scim, records):  # surprises 18 and 77
    group = await scim.group("Oslo")
    value = [{"value": f"u{n:04d}", "display": f"person.{n}@halden.example"} for n in range(1_000)]

    answer = await scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": value})

    assert answer.status == 204
    assert len(await _values(scim, group)) == 1_000
    assert len(records.writes) == 2


async def test_a_put_has_all_members_and_get_shows_them(scim):  # surprise 78
    group = await scim.group("Oslo", "u1", "u2")

    answer = await scim.put(
        f"/Groups/{group['id']}",
        {"schemas": [GROUP], "id": group["id"], "displayName": "Oslo", "members": [{"value": "u2"}, {"value": "u3"}]},
    )

    assert answer.status == 200
    assert [each["value"] for each in answer.json["members"]] == ["u2", "u3"]
    assert (await scim.get(f"/Groups/{group['id']}")).json == answer.json


async def test_an_echo_of_a_group_changes_nothing(scim):  # surprise 43
    group = await scim.group("Oslo", "u1", "u2")
    echo = {**group, "members": [dict(reversed(each.items())) for each in reversed(group["members"])]}

    answer = await scim.put(f"/Groups/{group['id']}", echo)

    assert (answer.status, answer.json) == (200, group)


async def test_a_put_changes_how_a_member_is_displayed(scim):
    group = await scim.group("Oslo", "u1")

    answer = await scim.put(f"/Groups/{group['id']}", {**group, "members": [{"value": "u1", "display": "Dana"}]})

    assert [each["display"] for each in answer.json["members"]] == ["Dana"]


async def test_a_deleted_group_is_gone_and_its_members_stay(scim):  # surprise 80
    user = await scim.user()
    group = await scim.group("Oslo", user["id"])

    assert (await scim.delete(f"/Groups/{group['id']}")).status == 204
    assert _is_scim_error(await scim.delete(f"/Groups/{group['id']}"), 404)
    assert (await scim.get(f"/Users/{user['id']}")).json == user


async def test_okta_sends_id_and_name_before_each_change_of_members(scim):
    group = await scim.group("Oslo", "u1")

    answer = await scim.patch(
        f"/Groups/{group['id']}", {"op": "replace", "value": {"id": group["id"], "displayName": "Oslo"}}
    )

    assert answer.status == 204
    assert (await scim.get(f"/Groups/{group['id']}")).json == group


async def test_okta_removes_one_by_one_and_then_adds_in_a_single_patch(scim):
    group = await scim.group("Oslo", "u1", "u2", "u3")

    await scim.patch(
        f"/Groups/{group['id']}",
        {"op": "remove", "path": 'members[value eq "u1"]'},
        {"op": "remove", "path": 'members[value eq "u2"]'},
        {"op": "add", "path": "members", "value": [{"value": "u4", "display": "x"}]},
    )

    assert await _values(scim, group) == ["u3", "u4"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "members", "value": [{"value": "u2"}, {"value": "u3"}]},
        {"op": "replace", "value": {"members": [{"value": "u2"}, {"value": "u3"}]}},
        {"op": "replace", "value": {"displayName": "Oslo", f"{GROUP}:members": [{"value": "u2"}, {"value": "u3"}]}},
    ],
)
async def test_members_are_replaced_as_a_whole(scim, operation):
    group = await scim.group("Oslo", "u1", "u2")

    await scim.patch(f"/Groups/{group['id']}", operation)

    assert await _values(scim, group) == ["u2", "u3"]


@pytest.mark.parametrize("value", ["u2", ["u2"], {"value": "u2"}, [{"value": "u2", "displayName": "B"}]])
async def test_a_member_is_added_in_every_form(scim, value):
    group = await scim.group("Oslo", "u1")

    await scim.patch(f"/Groups/{group['id']}", {"op": "Add", "path": "members", "value": value})

    assert await _values(scim, group) == ["u1", "u2"]


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "replace", "path": 'members[value eq "u1"].display', "value": "x"}, "mutability"),
        ({"op": "remove", "path": "members.value"}, "mutability"),
        ({"op": "add", "path": 'members[value eq "u1"]', "value": {"value": "u2"}}, "mutability"),
        ({"op": "add", "path": "members", "value": [{"display": "x"}]}, "invalidValue"),
        ({"op": "add", "path": "members", "value": [7]}, "invalidValue"),
        ({"op": "replace", "value": {"members.value": "x"}}, "invalidPath"),
        ({"op": "replace", "value": {'members[value eq "u1"]': {"display": "x"}}}, "invalidPath"),
        ({"op": "remove", "path": "displayName"}, "mutability"),
        ({"op": "remove", "path": "nonsense"}, "invalidPath"),
        ({"op": "replace", "value": {"id": "other"}}, "mutability"),
        ({"op": "remove", "path": 'members[nonsense eq "u1"]'}, "invalidFilter"),
    ],
)
async def test_a_bad_operation_undoes_the_good_ones_before_it(scim, operation, scim_type):  # surprise 61
    group = await scim.group("Oslo", "u1")

    answer = await scim.patch(
        f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": "u5"}]}, operation
    )

    assert _is_scim_error(answer, 400, scim_type)
    assert (await scim.get(f"/Groups/{group['id']}")).json == group


async def test_a_group_is_answered_to_a_patch_where_attributes_are_asked_for(scim):
    group = await scim.group("Oslo", "u1")
    body = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "displayName", "value": "Bergen"}]}

    answer = await scim.ask("PATCH", f"/Groups/{group['id']}?attributes=displayName", body)

    assert (answer.status, answer.json) == (200, {"schemas": [GROUP], "id": group["id"], "displayName": "Bergen"})


async def test_nested_groups_are_kept_as_written(scim):
    inner = await scim.group("Inner")
    outer = (
        await scim.post(
            "/Groups",
            {"schemas": [GROUP], "displayName": "Outer", "members": [{"value": inner["id"], "type": "Group"}]},
        )
    ).json

    assert outer["members"] == [{"value": inner["id"], "type": "Group", "$ref": f"{SCIM}/Groups/{inner['id']}"}]


async def test_groups_of_a_user_are_derived_and_outside_its_version(scim):
    user = await scim.user()

    group = await scim.group("Oslo", user["id"])

    seen = (await scim.get(f"/Users/{user['id']}")).json
    assert seen["groups"] == [
        {"value": group["id"], "$ref": f"{SCIM}/Groups/{group['id']}", "display": "Oslo", "type": "direct"}
    ]
    assert seen["meta"] == user["meta"]


async def test_groups_that_a_client_sends_change_nothing(scim):  # surprise 27
    user = await scim.user()
    await scim.group("Oslo", user["id"])

    answer = await scim.put(f"/Users/{user['id']}", {**user, "groups": []})

    assert [each["display"] for each in answer.json["groups"]] == ["Oslo"]


async def test_a_deleted_user_is_no_member_any_more(scim):
    user = await scim.user()
    group = await scim.group("Oslo", user["id"], "u2")

    await scim.delete(f"/Users/{user['id']}")

    assert await _values(scim, group) == ["u2"]


async def test_a_deactivated_user_stays_a_member(scim):
    user = await scim.user()
    group = await scim.group("Oslo", user["id"])

    await scim.patch(f"/Users/{user['id']}", {"op": "replace", "value": {"active": False}})

    assert await _values(scim, group) == [user["id"]]


@pytest.mark.parametrize(
    ("operations", "rows"),
    [
        ([{"op": "add", "path": "members", "value": [{"value": "new"}]}], 1),
        ([{"op": "remove", "path": 'members[value eq "u00007"]'}], 1),
        ([{"op": "remove", "path": "members", "value": [{"value": "u00007"}, {"value": "u00008"}]}], 2),
        ([{"op": "replace", "value": {"displayName": "All"}}], 0),
    ],
)
async def test_a_patch_costs_what_it_names(scim, records, counted, operations, rows):
    answer = await scim.patch(f"/Groups/{counted['id']}", *operations)

    assert answer.status == 204
    assert (records.edit.rows_read, records.edit.rows_written) == (0, rows)


async def test_a_replace_of_all_members_writes_only_the_difference(scim, records, counted):
    value = [{"value": f"u{n:05d}", "display": f"u{n:05d}@halden.example"} for n in range(1, 5_001)]

    await scim.patch(f"/Groups/{counted['id']}", {"op": "replace", "path": "members", "value": value})

    assert records.edit.rows_written == 2


@pytest.mark.parametrize(
    "query",
    [
        "excludedAttributes=members",
        "attributes=displayName",
        "filter=displayName eq %22Everyone%22&excludedAttributes=members",
    ],
)
async def test_excluded_members_are_not_even_read(scim, records, counted, query):
    path = "/Groups" if "filter" in query else f"/Groups/{counted['id']}"

    answer = await scim.get(f"{path}?{query}")

    assert answer.status == 200
    assert records.edit.rows_read == 0


async def test_tasks_that_add_distinct_members_lose_none(scim):  # invariant 21
    group = await scim.group("Oslo")

    await asyncio.gather(
        *(
            scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": f"u{n}"}]})
            for n in range(20)
        )
    )

    assert sorted(await _values(scim, group)) == sorted(f"u{n}" for n in range(20))


async def test_a_group_without_a_name_is_refused(scim):
    assert _is_scim_error(await scim.post("/Groups", {"schemas": [GROUP]}), 400, "invalidValue")
    assert _is_scim_error(await scim.post("/Groups", {"schemas": [USER], "displayName": "x"}), 400, "invalidSyntax")


async def test_a_name_that_nobody_declared_in_a_member_is_sent_back_as_json(scim):
    answer = await scim.post(
        "/Groups", {"schemas": [GROUP], "displayName": "Oslo", "members": [{"value": "u1", 'a\n"b': 1}]}
    )

    group = await scim.get(f"/Groups/{answer.json['id']}", attributes="members")
    assert 1 == group.json["members"][0]['a\n"b']


@pytest.mark.parametrize("path", ['members[value eq "nobody"]', 'members[type eq "Group"].display'])
async def test_a_filter_that_chooses_no_member_has_no_target(scim, path):
    group = await scim.group("Oslo", "u1")

    answer = await scim.patch(f"/Groups/{group['id']}", {"op": "replace", "path": path, "value": {"value": "u1"}})

    assert _is_scim_error(answer, 400, "noTarget")


async def test_a_member_can_not_be_changed(scim):
    group = await scim.group("Oslo", "u1")
    rename = {"op": "replace", "path": 'members[value eq "u1"].display', "value": "Dana"}

    assert _is_scim_error(await scim.patch(f"/Groups/{group['id']}", rename), 400, "mutability")


async def test_members_are_found_and_removed_by_their_address(scim):
    user = await scim.user()
    group = await scim.group("Oslo", user["id"], "u2")
    chosen = f'$ref eq "{user["meta"]["location"]}"'

    found = await scim.get("/Groups", filter=f"members[{chosen}]")
    await scim.patch(f"/Groups/{group['id']}", {"op": "remove", "path": f"members[{chosen}]"})

    assert [each["id"] for each in found.resources] == [group["id"]]
    assert await _values(scim, group) == ["u2"]
