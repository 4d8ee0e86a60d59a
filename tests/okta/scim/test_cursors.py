"""Paging by cursor (RFC 9865)."""

import asyncio
import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.api import Context
from dirsync_okta.provider import Okta, OktaSettings
from dirsync_okta.scim import ScimError, scim_application
from dirsync_okta.scim.cursors import TIMEOUT, Cursor, Cursors, Place
from tests.okta.conversation import BASE, SCIM, Conversation, mounted, standing_alone
from tests.okta.scim.test_transport import _is_scim_error

NOTHING = ""


@pytest.fixture
async def made(scim):
    return [(await scim.user(f"u{n}.x", title=f"T{n % 3}"))["id"] for n in range(10)]


async def pages(scim, path="/Users", **query):
    """Go through a list to its end, and give the ids of each page."""
    found, cursor = [], NOTHING
    while cursor is not None:
        answer = await scim.get(path, cursor=cursor, **query)
        assert answer.status == 200, answer.text
        found.append([each["id"] for each in answer.resources])
        cursor = answer.json.get("nextCursor")
    return found


async def test_an_empty_cursor_begins_a_list_and_each_page_leads_to_the_next(scim, made):
    first = await scim.get("/Users", cursor="", count=4)

    assert first.json["totalResults"] == 10
    assert first.json["itemsPerPage"] == 4
    assert "startIndex" not in first.json
    assert "previousCursor" not in first.json
    assert await pages(scim, count=4) == [made[:4], made[4:8], made[8:]]


async def test_a_cursor_without_a_value_is_an_empty_one(scim, made):
    assert "nextCursor" in (await scim.get("/Users?cursor&count=4")).json


async def test_without_a_cursor_a_list_is_paged_by_index(scim, made):
    answer = await scim.get("/Users", count=4)

    assert answer.json["startIndex"] == 1
    assert "nextCursor" not in answer.json


async def test_the_previous_cursor_leads_back(scim, made):
    first = await scim.get("/Users", cursor="", count=4)
    second = await scim.get("/Users", cursor=first.json["nextCursor"], count=4)
    back = await scim.get("/Users", cursor=second.json["previousCursor"], count=3)

    assert [each["id"] for each in back.resources] == made[1:4]
    again = await scim.get("/Users", cursor=back.json["nextCursor"], count=4)
    assert again.resources == second.resources


async def test_a_last_page_that_is_full_has_no_next(scim, made):
    assert await pages(scim, count=5) == [made[:5], made[5:]]


async def test_pages_may_differ_in_size_and_in_attributes(scim, made):
    first = await scim.get("/Users", cursor="", count=1)

    second = await scim.get("/Users", cursor=first.json["nextCursor"], count=9, attributes="userName")

    assert [each["id"] for each in second.resources] == made[1:]
    assert sorted(second.resources[0]) == ["id", "schemas", "userName"]


@pytest.mark.parametrize(
    "query",
    [
        {"sortBy": "title"},
        {"sortBy": "title", "sortOrder": "descending"},
        {"sortBy": "nickName", "sortOrder": "descending"},
        {"filter": 'title ne "T1"'},
        {"filter": "title pr", "sortBy": "meta.created", "sortOrder": "descending"},
    ],
)
async def test_filtered_and_sorted_lists_have_the_same_order_by_cursor_and_by_index(scim, made, query):
    whole = [each["id"] for each in (await scim.get("/Users", **query)).resources]

    assert [each for page in await pages(scim, count=3, **query) for each in page] == whole


async def test_a_search_goes_on_by_cursor(scim, made):
    schemas = ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]
    first = await scim.post("/Users/.search", {"schemas": schemas, "cursor": "", "count": 4})

    body = {"schemas": schemas, "cursor": first.json["nextCursor"], "count": 4}
    second = await scim.post("/Users/.search", body)

    assert [each["id"] for each in second.resources] == made[4:8]
    assert (await scim.get("/Users", cursor=first.json["nextCursor"], count=4)).json == second.json


async def test_the_root_is_paged_through_all_types(scim, made):
    group = await scim.group("Oslo")

    assert await pages(scim, "/", count=4) == [made[:4], made[4:8], [*made[8:], group["id"]]]
    last = await scim.get("/", cursor="", count=11)
    assert [each["id"] for each in last.resources] == [*made, group["id"]]


async def test_the_root_is_paged_backwards_through_all_types(scim, made):
    group = await scim.group("Oslo")
    first = await scim.get("/", cursor="", count=10)
    last = await scim.get("/", cursor=first.json["nextCursor"], count=10)

    back = await scim.get("/", cursor=last.json["previousCursor"], count=2)

    assert [each["id"] for each in last.resources] == [group["id"]]
    assert [each["id"] for each in back.resources] == made[8:]


# --- under writes ----------------------------------------------------------------------------------------------------


async def test_a_reader_sees_nobody_twice_and_misses_nobody_while_others_come_and_go(scim, made):
    seen, cursor, turn = [], NOTHING, 0
    while cursor is not None:
        answer = await scim.get("/Users", cursor=cursor, count=3)
        seen += [each["id"] for each in answer.resources]
        cursor = answer.json.get("nextCursor")
        await asyncio.gather(scim.user(f"later{turn}.x"), scim.delete(f"/Users/{made[turn]}"))
        turn += 1

    assert len(seen) == len(set(seen))
    assert set(made[turn:]) <= set(seen)


async def test_a_cursor_leads_on_where_its_resource_was_deleted(scim, made):
    first = await scim.get("/Users", cursor="", count=4)
    await scim.delete(f"/Users/{made[3]}")

    second = await scim.get("/Users", cursor=first.json["nextCursor"], count=2)

    assert [each["id"] for each in second.resources] == made[4:6]


async def test_a_way_back_whose_resources_are_gone_leads_to_the_beginning(scim, made):
    first = await scim.get("/Users", cursor="", count=2)
    second = await scim.get("/Users", cursor=first.json["nextCursor"], count=2)
    for each in made[:2]:
        await scim.delete(f"/Users/{each}")

    back = await scim.get("/Users", cursor=second.json["previousCursor"], count=2)

    assert [each["id"] for each in back.resources] == made[2:4]


# --- refused ---------------------------------------------------------------------------------------------------------


async def test_a_cursor_has_only_characters_that_need_no_escape(scim, made):
    answer = await scim.get("/Users", cursor="", count=4, sortBy="userName")

    assert re.fullmatch(r"[A-Za-z0-9._~-]+", answer.json["nextCursor"])


@pytest.mark.parametrize("cursor", ["x", "nonsense", "%20", "VZUTiyhEQJ94IR", "å", "A" * 5000, "=", "...."])
async def test_a_cursor_that_is_none_is_refused(scim, cursor):
    assert _is_scim_error(await scim.get("/Users", cursor=cursor), 400, "invalidCursor")


async def test_a_cursor_that_was_changed_is_refused(scim, made):
    cursor = (await scim.get("/Users", cursor="", count=4)).json["nextCursor"]

    for changed in (cursor[:-4], cursor[4:], cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:]):
        assert _is_scim_error(await scim.get("/Users", cursor=changed), 400, "invalidCursor")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/Users", {"filter": "userName pr"}),
        ("/Users", {"sortBy": "title"}),
        ("/Users", {"sortOrder": "descending"}),
        ("/Groups", {}),
        ("/", {}),
    ],
)
async def test_a_cursor_of_another_query_is_refused(scim, made, path, query):
    cursor = (await scim.get("/Users", cursor="", count=4)).json["nextCursor"]

    assert _is_scim_error(await scim.get(path, cursor=cursor, **query), 400, "invalidCursor")


async def test_a_cursor_of_another_provider_is_refused(scim, records, made, aiohttp_client):
    cursor = (await scim.get("/Users", cursor="", count=4)).json["nextCursor"]
    other = Okta(OktaSettings(), Context("other", records, f"{BASE}-other"))
    application = other.app()
    assert application is not None
    elsewhere = Conversation(await aiohttp_client(mounted(application)))

    assert _is_scim_error(await elsewhere.get("/Users", cursor=cursor), 400, "invalidCursor")


async def test_a_cursor_expires_after_the_time_that_is_announced(records, aiohttp_client):
    clock = [1_000_000.0]
    service = scim_application(records, base_url=SCIM, now=lambda: clock[0])
    client = await aiohttp_client(standing_alone(service))
    scim = Conversation(client)
    for n in range(3):
        await scim.user(f"u{n}.x")
    first = await scim.get("/Users", cursor="", count=1)

    clock[0] += TIMEOUT
    second = await scim.get("/Users", cursor=first.json["nextCursor"], count=1)
    clock[0] += 1
    third = await scim.get("/Users", cursor=first.json["nextCursor"], count=1)

    assert second.status == 200
    assert _is_scim_error(third, 400, "expiredCursor")
    assert (await scim.get("/Users", cursor=second.json["nextCursor"])).status == 200


@pytest.mark.parametrize("count", ["0", "-1", "x", "1.5", ""])
async def test_a_count_that_makes_no_page_is_refused_with_a_cursor(scim, made, count):
    assert _is_scim_error(await scim.get("/Users", cursor="", count=count), 400, "invalidCount")


async def test_a_count_beyond_the_largest_page_is_capped(scim, made):
    answer = await scim.get("/Users", cursor="", count=100_000)

    assert answer.json["itemsPerPage"] == 10


async def test_a_cursor_and_an_index_at_once_are_refused(scim, made):
    assert _is_scim_error(await scim.get("/Users", cursor="", startIndex=1), 400, "invalidValue")


CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5),
)


@given(content=CONTENT | st.binary(max_size=40))
def test_a_cursor_that_somebody_makes_is_invalid_or_leads_somewhere(content):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    digest = hashlib.sha256(b"list\0" + raw).digest()[:9]

    try:
        read = Cursors("list", 0).read(base64.urlsafe_b64encode(digest + raw).decode())
    except ScimError:
        return
    assert isinstance(read, Cursor)


@given(
    key=st.tuples(st.booleans(), st.just("text"), st.text(max_size=20)),
    number=st.integers(0, 3),
    resource=st.text(min_size=1, max_size=30),
    backwards=st.booleans(),
)
def test_a_cursor_comes_back_as_it_was_written(key, number, resource, backwards):
    cursor, cursors = Cursor(Place(key, number, resource), backwards), Cursors("list", 5)

    assert cursors.read(cursors.written(cursor)) == cursor
