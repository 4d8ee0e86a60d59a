"""Searches by POST, and from the root over all types (RFC 7644 3.4.2.1, 3.4.3)."""

import pytest

from tests.okta.conversation import ENTERPRISE, GROUP, LIST, USER
from tests.okta.scim.test_transport import _is_scim_error

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


@pytest.fixture
async def there(scim):
    """Two users and two groups, by name."""
    dana = await scim.user("dana.okafor", title="Buyer", **{ENTERPRISE: {"department": "Sales"}})
    bo = await scim.user("bo.lee", displayName="Oslo")
    oslo, crew = await scim.group("Oslo", dana["id"]), await scim.group("Crew")
    return {each["id"]: name for each, name in ((dana, "dana"), (bo, "bo"), (oslo, "oslo"), (crew, "crew"))}


async def search(scim, path="", **asked):
    return await scim.post(f"{path}/.search", {"schemas": [SEARCH], **asked})


def names(there, answer):
    assert answer.status == 200, answer.text
    assert answer.json["totalResults"] == len(answer.resources)
    return " ".join(there[each["id"]] for each in answer.resources)


async def test_a_search_answers_as_the_get_of_the_same_query(scim, there):
    query = {"filter": "displayName pr", "sortBy": "userName", "sortOrder": "descending", "startIndex": 2, "count": 1}

    answer = await search(scim, "/Users", attributes=["userName", "displayName"], **query)

    assert answer.json == (await scim.get("/Users", attributes="userName,displayName", **query)).json
    assert answer.json["totalResults"] == 2
    assert sorted(answer.resources[0]) == ["displayName", "id", "schemas", "userName"]


async def test_a_search_of_everything_has_the_default_page(scim, there):
    assert (await search(scim, "/Users")).json == (await scim.get("/Users")).json


async def test_a_search_leaves_out_what_is_excluded(scim, there):
    answer = await search(scim, "/Groups", excludedAttributes=["members", f"{GROUP}:displayName", "meta"])

    assert [sorted(each) for each in answer.resources] == [["id", "schemas"]] * 2


async def test_a_count_of_zero_gives_the_total_alone(scim, there):
    assert (await search(scim, count=0)).json == {
        "schemas": [LIST], "totalResults": 4, "startIndex": 1, "itemsPerPage": 0
    }  # fmt: skip


async def test_names_of_a_search_count_in_any_case_and_null_is_nothing(scim, there):
    body = {"SCHEMAS": [SEARCH.upper()], "FILTER": 'userName sw "dana"', "Count": None, "cursor": None}

    assert (await scim.post("/Users/.search", body)).json["totalResults"] == 1


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"schemas": []}, "invalidSyntax"),
        ({"schemas": [LIST]}, "invalidSyntax"),
        ({"schemas": SEARCH}, "invalidSyntax"),
        ({"filter": 7}, "invalidValue"),
        ({"filter": ""}, "invalidFilter"),
        ({"filter": "nonsense pr"}, "invalidFilter"),
        ({"sortBy": ["userName"]}, "invalidValue"),
        ({"sortBy": "nonsense"}, "invalidPath"),
        ({"sortOrder": "up"}, "invalidValue"),
        ({"startIndex": "1"}, "invalidValue"),
        ({"startIndex": True}, "invalidValue"),
        ({"count": 1.5}, "invalidValue"),
        ({"attributes": "userName"}, "invalidValue"),
        ({"attributes": [1]}, "invalidValue"),
        ({"attributes": ["title"], "excludedAttributes": ["name"]}, "invalidValue"),
        ({"cursor": "x"}, "invalidCursor"),
        ({"cursor": "", "startIndex": 1}, "invalidValue"),
        ({"cursor": "", "count": 0}, "invalidCount"),
    ],
)
@pytest.mark.parametrize("path", ["/Users", "/Groups", ""])
async def test_a_search_that_can_not_be_read_is_refused(scim, path, wrong, kind):
    assert _is_scim_error(await search(scim, path, **wrong), 400, kind)


# --- the root --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('displayName eq "Oslo"', "bo oslo"),
        ('userName sw "dana"', "dana"),
        ("userName pr", "dana bo"),
        ("not (userName pr)", "oslo crew"),
        ('userName ne "x"', "dana bo oslo crew"),
        ("members pr", "oslo"),
        ("title pr or members pr", "dana oslo"),
        ('meta.resourceType eq "Group"', "oslo crew"),
        ('meta.resourceType eq "User" and displayName eq "Oslo"', "bo"),
        ('meta.resourceType eq "user"', ""),
        (f'schemas eq "{GROUP}"', "oslo crew"),
        ('groups.display eq "Oslo"', "dana"),
        (f'{ENTERPRISE}:department eq "sales"', "dana"),
        (f'{USER}:displayName eq "Oslo"', "bo"),
        ('department eq "sales" or displayName eq "Crew"', "dana crew"),
        ('externalId eq "00ubo.lee"', "bo"),
        ("name.familyName pr", "dana bo"),
        ('emails[type eq "work"]', "dana bo"),
    ],
)
async def test_a_filter_from_the_root_finds_of_each_type_what_it_means_there(scim, there, filter, found):
    assert names(there, await search(scim, filter=filter)) == found
    assert names(there, await scim.get("/", filter=filter)) == found


async def test_the_root_lists_all_types_each_with_its_schema(scim, there):
    answer = await scim.get("")

    assert names(there, answer) == "dana bo oslo crew"
    assert [each["meta"]["resourceType"] for each in answer.resources] == ["User", "User", "Group", "Group"]
    for each in answer.resources:
        assert (await scim.get(f"/{each['meta']['resourceType']}s/{each['id']}")).json == each


async def test_the_root_is_sorted_over_all_types(scim, there):
    answer = await search(scim, sortBy="displayName", attributes=["displayName"])

    assert [each["displayName"] for each in answer.resources] == ["Crew", "Dana Okafor", "Oslo", "Oslo"]


async def test_the_root_is_paged_by_index_through_all_types(scim, there):
    found = [(await scim.get("/", startIndex=start, count=1)).resources[0]["id"] for start in range(1, 5)]

    assert [there[each] for each in found] == ["dana", "bo", "oslo", "crew"]
    beyond = await scim.get("/", startIndex=5, count=9)
    assert (beyond.json["totalResults"], beyond.resources) == (4, [])


async def test_what_no_type_has_can_not_be_filtered_from_the_root(scim, there):
    assert _is_scim_error(await search(scim, filter='nonsense eq "x"'), 400, "invalidFilter")
    assert _is_scim_error(await search(scim, filter="active gt true"), 400, "invalidFilter")


async def test_a_lookup_from_the_root_reads_no_list(scim, there, records, monkeypatch):
    monkeypatch.setattr(type(records.edit), "page", lambda *_, **__: pytest.fail("the list was scanned"))

    for filter in ('userName eq "bo.lee@halden.example"', 'externalId eq "00ubo.lee"'):
        assert names(there, await search(scim, filter=filter)) == "bo"


async def test_the_root_takes_no_resource(scim):
    answer = await scim.post("/", {"schemas": [USER], "userName": "x"})

    assert _is_scim_error(answer, 405)
    assert answer.headers["Allow"] == "GET,HEAD,OPTIONS"
