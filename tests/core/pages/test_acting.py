"""What pages do: sessions, tokens of forms, people kept by hand, placements, a source's tokens."""

import re
from datetime import date
from typing import Any

import pytest

from dirsync_core.web.pages import COOKIE
from dirsync_core.web.pages.signing_in import code_of, local
from tests.browser.pages.fake_desk import REQUEST, FakeDesk
from tests.core.pages.conftest import Client

BY_HAND = f"01JD{4:022d}"
PUSHED = f"01JD{2:022d}"


def form(desk: FakeDesk, **fields: str) -> dict[str, str]:
    """A form with the token of the session."""
    return {"csrf": desk.csrf, **fields}


# --- sessions --------------------------------------------------------------------------------------------------------


async def test_without_a_session_a_page_leads_to_sign_in_and_back(open_client: Any, desk: FakeDesk) -> None:
    client = await open_client(desk, cookie=False)

    answer = await client.get("/people?q=ann", allow_redirects=False)

    assert answer.status == 303
    assert answer.headers["Location"] == "/sign-in?next=%2Fpeople%3Fq%3Dann"


async def test_opening_a_sign_in_link_uses_nothing_up(open_client: Any, desk: FakeDesk) -> None:
    client = await open_client(desk, cookie=False)

    text = await (await client.get("/sign-in?code=once")).text()

    assert text.count("<button") == 1
    assert desk.code == "once"


async def test_the_button_signs_in_and_leads_back(open_client: Any, desk: FakeDesk) -> None:
    client = await open_client(desk, cookie=False)
    text = await (await client.get("/sign-in?code=once&next=/records")).text()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text))

    answer = await client.post("/sign-in", data=fields, allow_redirects=False)

    assert answer.headers["Location"] == "/records"
    cookie = answer.cookies[COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["secure"]) == (desk.secret, True, "Lax", "")


async def test_the_cookie_is_secure_where_the_outside_address_is_https(open_client: Any, desk: FakeDesk) -> None:
    client = await open_client(desk, cookie=False)
    text = await (await client.get("/sign-in?code=once")).text()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text))

    answer = await client.post("/sign-in", data=fields, headers={"X-Forwarded-Proto": "https"}, allow_redirects=False)

    assert answer.cookies[COOKIE]["secure"]


async def test_a_used_link_is_refused_with_what_to_do(open_client: Any, desk: FakeDesk) -> None:
    client = await open_client(desk, cookie=False)
    text = await (await client.get("/sign-in?code=used")).text()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text))

    answer = await client.post("/sign-in", data=fields)

    assert answer.status == 403
    assert "Run the command again" in await answer.text()


async def test_signing_in_without_the_forms_own_token_does_nothing(open_client: Any, desk: FakeDesk) -> None:
    client = await open_client(desk, cookie=False)

    answer = await client.post("/sign-in", data={"code": "once", "csrf": "x"})

    assert answer.status == 403
    assert desk.code == "once"


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example", "people", "/sign-in"])
def test_signing_in_leads_nowhere_else(address: str) -> None:
    assert local(address) == "/people"


def test_a_pasted_link_and_a_bare_code_are_both_read() -> None:
    assert code_of(" https://d.example/sign-in?code=abc ") == "abc"
    assert code_of("abc") == "abc"


async def test_signing_out_ends_the_session(client: Client, desk: FakeDesk) -> None:
    answer = await client.post("/sign-out", data=form(desk), allow_redirects=False)

    assert answer.status == 303
    assert desk.sessions == set()


async def test_a_form_sent_after_signing_out_is_not_lost(open_client: Any, desk: FakeDesk) -> None:
    client = await open_client(desk, cookie=False)

    answer = await client.post("/people/new", data={"email": "a@b.example"})

    assert answer.status == 401
    assert "what you typed is still in the form" in await answer.text()


# --- tokens of forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/people/{BY_HAND}/remove",
        f"/people/{PUSHED}/locations",
        "/people/place?who=x@y.example",
        "/providers/okta/tokens",
        "/providers/okta/tokens/t1/revoke",
        "/providers/okta/setup",
        "/people/new",
        f"/people/{BY_HAND}/edit",
        "/sign-out",
    ],
)
async def test_a_form_without_the_sessions_token_does_nothing(client: Client, desk: FakeDesk, path: str) -> None:
    answer = await client.post(path, data={"csrf": "another", "email": "new@halden.example", "name": "x"})

    assert answer.status == 403
    assert desk.calls == []
    assert desk.tokens == []
    assert desk.sessions


async def test_a_form_of_an_earlier_sign_in_keeps_its_text(client: Client) -> None:
    answer = await client.post("/people/new", data={"csrf": "old", "email": "new@halden.example"})

    assert 'value="new@halden.example"' in await answer.text()


# --- kept by hand ----------------------------------------------------------------------------------------------------


async def test_adding_somebody_leads_to_their_page(client: Client, desk: FakeDesk) -> None:
    fields = form(desk, email="new@halden.example", displayName="New  One", until="2027-06-30", remote="no")
    data = [
        *fields.items(),
        ("locations", "oslo"),
        ("locations", "bergen"),
        ("assistants", "a@b.example\r\n\r\nc@d.example"),
    ]

    answer = await client.post("/people/new", data=data, allow_redirects=False)

    assert answer.status == 303
    assert answer.headers["Location"].endswith(f"?done=added&request={REQUEST}")
    values = {
        "email": "new@halden.example",
        "displayName": "New One",
        "remote": False,
        "assistants": ("a@b.example", "c@d.example"),
    }
    assert desk.calls == [("add_person", (values, ("oslo", "bergen"), date(2027, 6, 30), None))]


async def test_a_note_worth_telling_is_told(client: Client, desk: FakeDesk) -> None:
    answer = await client.post("/people/new", data=form(desk, email="noted@halden.example"))

    assert "E1 had this address until 2 March." in await answer.text()


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"email": ""}, 400, "A person needs an e-mail address"),
        ({"email": "nobody"}, 400, "“nobody” is no address."),
        ({"email": "a@b.example", "until": "soon"}, 400, "“soon” is no day."),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    client: Client, desk: FakeDesk, fields: dict[str, str], status: int, told: str
) -> None:
    answer = await client.post("/people/new", data=form(desk, title="Kept text", **fields))
    text = await answer.text()

    assert answer.status == status
    assert text.count(told) == 2
    assert 'value="Kept text"' in text


async def test_an_address_that_is_taken_leads_to_its_holder(client: Client, desk: FakeDesk) -> None:
    holder = desk.company.people[PUSHED]

    answer = await client.post("/people/new", data=form(desk, email=holder["email"]))

    assert answer.status == 409
    assert f'<a href="/people/{PUSHED}">Open that person</a>, or give another address.' in await answer.text()


async def test_a_change_beside_somebody_elses_is_not_written(client: Client, desk: FakeDesk) -> None:
    desk.versions[BY_HAND] = 3
    fields = form(desk, email="mine@halden.example", title="Mine", version="2")

    answer = await client.post(f"/people/{BY_HAND}/edit", data=fields)
    text = await answer.text()

    assert answer.status == 409
    assert 'value="Mine"' in text
    assert f"Now kept: {desk.company.people[BY_HAND]['title']}" in text
    assert 'name="version" value="3"' in text


async def test_a_change_is_written(client: Client, desk: FakeDesk) -> None:
    fields = form(desk, email="mine@halden.example", title="Mine", version="0")

    answer = await client.post(f"/people/{BY_HAND}/edit", data=fields, allow_redirects=False)

    assert answer.headers["Location"] == f"/people/{BY_HAND}?done=changed&request={REQUEST}"
    assert desk.company.people[BY_HAND]["title"] == "Mine"


async def test_what_a_source_pushes_has_no_form(client: Client) -> None:
    assert (await client.get(f"/people/{PUSHED}/edit")).status == 404


async def test_removing_asks_first(client: Client, desk: FakeDesk) -> None:
    await client.get(f"/people/{BY_HAND}/remove")
    assert desk.company.people[BY_HAND]["status"] == "active"

    await client.post(f"/people/{BY_HAND}/remove", data=form(desk))

    assert desk.company.people[BY_HAND]["status"] == "left"


# --- placements and tokens -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "done"), [("add", "placed"), ("mask", "masked"), ("clear", "cleared")])
async def test_placing_leads_back_and_says_where(client: Client, desk: FakeDesk, op: str, done: str) -> None:
    answer = await client.post(
        f"/people/{PUSHED}/locations", data=form(desk, location="bergen", op=op), allow_redirects=False
    )

    assert answer.headers["Location"] == f"/people/{PUSHED}?done={done}&where=bergen&request={REQUEST}"
    assert desk.calls == [("place", (PUSHED, "bergen", op))]


async def test_somebody_who_is_nobody_yet_can_be_placed(client: Client, desk: FakeDesk) -> None:
    path = "/people/place?who=oskar.lindgrensen@halden.example"

    answer = await client.post(path, data=form(desk, location="oslo", op="add"), allow_redirects=False)

    assert answer.headers["Location"].startswith("/people/why?who=oskar.lindgrensen%40halden.example&done=placed")


# --- taking back -----------------------------------------------------------------------------------------------------


async def test_what_was_just_done_can_be_taken_back_from_its_message(client: Client, desk: FakeDesk) -> None:
    answer = await client.post(f"/people/{BY_HAND}/remove", data=form(desk))
    toast = re.findall(r'class="toast".*', await answer.text())[0]

    assert 'action="/undo"' in toast
    assert f'name="request" value="{REQUEST}"' in toast


async def test_an_address_can_offer_no_request_but_ones_own(client: Client) -> None:
    text = await (await client.get(f"/people/{PUSHED}?done=changed&request=somebody-elses")).text()

    assert "/undo" not in re.findall(r'class="toast".*', text)[0]


async def test_taking_back_leads_to_whom_it_was_about(client: Client, desk: FakeDesk) -> None:
    answer = await client.post("/undo", data=form(desk, request=REQUEST), allow_redirects=False)

    person = next(iter(desk.company.people))
    assert answer.headers["Location"] == f"/people/{person}?done=undone&request=fedcba9876543210"
    assert desk.calls == [("undo", (REQUEST,))]


async def test_a_refusal_to_take_back_is_told(client: Client, desk: FakeDesk) -> None:
    answer = await client.post("/undo", data=form(desk, request="another"))

    assert answer.status == 409
    assert "what a source wrote is not undone" in await answer.text()


async def test_nothing_is_taken_back_by_a_foreign_form(client: Client, desk: FakeDesk) -> None:
    answer = await client.post("/undo", data={"request": REQUEST})

    assert answer.status == 403
    assert desk.calls == []


async def test_a_history_offers_to_take_back_what_can_be(client: Client) -> None:
    text = await (await client.get(f"/people/{PUSHED}/history")).text()

    assert text.count('action="/undo"') == 1
    assert 'rel="next"' in text


@pytest.mark.parametrize("path", ["/providers/okta/tokens", "/providers/okta/setup?kind=catalogue"])
async def test_a_secret_is_shown_once_and_kept_by_nobody(client: Client, desk: FakeDesk, path: str) -> None:
    answer = await client.post(path, data=form(desk, name="okta 1"))

    assert answer.status == 200
    assert "dsk_okta_" in await answer.text()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "dsk_okta_" not in await (await client.get("/providers/okta/setup")).text()


async def test_the_page_with_a_secret_does_not_reload_itself(client: Client, desk: FakeDesk) -> None:
    assert "http-equiv" in await (await client.get("/providers/okta/setup")).text()

    answer = await client.post("/providers/okta/setup", data=form(desk, name="okta 1"))

    assert "http-equiv" not in await answer.text()


async def test_a_refused_token_is_told_on_the_page(client: Client, desk: FakeDesk) -> None:
    await client.post("/providers/okta/tokens", data=form(desk, name="okta 1"))

    answer = await client.post("/providers/okta/tokens", data=form(desk, name="okta 1"))

    assert answer.status == 409
    assert "Give another name." in await answer.text()


async def test_revoking_leads_back(client: Client, desk: FakeDesk) -> None:
    await client.post("/providers/okta/tokens", data=form(desk, name="okta 1"))

    answer = await client.post("/providers/okta/tokens/t0/revoke", data=form(desk), allow_redirects=False)

    assert answer.headers["Location"] == "/providers/okta?done=revoked"
    assert desk.tokens == []
