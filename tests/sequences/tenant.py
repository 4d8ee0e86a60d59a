"""An Okta tenant that provisions over SCIM: it posts, reads and puts, and patches, as Okta does."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
OWN = "urn:okta:halden:2.0:user:custom"
"""The extension in which this tenant sends attributes of its own."""

Answer = tuple[int, Any]


class Tenant:
    """Calls one provider’s door. People are known by userName (`key`), groups by name."""

    def __init__(self, port: int, token: str, provider: str = "okta") -> None:
        self.port = port
        self._provider = provider
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
        self.ids: dict[str, str] = {}

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """Send a request; give the status and the document."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = None if body is None else json.dumps(body)
        connection.request(method, f"/providers/{self._provider}/scim/v2/{path}", sent, self._headers)
        with connection.getresponse() as response:
            status, text = response.status, response.read()
        connection.close()
        return status, json.loads(text) if text else None

    def _done(self, method: str, path: str, body: object = None) -> Any:
        status, document = self.call(method, path, body)
        assert status in (200, 201, 204), document
        return document

    # --- people ------------------------------------------------------------------------------------------------------

    def post(self, key: str, email: str | None, **said: Any) -> str:
        """Assign somebody: 201; gives the record's id."""
        status, user = self.call("POST", "Users", user_of(key, email, **said))
        assert status == 201, user
        self.ids[key] = user["id"]
        return str(user["id"])

    def put(self, key: str, **said: Any) -> Mapping[str, Any]:
        """Change somebody as a wizard's application does: read, lay values over, put it all back."""
        there = self.read(key)
        sent = {**there, **user_of(there["userName"], said.pop("email", primary(there)), **_kept(there, said))}
        found: Mapping[str, Any] = self._done("PUT", f"Users/{self.ids[key]}", sent)
        return found

    def patch(self, key: str, **values: Any) -> None:
        """Change somebody as an application of the network does: replace these attributes."""
        operation = {"op": "replace", "value": values}
        self._done("PATCH", f"Users/{self.ids[key]}", {"schemas": [PATCH], "Operations": [operation]})

    def deactivate(self, key: str) -> None:
        """Unassign somebody."""
        self.patch(key, active=False)

    def activate(self, key: str) -> None:
        """Assign somebody again."""
        self.patch(key, active=True)

    def delete(self, key: str) -> None:
        """Delete somebody."""
        self._done("DELETE", f"Users/{self.ids.pop(key)}")

    def read(self, key: str) -> Mapping[str, Any]:
        """Give somebody as the server holds them."""
        found: Mapping[str, Any] = self._done("GET", f"Users/{self.ids[key]}")
        return found

    # --- groups ------------------------------------------------------------------------------------------------------

    def group(self, name: str, *members: str) -> str:
        """Push a group, with its members by userName."""
        sent = {"schemas": [GROUP], "displayName": name, "members": [{"value": self.ids[key]} for key in members]}
        self.ids[name] = self._done("POST", "Groups", sent)["id"]
        return self.ids[name]

    def members(self, name: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        """Add and remove members."""
        operations: list[Any] = [{"op": "remove", "path": f'members[value eq "{self.ids[key]}"]'} for key in remove]
        if add:
            operations.append({"op": "add", "path": "members", "value": [{"value": self.ids[key]} for key in add]})
        self._done("PATCH", f"Groups/{self.ids[name]}", {"schemas": [PATCH], "Operations": operations})

    def rename(self, name: str, to: str) -> None:
        """Rename a group."""
        operation = {"op": "replace", "value": {"id": self.ids[name], "displayName": to}}
        self._done("PATCH", f"Groups/{self.ids[name]}", {"schemas": [PATCH], "Operations": [operation]})
        self.ids[to] = self.ids.pop(name)


def user_of(key: str, email: str | None, **said: Any) -> dict[str, Any]:
    """Give a user as Okta sends it; `city` and `assistants` lie where Okta puts them, all else is as SCIM has it."""
    user: dict[str, Any] = {"schemas": [USER], "userName": key, "active": True}
    if email is not None:
        user["emails"] = [{"primary": True, "value": email}]
    if (city := said.pop("city", None)) is not None:
        user["addresses"] = [{"primary": True, "locality": city}]
    if (assistants := said.pop("assistants", None)) is not None:
        user["schemas"] = [USER, OWN]
        user[OWN] = {"assistants": assistants}
    return user | said


def primary(user: Mapping[str, Any]) -> str | None:
    """Give the primary address of a user."""
    return next((each["value"] for each in user.get("emails", ()) if each.get("primary")), None)


def _kept(there: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    return {"active": there.get("active", True), **said}
