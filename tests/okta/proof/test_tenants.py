"""Two Okta tenants and contractors on one store, over HTTP: each tenant reads back its own words, and nobody else's.

Whatever scope, seats, overrides and adoptions make of the records: people are contested, out of scope, overridden.
"""

import asyncio
import tempfile
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dirsync_core.api import DirsyncError, Request, new_request_id
from dirsync_core.host.acts import adopting, overriding
from dirsync_core.model.moments import Moment
from tests.okta.conversation import GROUP, USER
from tests.okta.proof import model
from tests.okta.proof.installation import Answer, Installation, Tenant, served
from tests.okta.proof.model import FORMS

TENANTS = st.sampled_from(["okta", "hr"])
PICK = st.integers(0, 50)
ADDRESSES = st.sampled_from([f"{name}@halden.example" for name in ("ann", "bo", "cy")])
PROFILES = st.fixed_dictionaries(
    {"userName": ADDRESSES, "emails": ADDRESSES.map(lambda each: [{"value": each, "primary": True}])},
    optional={
        "active": st.booleans(),
        "title": st.sampled_from(["a", "b"]),
        "userType": st.sampled_from(["intern", "employee"]),
        "addresses": st.sampled_from(["Oslo", "Bergen"]).map(lambda city: [{"type": "work", "locality": city}]),
    },
)
ACCEPTED = [form for form in FORMS if form.change is not model._refused and "must be there" not in form.name]
SECRETS = {"okta": b"secret-of-okta", "hr": b"secret-of-hr"}
BY_HAND = b"secret-of-hand"


class Tenants(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.there: Installation = self.runner.run(self.stack.enter_async_context(served(Path(folder))))
        self.said: dict[str, dict[str, dict[str, Any]]] = {"okta": {}, "hr": {}}
        self.kept: dict[str, str] = {}
        self.people: list[str] = []

    def teardown(self) -> None:
        for name in self.said:
            self._reads_back(name, list(self.said[name]))
        self.runner.run(self.stack.aclose())
        self.runner.close()

    @initialize()
    def somebody_is_there(self) -> None:
        self.record_by_hand("ann@halden.example")
        for name in self.said:
            address = "bo@halden.example"
            self.push(name, {"userName": address, "emails": [{"value": address, "primary": True}]})
            self.group(name, [0, 1])

    # --- what tenants do ---------------------------------------------------------------------------------------------

    @rule(name=TENANTS, profile=PROFILES)
    def push(self, name: str, profile: Any) -> None:
        body = {**profile, "displayName": SECRETS[name].decode()}
        answer = self._ask(name, "POST", "/Users", {"schemas": [USER], **body})

        assert answer.status == (409 if self._taken(name, profile["userName"]) else 201)
        if answer.status == 201:
            self._say(name, answer.json["id"], model.posted(body))

    @rule(name=TENANTS, pick=PICK, profile=PROFILES)
    def put(self, name: str, pick: int, profile: Any) -> None:
        user, body = self._own(name, pick, "Users"), {**profile, "displayName": SECRETS[name].decode()}
        answer = self._ask(name, "PUT", f"/Users/{user}", {"schemas": [USER], **body})

        if user in self.said[name]:
            assert answer.status == (409 if self._taken(name, profile["userName"], but=user) else 200)
        if answer.status == 200:
            self._say(name, user, model.put(self.said[name][user], body))

    @rule(name=TENANTS, pick=PICK, form=st.sampled_from(ACCEPTED), value=st.sampled_from(["a", "b"]))
    def patch(self, name: str, pick: int, form: Any, value: str) -> None:
        user = self._own(name, pick, "Users")
        answer = self._patch(name, f"/Users/{user}", form.operation(value))

        if answer.status == 200:
            self._say(name, user, form.changes(self.said[name][user], value))

    @rule(name=TENANTS, pick=PICK, who=PICK)
    def name_anybody_as_manager(self, name: str, pick: int, who: int) -> None:
        form = next(each for each in FORMS if each.name == "a manager as a text")
        self.patch(name, pick, form, self._anybody(who))

    @rule(name=TENANTS, members=st.lists(PICK, max_size=4))
    def group(self, name: str, members: list[int]) -> None:
        named = {self._anybody(each) for each in members}
        body = {"displayName": f"{SECRETS[name].decode()} {len(self.said[name])}", "schemas": [GROUP]}
        answer = self._ask(name, "POST", "/Groups", {**body, "members": [{"value": each} for each in named]})

        if answer.status == 201:
            self._say(name, answer.json["id"], {**body, "schemas": {GROUP}, "members": named})

    @rule(
        name=TENANTS, pick=PICK, op=st.sampled_from(["add", "remove"]), members=st.lists(PICK, min_size=1, max_size=4)
    )
    def change_members(self, name: str, pick: int, op: str, members: list[int]) -> None:
        group, named = self._own(name, pick, "Groups"), {self._anybody(each) for each in members}
        operation = {"op": op, "path": "members", "value": [{"value": each} for each in named]}
        answer = self._patch(name, f"/Groups/{group}", operation)

        if answer.status in (200, 204):
            said = self.said[name][group]
            after = said["members"] | named if op == "add" else said["members"] - named
            self._say(name, group, {**said, "members": after})

    @rule(name=TENANTS, pick=PICK)
    def delete(self, name: str, pick: int) -> None:
        user = self._own(name, pick, "Users")
        answer = self._ask(name, "DELETE", f"/Users/{user}")

        if answer.status == 204:
            self.said[name].pop(user)
            for resource, said in self.said[name].items():
                if "members" in said:
                    self.said[name][resource] = {**said, "members": said["members"] - {user}}

    # --- what people do ----------------------------------------------------------------------------------------------

    @rule(address=ADDRESSES)
    def record_by_hand(self, address: str) -> None:
        with suppress(DirsyncError):
            self.people.append(self.runner.run(self.there.by_hand(address, displayName=BY_HAND.decode())))
            self.kept[address] = self.there.record_by_hand(address)

    @rule(pick=PICK, value=st.sampled_from(["Pinned", None]))
    def pin(self, pick: int, value: str | None) -> None:
        self._by_hand(lambda tx, rules, moment, who: overriding.pin(tx, rules, moment, who, "displayName", value), pick)

    @rule(pick=PICK, back=st.booleans())
    def adopt_or_release(self, pick: int, back: bool) -> None:
        word = adopting.release if back else adopting.adopt
        self._by_hand(lambda tx, rules, moment, who: word(tx, rules, moment, who), pick)

    # --- what none of that may change --------------------------------------------------------------------------------

    @rule(name=TENANTS, who=PICK, method=st.sampled_from(["GET", "PUT", "PATCH", "DELETE"]), kind=st.booleans())
    def another_s_id_is_as_unknown_as_none(self, name: str, who: int, method: str, kind: bool) -> None:
        strange, path = self._strange(name, who), "/Users" if kind else "/Groups"
        if strange is None:
            return
        body = {
            "PUT": {"schemas": [USER if kind else GROUP], "userName": "zoe", "displayName": "zoe"},
            "PATCH": model_patch({"op": "replace", "path": "displayName", "value": "zoe"}),
        }.get(method)
        answer = self._ask(name, method, f"{path}/{strange}", body)
        nobody = self._ask(name, method, f"{path}/{'0' * len(strange)}", body)

        assert answer.status == 404
        assert answer.body.replace(strange.encode(), b"0" * len(strange)) == nobody.body

    @rule(name=TENANTS, who=PICK)
    def no_filter_finds_another_s(self, name: str, who: int) -> None:
        strange = self._strange(name, who) or "x"
        for text in (f'id eq "{strange}"', f'groups.value eq "{strange}"', f'displayName co "{_secret(name)}"'):
            found = self._ask(name, "GET", f"/Users?filter={text}".replace(" ", "%20").replace('"', "%22"))

            assert (found.status, found.json["totalResults"]) == (200, 0)

    @invariant()
    def lists_have_the_tenant_s_own_and_count_no_others(self) -> None:
        for name, said in self.said.items():
            for kind, key in (("Users", "userName"), ("Groups", "members")):
                listed = self._ask(name, "GET", f"/{kind}?count=1000").json
                own = {resource for resource, each in said.items() if key in each}

                assert {each["id"] for each in listed["Resources"]} == own
                assert listed["totalResults"] == len(own)

    # --- parts -------------------------------------------------------------------------------------------------------

    def _ask(self, name: str, method: str, path: str, body: Any = None) -> Answer:
        answer = self.runner.run(self._tenant(name).ask(method, path, body))
        for secret in (BY_HAND, *(each for other, each in SECRETS.items() if other != name)):
            assert secret not in answer.body
        assert answer.status < 500
        return answer

    def _patch(self, name: str, path: str, operation: Any) -> Answer:
        return self._ask(name, "PATCH", path, model_patch(operation))

    def _tenant(self, name: str) -> Tenant:
        return self.there.okta if name == "okta" else self.there.hr

    def _say(self, name: str, resource: str, said: Any) -> None:
        self.said[name][resource] = said
        self._reads_back(name, [resource])

    def _reads_back(self, name: str, resources: list[str]) -> None:
        for resource in resources:
            said = self.said[name][resource]
            path = f"/Groups/{resource}" if "members" in said else f"/Users/{resource}"
            shown = self._ask(name, "GET", path).json

            assert shown.pop("id") == resource
            assert {each["value"] for each in shown.pop("groups", [])} <= set(self.said[name])
            assert shown.pop("meta")["location"].endswith(f"/providers/{name}/scim/v2{path}")
            assert _plain(shown) == said

    def _by_hand(self, job: Any, pick: int) -> None:
        moment = Moment(self.there.host.clock(), Request(new_request_id(), "sofie"))
        if self.people:
            who = self.people[pick % len(self.people)]
            with suppress(DirsyncError):
                store = self.there.host.store
                self.runner.run(store.write(lambda tx: job(tx, self.there.host.rules(tx), moment, who)))

    def _taken(self, name: str, key: str, but: str = "") -> bool:
        return any(each.get("userName") == key for user, each in self.said[name].items() if user != but)

    def _own(self, name: str, pick: int, kind: str) -> str:
        own = [each for each, said in self.said[name].items() if ("members" in said) == (kind == "Groups")]
        return own[pick % len(own)] if own else "nobody"

    def _anybody(self, pick: int) -> str:
        """Give an id: of either tenant, of a contractor's record, of a person, or of nobody."""
        everybody = [*self.said["okta"], *self.said["hr"], *self.kept.values(), *self.people[:3], "nobody"]
        return everybody[pick % len(everybody)]

    def _strange(self, name: str, pick: int) -> str | None:
        others = [*self.said["hr" if name == "okta" else "okta"], *self.kept.values(), *self.people[:3]]
        return others[pick % len(others)] if others else None


def model_patch(operation: Any) -> Any:
    return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}


def _secret(name: str) -> str:
    return SECRETS["hr" if name == "okta" else "okta"].decode()


def _plain(shown: Any) -> Any:
    kept = {key: part for key, part in shown.items() if part not in (None, [], {})}
    if USER not in shown["schemas"]:
        kept["members"] = {each["value"] for each in shown.get("members", [])}
    return {**kept, "schemas": set(shown["schemas"])}


TestTenants = Tenants.TestCase
TestTenants.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
