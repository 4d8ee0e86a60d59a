"""Sorted lists (RFC 7644 3.4.2.3)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_okta.scim import USERS
from dirsync_okta.scim.sorting import ABSENT, read_order
from tests.okta.conversation import DIRSYNC, ENTERPRISE, GROUP
from tests.okta.scim.test_transport import _is_scim_error

BADGE = "urn:example:badges:1.0:User"


@pytest.fixture
async def names(scim):
    """Four people, by id: Ada has no title, Bo a small one, Cy and Dan the same."""
    people = {
        "ada": {"emails": [{"value": "z@x.example"}, {"value": "a@x.example", "primary": True}]},
        "bo": {"title": "chef", "nickName": "Ås", "active": False},
        "cy": {"title": "Buyer", "emails": [{"value": "m@x.example"}, {"value": "b@x.example"}]},
        "dan": {"title": "BUYER", ENTERPRISE: {"department": "Sales"}, DIRSYNC: {"assistants": ["c@x.example"]}},
    }
    return {(await scim.user(name, **more))["id"]: name for name, more in people.items()}


async def order(scim, names, **query):
    answer = await scim.get("/Users", **query)
    assert answer.status == 200, answer.text
    return " ".join(names[each["id"]] for each in answer.resources)


@pytest.mark.parametrize(
    ("by", "ascending", "descending"),
    [
        ("userName", "ada bo cy dan", "dan cy bo ada"),
        ("USERNAME", "ada bo cy dan", "dan cy bo ada"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "ada bo cy dan", "dan cy bo ada"),
        ("title", "cy dan bo ada", "ada bo cy dan"),
        # m@ of Cy is the first of two without a primary one; a@ of Ada is the second, and primary.
        ("emails", "ada bo dan cy", "cy dan bo ada"),
        ("emails.value", "ada bo dan cy", "cy dan bo ada"),
        ("active", "bo ada cy dan", "ada cy dan bo"),
        (f"{ENTERPRISE}:department", "dan ada bo cy", "ada bo cy dan"),
        ("department", "dan ada bo cy", "ada bo cy dan"),
        (f"{DIRSYNC}:assistants", "dan ada bo cy", "ada bo cy dan"),
        ("id", "ada bo cy dan", "dan cy bo ada"),
        ("meta.created", "ada bo cy dan", "dan cy bo ada"),
        ("meta.resourceType", "ada bo cy dan", "ada bo cy dan"),
    ],
)
async def test_a_list_is_sorted_with_absent_values_last_ascending_and_first_descending(
    scim, names, by, ascending, descending
):
    assert await order(scim, names, sortBy=by) == ascending
    assert await order(scim, names, sortBy=by, sortOrder="ascending") == ascending
    assert await order(scim, names, sortBy=by, sortOrder="Descending") == descending


async def test_a_value_path_chooses_the_value_to_sort_by(scim):
    one = await scim.user("a.a", emails=[{"value": "z@x.example", "type": "work"}, {"value": "a@x.example"}])
    two = await scim.user("b.b", emails=[{"value": "y@x.example", "type": "work"}])
    three = await scim.user("c.c", emails=[{"value": "x@x.example", "type": "home"}])

    answer = await scim.get("/Users", sortBy='emails[type eq "work"].value')

    assert [each["id"] for each in answer.resources] == [two["id"], one["id"], three["id"]]


async def test_text_that_is_case_exact_sorts_by_case(scim):
    lower = await scim.user("a.a", externalId="b")
    upper = await scim.user("b.b", externalId="C")

    answer = await scim.get("/Users", sortBy="externalId")

    assert [each["id"] for each in answer.resources] == [upper["id"], lower["id"]]


async def test_a_filter_and_a_page_count_from_the_sorted_list(scim, names):
    answer = await scim.get("/Users", filter="title pr", sortBy="title", startIndex=2, count=1)

    assert [names[each["id"]] for each in answer.resources] == ["dan"]
    assert (answer.json["totalResults"], answer.json["startIndex"], answer.json["itemsPerPage"]) == (3, 2, 1)


async def test_groups_sort_by_name_and_by_member(scim):
    oslo, bergen = await scim.group("Oslo", "u1"), await scim.group("Bergen", "u2")

    by_name = await scim.get("/Groups", sortBy="displayName")
    by_member = await scim.get("/Groups", sortBy="members.value", attributes="displayName")

    assert [each["id"] for each in by_name.resources] == [bergen["id"], oslo["id"]]
    assert [each["id"] for each in by_member.resources] == [oslo["id"], bergen["id"]]
    assert "members" not in by_member.resources[0]


async def test_sort_order_alone_sorts_nothing(scim, names):
    assert await order(scim, names, sortOrder="descending") == "ada bo cy dan"


@pytest.mark.parametrize("by", ["nonsense", "", "name", "name.nonsense", "password", "emails[", "urn:x:y:z", "a b"])
async def test_what_can_not_be_sorted_by_is_refused(scim, by):
    answer = await scim.get("/Users", sortBy=by)

    assert _is_scim_error(answer, 400, "invalidPath")
    assert "sortBy" in answer.json["detail"]


async def test_an_order_that_is_none_is_refused(scim):
    assert _is_scim_error(await scim.get("/Users", sortBy="title", sortOrder="up"), 400, "invalidValue")


async def test_an_undeclared_extension_is_no_order(scim):
    await scim.user("a.a", **{BADGE: {"number": 1}})

    assert _is_scim_error(await scim.get("/Users", sortBy=f"{BADGE}:number"), 400, "invalidPath")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "primary", "x"]), inner),
    max_leaves=6,
)


@given(value=JSON, by=st.sampled_from(["title", "emails", "emails.value", "active", "name.familyName", "meta.created"]))
def test_every_value_has_a_key_that_compares_with_every_other(value, by):
    order = read_order(USERS.filterable, by)
    assert order is not None

    key = order.key({by.split(".")[0]: value, by: value})

    assert key <= ABSENT
    assert json.loads(json.dumps(key)) == list(key)


async def test_what_another_type_alone_has_sorts_as_absent(scim):
    user = await scim.user("a.a")
    group = (await scim.post("/Groups", {"schemas": [GROUP], "displayName": "A"})).json

    answer = await scim.get("/", sortBy="userName", sortOrder="descending")

    assert [each["id"] for each in answer.resources] == [group["id"], user["id"]]
