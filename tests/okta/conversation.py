"""A client that speaks to the service as Okta and Entra do, and a server to speak to."""

import io
import json
from collections.abc import Mapping
from typing import Any

import attrs
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from dirsync_core.api import REQUEST, Request

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
DIRSYNC = "urn:dirsync:schemas:1.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
BASE = "https://dirsync.halden.example/providers/okta"
SCIM = f"{BASE}/scim/v2"

OKTA_HEADERS = {
    "User-Agent": "Okta SCIM Client 1.0.0",
    "Accept": "application/scim+json",
    "Accept-Charset": "utf-8",
    "Accept-Encoding": "gzip,deflate",
}
OKTA_BODY = "application/scim+json; charset=utf-8"


@web.middleware
async def signed(request: web.Request, handler: Any) -> web.StreamResponse:
    """Say who asks, as the server does once it has checked the token."""
    request[REQUEST] = Request("0123456789abcdef", "token okta")
    return await handler(request)


def mounted(app: web.Application) -> web.Application:
    """Mount a provider's application where the server has it."""
    root = web.Application(middlewares=[signed])
    root.add_subapp("/providers/okta", app)
    return root


def standing_alone(service: web.Application) -> web.Application:
    """Mount a service without its provider where the server has it."""
    root = web.Application()
    root.add_subapp("/scim/v2", service)
    return mounted(root)


@attrs.frozen
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def resources(self) -> list[Any]:
        return self.json["Resources"]


@attrs.frozen
class Conversation:
    """Requests to the service, relative to its base URL."""

    client: TestClient[Any, Any]

    async def ask(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        sent = {**OKTA_HEADERS, **(headers or {})}
        if body is not None:
            more["data"] = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
            sent.setdefault("Content-Type", OKTA_BODY)
        response: ClientResponse = await self.client.request(
            method, f"/providers/okta/scim/v2{path}", headers=sent, **more
        )
        return Answer(response.status, response.headers, await response.text())

    async def get(self, path: str, **query: Any) -> Answer:
        return await self.ask("GET", path, params={name: str(value) for name, value in query.items()})

    async def post(self, path: str, body: Any) -> Answer:
        return await self.ask("POST", path, body)

    async def put(self, path: str, body: Any) -> Answer:
        return await self.ask("PUT", path, body)

    async def patch(self, path: str, *operations: Any) -> Answer:
        return await self.ask("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)})

    async def delete(self, path: str) -> Answer:
        return await self.ask("DELETE", path)

    async def user(self, name: str = "dana.okafor", **more: Any) -> dict[str, Any]:
        """Have a user made as Okta makes one."""
        answer = await self.post("/Users", okta_user(name, **more))
        assert answer.status == 201, answer.text
        return answer.json

    async def group(self, name: str = "Oslo Contractors", *members: str) -> dict[str, Any]:
        """Have a group made as Okta makes one."""
        body = {
            "schemas": [GROUP],
            "displayName": name,
            "members": [{"value": each, "display": f"{each}@halden.example"} for each in members],
        }
        answer = await self.post("/Groups", body)
        assert answer.status == 201, answer.text
        return answer.json


def okta_user(name: str = "dana.okafor", **more: Any) -> dict[str, Any]:
    """The body of Okta's POST."""
    given, _, family = name.partition(".")
    return {
        "schemas": [USER],
        "userName": f"{name}@halden.example",
        "name": {"givenName": given.title(), "familyName": family.title()},
        "emails": [{"primary": True, "value": f"{name}@halden.example", "type": "work"}],
        "displayName": f"{given.title()} {family.title()}",
        "locale": "en-US",
        "externalId": f"00u{name}",
        "groups": [],
        "password": "Zx81-placeholder",
        "active": True,
        **more,
    }
