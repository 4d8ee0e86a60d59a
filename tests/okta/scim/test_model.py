"""A model beside the service: whatever sequence of requests is accepted, the next GET shows what they said.

The model knows nothing of the implementation: users and groups as plain dictionaries, written the way a client would
expect. The service runs on records in memory, without HTTP.
"""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from dirsync_okta.scim import GROUPS, USERS, ScimError
from dirsync_okta.scim.answers import Addresses
from dirsync_okta.scim.app import anything
from dirsync_okta.scim.groups import Groups
from dirsync_okta.scim.operations import PATCH_OP, read_operations
from dirsync_okta.scim.projection import Projection
from dirsync_okta.scim.reading import read_resource
from dirsync_okta.scim.users import Users
from tests.okta.conversation import GROUP, USER
from tests.okta.memory import MemoryEdit

names = st.sampled_from(["ann", "Ann", "bo", "cy"])
values = st.sampled_from(["x", "y", "Ødegård"])
ids = st.sampled_from([f"01{n:06d}" for n in range(1, 9)])
profiles = st.fixed_dictionaries(
    {"userName": names},
    optional={"title": values, "name": st.fixed_dictionaries({}, optional={"givenName": values, "familyName": values})},
)


class Conversation(RuleBasedStateMachine):
    users = Bundle("users")
    groups = Bundle("groups")

    def __init__(self):
        super().__init__()
        self.edit = MemoryEdit()
        self.service = {
            "user": Users(USERS, Addresses("https://x"), anything),
            "group": Groups(GROUPS, Addresses("https://x"), anything),
        }
        self.said = {}

    def _do(self, job):
        kept = self.edit.copied()
        try:
            return job(self.edit)
        except ScimError as error:
            self.edit = kept
            return error

    def _taken(self, attribute, value, but=None):
        return any(
            each.get(attribute, "").casefold() == value.casefold() for key, each in self.said.items() if key != but
        )

    @rule(target=users, profile=profiles, active=st.sampled_from([True, False, None]))
    def post_user(self, profile, active):
        body = {"schemas": [USER], **profile, **({} if active is None else {"active": active})}
        made = self._do(lambda edit: self.service["user"].create(edit, read_resource(USERS, body)))

        if self._taken("userName", profile["userName"]):
            assert (made.status, made.scim_type) == (409, "uniqueness")
            return "nobody"
        self.said[made.id] = {"active": True, **body}
        return made.id

    @rule(user=users, profile=profiles)
    def put_user(self, user, profile):
        body = {"schemas": [USER], **profile}
        put = self._do(lambda edit: self.service["user"].replace(edit, user, read_resource(USERS, body)))

        if user not in self.said:
            assert put.status == 404
        elif self._taken("userName", profile["userName"], but=user):
            assert put.status == 409
        else:
            self.said[user] = {**body, "active": self.said[user]["active"]}

    @rule(user=users, active=st.booleans(), text=st.booleans())
    def switch(self, user, active, text):
        value = str(active) if text else active
        if self._patch("user", user, {"op": "Replace", "path": "active", "value": value}):
            self.said[user] = {**self.said[user], "active": active}

    @rule(user=users, given=values)
    def rename(self, user, given):
        if self._patch("user", user, {"op": "replace", "value": {"name": {"givenName": given}, "title": given}}):
            said = self.said[user]
            self.said[user] = {**said, "title": given, "name": {**said.get("name", {}), "givenName": given}}

    @rule(user=users, path=st.sampled_from(["title", "name"]))
    def forget(self, user, path):
        if self._patch("user", user, {"op": "remove", "path": path}):
            self.said[user] = {name: part for name, part in self.said[user].items() if name != path}

    @rule(target=groups, name=names, members=st.frozensets(ids, max_size=4))
    def post_group(self, name, members):
        body = {"schemas": [GROUP], "displayName": name, "members": [{"value": each} for each in members]}
        made = self._do(lambda edit: self.service["group"].create(edit, read_resource(GROUPS, body)))

        if self._taken("displayName", name):
            assert made.status == 409
            return "nobody"
        self.said[made.id] = {**body, "members": set(members)}
        return made.id

    @rule(group=groups, op=st.sampled_from(["add", "remove", "replace"]), members=st.frozensets(ids, max_size=4))
    def patch_members(self, group, op, members):
        value = [{"value": each} for each in members]
        if self._patch("group", group, {"op": op, "path": "members", "value": value}):
            there = self.said[group]["members"]
            after = {"add": there | members, "remove": there - members, "replace": set(members)}[op]
            self.said[group] = {**self.said[group], "members": after}

    @rule(group=groups, member=ids)
    def remove_member(self, group, member):
        if self._patch("group", group, {"op": "remove", "path": f'members[value eq "{member}"]'}):
            self.said[group] = {**self.said[group], "members": self.said[group]["members"] - {member}}

    @rule(resource=st.one_of(consumes(users), consumes(groups)))
    def delete(self, resource):
        kind = "group" if "displayName" in self.said.get(resource, {}) else "user"
        gone = self._do(lambda edit: self.service[kind].delete(edit, resource))

        assert (gone is None) == (resource in self.said)
        self.said.pop(resource, None)
        for each in self.said.values():
            each.get("members", set()).discard(resource)

    @invariant()
    def every_get_shows_what_was_said(self):
        for resource, said in self.said.items():
            assert self._shown(resource, said) == said

    @invariant()
    def nothing_else_is_there(self):
        assert {each.id for kind in ("user", "group") for each in self.edit.page(kind)} == set(self.said)

    def _patch(self, kind, resource, operation):
        operations = read_operations({"schemas": [PATCH_OP], "Operations": [operation]}, most=10)
        patched = self._do(lambda edit: self.service[kind].patch(edit, resource, operations))
        if resource not in self.said:
            assert patched.status == 404
            return False
        assert not isinstance(patched, ScimError)
        return True

    def _shown(self, resource, said):
        service = self.service["group" if "displayName" in said else "user"]
        record = service.existing(self.edit, resource)
        shown = json.loads(service.shown(self.edit, record, Projection(service.type)))
        groups = {each["value"] for each in shown.pop("groups", [])}
        assert groups == {
            key for key, each in self.said.items() if resource in each.get("members", ()) and service.type is USERS
        }
        assert (shown.pop("id"), shown.pop("meta")["resourceType"]) == (resource, service.type.name)
        if "displayName" in said:
            shown["members"] = {each["value"] for each in shown.get("members", [])}
        return shown


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
