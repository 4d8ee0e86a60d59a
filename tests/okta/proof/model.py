"""What a client may expect of its users, written from the RFCs and from what Okta and Entra send: plain dictionaries.

It imports nothing of the implementation. A `Form` is one way to say something in a PATCH; `changes` says what becomes
of the resource by it, or is None where it must be refused.
"""

import copy
from collections.abc import Callable
from typing import Any

import attrs

from tests.okta.conversation import DIRSYNC, ENTERPRISE, USER

Resource = dict[str, Any]
Change = Callable[[Resource, str], Resource | None]
ACME = "urn:acme:x"


@attrs.frozen
class Form:
    """A PATCH operation for a value, and what it does."""

    name: str
    operation: Callable[[str], Resource]
    change: Change

    def changes(self, resource: Resource, value: str) -> Resource | None:
        """Give what becomes of a resource."""
        changed = self.change(copy.deepcopy(resource), value)
        return None if changed is None else settled(changed)


def settled(resource: Resource) -> Resource:
    """Give a resource without what says nothing, and with `schemas` that name what is in it."""
    kept = {name: part for name, part in resource.items() if part not in (None, [], {})}
    named = {USER, *(name for name in kept if ":" in name)}
    return {**kept, "schemas": named}


def posted(body: Resource) -> Resource:
    """Give what becomes of the body of a POST."""
    return settled({"active": True, **body})


def put(before: Resource, body: Resource) -> Resource:
    """Give what becomes of a resource by the body of a PUT: what it does not say is gone, but for `active`."""
    return settled({"active": before["active"], **body})


def _set(*keys: str) -> Change:
    def change(resource: Resource, value: str) -> Resource:
        inner = resource
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[keys[-1]] = value
        return resource

    return change


def _drop(*keys: str) -> Change:
    def change(resource: Resource, value: str) -> Resource:
        holders = [resource]
        for key in keys[:-1]:
            holders.append(holders[-1].get(key) or {})
        holders[-1].pop(keys[-1], None)
        return resource

    return change


def _both(*steps: Change) -> Change:
    def change(resource: Resource, value: str) -> Resource | None:
        for step in steps:
            changed = step(resource, value)
            if changed is None:
                return None
            resource = changed
        return resource

    return change


def _active(active: bool) -> Change:
    return lambda resource, value: {**resource, "active": active}


def _refused(resource: Resource, value: str) -> None:
    return None


def _mails(change: Callable[[list[Resource], str], list[Resource] | None]) -> Change:
    def changed(resource: Resource, value: str) -> Resource | None:
        mails = change(resource.get("emails", []), f"{value}@x.example")
        return None if mails is None else {**resource, "emails": mails}

    return changed


def _added(element: Resource) -> Callable[[list[Resource], str], list[Resource]]:
    """RFC 7643 2.4: one of a value and type, and one primary."""

    def add(mails: list[Resource], address: str) -> list[Resource]:
        mine = {"value": address, **element}
        same = [each for each in mails if (each["value"], each.get("type")) == (address, element.get("type"))]
        rest = [{**each, "primary": False} if element.get("primary") and "primary" in each else each for each in mails]
        if same:
            return [{**each, **element} if (each["value"], each.get("type")) == (address, element.get("type")) else each
                    for each in rest]  # fmt: skip
        return [*rest, mine]

    return add


def _work(mails: list[Resource], address: str) -> list[Resource]:
    if any(each.get("type") == "work" for each in mails):
        return [{**each, "value": address} if each.get("type") == "work" else each for each in mails]
    return [*mails, {"type": "work", "value": address}]


def _home_or_refused(mails: list[Resource], address: str) -> list[Resource] | None:
    if not any(each["value"] == "a@x.example" for each in mails):
        return None
    return [{**each, "display": "x"} if each["value"] == "a@x.example" else each for each in mails]


def _assistants(change: Callable[[list[str], str], list[str]]) -> Change:
    def changed(resource: Resource, value: str) -> Resource:
        extension = resource.get(DIRSYNC, {})
        names = change(extension.get("assistants", []), value)
        kept = {**extension, "assistants": names} if names else {}
        return {**resource, DIRSYNC: kept}

    return changed


def _one(op: str, path: str, value: Callable[[str], Any] = str) -> Callable[[str], Resource]:
    return lambda given: {"op": op, "path": path, "value": value(given)}


def _whole(value: Callable[[str], Any], op: str = "replace") -> Callable[[str], Resource]:
    return lambda given: {"op": op, "value": value(given)}


def _gone(path: str) -> Callable[[str], Resource]:
    return lambda given: {"op": "remove", "path": path}


FORMS = (
    # --- one value
    Form("replace a title", _one("replace", "title"), _set("title")),
    Form("add a title, as Entra spells it", _one("Add", "TITLE"), _set("title")),
    Form("a title with the URN of the schema", _one("replace", f"{USER}:title"), _set("title")),
    Form("remove a title", _gone("title"), _drop("title")),
    Form("replace a title by null", lambda given: {"op": "replace", "path": "title", "value": None}, _drop("title")),
    Form("a part of a name", _one("add", "name.givenName"), _set("name", "givenName")),
    Form("a name, whose other parts stay", _one("replace", "name", lambda v: {"familyName": v}),
         _set("name", "familyName")),
    Form("remove a part of a name", _gone("name.familyName"), _drop("name", "familyName")),
    Form("remove a name", _gone("name"), _drop("name")),
    # --- without a path
    Form("Okta's profile", _whole(lambda v: {"title": v, "name": {"familyName": v}}),
         _both(_set("title"), _set("name", "familyName"))),
    Form("Entra's flat profile", _whole(lambda v: {"name.givenName": v, f"{ENTERPRISE}:department": v}),
         _both(_set("name", "givenName"), _set(ENTERPRISE, "department"))),
    Form("an extension in the profile", _whole(lambda v: {ENTERPRISE: {"division": v}}, "add"),
         _set(ENTERPRISE, "division")),
    Form("a profile with its id and no groups", _whole(lambda v: {"title": v, "groups": []}), _set("title")),
    # --- active
    Form("off, as Okta says it", lambda v: {"op": "replace", "value": {"active": False}}, _active(False)),
    Form("on, as Okta says it", lambda v: {"op": "replace", "value": {"active": True}}, _active(True)),
    Form("off, as Entra says it", lambda v: {"op": "Replace", "path": "active", "value": "False"}, _active(False)),
    # --- extensions
    Form("a department", _one("replace", f"{ENTERPRISE}:department"), _set(ENTERPRISE, "department")),
    Form("a manager as a text", _one("replace", f"{ENTERPRISE}:manager"),
         lambda resource, v: _set(ENTERPRISE, "manager")(resource, {"value": v})),  # type: ignore[arg-type]
    Form("remove a department", _gone(f"{ENTERPRISE}:department"), _drop(ENTERPRISE, "department")),
    Form("remove an extension", _gone(ENTERPRISE), _drop(ENTERPRISE)),
    Form("an extension that nobody declared", _one("add", f"{ACME}:shoe"), _set(ACME, "shoe")),
    # --- lists
    Form("add a private address", _one("add", "emails", lambda v: [{"value": f"{v}@x.example", "type": "home"}]),
         _mails(_added({"type": "home"}))),
    Form("add a primary address",
         _one("add", "emails", lambda v: {"value": f"{v}@x.example", "type": "work", "primary": True}),
         _mails(_added({"type": "work", "primary": True}))),
    Form("the value of the address for work",
         _one("replace", 'emails[type eq "work"].value', lambda v: f"{v}@x.example"), _mails(_work)),
    Form("a part of an address that must be there",
         lambda v: {"op": "replace", "path": 'emails[value eq "a@x.example"].display', "value": "x"},
         _mails(_home_or_refused)),
    Form("remove private addresses", _gone('emails[type eq "home"]'),
         _mails(lambda mails, _: [each for each in mails if each.get("type") != "home"])),
    Form("replace all addresses", _one("replace", "emails", lambda v: [{"value": f"{v}@x.example"}]),
         _mails(lambda _, address: [{"value": address}])),
    Form("remove all addresses", _gone("emails"), _drop("emails")),
    Form("add an assistant", _one("add", f"{DIRSYNC}:assistants", lambda v: [v]),
         _assistants(lambda names, v: [*names, v] if v not in names else names)),
    Form("an assistant as a lone text", _one("replace", f"{DIRSYNC}:assistants"), _assistants(lambda names, v: [v])),
    Form("remove an assistant", lambda v: {"op": "remove", "path": f'{DIRSYNC}:assistants[value eq "{v}"]'},
         _assistants(lambda names, v: [each for each in names if each != v])),
    # --- what must be refused
    Form("no userName", _gone("userName"), _refused),
    Form("no such attribute", _one("replace", "shoe"), _refused),
    Form("no truth", _one("replace", "active", lambda v: "perhaps"), _refused),
    Form("an id", _one("replace", "id"), _refused),
    Form("nothing to remove", lambda v: {"op": "remove", "value": v}, _refused),
    Form("an unknown operation", _one("move", "title"), _refused),
    Form("half a filter", _gone("emails[type eq"), _refused),
)  # fmt: skip
