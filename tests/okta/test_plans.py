"""Okta's published test plans and Microsoft's cases for SCIM endpoints, step by step, against a real installation."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.okta.conversation import ENTERPRISE, ERROR, GROUP, LIST, USER, okta_user
from tests.okta.proof.installation import Answer, Tenant, served

PLAIN = {"Content_Type": "application/json", "Accept": "application/scim+json; charset=utf-8"}
ADSCIM = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
FLAG = "aadOptscim062020"


@pytest.fixture
async def okta(tmp_path: Path) -> AsyncIterator[Tenant]:
    async with served(tmp_path) as installation:
        yield installation.okta


async def asked(okta: Tenant, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """Ask as Okta's suite does, and give the JSON of the answer."""
    answer = await okta.ask(method, path, body, **PLAIN)
    assert answer.status == status, answer.body
    return answer.json if answer.body else None


def is_error(answer: Answer, status: int) -> bool:
    said = answer.json
    return (answer.status, said["schemas"], said["status"]) == (status, [ERROR], str(status)) and bool(said["detail"])


def query(attribute: str, value: str) -> str:
    return f"filter={attribute}%20eq%20%22{value.replace('@', '%40')}%22"


# --- Okta, SCIM 2.0 SPEC test ----------------------------------------------------------------------------------------


async def test_okta_spec_users_endpoint(okta: Tenant) -> None:
    await okta.user("dana.okafor")

    listed = await asked(okta, "GET", "/Users?count=1&startIndex=1")

    first = listed["Resources"][0]
    assert LIST in listed["schemas"]
    assert {type(listed[name]) for name in ("itemsPerPage", "startIndex", "totalResults")} == {int}
    assert all((first["id"], first["userName"], first["name"]["familyName"], first["name"]["givenName"]))
    assert (first["active"], first["emails"][0]["value"]) == (True, "dana.okafor@halden.example")
    assert (await asked(okta, "GET", f"/Users/{first['id']}")) == first


async def test_okta_spec_who_is_not_there(okta: Tenant) -> None:
    listed = await asked(okta, "GET", f"/Users?{query('userName', 'abcdefgh@atko.com')}")

    assert (listed["schemas"], listed["totalResults"]) == ([LIST], 0)
    assert is_error(await okta.ask("GET", "/Users/00919288221112222"), 404)


async def test_okta_spec_create_once_and_not_twice(okta: Tenant) -> None:
    body = okta_user("runscope300", emails=[{"primary": True, "value": "a@atko.com", "type": "work"}])
    again = {**body, "emails": [{"primary": True, "value": "b@atko.com", "type": "work"}]}

    made = await asked(okta, "POST", "/Users", body, 201)
    refused = await okta.ask("POST", "/Users", again, **PLAIN)

    assert (made["active"], made["schemas"], made["userName"]) == (True, [USER], body["userName"])
    assert made["name"] == body["name"]
    assert (await asked(okta, "GET", f"/Users/{made['id']}"))["userName"] == body["userName"]
    assert is_error(refused, 409)


async def test_okta_spec_user_names_in_capitals(okta: Tenant) -> None:
    made = await okta.user("dana.okafor")

    listed = await asked(okta, "GET", f"/Users?{query('userName', 'DANA.OKAFOR@HALDEN.EXAMPLE')}")

    assert [each["id"] for each in listed["Resources"]] == [made]


async def test_okta_spec_groups_and_a_wrong_token(okta: Tenant) -> None:
    assert (await asked(okta, "GET", "/Groups"))["Resources"] == []
    async with okta.client.get(f"{okta.base}/Users", headers={"Authorization": "Bearer nonsense"}) as response:
        assert is_error(Answer(response.status, response.headers, await response.read()), 401)


# --- Okta, SCIM 2.0 CRUD test ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["patch", "put"])
async def test_okta_crud_of_a_user(okta: Tenant, style: str) -> None:
    made = await asked(okta, "POST", "/Users", okta_user("dana.okafor"), 201)
    path = f"/Users/{made['id']}"

    async def changed(**values: Any) -> Any:
        if style == "patch":
            answer = await okta.patch(path, {"op": "replace", "value": values})
        else:
            answer = await okta.ask("PUT", path, {**await asked(okta, "GET", path), **values})
        assert answer.status == 200, answer.body
        return await asked(okta, "GET", path)

    assert (await changed(title="Buyer", name={"givenName": "Dana", "familyName": "Lund"}))["name"][
        "familyName"
    ] == "Lund"
    assert (await changed(title=""))["title"] == ""  # C9337: an emptied attribute is no error
    assert (await changed(active=False))["active"] is False
    assert (await asked(okta, "GET", f"/Users?{query('userName', made['userName'])}"))["totalResults"] == 1
    assert (await changed(active=True)) == {**made, "active": True, "title": "", **await _moved(okta, path)}


async def _moved(okta: Tenant, path: str) -> dict[str, Any]:
    shown = await asked(okta, "GET", path)
    return {name: shown[name] for name in ("meta", "name")}


async def test_okta_crud_of_a_group(okta: Tenant) -> None:
    users = [await okta.user(name) for name in ("dana", "tor")]
    group = await asked(okta, "POST", "/Groups", {"schemas": [GROUP], "displayName": "Oslo", "members": []}, 201)
    path = f"/Groups/{group['id']}"

    async def members(*operations: Any) -> list[str]:
        assert (await okta.patch(path, *operations)).status == 204
        return [each["value"] for each in (await asked(okta, "GET", path)).get("members", [])]

    name = {"op": "replace", "value": {"id": group["id"], "displayName": "Oslo"}}
    assert await members(name, {"op": "add", "path": "members", "value": [{"value": each} for each in users]}) == users
    assert await members({"op": "remove", "path": f'members[value eq "{users[0]}"]'}) == users[1:]
    assert await members({"op": "replace", "path": "members", "value": [{"value": users[0]}]}) == users[:1]
    await asked(okta, "DELETE", path, status=204)
    assert (await asked(okta, "GET", f"/Groups?{query('displayName', 'Oslo')}"))["totalResults"] == 0


async def test_okta_import_of_all_pages(okta: Tenant) -> None:
    made = [await okta.user(f"p{n:03}") for n in range(205)]

    pages = [await asked(okta, "GET", f"/Users?startIndex={start}&count=100") for start in (1, 101, 201)]

    assert [page["itemsPerPage"] for page in pages] == [100, 100, 5]
    assert [each["id"] for page in pages for each in page["Resources"]] == made


# --- Microsoft Entra -------------------------------------------------------------------------------------------------


def entra_user(name: str, **more: Any) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "externalId": f"0a21f0f2-{name}",
        "userName": f"{name}@halden.example",
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": f"{name}@halden.example"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "given family", "familyName": "family", "givenName": "given"},
        "roles": [],
        **more,
    }


async def test_entra_test_connection(okta: Tenant) -> None:
    listed = await asked(okta, "GET", f"/Users?{FLAG}&{query('userName', '6f7a1d2b-6b7f-4b0c-8d55-2f9f4b7a1c11')}")

    assert (listed["totalResults"], listed["Resources"]) == (0, [])


@pytest.mark.parametrize("suffix", ["", f"?{FLAG}"])
async def test_entra_user_from_create_to_delete(okta: Tenant, suffix: str) -> None:
    made = await asked(okta, "POST", f"/Users{suffix}", entra_user("dana", addresses=None, active="True"), 201)
    path = f"/Users/{made['id']}"

    async def patched(*operations: Any) -> Any:
        answer = await okta.patch(f"{path}{suffix}", *operations)
        assert answer.status == 200, answer.body
        return answer.json

    assert made["active"] is True
    assert (await asked(okta, "GET", f"/Users?{query('externalId', made['externalId'])}"))["totalResults"] == 1
    user = await patched(
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "updated@halden.example"},
        {"op": "Replace", "path": "name.familyName", "value": "updated"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Sales"},
    )
    assert (user["emails"][0]["value"], user["name"]["familyName"]) == ("updated@halden.example", "updated")
    assert user[ENTERPRISE] == {"department": "Sales"}
    assert (await patched({"op": "Replace", "path": "userName", "value": "5b50@halden.example"}))["userName"][
        :4
    ] == "5b50"
    assert (await patched({"op": "Replace", "path": "active", "value": "False"}))["active"] is False
    await asked(okta, "DELETE", path, status=204)
    assert is_error(await okta.ask("GET", path), 404)


async def test_entra_with_the_flag_sends_flat_names(okta: Tenant) -> None:
    user = await okta.user("dana")
    flat = {"displayName": "Dana", "name.givenName": "Dee", f"{ENTERPRISE}:employeeNumber": "88"}

    answer = await okta.patch(f"/Users/{user}?{FLAG}", {"op": "replace", "value": flat})

    assert (answer.json["displayName"], answer.json["name"]["givenName"]) == ("Dana", "Dee")
    assert answer.json[ENTERPRISE]["employeeNumber"] == "88"


async def test_entra_manager_is_found_again_as_it_was_written(okta: Tenant) -> None:
    user, manager = await okta.user("dana"), await okta.user("tor")
    path = f"/Users?filter=id%20eq%20%22{user}%22%20and%20manager%20eq%20%22{manager}%22&attributes=id"

    for value in ([{"$ref": f"http://x/Users/{manager}", "value": manager}], manager, {"value": manager}):
        await okta.patch(f"/Users/{user}", {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": value})

        assert [each["id"] for each in (await asked(okta, "GET", path))["Resources"]] == [user]


async def test_entra_group_from_create_to_delete(okta: Tenant) -> None:
    user = await okta.user("dana")
    body = {
        "schemas": [GROUP, ADSCIM],
        "externalId": "8aa1a0c0",
        "displayName": "display",
        "meta": {"resourceType": "Group"},
    }
    group = await asked(okta, "POST", "/Groups", body, 201)
    path, without = f"/Groups/{group['id']}", "excludedAttributes=members"
    member = [{"$ref": None, "value": user}]

    assert "members" not in await asked(okta, "GET", f"{path}?{without}")
    assert (await asked(okta, "GET", f"/Groups?{without}&{query('displayName', 'display')}"))["totalResults"] == 1
    renamed = await okta.patch(path, {"op": "Replace", "path": "displayName", "value": "1879"})
    added = await okta.patch(path, {"op": "Add", "path": "members", "value": member})
    assert (renamed.status, added.status) == (204, 204)
    assert [each["value"] for each in (await asked(okta, "GET", path))["members"]] == [user]
    await okta.patch(path, {"op": "Remove", "path": "members", "value": member})
    assert "members" not in await asked(okta, "GET", path)
    await asked(okta, "DELETE", path, status=204)
