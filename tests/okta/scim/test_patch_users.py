"""PATCH of users, in every form in which Okta, Entra and the RFC have it."""

import pytest

from tests.okta.conversation import DIRSYNC, ENTERPRISE, PATCH_OP, USER
from tests.okta.scim.test_transport import _is_scim_error

WORK = {"value": "dana.okafor@halden.example", "type": "work", "primary": True}
HOME = {"value": "dana@home.example", "type": "home"}


async def _patched(scim, *operations, **more):
    user = await scim.user(**more)
    answer = await scim.patch(f"/Users/{user['id']}", *operations)
    assert answer.status == 200, answer.text
    assert (await scim.get(f"/Users/{user['id']}")).json == answer.json
    return answer.json


async def _refused(scim, *operations, scim_type, **more):
    user = await scim.user(**more)
    answer = await scim.patch(f"/Users/{user['id']}", *operations)
    assert _is_scim_error(answer, 400, scim_type)
    assert (await scim.get(f"/Users/{user['id']}")).json == user
    return answer.json["detail"]


async def test_okta_deactivates_without_a_path(scim, records):  # surprise 52
    user = await _patched(scim, {"op": "replace", "value": {"active": False}})

    assert user["active"] is False
    assert records.edit.records[user["id"]].active is False


@pytest.mark.parametrize(
    ("said", "meant"), [("False", False), ("false", False), (False, False), ("True", True), (True, True)]
)
async def test_entra_deactivates_by_path_and_text(scim, records, said, meant):  # surprise 53
    user = await _patched(scim, {"op": "Replace", "path": "active", "value": said}, active=not meant)

    assert user["active"] is meant
    assert records.edit.records[user["id"]].active is meant


async def test_active_can_not_be_nope(scim):  # surprise 53
    await _refused(scim, {"op": "Replace", "path": "active", "value": "nope"}, scim_type="invalidValue")


@pytest.mark.parametrize("active", [True, False])
async def test_the_same_state_twice_makes_no_version(scim, active):  # surprise 54
    user = await _patched(scim, *[{"op": "replace", "value": {"active": active}}] * 2, active=active)

    assert user["meta"]["version"] == 'W/"1"'


async def test_a_reactivated_user_has_the_same_id_and_groups(scim):  # surprise 55
    user = await scim.user()
    group = await scim.group("Oslo", user["id"])
    for active in (False, True):
        await scim.patch(f"/Users/{user['id']}", {"op": "replace", "value": {"active": active}})

    after = (await scim.get(f"/Users/{user['id']}")).json

    assert after["active"] is True
    assert [each["value"] for each in after["groups"]] == [group["id"]]


async def test_an_extension_in_a_replace_without_path_keeps_its_siblings(scim):  # surprise 56
    user = await _patched(
        scim,
        {"op": "replace", "value": {ENTERPRISE: {"department": "Sales"}, "name": {"familyName": "Okafor-Lund"}}},
        **{ENTERPRISE: {"department": "IT", "division": "East"}},
    )

    assert user[ENTERPRISE] == {"department": "Sales", "division": "East"}
    assert user["name"] == {"givenName": "Dana", "familyName": "Okafor-Lund"}


@pytest.mark.parametrize(
    "operation",  # surprise 57
    [
        {"path": f"{ENTERPRISE}:department", "value": "Sales"},
        {"path": f"{ENTERPRISE}:department".upper(), "value": "Sales"},
        {"path": ENTERPRISE, "value": {"department": "Sales"}},
        {"value": {f"{ENTERPRISE}:department": "Sales"}},
        {"path": "department", "value": "Sales"},
    ],
)
@pytest.mark.parametrize("op", ["add", "replace"])
async def test_an_attribute_of_an_extension_is_reached_in_every_way(scim, op, operation):
    user = await _patched(scim, {"op": op, **operation})

    assert user[ENTERPRISE] == {"department": "Sales"}
    assert user["schemas"] == [USER, ENTERPRISE]


async def test_entra_with_its_flag_sends_flat_dotted_names(scim):
    user = await _patched(
        scim,
        {
            "op": "replace",
            "value": {"displayName": "D", "name.givenName": "Dee", f"{ENTERPRISE}:employeeNumber": "88"},
        },
    )

    assert (user["displayName"], user["name"]["givenName"], user[ENTERPRISE]["employeeNumber"]) == ("D", "Dee", "88")
    assert user["name"]["familyName"] == "Okafor"


@pytest.mark.parametrize("path", [f"{USER}:title", "TITLE", " title "])
async def test_a_core_attribute_may_carry_its_urn_and_any_case(scim, path):
    user = await _patched(scim, {"op": "add", "path": path, "value": "Buyer"})

    assert user["title"] == "Buyer"


async def test_the_urn_of_the_core_schema_alone_is_the_whole_user(scim):
    user = await _patched(scim, {"op": "replace", "path": USER, "value": {"title": "Buyer"}})

    assert user["title"] == "Buyer"


@pytest.mark.parametrize("op", ["Add", "Replace"])
async def test_a_missing_work_address_is_made_from_the_filter(scim, op):  # surprise 58
    user = await _patched(
        scim, {"op": op, "path": 'emails[type eq "work"].value', "value": "w@halden.example"}, emails=[HOME]
    )

    assert user["emails"] == [HOME, {"type": "work", "value": "w@halden.example"}]


async def test_a_missing_role_is_made_from_a_boolean_as_text(scim):
    user = await _patched(scim, {"op": "Add", "path": 'roles[primary eq "True"].value', "value": "Admin"})

    assert user["roles"] == [{"primary": True, "value": "Admin"}]


@pytest.mark.parametrize(
    "path",
    [
        'emails[value eq "x@y.z"].type',
        'emails[type eq "nonsense"].value',
        'emails[type ne "work"].value',
        'emails[type eq "home"]',
    ],
)
async def test_a_filter_that_chooses_nothing_is_no_target(scim, path):
    await _refused(scim, {"op": "replace", "path": path, "value": "other"}, scim_type="noTarget", emails=[WORK])


async def test_add_to_a_single_value_replaces_it(scim):  # surprise 59
    user = await _patched(scim, {"op": "add", "path": "title", "value": "Head"}, title="Buyer")

    assert user["title"] == "Head"


@pytest.mark.parametrize(
    "path", ["title", "name.middleName", 'emails[type eq "other"]', f"{ENTERPRISE}:manager", ENTERPRISE]
)
async def test_to_remove_what_is_not_there_changes_nothing(scim, path):  # surprise 60
    user = await _patched(scim, {"op": "remove", "path": path})

    assert user["meta"]["version"] == 'W/"1"'


async def test_remove_without_a_path_has_no_target(scim):  # surprise 60
    await _refused(scim, {"op": "remove"}, scim_type="noTarget")


async def test_of_five_operations_with_a_bad_third_none_is_applied(scim, records):  # surprise 61
    good = [{"op": "replace", "path": "title", "value": str(n)} for n in range(4)]
    await _refused(
        scim, *good[:2], {"op": "replace", "path": "active", "value": "nope"}, *good[2:], scim_type="invalidValue"
    )

    assert len(records.writes) == 1


async def test_read_only_values_that_agree_are_ignored(scim):  # surprise 62
    user = await scim.user()
    value = {"id": user["id"], "meta": user["meta"], "groups": [], "schemas": [USER], "title": "Buyer"}

    answer = await scim.patch(f"/Users/{user['id']}", {"op": "replace", "value": value})

    assert (answer.status, answer.json["title"]) == (200, "Buyer")


@pytest.mark.parametrize("value", [{"id": "other"}, {"meta": {"version": "9"}}, {"groups": [{"value": "g"}]}])
async def test_read_only_values_that_differ_are_refused(scim, value):  # surprise 62
    await _refused(scim, {"op": "replace", "value": {**value, "title": "Buyer"}}, scim_type="mutability")


@pytest.mark.parametrize("path", ["id", "meta", "meta.created", "groups", 'groups[value eq "g"]', "groups.display"])
@pytest.mark.parametrize("op", ["add", "replace", "remove"])
async def test_read_only_attributes_can_not_be_reached_by_path(scim, op, path):
    value = {} if op == "remove" else {"value": "x"}

    await _refused(scim, {"op": op, "path": path, **value}, scim_type="mutability")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "userName"},
        {"op": "replace", "path": "userName", "value": ""},
        {"op": "replace", "value": {"userName": None}},
        {"op": "remove", "path": "schemas"},
    ],
)
async def test_what_is_required_can_not_be_taken_away(scim, operation):
    await _refused(scim, operation, scim_type="mutability")


@pytest.mark.parametrize(
    ("path", "scim_type"),
    [
        ("nonsense", "invalidPath"),
        ("name.nonsense.deeper", "invalidPath"),
        ("name.nonsense", "invalidPath"),
        ("title.value", "invalidPath"),
        (f"{ENTERPRISE}:nonsense", "invalidPath"),
        ("emails[", "invalidFilter"),
        ('emails[type eq "work"', "invalidFilter"),
        ('emails[nonsense eq "work"].value', "invalidFilter"),
        ('title[value eq "x"]', "invalidFilter"),
        ("", "invalidPath"),
        (f"{USER}:nonsense", "invalidPath"),
        (7, "invalidPath"),
    ],
)
async def test_a_path_that_leads_nowhere_is_told_apart(scim, path, scim_type):
    await _refused(scim, {"op": "replace", "path": path, "value": "x"}, scim_type=scim_type)


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "move", "path": "title", "value": "x"}, "invalidValue"),
        ({"path": "title", "value": "x"}, "invalidValue"),
        ({"op": "add", "path": "title"}, "invalidValue"),
        ({"op": "add", "path": "title", "value": None}, "invalidValue"),
        ({"op": "replace", "path": "title"}, "invalidValue"),
        ({"op": "replace", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "title", "value": 7}, "invalidValue"),
        ({"op": "replace", "path": "name", "value": "Dana"}, "invalidValue"),
        ({"op": "replace", "path": "emails", "value": [{"value": "none"}]}, "invalidValue"),
        ({"op": "replace", "path": ENTERPRISE, "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": 'emails[type eq "work"]', "value": None}, "invalidValue"),
        ("replace", "invalidSyntax"),
    ],
)
async def test_an_operation_that_is_none_is_refused(scim, operation, scim_type):
    await _refused(scim, operation, scim_type=scim_type)


@pytest.mark.parametrize(
    "body",
    [
        {"Operations": [{"op": "remove", "path": "title"}]},
        {"schemas": [USER], "Operations": [{"op": "remove", "path": "title"}]},
        {"schemas": [PATCH_OP]},
        {"schemas": [PATCH_OP], "Operations": []},
        {"schemas": [PATCH_OP], "Operations": {"op": "remove", "path": "title"}},
        {"schemas": [PATCH_OP], "Operations": [{"op": "remove", "path": "title"}] * 5001},
    ],
)
async def test_a_body_that_is_no_patch_is_refused(scim, body):
    user = await scim.user()

    assert _is_scim_error(await scim.ask("PATCH", f"/Users/{user['id']}", body), 400, "invalidSyntax")


async def test_names_of_the_envelope_may_be_in_any_case(scim):
    user = await scim.user()
    body = {"Schemas": [PATCH_OP], "operations": [{"Op": "ADD", "Path": "title", "Value": "Buyer"}]}

    answer = await scim.ask("PATCH", f"/Users/{user['id']}", body)

    assert answer.json["title"] == "Buyer"


async def test_add_appends_to_what_is_there(scim):
    user = await _patched(scim, {"op": "add", "path": "emails", "value": [HOME]}, emails=[WORK])

    assert user["emails"] == [WORK, HOME]


async def test_add_of_an_element_that_is_there_changes_nothing(scim):
    user = await _patched(scim, {"op": "add", "path": "emails", "value": WORK}, emails=[WORK])

    assert user["meta"]["version"] == 'W/"1"'


async def test_add_of_the_same_value_and_type_completes_the_element(scim):
    user = await _patched(
        scim, {"op": "add", "path": "emails", "value": [{**HOME, "display": "At home"}]}, emails=[WORK, HOME]
    )

    assert user["emails"] == [WORK, {**HOME, "display": "At home"}]


async def test_replace_puts_new_elements_in_the_place_of_all(scim):
    user = await _patched(scim, {"op": "replace", "path": "emails", "value": [HOME]}, emails=[WORK])

    assert user["emails"] == [HOME]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "emails", "value": [{**HOME, "primary": True}]},
        {"op": "replace", "path": 'emails[type eq "home"].primary', "value": True},
        {"op": "replace", "path": 'emails[type eq "home"]', "value": {"primary": "True"}},
    ],
)
async def test_who_becomes_primary_is_the_only_one(scim, operation):
    user = await _patched(scim, operation, emails=[WORK, HOME])

    assert user["emails"] == [{**WORK, "primary": False}, {**HOME, "primary": True}]


async def test_a_sub_attribute_of_the_chosen_element_is_replaced(scim):
    user = await _patched(
        scim,
        {"op": "replace", "path": 'emails[type eq "WORK" and primary eq true].value', "value": "n@x.y"},
        emails=[WORK, HOME],
    )

    assert user["emails"] == [{**WORK, "value": "n@x.y"}, HOME]


async def test_a_sub_attribute_of_every_element_is_replaced(scim):
    user = await _patched(scim, {"op": "replace", "path": "emails.display", "value": "D"}, emails=[WORK, HOME])

    assert user["emails"] == [{**WORK, "display": "D"}, {**HOME, "display": "D"}]


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ('emails[type eq "work"]', [HOME]),
        ('emails[type eq "work"].primary', [{"value": WORK["value"], "type": "work"}, HOME]),
        ("emails.type", [{"value": WORK["value"], "primary": True}, {"value": HOME["value"]}]),
        ("emails[value pr]", None),
        ("emails", None),
    ],
)
async def test_remove_takes_what_the_path_chooses(scim, path, left):
    user = await _patched(scim, {"op": "remove", "path": path}, emails=[WORK, HOME])

    assert user.get("emails") == left


async def test_entra_removes_elements_by_value(scim):
    user = await _patched(
        scim, {"op": "Remove", "path": "emails", "value": [{"$ref": None, "value": HOME["value"]}]}, emails=[WORK, HOME]
    )

    assert user["emails"] == [WORK]


async def test_the_last_attribute_takes_its_extension_along(scim):
    user = await _patched(
        scim, {"op": "remove", "path": f"{ENTERPRISE}:department"}, **{ENTERPRISE: {"department": "Sales"}}
    )

    assert ENTERPRISE not in user
    assert user["schemas"] == [USER]


async def test_an_extension_is_removed_whole(scim):
    user = await _patched(
        scim, {"op": "remove", "path": ENTERPRISE}, **{ENTERPRISE: {"department": "Sales"}, "urn:x:y": {"a": 1}}
    )

    assert ENTERPRISE not in user
    assert user["schemas"] == [USER, "urn:x:y"]


async def test_entra_patches_a_custom_attribute_of_an_extension_nobody_declared(scim):
    path = "urn:ietf:params:scim:schemas:extension:Halden:2.0:User:costCentre"

    user = await _patched(scim, {"op": "Add", "path": path, "value": "4711"})

    assert user["urn:ietf:params:scim:schemas:extension:Halden:2.0:User"] == {"costCentre": "4711"}


async def test_an_undeclared_attribute_can_be_changed_and_removed_where_it_is(scim):
    user = await _patched(
        scim,
        {"op": "replace", "path": "badge", "value": 8},
        {"op": "remove", "path": "urn:x:y:a"},
        {"op": "add", "path": "urn:x:y", "value": {"b": 2}},
        {"op": "remove", "path": "emails.nick"},
        {"op": "replace", "path": f"{ENTERPRISE}:floor", "value": 4},
        badge=7,
        emails=[{**WORK, "nick": "Dee"}],
        **{"urn:x:y": {"a": 1, "c": 3}, ENTERPRISE: {"floor": 3}},
    )

    assert (user["badge"], user["emails"], user[ENTERPRISE]) == (8, [WORK], {"floor": 4})
    assert user["urn:x:y"] == {"c": 3, "b": 2}


@pytest.mark.parametrize(
    "namespace",
    ["urn:envoy:schemas:1.0:User", "urn:okta:custom:user", "https://rnd.example/scim/schemas/extension/office", "a:b"],
)
@pytest.mark.parametrize("op", ["add", "replace"])
async def test_an_extension_nobody_declared_comes_in_a_patch_without_path(scim, op, namespace):
    user = await _patched(
        scim,
        {"op": op, "value": {namespace: {"assistants": ["b@x.y"]}}},
        {"op": op, "value": {namespace.upper(): {"floor": 3}}},
    )

    assert user[namespace] == {"assistants": ["b@x.y"], "floor": 3}
    assert user["schemas"] == [USER, namespace]


async def test_an_undeclared_name_in_another_case_is_the_same_attribute(scim):
    user = await _patched(scim, {"op": "replace", "value": {"BADGE": 8, "urn:x:y:Z": 9, "odd : name": 1}}, badge=7)

    assert (user["badge"], user["urn:x:y"], user["odd : name"]) == (8, {"Z": 9}, 1)
    assert "BADGE" not in user


@pytest.mark.parametrize("value", ["", None, []])
async def test_an_emptied_value_is_stored_as_it_was_sent(scim, value):
    user = await _patched(scim, {"op": "replace", "path": f"{DIRSYNC}:assistants", "value": value})

    assert user[DIRSYNC]["assistants"] == ([] if value == "" else value)


@pytest.mark.parametrize(
    ("operation", "left"),
    [
        ({"op": "add", "path": f"{DIRSYNC}:assistants", "value": ["b@x.y", "c@x.y"]}, ["a@x.y", "b@x.y", "c@x.y"]),
        ({"op": "add", "path": f"{DIRSYNC}:assistants", "value": "c@x.y"}, ["a@x.y", "b@x.y", "c@x.y"]),
        ({"op": "add", "path": f"{DIRSYNC}:assistants", "value": ["A@x.y", "C@x.y"]}, ["a@x.y", "b@x.y", "C@x.y"]),
        ({"op": "remove", "path": f'{DIRSYNC}:assistants[value eq "A@x.y"]'}, ["b@x.y"]),
        ({"op": "remove", "path": f"{DIRSYNC}:assistants", "value": ["b@x.y"]}, ["a@x.y"]),
        ({"op": "replace", "path": f'{DIRSYNC}:assistants[value eq "a@x.y"]', "value": "z@x.y"}, ["z@x.y", "b@x.y"]),
    ],
)
async def test_an_array_of_texts_can_be_patched(scim, operation, left):
    user = await _patched(scim, operation, **{DIRSYNC: {"assistants": ["a@x.y", "b@x.y"]}})

    assert user[DIRSYNC]["assistants"] == left


@pytest.mark.parametrize("value", ["u_9", {"value": "u_9"}, [{"value": "u_9", "$ref": "http://x/u_9"}]])
@pytest.mark.parametrize("path", ["manager", f"{ENTERPRISE}:manager", f"{ENTERPRISE}:manager.value"])
async def test_entra_writes_a_manager_in_three_forms(scim, path, value):
    value = "u_9" if path.endswith(".value") else value

    user = await _patched(scim, {"op": "Add", "path": path, "value": value})

    assert user[ENTERPRISE]["manager"]["value"] == "u_9"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": f"{ENTERPRISE}:manager.displayName", "value": "Bo Lee"},
        {"op": "replace", "path": "manager.displayName", "value": "Bo Lee"},
        {"op": "remove", "path": f"{ENTERPRISE}:manager.displayName"},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": "u_9", "displayName": "Bo Lee"}},
        {"op": "add", "value": {ENTERPRISE: {"manager": {"displayName": "Bo Lee"}}}},
    ],
)
async def test_the_name_of_a_manager_is_read_only(scim, operation):  # RFC 7643 8.7.1
    user = await _patched(scim, operation, **{ENTERPRISE: {"manager": {"value": "u_9", "displayName": "Ann"}}})

    assert user[ENTERPRISE]["manager"] == {"value": "u_9"}


async def test_an_element_of_texts_can_not_become_none(scim):
    user = await scim.user(**{DIRSYNC: {"assistants": ["a@halden.example"]}})
    path = f'{DIRSYNC}:assistants[value eq "a@halden.example"]'

    answer = await scim.patch(f"/Users/{user['id']}", {"op": "replace", "path": path, "value": []})

    assert _is_scim_error(answer, 400, "invalidValue")


async def test_elements_that_become_the_same_are_one(scim):
    emails = [{"value": f"{each}@halden.example", "type": "work"} for each in "ab"]
    user = await scim.user(emails=emails)

    answer = await scim.patch(
        f"/Users/{user['id']}", {"op": "replace", "path": "emails.value", "value": "c@halden.example"}
    )

    assert answer.json["emails"] == [{"value": "c@halden.example", "type": "work"}]


async def test_schemas_can_be_added_to_and_keep_the_core(scim):
    user = await _patched(scim, {"op": "add", "path": "schemas", "value": [ENTERPRISE]})

    assert user["schemas"] == [USER, ENTERPRISE]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "schemas", "value": [USER]},
        {"op": "remove", "path": f'schemas[value eq "{ENTERPRISE}"]'},
        {"op": "remove", "path": "schemas", "value": [ENTERPRISE]},
    ],
)
async def test_an_extension_goes_with_its_schema(scim, operation):  # RFC 7643 3
    user = await _patched(scim, operation, **{ENTERPRISE: {"department": "Sales"}})

    assert user["schemas"] == [USER]
    assert ENTERPRISE not in user


async def test_the_core_schema_can_not_be_taken_out(scim):
    await _refused(scim, {"op": "replace", "path": "schemas", "value": [ENTERPRISE]}, scim_type="mutability")


async def test_schemas_in_a_patch_without_path_ask_for_nothing(scim):
    user = await _patched(
        scim, {"op": "replace", "value": {"schemas": [USER], "title": "B"}}, **{ENTERPRISE: {"department": "Sales"}}
    )

    assert user[ENTERPRISE] == {"department": "Sales"}


async def test_a_patch_onto_a_user_name_in_use_is_409(scim):  # surprise 50
    await scim.user("bo.lee")
    user = await scim.user()

    answer = await scim.patch(
        f"/Users/{user['id']}", {"op": "replace", "path": "userName", "value": "bo.lee@halden.example"}
    )

    assert _is_scim_error(answer, 409, "uniqueness")


async def test_a_patch_of_an_unknown_id_is_404(scim):
    assert _is_scim_error(await scim.patch("/Users/nobody", {"op": "remove", "path": "title"}), 404)


async def test_removing_active_keeps_the_state(scim, records):
    user = await _patched(scim, {"op": "remove", "path": "active"}, active=False)

    assert "active" not in user
    assert records.edit.records[user["id"]].active is False
    assert (await scim.put(f"/Users/{user['id']}", user)).json == user


async def test_the_external_id_follows_a_patch(scim, records):
    user = await _patched(scim, {"op": "replace", "path": "externalId", "value": "00unew"})

    assert records.edit.records[user["id"]].external_id == "00unew"


async def test_attributes_limit_the_answer_to_a_patch(scim):
    user = await scim.user()
    body = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Buyer"}]}

    answer = await scim.ask("PATCH", f"/Users/{user['id']}?attributes=title", body)

    assert answer.json == {"schemas": [USER], "id": user["id"], "title": "Buyer"}
