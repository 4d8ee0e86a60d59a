"""The model beside the service: whatever is answered 2xx is what the next GET shows, and a refusal changes nothing.

Over HTTP, with records in memory: users and groups, every form of PATCH, PUT of a part and of an echo, If-Match.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from dirsync_core.api import Context
from dirsync_okta.provider import Okta, OktaSettings
from tests.okta.conversation import BASE, ENTERPRISE, GROUP, USER, Answer, Conversation, mounted
from tests.okta.memory import MemoryRecords
from tests.okta.proof import model
from tests.okta.proof.model import FORMS

NAMES = st.sampled_from(["ann", "Ann", "bo"])
VALUES = st.sampled_from(["a", "b", "Ødegård"])
FORM = st.sampled_from(FORMS)
BODIES = st.fixed_dictionaries(
    {"userName": NAMES},
    optional={
        "title": VALUES,
        "externalId": VALUES,
        "name": st.fixed_dictionaries({"givenName": VALUES}, optional={"familyName": VALUES}),
        "emails": VALUES.map(lambda v: [{"value": f"{v}@x.example", "type": "work", "primary": True}]),
        ENTERPRISE: st.fixed_dictionaries({"department": VALUES}),
        model.ACME: st.fixed_dictionaries({"shoe": VALUES}),
    },
)
MEMBERS = st.lists(st.integers(0, 5), max_size=4, unique=True)


class Service:
    """The service with a client, in a loop of its own."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        records: Any = MemoryRecords()
        app = Okta(OktaSettings(), Context("okta", records, BASE)).app()
        self.client = self.run(self._started(mounted(app)))
        self.talk = Conversation(self.client)

    @staticmethod
    async def _started(app: Any) -> "TestClient[Any, Any]":
        client: TestClient[Any, Any] = TestClient(TestServer(app))
        await client.start_server()
        return client

    def run(self, job: Any) -> Any:
        return self.runner.run(job)

    def close(self) -> None:
        self.run(self.client.close())
        self.runner.close()


class Model(RuleBasedStateMachine):
    users = Bundle("users")
    groups = Bundle("groups")

    def __init__(self) -> None:
        super().__init__()
        self.service = Service()
        self.said: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int | None] = {}
        self.made: list[str] = []
        self.written: set[str] = set()

    def teardown(self) -> None:
        self._check(self.said)
        self.service.close()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        if method != "GET":
            self.written |= set(self.said) if path.startswith("/Groups") else {path.removeprefix("/Users/")}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.service.run(self.service.talk.ask(method, path, body, headers=given))

    # --- users -------------------------------------------------------------------------------------------------------

    @rule(target=users, body=BODIES, active=st.sampled_from([True, False, None]))
    def post_user(self, body: Any, active: bool | None) -> Any:
        body = {**body, **({} if active is None else {"active": active})}
        answer = self.ask("POST", "/Users", {"schemas": [USER], **body})

        return self._made(answer, "userName", model.posted(body))

    @rule(user=users, body=BODIES, active=st.sampled_from([True, False, None]))
    def put_user(self, user: str, body: Any, active: bool | None) -> None:
        body = {**body, **({} if active is None else {"active": active})}
        answer = self.ask("PUT", f"/Users/{user}", {"schemas": [USER], **body})

        if user in self.said and self._taken("userName", body["userName"], but=user):
            assert answer.status == 409
        elif self._there(user, answer):
            self._say(user, model.put(self.said[user], body))

    @rule(user=users, forms=st.lists(st.tuples(FORM, VALUES), min_size=1, max_size=3))
    def patch_user(self, user: str, forms: Any) -> None:
        operations = [form.operation(value) for form, value in forms]
        answer = self.ask("PATCH", f"/Users/{user}", _patch(operations))

        if user not in self.said:
            assert answer.status in (400, 404)
            return
        steps: list[Any] = [self.said[user]]
        for form, value in forms:
            steps.append(steps[-1] and form.changes(steps[-1], value))
        after = steps[-1]
        assert answer.status == (400 if after is None else 200), (operations, answer.text)
        if after is not None:
            there_and_back = after == steps[0] and any(step != after for step in steps)
            self._say(user, after)
            if there_and_back:  # null may be left behind: it says the same as nothing, and is a write all the same
                self.versions[user] = None

    # --- groups ------------------------------------------------------------------------------------------------------

    @rule(target=groups, name=NAMES, members=MEMBERS)
    def post_group(self, name: str, members: Any) -> Any:
        body = {"schemas": [GROUP], "displayName": name, "members": self._elements(members)}
        answer = self.ask("POST", "/Groups", body)

        return self._made(answer, "displayName", self._group(name, members))

    @rule(group=groups, name=NAMES, members=st.none() | MEMBERS)
    def put_group(self, group: str, name: str, members: Any) -> None:
        body: Any = {"schemas": [GROUP], "displayName": name}
        if members is not None:
            body["members"] = self._elements(members)
        answer = self.ask("PUT", f"/Groups/{group}", body)

        if group in self.said and self._taken("displayName", name, but=group):
            assert answer.status == 409
        elif self._there(group, answer):
            self._say(group, self._group(name, members or []))

    @rule(group=groups, op=st.sampled_from(["add", "remove", "replace", "Add", "Remove"]), members=MEMBERS)
    def patch_members(self, group: str, op: str, members: Any) -> None:
        self._patch_members(group, {"op": op, "path": "members", "value": self._elements(members)}, op.lower(), members)

    @rule(group=groups, member=st.integers(0, 5))
    def remove_member(self, group: str, member: int) -> None:
        operation = {"op": "remove", "path": f'members[value eq "{self._id(member)}"]'}
        self._patch_members(group, operation, "remove", [member])

    @rule(group=groups, members=MEMBERS)
    def replace_members_without_a_path(self, group: str, members: Any) -> None:
        self._patch_members(group, {"op": "replace", "value": {"members": self._elements(members)}}, "replace", members)

    @rule(group=groups)
    def remove_all_members(self, group: str) -> None:
        self._patch_members(group, {"op": "remove", "path": "members"}, "replace", [])

    @rule(group=groups, name=NAMES, path=st.booleans())
    def rename_group(self, group: str, name: str, path: bool) -> None:
        whole = {"op": "replace", "value": {"id": group, "displayName": name}}
        operation = {"op": "replace", "path": "displayName", "value": name} if path else whole
        answer = self.ask("PATCH", f"/Groups/{group}", _patch([operation]))

        if group in self.said and self._taken("displayName", name, but=group):
            assert answer.status == 409
        elif self._there(group, answer):
            self._say(group, {**self.said[group], "displayName": name})

    # --- both --------------------------------------------------------------------------------------------------------

    @rule(resource=st.one_of(users, groups), matching=st.booleans())
    def put_the_echo(self, resource: str, matching: bool) -> None:
        path = self._path(resource)
        seen = self.ask("GET", path)
        headers = {"If_Match": seen.json["meta"]["version"]} if matching and seen.status == 200 else {}
        body = seen.json if seen.status == 200 else {"schemas": [USER], "userName": "x"}
        answer = self.ask("PUT", path, body, **headers)

        if self._there(resource, answer):
            assert answer.json["meta"] == seen.json["meta"]

    @rule(resource=st.one_of(users, groups), method=st.sampled_from(["PUT", "PATCH", "DELETE"]))
    def write_over_what_one_has_not_seen(self, resource: str, method: str) -> None:
        if resource in self.said:
            path = self._path(resource)
            bodies = {"PUT": self.ask("GET", path).json, "PATCH": _patch([{"op": "remove", "path": "externalId"}])}
            answer = self.ask(method, path, bodies.get(method), If_Match='W/"999"')

            assert answer.status == 412

    @rule(resource=st.one_of(users, groups))
    def read_what_one_has_seen(self, resource: str) -> None:
        if resource in self.said:
            version = self.ask("GET", self._path(resource)).headers["ETag"]

            assert self.ask("GET", self._path(resource), If_None_Match=version).status == 304

    @rule(resource=st.one_of(consumes(users), consumes(groups)))
    def delete(self, resource: str) -> None:
        answer = self.ask("DELETE", self._path(resource))

        assert answer.status == (204 if resource in self.said else 404)
        if self.said.pop(resource, None) is not None:
            self.versions.pop(resource)
            for other, said in self.said.items():
                if resource in said.get("members", {}):
                    self._say(other, {**said, "members": said["members"] - {resource}})

    @invariant()
    def every_get_of_what_was_written_shows_what_was_said(self) -> None:
        self._check(self.written & set(self.said))
        self.written = set()

    def _check(self, resources: Iterable[str]) -> None:
        for resource in resources:
            said = self.said[resource]
            shown = self.ask("GET", self._path(resource)).json
            version = int(shown.pop("meta")["version"].removeprefix('W/"').removesuffix('"'))
            groups = {each["value"] for each in shown.pop("groups", [])}

            assert shown.pop("id") == resource
            assert _plain(shown) == said
            assert groups == self._groups_of(resource)
            assert self.versions[resource] in (version, None)
            self.versions[resource] = version

    @rule()
    def list_all(self) -> None:
        for path, key in (("/Users", "userName"), ("/Groups", "displayName")):
            listed = self.ask("GET", path).json
            expected = {resource for resource, said in self.said.items() if key in said}

            assert {each["id"] for each in listed.get("Resources", [])} == expected
            assert listed["totalResults"] == len(expected)

    # --- parts -------------------------------------------------------------------------------------------------------

    def _groups_of(self, resource: str) -> set[str]:
        if "members" in self.said[resource]:
            return set()
        return {key for key, each in self.said.items() if resource in each.get("members", ())}

    def _made(self, answer: Answer, key: str, said: Any) -> Any:
        if self._taken(key, said[key]):
            assert (answer.status, answer.json["scimType"]) == (409, "uniqueness")
            return multiple()
        assert answer.status == 201, answer.text
        resource = answer.json["id"]
        self.said[resource], self.versions[resource] = said, None
        self.written.add(resource)
        self.made.append(resource)
        return resource

    def _say(self, resource: str, after: Any) -> None:
        before, version = self.said[resource], self.versions[resource]
        if after != before:
            # The records in memory count each step of a group's change; the real ones count one.
            self.versions[resource] = None if "members" in after or version is None else version + 1
        self.said[resource] = after

    def _there(self, resource: str, answer: Answer) -> bool:
        assert answer.status in ((200, 204) if resource in self.said else (404,)), answer.text
        return resource in self.said

    def _taken(self, key: str, value: str, but: str | None = None) -> bool:
        others = (each for resource, each in self.said.items() if resource != but)
        return any(each.get(key, "").casefold() == value.casefold() for each in others)

    def _patch_members(self, group: str, operation: Any, op: str, members: Any) -> None:
        answer = self.ask("PATCH", f"/Groups/{group}", _patch([operation]))

        if self._there(group, answer):
            there, named = self.said[group]["members"], {self._id(each) for each in members}
            after = {"add": there | named, "remove": there - named, "replace": named}[op]
            self._say(group, {**self.said[group], "members": after})

    def _group(self, name: str, members: Any) -> Any:
        return {"schemas": {GROUP}, "displayName": name, "members": {self._id(each) for each in members}}

    def _elements(self, members: Any) -> Any:
        return [{"value": self._id(each)} for each in members]

    def _id(self, member: int) -> str:
        """Give the id of something that was made, or of nobody."""
        return self.made[member] if member < len(self.made) and self.made[member] in self.said else f"nobody{member}"

    def _path(self, resource: str) -> str:
        kind = "Groups" if "displayName" in self.said.get(resource, {}) else "Users"
        return f"/{kind}/{resource}"


def _patch(operations: Any) -> Any:
    return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}


def _plain(shown: Any) -> Any:
    if "displayName" not in shown:
        # RFC 7643 2.5: null says the same as nothing.
        return {**{name: part for name, part in shown.items() if part is not None}, "schemas": set(shown["schemas"])}
    members = {each["value"] for each in shown.get("members", [])}
    return {**shown, "schemas": set(shown["schemas"]), "members": members}


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
