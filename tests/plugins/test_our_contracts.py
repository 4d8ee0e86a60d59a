"""Our own plugins pass the suites that others are asked to pass."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import AttributeKind, Json, Mapper, Verdict
from dirsync_core.builtin.paths import paths
from dirsync_core.testing import (
    ByHandContract,
    Caller,
    Door,
    Employee,
    FilterContract,
    MapperContract,
    PullContract,
    PushContract,
    Source,
)
from dirsync_core.testing.judging import Example

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


# --- csv -------------------------------------------------------------------------------------------------------------


class Export(Source):
    """A file as an HR system exports it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, people: Sequence[Employee]) -> None:
        rows = (f"{p.number};{p.email};{p.given_name};{p.family_name};{p.city}\n" for p in people)
        self.path.write_text("Number;email;givenName;familyName;city\n" + "".join(rows))

    def breaks(self) -> None:
        content = self.path.read_text()
        self.path.write_text(content[: len(content) // 2])


class TestCsv(PullContract):
    plugin = "dirsync_core.builtin"
    provider_type = "csv"
    bad_settings = (
        {"encoding": "utf-9"},
        {"delimiter": "||"},
        {"columns": {"Email": "E-mail"}},
        {"active": {"column": "Status"}},
    )

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return Export(tmp_path / "hr.csv")

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"file": str(tmp_path / "hr.csv"), "key": "Number", "delimiter": ";"}


class TestCsvMapper(MapperContract):
    plugin = "dirsync_core.builtin"
    mapper_type = "csv"

    @pytest.fixture
    def bodies(self) -> Sequence[Mapping[str, Json]]:
        return [{"email": "ann@x.example", "givenName": "Ann", "familyName": "Lee", "assistants": ["bo@x.example"]}]


# --- okta ------------------------------------------------------------------------------------------------------------


class Tenant(Caller):
    """Calls as Okta does: looks for a user by userName, and makes or puts one."""

    async def send(self, door: Door, people: Sequence[Employee]) -> None:
        for person in people:
            found = await self._found(door, person)
            answer = (
                await door.post("/scim/v2/Users", json=self._body(person))
                if found is None
                else await door.put(f"/scim/v2/Users/{found}", json=self._body(person))
            )
            assert answer.status in (200, 201), await answer.text()

    async def withdraw(self, door: Door, person: Employee) -> None:
        found = await self._found(door, person)
        await door.put(f"/scim/v2/Users/{found}", json={**self._body(person), "active": False})

    async def _found(self, door: Door, person: Employee) -> str | None:
        answer = await door.get("/scim/v2/Users", params={"filter": f'userName eq "{person.email}"'})
        resources = (await answer.json(content_type=None))["Resources"]
        return resources[0]["id"] if resources else None

    def _body(self, person: Employee) -> dict[str, Any]:
        return {
            "schemas": [USER],
            "userName": person.email,
            "externalId": person.number,
            "name": {"givenName": person.given_name, "familyName": person.family_name},
            "emails": [{"value": person.email, "primary": True}],
            "active": True,
        }


class TestOkta(PushContract):
    plugin = "dirsync_okta.plugin"
    provider_type = "okta"

    @pytest.fixture
    def caller(self) -> Caller:
        return Tenant()


class TestOktaMapper(MapperContract):
    plugin = "dirsync_okta.plugin"
    mapper_type = "okta"

    @pytest.fixture
    def bodies(self) -> Sequence[Mapping[str, Json]]:
        return [
            {
                "schemas": [USER, ENTERPRISE],
                "userName": "ann@x.example",
                "name": {"givenName": "Ann", "familyName": "Lee"},
                "displayName": "Ann Lee",
                "emails": [{"value": "ann@x.example", "primary": True, "type": "work"}],
                "phoneNumbers": [{"value": "+47 900 11 222"}],
                "addresses": [{"type": "work", "locality": "Oslo", "region": "Oslo", "country": "NO"}],
                "locale": "nb_NO",
                ENTERPRISE: {"department": "Sales", "manager": {"value": "bo@x.example"}},
                "urn:acme:1.0:User": {"assistants": ["bo@x.example", {"value": "cy@x.example"}]},
            }
        ]


# --- manual ----------------------------------------------------------------------------------------------------------


class TestManual(ByHandContract):
    plugin = "dirsync_manual.plugin"
    provider_type = "manual"

    @pytest.fixture
    def values(self) -> Mapping[str, Any]:
        return {"email": "ann@x.example", "displayName": "Ann Lee", "city": "Oslo"}


class TestManualMapper(MapperContract):
    plugin = "dirsync_manual.plugin"
    mapper_type = "manual"

    @pytest.fixture
    def bodies(self) -> Sequence[Mapping[str, Json]]:
        return [{"email": "ann@x.example", "givenName": "Ann", "assistants": ["bo@x.example"], "until": "2027-01-31"}]


# --- the core's filter and mapper ------------------------------------------------------------------------------------


class TestScimFilter(FilterContract):
    plugin = "dirsync_core.builtin"
    filter_type = "scim"

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        return {"filter": 'city eq "Oslo" and not (userType eq "intern")'}

    @pytest.fixture
    def examples(self) -> Sequence[Example]:
        return [
            ({"city": "Oslo", "userType": "employee"}, Verdict.IN),
            ({"city": "Oslo", "userType": "intern"}, Verdict.OUT),
            ({"userType": "employee"}, Verdict.UNDETERMINED),
        ]


class TestPaths(MapperContract):
    plugin = "dirsync_core.builtin"
    mapper_type = "paths"

    @pytest.fixture
    def mapper(self) -> Mapper:
        return paths({"badge": "urn:acme:User:badge", "city": 'addresses[type eq "work"].locality'})

    @pytest.fixture
    def declared(self) -> Mapping[str, AttributeKind]:
        return {"badge": AttributeKind.TEXT, "city": AttributeKind.TEXT}

    @pytest.fixture
    def bodies(self) -> Sequence[Mapping[str, Json]]:
        return [{"urn:acme:User": {"badge": 17}, "addresses": [{"type": "work", "locality": "Oslo"}]}]
