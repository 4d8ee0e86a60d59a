"""Every tolerance beyond the RFC: it is taken and counted while it is on, and refused by its name while it is off."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest
from aiohttp.test_utils import TestClient, TestServer

from dirsync_core.api import Context, Dialects
from dirsync_okta.provider import Okta, OktaSettings
from dirsync_okta.scim import SCIM_DIALECTS, USERS, Attribute, Definition, ScimError, extended
from dirsync_okta.scim.notes import Notes
from dirsync_okta.scim.reading import read_resource
from tests.okta.conversation import BASE, DIRSYNC, ENTERPRISE, GROUP, PATCH_OP, USER, Answer, Conversation, mounted
from tests.okta.memory import MemoryRecords

NAMES = {each.name: each for each in SCIM_DIALECTS}
WORK = {"value": "dana@halden.example", "type": "work", "primary": True}
HOME = {"value": "dana@home.example", "type": "home"}


@attrs.define
class Heard(Dialects):
    """Dialects of a test: what is off, and what was counted with which example."""

    off: frozenset[str] = frozenset()
    counted: list[tuple[str, str]] = attrs.field(factory=list)

    def allows(self, name: str) -> bool:
        return name not in self.off or NAMES[name].always

    def count(self, name: str, example: str = "") -> None:
        self.counted.append((name, example))

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.counted}


@attrs.frozen
class Talk:
    """A conversation, and what was heard in it."""

    scim: Conversation
    heard: Heard

    async def user(self, **more: Any) -> str:
        made = await self.scim.post("/Users", strict_user(**more))
        assert 201 == made.status, made.text
        return str(made.json["id"])

    async def put(self, **more: Any) -> Answer:
        """Put what no dialect is needed for, and something more."""
        return await self.scim.put(f"/Users/{await self.user()}", strict_user(**more))

    async def patch(self, *operations: Any, **more: Any) -> Answer:
        return await self.scim.patch(f"/Users/{await self.user(**more)}", *operations)

    async def group(self) -> str:
        made = await self.scim.post("/Groups", {"schemas": [GROUP], "displayName": "Oslo"})
        return str(made.json["id"])

    async def raw(self, body: bytes, **headers: str) -> Answer:
        return await self.scim.ask("POST", "/Users", body, headers=headers)


def strict_user(**more: Any) -> dict[str, Any]:
    schemas = [USER, *(name for name in more if ":" in name)]
    return {"schemas": schemas, "userName": "dana@halden.example", "emails": [WORK], **more}


async def _listed_members(talk: Talk) -> Answer:
    return await talk.scim.patch(
        f"/Groups/{await talk.group()}", {"op": "remove", "path": "members", "value": [{"value": "u1"}]}
    )


async def _group_with_its_id(talk: Talk) -> Answer:
    group = await talk.group()
    return await talk.scim.patch(f"/Groups/{group}", {"op": "replace", "value": {"id": group, "displayName": "Bergen"}})


async def _without_content_type(talk: Talk) -> Answer:
    address, body = "/providers/okta/scim/v2/Users", json.dumps(strict_user()).encode()
    answer = await talk.scim.client.post(address, data=body, skip_auto_headers=["Content-Type"])
    return Answer(answer.status, answer.headers, await answer.text())


NEEDING: dict[str, Callable[[Talk], Awaitable[Answer]]] = {
    "put-stale-values": lambda talk: talk.put(id="dana", meta={"version": "old"}),
    "email-no-type": lambda talk: talk.put(emails=[{"value": "dana@halden.example"}]),
    "active-as-text": lambda talk: talk.patch({"op": "replace", "path": "active", "value": "False"}),
    "double-slash": lambda talk: talk.scim.get("//Users"),
    "trailing-slash": lambda talk: talk.scim.get("/Users/"),
    "password-not-kept": lambda talk: talk.put(password="Zx81-dana"),
    "undeclared-attributes": lambda talk: talk.put(badge="dana-7"),
    "extension-unlisted": lambda talk: talk.put(**{ENTERPRISE: {"department": "dana"}}, schemas=[USER]),
    "flat-extension": lambda talk: talk.put(**{f"{ENTERPRISE}:department": "dana"}, schemas=[USER, ENTERPRISE]),
    "empty-text": lambda talk: talk.put(active=""),
    "single-for-array": lambda talk: talk.put(**{DIRSYNC: {"assistants": "dana@halden.example"}}),
    "array-for-single": lambda talk: talk.put(**{ENTERPRISE: {"manager": [{"value": "dana"}]}}),
    "complex-as-text": lambda talk: talk.put(**{ENTERPRISE: {"manager": "dana"}}),
    "complex-as-json": lambda talk: talk.put(roles=['{"value": "dana"}']),
    "text-as-complex": lambda talk: talk.put(**{DIRSYNC: {"assistants": [{"value": "dana@halden.example"}]}}),
    "several-primaries": lambda talk: talk.put(emails=[WORK, {**HOME, "primary": True}]),
    "op-in-capitals": lambda talk: talk.patch({"op": "Replace", "path": "title", "value": "dana"}),
    "patch-read-only": _group_with_its_id,
    "patch-read-only-part": lambda talk: talk.patch(
        {"op": "add", "path": f"{ENTERPRISE}:manager.displayName", "value": "dana"}
    ),
    "path-as-key": lambda talk: talk.patch({"op": "replace", "value": {"name.familyName": "dana"}}),
    "extension-as-path": lambda talk: talk.patch({"op": "add", "path": ENTERPRISE, "value": {"department": "dana"}}),
    "element-from-filter": lambda talk: talk.patch(
        {"op": "replace", "path": 'emails[type eq "home"].value', "value": "dana@home.example"}
    ),
    "remove-with-value": _listed_members,
    "filter-behind-brackets": lambda talk: talk.scim.get("/Users", filter='emails[type eq "work"].value eq "dana"'),
    "filter-boolean-as-text": lambda talk: talk.scim.get("/Users", filter='active eq "True"'),
    "entra-flag": lambda talk: talk.scim.ask("GET", "/Users?aadOptscim062020"),
    "parameter-case": lambda talk: talk.scim.get("/Users", startindex=1),
    "no-content-type": _without_content_type,
    "byte-order-mark": lambda talk: talk.raw(b"\xef\xbb\xbf" + json.dumps(strict_user()).encode()),
}


@pytest.fixture
async def start(records: MemoryRecords):
    clients = []

    async def start(*off: str) -> Talk:
        heard = Heard(frozenset(off))
        app = Okta(OktaSettings(), Context("okta", records, BASE, heard)).app()
        assert app is not None
        clients.append(TestClient(TestServer(mounted(app))))
        await clients[-1].start_server()
        return Talk(Conversation(clients[-1]), heard)

    yield start
    for client in clients:
        await client.close()


def test_each_dialect_has_a_request_that_needs_it():
    assert set(NAMES) - {"loose-date"} == set(NEEDING)


@pytest.mark.parametrize("written", ["2027-01-31", "20270131T080000Z", "2027-01-31 08:00:00"])
def test_a_loose_date_is_taken_and_counted_or_refused_by_its_name(written):
    since = Definition("urn:acme:User", "Acme", "Acme's own.", (Attribute("since", "dateTime"),))
    body, on, off = strict_user(**{since.urn: {"since": written}}), Heard(), Heard(frozenset({"loose-date"}))

    read = read_resource(extended(USERS, since), body, Notes(on))
    with pytest.raises(ScimError) as refused:
        read_resource(extended(USERS, since), body, Notes(off))

    assert {"since": written} == read[since.urn]
    assert [("loose-date", 'urn:acme:User:since: "…"')] == on.counted
    assert "“loose-date” is switched off here" in refused.value.detail


def test_what_is_no_moment_at_all_needs_no_tolerance():
    since = Definition("urn:acme:User", "Acme", "Acme's own.", (Attribute("since", "dateTime"),))
    heard = Heard()

    with pytest.raises(ScimError, match="It must be a moment"):
        read_resource(extended(USERS, since), strict_user(**{since.urn: {"since": "soon"}}), Notes(heard))

    assert [] == heard.counted


@pytest.mark.parametrize("name", NEEDING)
async def test_a_tolerance_that_is_on_is_taken_and_counted(start, name):
    talk = await start()

    answer = await NEEDING[name](talk)

    assert answer.status < 300, answer.text
    assert name in talk.heard.names


@pytest.mark.parametrize("name", [each.name for each in SCIM_DIALECTS if not each.always and each.name in NEEDING])
async def test_a_tolerance_that_is_off_is_refused_by_its_name(start, name):
    talk = await start(name)

    answer = await NEEDING[name](talk)

    assert 400 <= answer.status < 500, answer.text
    assert f"“{name}” is switched off here" in answer.json["detail"]
    assert name not in talk.heard.names


async def test_what_the_standard_asks_for_can_t_be_switched_off(start):
    talk = await start(*NAMES)

    answer = await talk.put(id="another", groups=[])

    assert 200 == answer.status
    assert {"put-stale-values"} == talk.heard.names


@pytest.mark.parametrize("name", NEEDING)
async def test_an_example_says_nothing_of_values(start, name):
    talk = await start()

    await NEEDING[name](talk)

    assert "dana" not in " ".join(example for _, example in talk.heard.counted)


async def test_who_speaks_by_the_book_needs_nothing(start):
    talk = await start(*NAMES)
    user, group = await talk.user(active=True, **{ENTERPRISE: {"department": "Sales"}}), await talk.group()

    answers = [
        await talk.scim.put(f"/Users/{user}", strict_user(title="Buyer")),
        await talk.scim.patch(f"/Users/{user}", {"op": "replace", "path": "active", "value": False}),
        await talk.scim.patch(f"/Users/{user}", {"op": "add", "path": f"{ENTERPRISE}:division", "value": "West"}),
        await talk.scim.patch(f"/Groups/{group}", {"op": "add", "path": "members", "value": [{"value": user}]}),
        await talk.scim.patch(f"/Groups/{group}", {"op": "remove", "path": f'members[value eq "{user}"]'}),
        await talk.scim.get("/Users", filter='userName eq "x" and active eq true', startIndex=1, count=2),
    ]

    assert [200, 200, 200, 204, 204, 200] == [each.status for each in answers]
    assert [] == talk.heard.counted


async def test_what_was_stored_in_a_dialect_is_not_held_against_a_later_request(start):
    user = await (await start()).user(emails=[{"value": "dana@halden.example"}], badge="7")
    talk = await start("email-no-type", "undeclared-attributes")

    answer = await talk.scim.patch(f"/Users/{user}", {"op": "replace", "path": "active", "value": False})

    assert 200 == answer.status
    assert "badge" in answer.json


@pytest.mark.parametrize("body", [{"schemas": [PATCH_OP], "Operations": [{"op": "Nonsense"}]}])
async def test_a_request_that_no_tolerance_saves_is_refused_as_ever(start, body):
    talk = await start()

    answer = await talk.scim.ask("PATCH", f"/Users/{await talk.user()}", body)

    assert 400 == answer.status
    assert "switched off" not in answer.json["detail"]
