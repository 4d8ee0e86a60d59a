"""A SCIM server in memory, just good enough for both of Okta's personalities.

It keeps what it is sent and every request. `refuse` may answer instead of it, `show` changes what it shows.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import attrs
from aiohttp import web

Json = dict[str, Any]
TOKEN = "right-token"


@attrs.frozen
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Json

    @property
    def operations(self) -> list[Json]:
        return list(self.body["Operations"])


Refuse = Callable[[Seen], web.Response | None]


@attrs.define
class FakeScim:
    users: dict[str, Json] = attrs.field(factory=dict)
    groups: dict[str, Json] = attrs.field(factory=dict)
    seen: list[Seen] = attrs.field(factory=list)
    refuse: Refuse = lambda seen: None
    hang_up: Callable[[Seen], bool] = lambda seen: False
    show: Callable[[Json], Json] = lambda resource: resource
    ids: int = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/providers/okta/scim/v2/{kind:Users|Groups}", self._answer)
        app.router.add_route("*", "/providers/okta/scim/v2/{kind:Users|Groups}/{id}", self._answer)
        return app

    def sent(self, method: str, start: str = "/") -> list[Seen]:
        return [seen for seen in self.seen if seen.method == method and seen.path.startswith(start)]

    def named(self, name: str) -> Json:
        return next(user for user in self.users.values() if user["userName"] == name)

    def add_user(self, **body: object) -> str:
        return str(self._add(self.users, {"active": True, **body})["id"])

    async def _answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        path = request.path.removeprefix("/providers/okta/scim/v2")
        seen = Seen(
            request.method,
            path,
            request.raw_path.partition("?")[2],
            dict(request.headers),
            json.loads(text) if text else {},
        )
        self.seen.append(seen)
        if self.hang_up(seen) and request.transport is not None:
            request.transport.abort()
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return error(401, "This token is not known here.")
        if (refusal := self.refuse(seen)) is not None:
            return refusal
        store = self.users if request.match_info["kind"] == "Users" else self.groups
        id = request.match_info.get("id")
        return self._list_or_create(store, seen) if id is None else self._one(store, id, seen)

    def _list_or_create(self, store: dict[str, Json], seen: Seen) -> web.Response:
        if seen.method == "GET":
            return scim(self._listed(store, seen.query))
        key = "userName" if store is self.users else "displayName"
        if any(one[key].casefold() == seen.body[key].casefold() for one in store.values()):
            return error(409, f"{seen.body[key]} exists already.")
        return scim(self.show(self._add(store, seen.body)), status=201)

    def _listed(self, store: dict[str, Json], query: str) -> Json:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        found = list(store.values())
        if "filter" in asked:
            attribute, _, value = asked["filter"].split(" ", 2)
            found = [one for one in found if one[attribute].casefold() == json.loads(value).casefold()]
        start, count = int(asked.get("startIndex", 1)), int(asked.get("count", 100))
        page = [self.show(one) for one in found[start - 1 : start - 1 + count]]
        return {
            "totalResults": len(found),
            "startIndex": start,
            "itemsPerPage": len(page),
            "Resources": page,
        }

    def _one(self, store: dict[str, Json], id: str, seen: Seen) -> web.Response:
        if id not in store:
            return error(404, f"There is no {id} here.")
        match seen.method:
            case "PUT":
                store[id] = {**_kept(seen.body), "id": id, "meta": store[id]["meta"]}
            case "PATCH":
                for operation in seen.operations:
                    _patch(store[id], operation)
        return scim(self.show(store[id]))

    def _add(self, store: dict[str, Json], body: Json) -> Json:
        self.ids += 1
        id = f"r{self.ids}"
        store[id] = {**_kept(body), "id": id, "meta": {"resourceType": "User", "version": "1"}}
        return store[id]


def scim(body: Json, *, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, content_type="application/scim+json")


def error(status: int, detail: str, *, headers: dict[str, str] | None = None) -> web.Response:
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": str(status),
        "detail": detail,
    }
    return web.json_response(body, status=status, headers=headers)


def _kept(body: Json) -> Json:
    return {name: value for name, value in body.items() if name != "password"}


def _patch(resource: Json, operation: Json) -> None:
    match operation:
        case {"op": "replace", "path": "members", "value": members}:
            resource["members"] = list(members)
        case {"op": "add", "path": "members", "value": members}:
            ids = {member["value"] for member in members}
            kept = [member for member in resource.get("members", []) if member["value"] not in ids]
            resource["members"] = kept + members
        case {"op": "remove", "path": path}:
            id = path.split('"')[1]
            resource["members"] = [one for one in resource.get("members", []) if one["value"] != id]
        case {"op": "replace", "value": values}:
            resource.update(values)
        case _:
            raise AssertionError(f"Okta never sends {operation}")
