"""What a server does wrong is told, about whom, and does not stop the others."""

import asyncio
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dirsync_okta.rehearsal import ConnectionTestFailed, NothingListens, TokenRefused, invent, rehearse, summary
from dirsync_okta.rehearsal.client import Call, CallFailed, open_client
from tests.okta.rehearsal.conftest import Rehearse
from tests.okta.rehearsal.fake_scim import FakeScim, Refuse, Seen, error, scim


def _refuse_first(method: str, path: str, answer: web.Response) -> Refuse:
    refused: list[Seen] = []

    def refuse(seen: Seen) -> web.Response | None:
        if (seen.method, seen.path) != (method, path) or refused:
            return None
        refused.append(seen)
        return answer

    return refuse


def _always(method: str, answer: dict[str, object], *, status: int = 200) -> Refuse:
    return lambda seen: scim(answer, status=status) if seen.method == method else None


async def test_a_refused_person_is_reported_with_status_and_detail(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = _refuse_first("POST", "/Users", error(409, "This address is kept by hand."))
    first = invent(12, seed=1).people[0]

    report = await play(day=False)

    [failure] = report.failures
    assert (first.user_name, "create user", 409) == (failure.who, failure.step, failure.status)
    assert failure.detail == "This address is kept by hand."
    assert report.done["people created"] == 11


async def test_a_refused_person_is_in_no_group(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = _refuse_first("POST", "/Users", error(400, "No."))

    await play(day=False)

    everyone = next(group for group in fake.groups.values() if group["displayName"] == "Everyone")
    assert len(everyone["members"]) == 11


async def test_the_first_failures_are_explained_in_the_summary(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = lambda seen: error(400, "No more.") if (seen.method, seen.path) == ("POST", "/Users") else None

    report = await play(day=False)

    assert "12 failed" in summary(report)
    assert f"create user, {invent(12, seed=1).people[0].user_name}: 400: No more." in summary(report)
    assert "and 2 more" in summary(report)


async def test_an_answer_that_is_no_json_is_quoted(play: Rehearse, fake: FakeScim) -> None:
    page = web.Response(status=502, text="<html>Bad   gateway</html>", content_type="text/html")
    fake.refuse = _refuse_first("POST", "/Users", page)

    report = await play(day=False)

    assert report.failures[0].detail == "Invalid JSON: <html>Bad gateway</html>"


async def test_a_creation_without_an_id_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = _refuse_first("POST", "/Users", scim({}, status=201))

    report = await play(day=False)

    assert "Okta says that an empty resource was returned" in report.failures[0].detail


async def test_a_creation_answered_200_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = _refuse_first("POST", "/Users", scim({"id": "r1"}, status=200))

    report = await play(day=False)

    assert report.failures[0].status == 200


async def test_a_put_answered_204_is_a_failure(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = lambda seen: web.Response(status=204) if seen.method == "PUT" else None
    fake.add_user(userName=invent(12, seed=1).people[0].user_name)

    report = await play(style="wizard", day=False)

    assert (report.failures[0].step, report.failures[0].status) == ("update user", 204)


async def test_a_patch_answered_204_is_fine(play: Rehearse, fake: FakeScim) -> None:
    fake.groups["g1"] = {"id": "g1", "displayName": "Everyone", "members": [], "meta": {}}
    fake.refuse = lambda seen: web.Response(status=204) if seen.method == "PATCH" else None

    report = await play(style="oin", day=False)

    assert {"verify"} == {failure.step for failure in report.failures}


async def test_two_users_of_one_name_are_a_failure(play: Rehearse, fake: FakeScim) -> None:
    name = invent(12, seed=1).people[0].user_name
    fake.add_user(userName=name)
    fake.add_user(userName=name)

    report = await play(day=False)

    assert (name, "2 records answer to one userName") == (report.failures[0].who, report.failures[0].detail)


async def test_totals_as_text_fail_the_connection_test(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = _always("GET", {"totalResults": "0", "startIndex": 1, "itemsPerPage": 0, "Resources": []})

    with pytest.raises(ConnectionTestFailed, match="not a JSON integer"):
        await play()


async def test_an_unknown_address_fails_the_connection_test(root: str, fake: FakeScim) -> None:
    with pytest.raises(ConnectionTestFailed, match="404"):
        await rehearse(url=f"{root}/providers/other/scim/v2", token="any")

    assert fake.seen == []


async def test_a_wrong_token_ends_the_rehearsal(root: str, fake: FakeScim) -> None:
    with pytest.raises(TokenRefused, match="This token is not known here"):
        await rehearse(url=f"{root}/providers/okta/scim/v2", token="wrong-token")

    assert len(fake.seen) == 1


async def test_a_token_revoked_half_way_ends_the_rehearsal(play: Rehearse, fake: FakeScim) -> None:
    fake.refuse = lambda seen: error(401, "Revoked.") if len(fake.users) == 5 else None

    with pytest.raises(TokenRefused, match="Revoked"):
        await play(concurrency=4)


async def test_the_message_about_a_token_does_not_show_it(root: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        await rehearse(url=f"{root}/providers/okta/scim/v2", token="wrong-token")

    assert "wrong-token" not in str(caught.value)


async def test_a_server_that_is_not_there_is_told_in_a_sentence(unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/providers/okta/scim/v2"

    with pytest.raises(NothingListens, match=f"nothing listens at {url} .*: start it with dirsync serve"):
        await rehearse(url=url, token="any")


async def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="oin, wizard"):
        await rehearse(url="http://127.0.0.1:1", token="any", style="agent")


async def test_a_connection_that_breaks_is_a_failure_of_that_person(play: Rehearse, fake: FakeScim) -> None:
    first = invent(12, seed=1).people[0]
    fake.hang_up = lambda seen: seen.body.get("userName") == first.user_name

    report = await play(day=False)

    [failure] = report.failures
    assert (failure.step, failure.who, failure.status) == ("create user", first.user_name, None)
    assert failure.detail.startswith("the connection broke")


async def test_an_answer_that_takes_too_long_is_a_failure() -> None:
    async def wait_for_ever(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    app = web.Application()
    app.router.add_get("/Users", wait_for_ever)
    call = Call(kind="list users", method="GET", path="/Users", who="/Users")
    async with (
        TestServer(app) as server,
        open_client(
            str(server.make_url("")),
            "any",
            connections=1,
            clock=time.perf_counter,
            sleep=asyncio.sleep,
            patience=0.05,
        ) as http,
    ):
        with pytest.raises(CallFailed, match=r"no answer within 0.05 s"):
            await http.call(call)
