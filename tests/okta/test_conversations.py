"""Whole conversations, as both kinds of Okta application and Entra hold them."""

from tests.okta.conversation import DIRSYNC, ENTERPRISE, GROUP, USER, okta_user

ASSISTED = {DIRSYNC: {"assistants": ["ines.ruud@halden.example", "tor.vik@halden.example"]}}


async def _existence_check(scim, name="dana.okafor"):
    return await scim.get(f"/Users?filter=userName%20eq%20%22{name}%40halden.example%22&startIndex=1&count=100")


async def test_oin_application_creates_deactivates_and_reactivates_by_patch(scim):
    assert (await _existence_check(scim)).json["totalResults"] == 0
    user = (await scim.post("/Users", okta_user(schemas=[USER, DIRSYNC], **ASSISTED))).json

    off = await scim.patch(f"/Users/{user['id']}", {"op": "replace", "value": {"active": False}})
    found = await _existence_check(scim)
    on = await scim.patch(f"/Users/{user['id']}", {"op": "replace", "value": {"active": True}})

    assert off.json["active"] is False
    assert [each["id"] for each in found.resources] == [user["id"]]
    assert {**on.json, "meta": user["meta"]} == user
    assert on.json[DIRSYNC] == ASSISTED[DIRSYNC]


async def test_oin_application_pushes_a_profile_by_patch_without_path(scim):
    user = await scim.user(**ASSISTED)

    answer = await scim.patch(
        f"/Users/{user['id']}",
        {
            "op": "replace",
            "value": {
                "title": "Buyer",
                "name": {"familyName": "Okafor-Lund"},
                DIRSYNC: {"assistants": []},
                ENTERPRISE: {"manager": {"value": "bo.lee@halden.example", "displayName": "Bo Lee"}},
            },
        },
    )

    assert answer.json["name"] == {"givenName": "Dana", "familyName": "Okafor-Lund"}
    assert answer.json[DIRSYNC] == {"assistants": []}
    assert answer.json[ENTERPRISE]["manager"] == {
        "value": "bo.lee@halden.example"
    }  # RFC 7643 8.7.1: the name is read-only
    assert answer.json["emails"] == user["emails"]


async def test_wizard_application_reads_lays_its_values_over_and_puts(scim):
    user = await scim.user(**ASSISTED)

    seen = (await scim.get(f"/Users/{user['id']}")).json
    renamed = await scim.put(
        f"/Users/{user['id']}", {**seen, "userName": "dana.lund@halden.example", "password": "Zx81-placeholder"}
    )
    left = await scim.put(f"/Users/{user['id']}", {**renamed.json, "active": False})
    again = await _existence_check(scim, "dana.lund")

    assert (renamed.status, renamed.json["userName"]) == (200, "dana.lund@halden.example")
    assert renamed.json["id"] == user["id"]
    assert left.json["active"] is False
    assert again.resources == [left.json]


async def test_wizard_application_links_whom_it_finds_without_a_post(scim):
    await scim.user(active=False)

    found = (await _existence_check(scim)).resources[0]
    seen = (await scim.get(f"/Users/{found['id']}")).json
    linked = await scim.put(f"/Users/{found['id']}", {**seen, "active": True, "title": "Buyer"})

    assert (linked.status, linked.json["active"], linked.json["title"]) == (200, True, "Buyer")


async def test_a_rehire_is_found_by_the_filter_and_keeps_the_id(scim):
    user = await scim.user()
    await scim.put(f"/Users/{user['id']}", {**user, "active": False})

    found = await _existence_check(scim)
    back = await scim.patch(f"/Users/{found.resources[0]['id']}", {"op": "replace", "value": {"active": True}})

    assert back.json["id"] == user["id"]


async def test_a_group_push_of_the_oin_application(scim):
    dana, bo = await scim.user(), await scim.user("bo.lee")
    name = "Oslo Contractors"

    before = await scim.get("/Groups", filter=f'displayName eq "{name}"', startIndex=1, count=100)
    group = (await scim.post("/Groups", {"schemas": [GROUP], "displayName": name, "members": []})).json
    for members in ([dana["id"], bo["id"]], [bo["id"]]):
        named = await scim.patch(
            f"/Groups/{group['id']}", {"op": "replace", "value": {"id": group["id"], "displayName": name}}
        )
        pushed = await scim.patch(
            f"/Groups/{group['id']}",
            {"op": "replace", "path": "members", "value": [{"value": each, "display": "x"} for each in members]},
        )
        assert (named.status, pushed.status) == (204, 204)

    assert before.json["totalResults"] == 0
    after = (await scim.get(f"/Groups/{group['id']}")).json
    assert [each["value"] for each in after["members"]] == [bo["id"]]
    assert "groups" not in (await scim.get(f"/Users/{dana['id']}")).json


async def test_a_group_push_of_the_wizard_application(scim):
    dana, bo = await scim.user(), await scim.user("bo.lee")
    group = await scim.group("Oslo Contractors", dana["id"])

    seen = (await scim.get(f"/Groups/{group['id']}")).json
    members = [*seen["members"], {"value": bo["id"], "display": "bo.lee@halden.example"}]
    answer = await scim.put(f"/Groups/{group['id']}", {**seen, "members": members})

    assert answer.status == 200
    assert [each["value"] for each in answer.json["members"]] == sorted([dana["id"], bo["id"]])


async def test_an_import_reads_every_page_of_a_hundred(scim):
    made = [(await scim.user(f"p{n}.x"))["id"] for n in range(205)]

    seen, start = [], 1
    while start <= 205:
        answer = await scim.get(f"/Users?startIndex={start}&count=100")
        seen += [each["id"] for each in answer.resources]
        start += answer.json["itemsPerPage"]

    assert seen == made


async def test_entra_creates_updates_and_disables(scim):
    probe = await scim.get("/Users", filter='userName eq "0f5a6c1e-3b7d-4f0a-9a51-000000000000"')
    user = (
        await scim.post(
            "/Users",
            {
                "schemas": [USER, ENTERPRISE],
                "externalId": "0f5a-object-id",
                "userName": "dana@halden.example",
                "active": True,
                "displayName": "Dana Okafor",
                "emails": [{"primary": True, "type": "work", "value": "dana@halden.example"}],
                "meta": {"resourceType": "User"},
                "name": {"formatted": "Dana Okafor", "givenName": "Dana", "familyName": "Okafor"},
                "roles": [],
                "addresses": None,
            },
        )
    ).json
    answer = await scim.patch(
        f"/Users/{user['id']}?aadOptscim062020",
        {"op": "Replace", "path": "displayName", "value": "Dana O."},
        {"op": "Add", "path": f"{ENTERPRISE}:employeeNumber", "value": "88"},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+47 900 11 222"},
        {"op": "Add", "path": 'addresses[type eq "work"].locality', "value": "Oslo"},
        {"op": "Add", "path": "manager", "value": [{"$ref": "http://x/Users/u_9", "value": "u_9"}]},
        {"op": "Replace", "path": "active", "value": "False"},
    )

    assert (probe.status, probe.json["totalResults"]) == (200, 0)
    assert answer.status == 200
    assert answer.json["active"] is False
    assert answer.json["displayName"] == "Dana O."
    assert answer.json["phoneNumbers"] == [{"type": "mobile", "value": "+47 900 11 222"}]
    assert answer.json["addresses"] == [{"type": "work", "locality": "Oslo"}]
    assert answer.json[ENTERPRISE] == {
        "employeeNumber": "88",
        "manager": {"$ref": "http://x/Users/u_9", "value": "u_9"},
    }
    assert (await scim.delete(f"/Users/{user['id']}")).status == 204
