"""Entra as a source: the suites, its forms of requests, and what its administrator reads."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dirsync_core.api import Clear, Json, Set
from dirsync_core.testing import Caller, Door, Employee, MapperContract, PushContract, Scratch, Server, plugins_of
from dirsync_entra.mapping import EntraMapping, entra_mapper
from dirsync_entra.rehearsal.wire import ENTERPRISE, USER, WORK_MAIL, Wire


class Tenant(Caller):
    """Looks for somebody by externalId; makes them, or patches each attribute."""

    async def send(self, door: Door, people: Sequence[Employee]) -> None:
        for person in people:
            found = await self._found(door, person)
            if found is None:
                answer = await door.post("/scim/v2/Users", json=self._body(person))
                assert 201 == answer.status, await answer.text()
            else:
                await self._patch(door, found, Wire(flag=False).attributes(self._values(person)))

    async def withdraw(self, door: Door, person: Employee) -> None:
        found = await self._found(door, person)
        assert found is not None
        await self._patch(door, found, Wire(flag=False).active(active=False))

    async def _patch(self, door: Door, user: str, body: Mapping[str, object]) -> None:
        answer = await door.request("PATCH", f"/scim/v2/Users/{user}", json=body)
        assert 200 == answer.status, await answer.text()

    async def _found(self, door: Door, person: Employee) -> str | None:
        query = {"filter": f'externalId eq "{person.number}"'}
        resources = (await (await door.get("/scim/v2/Users", params=query)).json(content_type=None))["Resources"]
        return str(resources[0]["id"]) if resources else None

    def _values(self, person: Employee) -> dict[str, object]:
        return {
            "userName": person.email,
            "name.givenName": person.given_name,
            "name.familyName": person.family_name,
            WORK_MAIL: person.email,
        }

    def _body(self, person: Employee) -> dict[str, object]:
        return {
            "schemas": [USER, ENTERPRISE],
            "externalId": person.number,
            "userName": person.email,
            "name": {"givenName": person.given_name, "familyName": person.family_name},
            "emails": [{"type": "work", "value": person.email}],
            "active": "True",
        }


class TestEntra(PushContract):
    plugin = "dirsync_entra"
    provider_type = "entra"

    @pytest.fixture
    def caller(self) -> Caller:
        return Tenant()


class TestEntraMapper(MapperContract):
    plugin = "dirsync_entra"
    mapper_type = "entra"
    bad_settings = ({"email": "upn"},)

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        return {"email": "emails"}

    @pytest.fixture
    def bodies(self) -> Sequence[Mapping[str, Json]]:
        return [
            {
                "userName": "ann@x.example",
                "displayName": "Ann Lee",
                "name": {"givenName": "Ann", "familyName": "Lee"},
                "emails": [{"type": "work", "value": "ann@x.example"}],
                "phoneNumbers": [{"type": "mobile", "value": "1"}, {"type": "work", "value": "2"}],
                "addresses": [{"type": "work", "locality": "Oslo"}],
                ENTERPRISE: {"department": "Sales", "manager": {"value": "01JD"}},
            }
        ]


# --- mapping ---------------------------------------------------------------------------------------------------------


class Stored:
    def __init__(self, content: Mapping[str, object]) -> None:
        self.content = content


def claimed(name: str, content: Mapping[str, object], **settings: Any) -> object:
    return entra_mapper(EntraMapping(**settings))(Stored(content), {}).get(name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("emails", "claim"),
    [
        ([{"type": "work", "value": "w@x.example"}], Set("w@x.example")),
        ([{"type": "home", "value": "h@x.example"}, {"type": "work", "value": "w@x.example"}], Set("w@x.example")),
        ([{"type": "work", "value": "w@x.example"}, {"primary": True, "value": "p@x.example"}], Set("p@x.example")),
        ([{"type": "home", "value": "h@x.example"}, {"type": "other", "value": "o@x.example"}], None),
        ([], Clear()),
    ],
)
def test_the_mail_is_the_primary_or_only_one_or_that_for_work(emails: object, claim: object) -> None:
    assert claim == claimed("email", {"emails": emails})


def test_the_user_principal_name_may_be_the_address() -> None:
    content = {"userName": "ann@x.example", "emails": [{"value": "other@x.example"}]}

    assert Set("ann@x.example") == claimed("email", content, email="userName")
    assert claimed("email", {"userName": "ann"}, email="userName") is None


def test_what_is_set_in_front_of_a_deleted_name_is_no_part_of_the_address() -> None:
    deleted = "0f5a3c1e9b7d4c2a8e6f1b3d5a7c9e0fann@x.example"

    assert Set("ann@x.example") == claimed("email", {"emails": [{"value": deleted}]})
    assert Set("ann@x.example") == claimed("email", {"userName": deleted}, email="userName")


def test_a_phone_for_work_goes_before_a_mobile_one() -> None:
    phones = [{"type": "mobile", "value": "1"}, {"type": "work", "value": "2"}]

    assert Set("2") == claimed("phone", {"phoneNumbers": phones})
    assert Set("1") == claimed("phone", {"phoneNumbers": phones[:1]})


@pytest.mark.parametrize("manager", ["01JD", {"value": "01JD"}, [{"$ref": None, "value": "01JD"}]])
def test_a_manager_comes_in_three_forms(manager: object) -> None:
    assert Set("01JD") == claimed("manager", {ENTERPRISE: {"manager": manager}})


def test_the_department_may_stand_beside_the_name() -> None:
    assert Set("Sales") == claimed("department", {"department": "Sales"})
    assert Set("Law") == claimed("department", {"department": "Sales", ENTERPRISE: {"department": "Law"}})


# --- over HTTP -------------------------------------------------------------------------------------------------------


@pytest.fixture
def dirsync_settings() -> Mapping[str, Any]:
    return {"providers": {"entra": {"plugin": "entra"}}}


async def test_a_manager_who_is_named_by_id_is_a_person(tmp_path: Any, dirsync_settings: Mapping[str, Any]) -> None:
    async with Scratch(tmp_path, dirsync_settings, plugins_of("dirsync_entra")) as scratch, scratch.serving() as server:
        door = await server.door("entra")
        boss, ann = [await created(door, name) for name in ("boss", "ann")]
        await door.request("PATCH", f"/scim/v2/Users/{ann}", json=Wire(flag=False).manager(boss))

        (found,) = [person for person in await scratch.people() if person.email == "ann@x.example"]

    manager = found.values["manager"]
    assert isinstance(manager, dict)
    assert ("resolved", "boss@x.example") == (manager["state"], manager["email"])


async def created(door: Door, name: str) -> str:
    body = {"schemas": [USER], "userName": name, "emails": [{"type": "work", "value": f"{name}@x.example"}]}
    answer = await (await door.post("/scim/v2/Users", json=body)).json(content_type=None)
    return str(answer["id"])


NO_ADDRESS = {"schemas": [USER], "userName": "a", "emails": [{"value": "nobody"}]}


@pytest.mark.parametrize(
    ("path", "body", "status", "advice"),
    [
        ("/scim/v2/Users", NO_ADDRESS, 400, "In Entra: correct it in the user's properties"),
        ("/scim/v3/Users", {}, 404, "the Tenant URL ends in /scim/v2"),
    ],
)
async def test_refusals_say_what_to_do_in_entra(
    dirsync_server: Server, path: str, body: Mapping[str, object], status: int, advice: str
) -> None:
    answer = await (await dirsync_server.door("entra")).post(path, json=body)

    assert status == answer.status
    assert advice in await answer.text()


async def test_the_set_up_page_has_its_steps(dirsync_server: Server) -> None:
    guide = dirsync_server.scratch.host.plugins.providers["entra"].guide

    assert guide is not None
    assert 6 == len(guide.tabs[0].steps)
    fields = [field.value for step in guide.tabs[0].steps for field in step.fields]
    assert "{base_url}/scim/v2?aadOptscim062020" in fields
