"""errors.md against a server: each refusal is provoked, and is answered as the catalogue says."""

import json
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, get_args

import pytest

from dirsync_okta.advice import OKTA_ADVICE
from dirsync_okta.scim.body import Limits
from dirsync_okta.scim.bulk import BULK_REQUEST
from dirsync_okta.scim.cursors import TIMEOUT, Cursor, Cursors, Place
from dirsync_okta.scim.errors import Topic
from dirsync_okta.scim.searching import SEARCH_REQUEST
from dirsync_okta.scim.sorting import ABSENT
from tests.docs.markdown import Page, page
from tests.okta.conversation import ENTERPRISE, PATCH_OP, Answer, Conversation, okta_user
from tests.web.conftest import Serve

ERRORS: Page = page("docs/reference/errors.md")
_HEAD = re.compile(r"^### `(?P<name>[a-z-]+)`$", re.MULTILINE)
_FACTS = re.compile(r"`(?P<status>\d{3})`(?: `(?P<type>\w+)`)?(?:, topic `(?P<topic>\w+)`)?")
TABLE: dict[str, Any] = {"okta": {"plugin": "okta"}}
STRICT: dict[str, Any] = {"okta": {"plugin": "okta", "strict": True}}
BROKEN: dict[str, Any] = {"okta": {"plugin": "okta", "tolerate": ["duble-slash"]}}


async def _patch_dana(okta: Conversation, *operations: Any) -> Answer:
    return await okta.patch(f"/Users/{(await okta.user())['id']}", *operations)


async def _taken_by_rename(okta: Conversation) -> Answer:
    await okta.user("tor.vik")
    return await _patch_dana(okta, {"op": "replace", "value": {"userName": "tor.vik@halden.example"}})


async def _taken(okta: Conversation) -> Answer:
    await okta.user()
    return await okta.post("/Users", okta_user(displayName="Another Dana"))


async def _taken_group(okta: Conversation) -> Answer:
    await okta.group()
    return await okta.ask("POST", "/Groups", {"schemas": [_GROUP], "displayName": "Oslo Contractors"})


async def _put_value(okta: Conversation) -> Answer:
    user = (await okta.user())["id"]
    return await okta.put(f"/Users/{user}", okta_user(active="perhaps"))


async def _outdated(okta: Conversation) -> Answer:
    user = (await okta.user())["id"]
    return await okta.ask("PUT", f"/Users/{user}", okta_user(), headers={"If-Match": 'W/"7"'})


async def _expired(okta: Conversation) -> Answer:
    users = (await okta.user())["meta"]["location"].rpartition("/")[0]
    old = Cursors(f"{users}/\n\n\nFalse", int(time.time()) - TIMEOUT - 60)
    return await okta.get("/Users", cursor=old.written(Cursor(Place(ABSENT, 0, "0"))))


async def _search(okta: Conversation) -> Answer:
    await okta.user()
    return await okta.get("/Users", filter="title pr")


def _bulk(*operations: Any) -> Callable[[Conversation], Awaitable[Answer]]:
    """Give what the last operation of a bulk request is told."""

    async def ask(okta: Conversation) -> Answer:
        answer = await okta.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": list(operations)})
        told = answer.json["Operations"][-1]
        return Answer(int(told["status"]), answer.headers, json.dumps(told["response"]))

    return ask


def _make(bulk_id: str, *members: str, **more: Any) -> dict[str, Any]:
    data = {"schemas": [_GROUP], "displayName": bulk_id, "members": [{"value": each} for each in members], **more}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


def _post(**more: Any) -> Callable[[Conversation], Awaitable[Answer]]:
    return lambda okta: okta.post("/Users", okta_user(**more))


_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PROVOKED: dict[str, Callable[[Conversation], Awaitable[Answer]]] = {
    "taken": _taken,
    "taken-by-rename": _taken_by_rename,
    "taken-group": _taken_group,
    "missing-user": lambda okta: okta.get("/Users/01JD0000000000000000000000"),
    "missing-group": lambda okta: okta.delete("/Groups/01JD0000000000000000000000"),
    "value": _put_value,
    "value-email": _post(emails=[{"value": "dana at halden", "primary": True, "type": "work"}]),
    "value-required": _post(userName=" "),
    "mutability": lambda okta: _patch_dana(okta, {"op": "replace", "path": "meta.version", "value": "1"}),
    "patch-no-target": lambda okta: _patch_dana(
        okta, {"op": "replace", "path": 'emails[value eq "x@halden.example"].display', "value": "x"}
    ),
    "patch-invalid-path": lambda okta: _patch_dana(okta, {"op": "add", "path": "shoeSize", "value": "44"}),
    "body": lambda okta: okta.ask("POST", "/Users", b'{"userName": '),
    "body-schemas": lambda okta: okta.post("/Users", {"userName": "dana"}),
    "body-operations": lambda okta: okta.ask("PATCH", "/Users/01JD", {"schemas": [PATCH_OP]}),
    "size": lambda okta: okta.ask("POST", "/Users", b" " * (4 * 1024 * 1024 + 1)),
    "content-type": lambda okta: okta.ask("POST", "/Users", b"<user/>", headers={"Content-Type": "text/xml"}),
    "accept": lambda okta: okta.ask("GET", "/Users", headers={"Accept": "text/html"}),
    "filter": lambda okta: okta.get("/Users", filter='shoeSize eq "44"'),
    "cursor": lambda okta: okta.get("/Users", cursor="nonsense"),
    "cursor-and-index": lambda okta: okta.get("/Users", cursor="", startIndex=1),
    "cursor-count": lambda okta: okta.get("/Users", cursor="", count=0),
    "cursor-expired": _expired,
    "search-member": lambda okta: okta.post("/Users/.search", {"schemas": [SEARCH_REQUEST], "count": "ten"}),
    "search-order": lambda okta: okta.get("/Users", sortBy="shoeSize"),
    "search-late": _search,
    "bulk-operation": _bulk({"method": "GET", "path": "/Users/01JD"}),
    "bulk-nowhere": _bulk({"method": "POST", "path": "/People", "bulkId": "a", "data": {}}),
    "bulk-unknown": _bulk(_make("Oslo", "bulkId:Bergen")),
    "bulk-not-made": _bulk(_make("Bergen", displayName=""), _make("Oslo", "bulkId:Bergen")),
    "bulk-circle": _bulk(_make("Oslo", "bulkId:Bergen", displayName=""), _make("Bergen", "bulkId:Oslo")),
    "bulk-late": _bulk(_make("Oslo")),
    "discovery": lambda okta: okta.get("/Schemas", filter="name pr"),
    "discovery-unknown": lambda okta: okta.get("/Schemas/urn:acme"),
    "not-offered": lambda okta: okta.get("/Me"),
    "version": _outdated,
    "nowhere": lambda okta: okta.get("/People"),
    "method": lambda okta: okta.delete("/Users"),
    "token": lambda okta: okta.ask("GET", "/Users", headers={"Authorization": "Bearer nonsense"}),
    "strict-password": _post(),
    "strict-extension": lambda okta: okta.post(
        "/Users", {"schemas": [_USER], "userName": "dana", ENTERPRISE: {"department": "Sales"}}
    ),
    "strict-token": lambda okta: okta.ask("GET", "/Users", headers={"Authorization": "nonsense"}),
    "off": lambda okta: okta.get("/Users"),
}
_USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def test_every_topic_has_advice() -> None:
    assert set(OKTA_ADVICE) == set(get_args(Topic))


def _described(name: str) -> tuple[int, str | None, str | None, str]:
    section = ERRORS.section(f"`{name}`")
    facts = _FACTS.search(section)
    assert facts is not None, name
    detail = " ".join(_block(section).split())
    return int(facts["status"]), facts["type"], facts["topic"], detail


def _block(section: str) -> str:
    found = re.search(r"^```text\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
async def okta(serve: Serve, request: pytest.FixtureRequest) -> Conversation:
    name = request.node.callspec.params["name"]
    if name.endswith("-late"):
        request.getfixturevalue("monkeypatch").setattr("dirsync_okta.scim.app.Limits", partial(Limits, answer=-1.0))
    table = STRICT if name.startswith("strict") else BROKEN if name == "off" else TABLE
    site = await serve({"providers": table})
    site.client.session.headers.update(await site.token(provider="okta"))
    return Conversation(site.client)


def test_the_catalogue_lists_what_is_provoked_and_no_more() -> None:
    assert set(PROVOKED) == set(_HEAD.findall(ERRORS.text))


def test_every_topic_of_advice_is_in_the_catalogue() -> None:
    assert {_described(name)[2] for name in PROVOKED} - {None} == set(get_args(Topic))


@pytest.mark.parametrize("name", PROVOKED)
async def test_a_refusal_is_as_the_catalogue_says(okta: Conversation, name: str) -> None:
    answer = await PROVOKED[name](okta)

    status, scim_type, _, detail = _described(name)
    assert (status, scim_type) == (answer.status, answer.json.get("scimType"))
    assert detail == re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "ID", answer.json["detail"])
