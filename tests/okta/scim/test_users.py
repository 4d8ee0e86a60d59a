"""Users: lookup, create, replace, delete."""

import asyncio

import pytest

from tests.okta.conversation import DIRSYNC, ENTERPRISE, SCIM, USER, okta_user
from tests.okta.scim.test_transport import _is_scim_error


def _minimal(**more):
    return {"schemas": [USER], "userName": "dana@halden.example", **more}


def _written(user):
    return {name: part for name, part in user.items() if name not in ("id", "meta", "groups")}


async def test_a_lookup_of_nobody_is_an_empty_list(scim):  # surprise 21
    answer = await scim.get("/Users", filter='userName eq "dana.okafor@halden.example"', startIndex=1, count=100)

    assert (answer.status, answer.json["totalResults"]) == (200, 0)


async def test_a_lookup_in_capitals_finds_the_same_user(scim):  # surprise 22
    user = await scim.user()

    answer = await scim.get("/Users", filter='userName eq "DANA.OKAFOR@HALDEN.EXAMPLE"')

    assert answer.resources == [user]


async def test_a_lookup_finds_a_user_who_is_inactive(scim):  # surprise 23
    user = await scim.user(active=False)

    answer = await scim.get("/Users", filter='userName eq "dana.okafor@halden.example"')

    assert answer.resources == [user]
    assert answer.resources[0]["active"] is False


async def test_a_plus_in_an_address_is_no_blank(scim):
    await scim.post("/Users", _minimal(userName="dana+x@halden.example"))

    answer = await scim.ask("GET", "/Users?filter=userName%20eq%20%22dana%2Bx%40halden.example%22")

    assert answer.json["totalResults"] == 1


async def test_a_created_user_is_answered_whole_with_its_address(scim):  # surprise 32
    answer = await scim.post("/Users", okta_user())

    user = answer.json
    assert answer.status == 201
    assert answer.headers["Location"] == user["meta"]["location"] == f"{SCIM}/Users/{user['id']}"
    assert user["meta"]["resourceType"] == "User"
    assert user["meta"]["version"] == 'W/"1"'
    assert user == (await scim.get(f"/Users/{user['id']}")).json


async def test_what_was_written_is_read_back_without_password_and_groups(scim):  # surprises 26 and 27
    sent = okta_user(nickName="Dee", externalId="00u7x2mQexampleID")

    user = (await scim.post("/Users", sent)).json

    del sent["password"], sent["groups"]
    assert _written(user) == sent
    assert "groups" not in user


async def test_a_password_is_neither_stored_nor_told(scim, records, caplog):  # surprises 26 and 94
    user = await scim.user()
    await scim.put(f"/Users/{user['id']}", {**user, "PassWord": "Zx81-placeholder"})
    await scim.patch(f"/Users/{user['id']}", {"op": "replace", "path": "password", "value": "Zx81-placeholder"})
    await scim.patch(f"/Users/{user['id']}", {"op": "replace", "value": {"password": "Zx81-placeholder"}})
    await scim.post("/Users", _minimal(userName="b", password=8181))

    assert not any(b"assword" in each.body or b"Zx81" in each.body for each in records.edit.records.values())
    assert "Zx81" not in (await scim.get("/Users")).text
    assert "Zx81" not in caplog.text


async def test_a_user_without_display_name_locale_and_external_id_is_created(scim):  # surprise 29
    answer = await scim.post("/Users", _minimal())

    assert answer.status == 201


async def test_a_user_without_emails_is_created(scim):  # surprise 30
    answer = await scim.post("/Users", _minimal())

    assert answer.status == 201
    assert "emails" not in answer.json


async def test_who_is_not_said_to_be_inactive_is_active(scim, records):
    user = (await scim.post("/Users", _minimal())).json

    assert user["active"] is True
    assert records.edit.records[user["id"]].active is True


async def test_of_two_primary_emails_the_first_stays_primary(scim):  # surprise 31
    emails = [{"value": "a@halden.example", "primary": True}, {"value": "b@halden.example", "primary": True}]

    user = (await scim.post("/Users", _minimal(emails=emails))).json

    assert [each["primary"] for each in user["emails"]] == [True, False]


async def test_the_same_user_name_with_another_address_is_409(scim):  # surprise 33
    user = await scim.user()

    answer = await scim.post("/Users", okta_user(emails=[{"value": "x@halden.example", "primary": True}]))

    assert _is_scim_error(answer, 409, "uniqueness")
    assert user["id"] in answer.json["detail"]
    assert "Assignments" in answer.json["detail"]


async def test_racing_posts_of_one_user_name_make_one_user(scim):  # surprise 34
    answers = await asyncio.gather(*(scim.post("/Users", okta_user()) for _ in range(8)))

    assert sorted(answer.status for answer in answers) == [201] + [409] * 7
    assert (await scim.get("/Users")).json["totalResults"] == 1


async def test_an_extension_that_schemas_does_not_name_is_kept_and_named(scim):  # surprise 37
    user = (await scim.post("/Users", _minimal(**{ENTERPRISE: {"department": "Sales"}}))).json

    assert user[ENTERPRISE] == {"department": "Sales"}
    assert user["schemas"] == [USER, ENTERPRISE]


async def test_an_extension_that_is_named_and_not_there_is_tolerated(scim):  # surprise 37
    answer = await scim.post("/Users", _minimal(schemas=[USER, ENTERPRISE]))

    assert answer.status == 201


async def test_an_extension_whose_namespace_is_no_urn_survives(scim):  # surprise 38
    namespace = "https://rnd.example/scim/schemas/extension/office"

    user = (await scim.post("/Users", _minimal(**{namespace: {"Office": ["Oslo", {"floor": 3}]}}))).json

    assert (await scim.get(f"/Users/{user['id']}")).json[namespace] == {"Office": ["Oslo", {"floor": 3}]}


async def test_unknown_attributes_survive(scim):  # surprise 39
    extra = {"department": None, "badge": {"number": 7}, ENTERPRISE: {"floor": "3"}}

    user = (await scim.post("/Users", _minimal(**extra))).json

    assert {name: user[name] for name in extra} == extra


async def test_id_and_meta_of_the_client_are_ignored(scim):  # surprise 40
    user = (await scim.post("/Users", _minimal(id="mine", meta={"resourceType": "Robot"}))).json

    assert user["id"] != "mine"
    assert user["meta"]["resourceType"] == "User"


@pytest.mark.parametrize(("said", "meant"), [("True", True), ("False", False), ("false", False), (False, False)])
async def test_active_may_be_a_text(scim, records, said, meant):  # surprise 41
    user = (await scim.post("/Users", _minimal(active=said))).json

    assert user["active"] is meant
    assert records.edit.records[user["id"]].active is meant


@pytest.mark.parametrize(
    "manager", [{"value": "u_9"}, "u_9", [{"value": "u_9"}], [{"value": "u_9", "$ref": "http://x"}]]
)
async def test_a_manager_comes_in_several_forms_and_is_found_as_entra_asks(scim, manager):  # surprises 24 and 42
    user = (await scim.post("/Users", _minimal(**{ENTERPRISE: {"manager": manager}}))).json

    assert user[ENTERPRISE]["manager"]["value"] == "u_9"
    answer = await scim.get("/Users", filter=f'id eq "{user["id"]}" and manager eq "u_9"', attributes="id")
    assert answer.resources == [{"schemas": user["schemas"], "id": user["id"]}]


async def test_names_are_taken_in_any_case(scim):
    body = {"SCHEMAS": [USER.upper()], "USERNAME": "dana", "Emails": [{"VALUE": "a@b.c", "Primary": True}]}
    body[ENTERPRISE.lower()] = {"DEPARTMENT": "Sales"}

    user = (await scim.post("/Users", body)).json

    assert user["schemas"] == [USER, ENTERPRISE]
    assert (user["userName"], user["emails"]) == ("dana", [{"value": "a@b.c", "primary": True}])
    assert user[ENTERPRISE] == {"department": "Sales"}


async def test_an_attribute_spelled_twice_is_refused(scim):
    assert _is_scim_error(await scim.post("/Users", _minimal(title="a", TITLE="b")), 400, "invalidSyntax")


@pytest.mark.parametrize(
    ("wrong", "scim_type", "named"),
    [
        ({"userName": 7}, "invalidValue", "userName"),
        ({"userName": "  "}, "invalidValue", "userName"),
        ({"userName": None}, "invalidValue", "userName"),
        ({"active": "nope"}, "invalidValue", "active"),
        ({"active": 1}, "invalidValue", "active"),
        ({"name": "Dana"}, "invalidValue", "name"),
        ({"name": {"givenName": ["a", "b"]}}, "invalidValue", "name.givenName"),
        ({"emails": [None]}, "invalidValue", "emails"),
        ({"emails": [7]}, "invalidValue", "emails"),
        ({"emails": [{"value": "a@b.c", "primary": "perhaps"}]}, "invalidValue", "emails.primary"),
        ({"x509Certificates": [{"value": "not base64!"}]}, "invalidValue", "x509Certificates.value"),
        ({ENTERPRISE: "Sales"}, "invalidValue", ENTERPRISE),
        ({"schemas": USER}, "invalidSyntax", "schemas"),
        ({"schemas": []}, "invalidSyntax", "schemas"),
        ({"schemas": [ENTERPRISE]}, "invalidSyntax", USER),
        ({"schemas": ["urn:scim:schemas:core:1.0"]}, "invalidSyntax", USER),
    ],
)
async def test_a_value_of_another_type_is_refused_by_name(scim, records, wrong, scim_type, named):
    answer = await scim.post("/Users", {**_minimal(), **wrong})

    assert _is_scim_error(answer, 400, scim_type)
    assert named in answer.json["detail"]
    assert records.edit.records == {}


async def test_a_body_without_user_name_is_refused(scim):
    assert _is_scim_error(await scim.post("/Users", {"schemas": [USER]}), 400, "invalidValue")


async def test_a_body_without_schemas_is_refused(scim):
    assert _is_scim_error(await scim.post("/Users", {"userName": "dana"}), 400, "invalidSyntax")


async def test_an_address_without_at_is_refused_with_advice(scim, records):  # surprise 97
    answer = await scim.post("/Users", okta_user(emails=[{"value": "dana.okafor", "primary": True}]))

    assert _is_scim_error(answer, 400, "invalidValue")
    assert "emails.value" in answer.json["detail"]
    assert "Directory → People" in answer.json["detail"]
    assert records.edit.records == {}


@pytest.mark.parametrize(
    "value", ["Ærlig Ødegård", "👩‍🚀 Dana", "دانا", "x" * 1000, "‮Dana", 'a "quoted" \\ name', "line\nbreak"]
)
async def test_any_text_goes_round(scim, value):  # surprise 64
    user = (await scim.post("/Users", _minimal(displayName=value))).json

    assert (await scim.get(f"/Users/{user['id']}")).json["displayName"] == value


async def test_a_phone_is_returned_exactly_as_sent(scim):  # surprise 63
    phones = [{"value": "+47 900 11 222", "type": "work", "primary": True}]

    user = (await scim.post("/Users", _minimal(phoneNumbers=phones))).json

    assert user["phoneNumbers"] == phones


async def test_an_echo_of_the_own_answer_changes_nothing(scim, records):  # surprise 43
    user = await scim.user(title=None, ims=[], **{ENTERPRISE: {"manager": {"value": "x"}}})
    await scim.group("Oslo", user["id"])
    echo = (await scim.get(f"/Users/{user['id']}")).json
    reordered = dict(reversed(echo.items()))

    answer = await scim.put(f"/Users/{user['id']}", {**reordered, "password": "again"})

    assert (answer.status, answer.json) == (200, echo)
    assert answer.json["meta"]["version"] == 'W/"1"'


@pytest.mark.parametrize("active", [True, False])
async def test_a_put_without_active_keeps_the_state(scim, records, active):  # surprise 44
    user = await scim.user(active=active)
    body = {name: part for name, part in user.items() if name != "active"}

    answer = await scim.put(f"/Users/{user['id']}", {**body, "title": "Buyer"})

    assert answer.json["active"] is active
    assert records.edit.records[user["id"]].active is active


async def test_a_put_without_an_attribute_takes_it_away(scim):  # surprise 45
    user = await scim.user(title="Buyer")
    body = {name: part for name, part in user.items() if name != "title"}

    answer = await scim.put(f"/Users/{user['id']}", body)

    assert "title" not in answer.json


@pytest.mark.parametrize(
    ("name", "empty"), [("title", ""), ("title", None), ("phoneNumbers", []), ("phoneNumbers", None)]
)
async def test_a_put_with_an_empty_value_is_no_error(scim, name, empty):  # surprise 46
    user = await scim.user(title="Buyer", phoneNumbers=[{"value": "1"}])

    answer = await scim.put(f"/Users/{user['id']}", {**user, name: empty})

    assert (answer.status, answer.json[name]) == (200, empty)


async def test_a_put_of_an_unknown_id_creates_nobody(scim, records):  # surprise 47
    assert _is_scim_error(await scim.put("/Users/nobody", okta_user()), 404)
    assert records.edit.records == {}


async def test_a_put_is_answered_with_the_whole_user(scim):  # surprise 48
    user = await scim.user()

    answer = await scim.put(f"/Users/{user['id']}", {**user, "title": "Buyer"})

    assert answer.status == 200
    assert answer.json["title"] == "Buyer"
    assert answer.json["id"] == user["id"]


async def test_a_put_onto_a_user_name_in_use_is_409(scim):  # surprise 49
    await scim.user("bo.lee")
    user = await scim.user()

    answer = await scim.put(f"/Users/{user['id']}", {**user, "userName": "BO.LEE@halden.example"})

    assert _is_scim_error(answer, 409, "uniqueness")
    assert (await scim.get(f"/Users/{user['id']}")).json == user


async def test_a_user_may_change_the_case_of_its_own_name(scim):
    user = await scim.user()

    answer = await scim.put(f"/Users/{user['id']}", {**user, "userName": user["userName"].upper()})

    assert answer.json["userName"] == user["userName"].upper()


async def test_last_modified_grows_on_true_change_only(scim):  # surprise 96
    user = await scim.user()
    same = (await scim.put(f"/Users/{user['id']}", user)).json
    changed = (await scim.put(f"/Users/{user['id']}", {**user, "title": "Buyer"})).json

    assert same["meta"] == user["meta"]
    assert changed["meta"]["lastModified"] > user["meta"]["lastModified"]
    assert changed["meta"]["created"] == user["meta"]["created"]


async def test_a_deleted_user_is_gone_and_the_name_is_free(scim):  # surprise 65
    user = await scim.user()

    assert (await scim.delete(f"/Users/{user['id']}")).status == 204
    assert _is_scim_error(await scim.delete(f"/Users/{user['id']}"), 404)
    assert _is_scim_error(await scim.get(f"/Users/{user['id']}"), 404)
    assert (await scim.get("/Users")).json["totalResults"] == 0
    assert (await scim.user())["id"] != user["id"]


async def test_a_group_is_no_user(scim):  # surprise 98
    group = await scim.group()

    for method in ("GET", "DELETE"):
        assert _is_scim_error(await scim.ask(method, f"/Users/{group['id']}"), 404)
    assert _is_scim_error(await scim.put(f"/Users/{group['id']}", okta_user()), 404)


@pytest.mark.parametrize("written", [["a@x.y", "b@x.y"], [{"value": "a@x.y"}, {"value": "b@x.y", "display": "B"}]])
async def test_assistants_are_shown_as_texts(scim, written):  # surprise 83
    user = (await scim.post("/Users", _minimal(**{DIRSYNC: {"assistants": written}}))).json

    assert user[DIRSYNC] == {"assistants": ["a@x.y", "b@x.y"]}


async def test_assistants_as_one_text_are_an_array_of_it(scim):  # surprise 83
    user = (await scim.post("/Users", _minimal(**{DIRSYNC: {"assistants": "a@x.y, b@x.y"}}))).json

    assert user[DIRSYNC] == {"assistants": ["a@x.y, b@x.y"]}


async def test_a_role_may_be_json_in_a_text_as_entra_sends_it(scim):
    user = (await scim.post("/Users", _minimal(roles=['{"id": "7", "value": "Admin"}', "Reader"]))).json

    assert user["roles"] == [{"id": "7", "value": "Admin"}, {"value": "Reader"}]


async def test_flat_names_with_their_urn_are_put_into_the_extension(scim):
    body = _minimal(**{f"{ENTERPRISE}:department": "Sales", ENTERPRISE: {"division": "East"}})

    user = (await scim.post("/Users", body)).json

    assert user[ENTERPRISE] == {"department": "Sales", "division": "East"}


async def test_empty_elements_are_no_elements(scim):
    user = (await scim.post("/Users", _minimal(emails=["", {}, {"value": "a@b.c"}]))).json

    assert user["emails"] == [{"value": "a@b.c"}]


async def test_too_many_values_are_refused(scim):
    answer = await scim.post("/Users", _minimal(roles=[{"value": str(n)} for n in range(2001)]))

    assert _is_scim_error(answer, 400, "invalidValue")


async def test_a_write_bears_the_request_and_the_author_that_the_server_gave(scim, records):
    await scim.user()

    assert [(each.id, each.by) for each in records.writes] == [("0123456789abcdef", "token okta")]


async def test_an_element_that_stands_twice_is_there_once(scim):
    emails = [
        {"value": "dana@halden.example", "type": "work", "primary": True},
        {"value": "DANA@halden.example", "type": "work", "display": "Dana"},
        {"value": "dana@halden.example", "type": "home"},
    ]

    user = await scim.user(emails=emails, addresses=[{"locality": "Oslo"}, {"locality": "Oslo"}])

    assert user["emails"] == [
        {"value": "DANA@halden.example", "type": "work", "primary": True, "display": "Dana"},
        {"value": "dana@halden.example", "type": "home"},
    ]
    assert user["addresses"] == [{"locality": "Oslo"}]


async def test_what_is_case_exact_differs_by_case(scim):
    photos = [{"value": "https://halden.example/A.png"}, {"value": "https://halden.example/a.png"}]

    assert (await scim.user(photos=photos))["photos"] == photos
