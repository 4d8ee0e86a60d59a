"""HTTP as it is spoken: methods, media types, compressed and chunked bodies, and what is no HTTP at all."""

import asyncio
import gzip
import json
import zlib

import pytest

from dirsync_okta.scim import Limits, scim_application
from tests.okta.conversation import GROUP, SCIM, Conversation, okta_user, standing_alone
from tests.okta.scim.test_transport import _is_scim_error

SCIM_JSON, JSON = "application/scim+json", "application/json"
GETS = ["", "/", "/Users", "/Groups", "/ServiceProviderConfig", "/Schemas", "/ResourceTypes", "/ResourceTypes/User"]


@pytest.mark.parametrize("path", GETS)
async def test_head_is_there_wherever_get_is(scim, path):
    got, head = await scim.get(path), await scim.ask("HEAD", path)

    assert (head.status, head.text) == (200, "")
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET,HEAD,OPTIONS"),
        ("/Users", "GET,HEAD,OPTIONS,POST"),
        ("/Users/1", "DELETE,GET,HEAD,OPTIONS,PATCH,PUT"),
        ("/.search", "OPTIONS,POST"),
        ("/Bulk", "OPTIONS,POST"),
        ("/Schemas/x", "GET,HEAD,OPTIONS"),
        ("/Me", "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"),
    ],
)
async def test_options_and_405_name_the_same_methods(scim, path, allowed):
    options, refused = await scim.ask("OPTIONS", path), await scim.ask("LOCK", path)

    assert (options.status, options.headers["Allow"]) == (204, allowed)
    assert _is_scim_error(refused, 405)
    assert refused.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (f"{JSON};q=0.5, {SCIM_JSON};q=0.4", JSON),
        (f"{JSON};q=0.5, {SCIM_JSON}", SCIM_JSON),
        (f"{SCIM_JSON};q=0, */*", JSON),
        (f"{JSON};q=0, */*;q=0.1", SCIM_JSON),
        ("application/*", SCIM_JSON),
        ("text/html, */*;q=0.8", SCIM_JSON),
        (f"{SCIM_JSON};version=2;q=1", SCIM_JSON),
        (f"{JSON}, {SCIM_JSON}", SCIM_JSON),
        ("*/*;q=nonsense", SCIM_JSON),
    ],
)
async def test_the_answer_is_of_the_type_that_the_client_prefers(scim, accept, answered):  # RFC 9110 12.5.1
    answer = await scim.ask("GET", "/Users", headers={"Accept": accept})

    assert (answer.status, answer.headers["Content-Type"]) == (200, answered)


@pytest.mark.parametrize("accept", [f"{SCIM_JSON};q=0", "text/html", "*/*;q=0", f"{SCIM_JSON};q=0, text/*", "image/*"])
async def test_a_client_that_takes_none_of_them_is_refused_before_anything_is_written(scim, accept):
    answer = await scim.ask("POST", "/Users", okta_user(), headers={"Accept": accept})

    assert _is_scim_error(answer, 406)
    assert (await scim.get("/Users")).json["totalResults"] == 0


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "latin1", "UTF-7", "x"])
async def test_a_body_in_another_charset_is_refused(scim, charset):
    answer = await scim.ask("POST", "/Users", okta_user(), headers={"Content-Type": f"{JSON}; charset={charset}"})

    assert _is_scim_error(answer, 415)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "UTF8"])
async def test_utf_8_is_taken_in_every_spelling(scim, charset):
    answer = await scim.ask("POST", "/Users", okta_user(), headers={"Content-Type": f"{JSON}; charset={charset}"})

    assert answer.status == 201


# --- compressed ------------------------------------------------------------------------------------------------------


async def packed(scim, body, encoding="gzip"):
    return await scim.ask("POST", "/Users", body, headers={"Content-Encoding": encoding})


async def test_a_body_may_come_as_gzip(scim):
    answer = await packed(scim, gzip.compress(json.dumps(okta_user()).encode()))

    assert answer.status == 201


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "compress", "x-gzip", "gzip, gzip", "nonsense"])
async def test_a_body_in_another_encoding_is_refused(scim, encoding):
    answer = await packed(scim, zlib.compress(json.dumps(okta_user()).encode()), encoding)

    assert answer.status in (400, 415)
    assert (await scim.get("/Users")).json["totalResults"] == 0


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\x1f\x8b", gzip.compress(b"{}", mtime=0)[:-4], gzip.compress(b"[]" * 99, mtime=0)[:20]]
)
async def test_a_body_that_is_no_gzip_is_refused(scim, body):
    assert _is_scim_error(await packed(scim, body), 400, "invalidSyntax")


async def test_a_body_that_unpacks_a_thousandfold_is_refused_at_the_limit(scim):
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(500)) + bomb.flush()

    assert len(body) < 1 << 20
    assert _is_scim_error(await packed(scim, body), 413)


# --- raw -------------------------------------------------------------------------------------------------------------


async def spoken(scim, head, body=b""):
    """Say something to the server as it is, and give what it answers until it closes."""
    reader, writer = await asyncio.open_connection(scim.client.host, scim.client.port)
    writer.write("\r\n".join([*head, "Connection: close", "", ""]).encode("latin-1") + body)
    try:
        answer = await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        answer = b""
    writer.close()
    return answer


def head(*more, line="POST /providers/okta/scim/v2/Users HTTP/1.1"):
    return [line, "Host: x", "Content-Type: application/json", *more]


def chunks(*parts):
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b""))


async def test_a_body_may_come_in_chunks(scim):
    body = json.dumps(okta_user()).encode()

    answer = await spoken(scim, head("Transfer-Encoding: chunked"), chunks(body[:10], body[10:11], body[11:]))

    assert answer.startswith(b"HTTP/1.1 201")


async def test_chunks_are_counted_against_the_limit(scim):
    answer = await spoken(scim, head("Transfer-Encoding: chunked"), chunks(*[b" " * 65536] * 65))

    assert answer.startswith(b"HTTP/1.1 413")


USER_BODY = json.dumps(okta_user()).encode()
LENGTH = f"Content-Length: {len(USER_BODY)}"


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ([LENGTH, "Content-Length: 5"], USER_BODY),
        ([LENGTH, "Transfer-Encoding: chunked"], chunks(USER_BODY)),
        (["Transfer-Encoding: chunked", LENGTH], chunks(USER_BODY)),
        (["Transfer-Encoding: chunked, identity"], chunks(USER_BODY)),
        (["Transfer-Encoding: xchunked", LENGTH], USER_BODY),
        (["Content-Length: +5"], USER_BODY),
        (["Content-Length: -1"], USER_BODY),
        (["Content-Length: 0x10"], USER_BODY),
        ([f"Content-Length: {len(USER_BODY)}, {len(USER_BODY)}"], USER_BODY),
        ([LENGTH, "X-Split: a\rY: b"], USER_BODY),
        ([LENGTH, "X-Split: a\nbroken"], USER_BODY),
        ([LENGTH, "X-Nul: a\0b"], USER_BODY),
        ([LENGTH, "X Space: a"], USER_BODY),
        ([LENGTH, "X-Colon : a"], USER_BODY),
        ([LENGTH, ": empty"], USER_BODY),
        ([LENGTH, "X-Long: " + "a" * 20_000], USER_BODY),
        (["Transfer-Encoding: chunked"], b"zz\r\n" + USER_BODY),
        (["Transfer-Encoding: chunked"], b"-5\r\n" + USER_BODY),
    ],
)
async def test_a_request_that_can_be_read_in_two_ways_is_refused(scim, records, more, body):
    answer = await spoken(scim, head(*more), body)

    assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.0 400", b"")
    assert records.writes == []


@pytest.mark.parametrize("line", ["NONSENSE", "GET / HTTP/9.9", "G(T / HTTP/1.1", "GET / HTTP/1.1 x"])
async def test_a_line_that_is_no_request_is_refused(scim, line):
    answer = await spoken(scim, head(line=line))

    assert b" 400 " in answer[:40]


async def test_a_value_of_a_client_splits_no_header_of_an_answer(scim):
    made = await scim.post("/Users", okta_user(externalId="a\r\nX-Split: b"))
    answer = await scim.get(f"/Users/{made.json['id']}%0d%0aX-Split:%20b")

    assert _is_scim_error(answer, 404)
    assert "X-Split" not in {**made.headers, **answer.headers}


# --- time ------------------------------------------------------------------------------------------------------------


async def test_a_body_that_does_not_arrive_is_waited_for_so_long_and_no_longer(records, aiohttp_client):
    service = scim_application(records, base_url=SCIM, limits=Limits(seconds=0.05))
    scim = Conversation(await aiohttp_client(standing_alone(service)))

    reader, writer = await asyncio.open_connection(scim.client.host, scim.client.port)
    writer.write("\r\n".join([*head("Content-Length: 100"), "", "{"]).encode())

    assert await asyncio.wait_for(reader.readline(), 5) == b"HTTP/1.1 408 Request Timeout\r\n"
    writer.close()


async def test_a_search_that_takes_too_long_is_given_up(records, aiohttp_client):
    ticks = iter(range(1000))
    service = scim_application(records, base_url=SCIM, limits=Limits(answer=0.5), now=lambda: float(next(ticks)))
    scim = Conversation(await aiohttp_client(standing_alone(service)))
    user = await scim.user()

    answer = await scim.get("/Users", filter="title pr")

    assert _is_scim_error(answer, 400, "tooMany")
    assert (await scim.get("/Users", filter=f'id eq "{user["id"]}"')).json["totalResults"] == 1
    await scim.user("tor.vik")
    assert _is_scim_error(await scim.get("/Users"), 400, "tooMany")


async def test_who_sends_what_can_not_be_read_is_told_what_can(scim):
    taken = "application/scim+json, application/json"
    user = f"/Users/{(await scim.user())['id']}"

    typed = await scim.ask("PATCH", user, b"{}", headers={"Content-Type": "application/json-patch+json"})
    packed = await scim.ask("PATCH", user, b"{}", headers={"Content-Encoding": "compress"})
    options = await scim.ask("OPTIONS", user)

    assert [each.headers["Accept-Patch"] for each in (typed, options)] == [taken, taken]
    assert (typed.headers["Accept"], packed.headers["Accept-Encoding"]) == (taken, "gzip")


@pytest.mark.parametrize("headers", [{"Content-Type": "text/xml"}, {"Content-Encoding": "compress"}])
async def test_a_body_that_is_not_read_keeps_no_request_waiting(scim, headers):
    answer = await scim.ask("POST", "/Users", b"{" * 120_000, headers=headers)

    assert (answer.status, answer.headers["Connection"]) == (415, "close")


# --- what is sent back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("attributes=urn:ietf:params:scim:schemas:core:2.0:Group:displayName", {"displayName"}),
        ("attributes=displayName,externalId", {"displayName", "externalId"}),
        ("excludedAttributes=members,meta", {"displayName", "externalId"}),
        (
            "excludedAttributes=urn:ietf:params:scim:schemas:core:2.0:Group:members,meta.location,externalId",
            {"displayName", "meta"},
        ),
        ("attributes=members.value", {"members"}),
    ],
)
async def test_attributes_count_in_the_answers_of_every_write(scim, query, kept):
    body = {"schemas": [GROUP], "displayName": "Oslo", "externalId": "7", "members": [{"value": "u1"}]}
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "value": {"displayName": "Crew"}}],
    }

    posted = await scim.post(f"/Groups?{query}", body)
    path = f"/Groups/{posted.json['id']}?{query}"
    put, patched = await scim.put(path, body), await scim.ask("PATCH", path, patch)

    for answer in (posted, put, patched, await scim.get(path)):
        assert set(answer.json) == {"schemas", "id", *kept}


async def test_excluded_members_are_not_read(scim, records):
    group = await scim.group("Oslo", *(f"u{n}" for n in range(100)))
    path = f"/Groups/{group['id']}?excludedAttributes=members"
    before = records.edit.rows_read

    await scim.get(path)
    await scim.get("/Groups", excludedAttributes="members", sortBy="displayName", filter="displayName pr")
    await scim.patch(path, {"op": "replace", "path": "displayName", "value": "Crew"})
    await scim.patch(
        f"/Groups/{group['id']}?attributes=displayName", {"op": "add", "path": "members", "value": [{"value": "x"}]}
    )
    await scim.ask("GET", f"/Groups/{group['id']}", headers={"If-None-Match": "*"})

    assert records.edit.rows_read == before
