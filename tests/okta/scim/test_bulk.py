"""Bulk requests (RFC 7644 3.7)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_okta.scim import Limits, scim_application
from dirsync_okta.scim.circles import circles
from tests.okta.conversation import ENTERPRISE, ERROR, GROUP, PATCH_OP, SCIM, USER, Conversation, standing_alone
from tests.okta.scim.test_transport import _is_scim_error

REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"


async def bulk(scim, *operations, **more):
    answer = await scim.post("/Bulk", {"schemas": [REQUEST], "Operations": list(operations), **more})
    assert answer.status == 200, answer.text
    assert answer.json["schemas"] == [RESPONSE]
    return answer.json["Operations"]


def post_user(bulk_id, name=None, **more):
    data = {"schemas": [USER], "userName": name or bulk_id, **more}
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data}


def post_group(bulk_id, *members, name=None):
    data = {"schemas": [GROUP], "displayName": name or bulk_id, "members": list(members)}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


def managed_by(bulk_id):
    return {ENTERPRISE: {"manager": {"value": f"bulkId:{bulk_id}"}}}


def statuses(operations):
    return [each["status"] for each in operations]


def made(operation):
    return operation["location"].removeprefix(SCIM)


async def test_the_example_of_the_rfc_for_all_methods(scim):  # RFC 7644 3.7.3
    bob, dave, old = [(await scim.user(name)) for name in ("bob.x", "dave.x", "old.x")]

    done = await bulk(
        scim,
        post_user("qwerty", "Alice"),
        {
            "method": "PUT",
            "path": f"/Users/{bob['id']}",
            "version": bob["meta"]["version"],
            "data": {"schemas": [USER], "userName": "Bob"},
        },
        {
            "method": "PATCH",
            "path": f"/Users/{dave['id']}",
            "version": dave["meta"]["version"],
            "data": {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "nickName", "value": "D"}]},
        },
        {"method": "DELETE", "path": f"/Users/{old['id']}", "version": old["meta"]["version"]},
        failOnErrors=1,
    )

    alice = made(done[0]).rpartition("/")[2]
    assert done == [
        {
            "method": "POST",
            "bulkId": "qwerty",
            "status": "201",
            "location": f"{SCIM}/Users/{alice}",
            "version": 'W/"1"',
        },
        {"method": "PUT", "status": "200", "location": f"{SCIM}/Users/{bob['id']}", "version": 'W/"2"'},
        {"method": "PATCH", "status": "200", "location": f"{SCIM}/Users/{dave['id']}", "version": 'W/"2"'},
        {"method": "DELETE", "status": "204", "location": f"{SCIM}/Users/{old['id']}"},
    ]
    assert (await scim.get(f"/Users/{alice}")).json["userName"] == "Alice"
    assert (await scim.get(f"/Users/{bob['id']}")).json["userName"] == "Bob"
    assert (await scim.get(f"/Users/{dave['id']}")).json["nickName"] == "D"
    assert (await scim.get(f"/Users/{old['id']}")).status == 404


async def test_a_group_gets_a_member_that_is_made_in_the_same_request(scim):  # RFC 7644 3.7.2
    user, group = await bulk(
        scim,
        post_user("qwerty", "Alice"),
        post_group("ytrewq", {"type": "User", "value": "bulkId:qwerty"}, name="Tour Guides"),
    )

    members = (await scim.get(made(group))).json["members"]
    assert [(each["value"], each["$ref"]) for each in members] == [(made(user)[7:], user["location"])]


async def test_what_is_referred_to_is_made_first_and_answered_in_the_order_of_the_request(scim):
    group, user = await bulk(scim, post_group("g", {"value": "bulkId:u"}), post_user("u"))

    assert (group["bulkId"], user["bulkId"]) == ("g", "u")
    assert (await scim.get(made(user))).json["groups"][0]["$ref"] == group["location"]


async def test_two_groups_that_name_each_other_are_made(scim):  # RFC 7644 3.7.1
    one, two = await bulk(
        scim,
        post_group("qwerty", {"type": "Group", "value": "bulkId:ytrewq"}, name="Group A"),
        post_group("ytrewq", {"type": "Group", "value": "bulkId:qwerty"}, name="Group B"),
    )

    assert statuses([one, two]) == ["201", "201"]
    assert [each["$ref"] for each in (await scim.get(made(one))).json["members"]] == [two["location"]]
    assert [each["$ref"] for each in (await scim.get(made(two))).json["members"]] == [one["location"]]


async def test_managers_in_a_circle_are_made_and_have_the_versions_that_are_told(scim):
    people = await bulk(
        scim,
        post_user("a", **managed_by("b")),
        post_user("b", **managed_by("c")),
        post_user("c", **managed_by("a")),
        post_user("d", **managed_by("d")),
    )

    assert statuses(people) == ["201"] * 4
    for each, manager in zip(people, [people[1], people[2], people[0], people[3]], strict=True):
        shown = await scim.get(made(each))
        assert shown.json[ENTERPRISE]["manager"]["value"] == made(manager)[7:]
        assert shown.headers["ETag"] == each["version"]


async def test_a_circle_of_which_one_fails_makes_none(scim):
    await scim.post("/Users", {"schemas": [USER], "userName": "b"})

    one, two = await bulk(scim, post_user("a", **managed_by("b")), post_user("b", **managed_by("a")))

    assert statuses([one, two]) == ["409", "409"]
    assert two["response"]["scimType"] == "uniqueness"
    assert "circle" in one["response"]["detail"]
    assert "location" not in one
    assert (await scim.get("/Users", filter='userName eq "a"')).json["totalResults"] == 0


async def test_references_stand_in_paths_in_addresses_and_in_patches(scim):
    user, group, patch, put, path = await bulk(
        scim,
        post_user("u"),
        post_group("g", {"value": "x"}, {"value": "bulkId:u", "$ref": "/Users/bulkId:u"}),
        {
            "method": "PATCH",
            "path": "/Groups/bulkId:g",
            "data": {"schemas": [PATCH_OP], "Operations": [{"op": "remove", "path": 'members[value eq "bulkId:u"]'}]},
        },
        {"method": "PUT", "path": "/Users/bulkId:u", "data": {"schemas": [USER], "userName": "w"}},
        {
            "method": "PATCH",
            "path": "/Groups/bulkId:g",
            "data": {
                "schemas": [PATCH_OP],
                "Operations": [{"op": "add", "path": "members", "value": [{"value": "bulkId:u"}]}],
            },
        },
    )

    assert statuses([user, group, patch, put, path]) == ["201", "201", "200", "200", "200"]
    assert patch["location"] == group["location"]
    assert (await scim.get(made(user))).json["userName"] == "w"
    assert [each["value"] for each in (await scim.get(made(group))).json["members"]] == [made(user)[7:], "x"]


async def test_each_operation_is_done_or_refused_by_itself(scim):
    done = await bulk(
        scim,
        post_user("a"),
        post_user("b", name="a"),
        post_user("c", active="perhaps"),
        {"method": "DELETE", "path": "/Users/nobody"},
        post_user("d"),
    )

    assert statuses(done) == ["201", "409", "400", "404", "201"]
    assert done[1]["response"] == {
        "schemas": [ERROR],
        "status": "409",
        "scimType": "uniqueness",
        "detail": done[1]["response"]["detail"],
    }
    assert "Assignments" in done[1]["response"]["detail"]
    assert done[3]["location"] == f"{SCIM}/Users/nobody"
    assert (await scim.get("/Users")).json["totalResults"] == 2


async def test_what_refers_to_something_that_failed_is_refused_and_says_so(scim):
    await scim.post("/Users", {"schemas": [USER], "userName": "u"})

    user, group, patch = await bulk(
        scim,
        post_user("u"),
        post_group("g", {"value": "bulkId:u"}),
        {"method": "DELETE", "path": "/Users/bulkId:u"},
    )

    assert statuses([user, group, patch]) == ["409", "409", "409"]
    assert "bulkId:u" in group["response"]["detail"]
    assert (await scim.get("/Groups")).json["totalResults"] == 0


async def test_what_refers_to_nothing_is_refused(scim):
    (group,) = await bulk(scim, post_group("g", {"value": "bulkId:nobody"}))

    assert (group["status"], group["response"]["scimType"]) == ("400", "invalidValue")


@pytest.mark.parametrize(("most", "done"), [(1, 2), (2, 4), (9, 5)])
async def test_after_so_many_errors_the_rest_is_left(scim, most, done):
    wrong = {"method": "DELETE", "path": "/Users/nobody"}

    answered = await bulk(scim, post_user("a"), wrong, post_user("b"), wrong, post_user("c"), failOnErrors=most)

    assert len(answered) == done
    assert (await scim.get("/Users")).json["totalResults"] == len([x for x in answered if x["status"] == "201"])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_a_version_that_is_past_refuses_the_operation(scim, method):
    user = await scim.user()
    patch = {"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "title", "value": "x"}]}
    data = patch if method == "PATCH" else {"schemas": [USER], "userName": "x"}

    (done,) = await bulk(scim, {"method": method, "path": f"/Users/{user['id']}", "version": 'W/"7"', "data": data})

    assert (done["status"], done["response"]["status"]) == ("412", "412")
    assert (await scim.get(f"/Users/{user['id']}")).json == user


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"method": "GET", "path": "/Users/1"}, "400"),
        ({"method": "POST", "path": "/Users", "data": {}}, "400"),
        ({"method": "POST", "path": "/Users/1", "bulkId": "b", "data": {}}, "400"),
        ({"method": "POST", "path": "/Users", "bulkId": 7, "data": {}}, "400"),
        ({"method": "POST", "path": "/Users", "bulkId": "b"}, "400"),
        ({"method": "POST", "path": "/Users", "bulkId": "b", "data": []}, "400"),
        ({"method": "POST", "path": "/Users", "bulkId": "b", "data": {"userName": "x"}}, "400"),
        ({"method": "PUT", "path": "/Users", "data": {}}, "400"),
        ({"method": "PATCH", "path": "/Users/1", "data": {}}, "400"),
        ({"method": "DELETE", "path": "/Robots/1"}, "404"),
        ({"method": "DELETE", "path": "/Schemas/1"}, "404"),
        ({"method": "DELETE", "path": "/Me/1"}, "501"),
        ({"method": "DELETE", "path": "/Users/1/2"}, "404"),
        ({"method": "DELETE", "path": "/Groups/1", "version": 1}, "400"),
        ({"method": "DELETE"}, "400"),
        ({"path": "/Users"}, "400"),
        ({}, "400"),
    ],
)
async def test_an_operation_that_is_none_is_refused_alone(scim, operation, status):
    wrong, right = await bulk(scim, operation, post_user("a"))

    assert (wrong["status"], wrong["response"]["status"], right["status"]) == (status, status, "201")
    assert wrong["response"]["detail"]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"Operations": [post_user("a")]}, 400, "invalidSyntax"),
        ({"schemas": [USER], "Operations": [post_user("a")]}, 400, "invalidSyntax"),
        ({"schemas": [REQUEST]}, 400, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": []}, 400, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": {}}, 400, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [post_user("a"), 7]}, 400, "invalidSyntax"),
        ({"schemas": [REQUEST], "Operations": [post_user("a"), post_user("a", "b")]}, 400, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [post_user("a")], "failOnErrors": 0}, 400, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [post_user("a")], "failOnErrors": "1"}, 400, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [post_user("a")], "failOnErrors": True}, 400, "invalidValue"),
        ({"schemas": [REQUEST], "Operations": [post_user(str(n)) for n in range(1001)]}, 413, None),
    ],
)
async def test_a_bulk_request_that_is_none_is_refused_whole(scim, body, status, kind):
    assert _is_scim_error(await scim.post("/Bulk", body), status, kind)
    assert (await scim.get("/Users")).json["totalResults"] == 0


async def test_a_bulk_request_beyond_the_size_that_is_announced_is_refused(scim):
    size = (await scim.get("/ServiceProviderConfig")).json["bulk"]["maxPayloadSize"]
    body = json.dumps({"schemas": [REQUEST], "Operations": [post_user("a")]}).encode()

    assert (await scim.ask("POST", "/Bulk", body.ljust(size))).status == 200
    assert _is_scim_error(await scim.ask("POST", "/Bulk", body.ljust(size + 1)), 413)


@pytest.mark.parametrize(("levels", "fits"), [(13, True), (14, True), (15, False), (16, False)])
async def test_data_may_be_as_deep_as_in_a_request_of_its_own(scim, levels, fits):
    deep = 1
    for _ in range(levels):
        deep = {"x": deep}

    alone = await scim.post("/Users", {"schemas": [USER], "userName": "alone", "deep": deep})
    answer = await scim.post("/Bulk", {"schemas": [REQUEST], "Operations": [post_user("a", deep=deep)]})

    assert (alone.status == 201, answer.status == 200) == (fits, fits)


async def test_the_largest_bulk_request_makes_a_thousand(scim):
    chain = [post_user(f"u{n}", **managed_by(f"u{n + 1}")) for n in range(999)]

    done = await bulk(scim, *chain, post_user("u999"))

    assert statuses(done) == ["201"] * 1000


async def test_a_circle_of_a_thousand_is_made(scim):
    done = await bulk(scim, *(post_user(f"u{n}", **managed_by(f"u{(n + 1) % 1000}")) for n in range(1000)))

    assert statuses(done) == ["201"] * 1000


async def test_what_does_not_come_to_its_turn_in_time_is_told_so(records, aiohttp_client):
    ticks = iter(range(1000))
    service = scim_application(records, base_url=SCIM, limits=Limits(answer=1.5), now=lambda: float(next(ticks)))
    scim = Conversation(await aiohttp_client(standing_alone(service)))

    done = await bulk(scim, post_user("a"), post_user("b"), post_user("c"))

    assert statuses(done) == ["201", "503", "503"]
    assert (await scim.get("/Users", filter='userName eq "b"')).json["totalResults"] == 0


async def test_each_operation_stands_in_the_history_under_a_request_of_its_own(scim, records):
    await bulk(
        scim, post_user("a"), post_user("b"), post_user("c", **managed_by("d")), post_user("d", **managed_by("c"))
    )

    assert [each.id for each in records.writes] == [f"0123456789abcdef.{n}" for n in (1, 2, 3)]


async def test_what_is_ignored_is_ignored_in_bulk_too(scim):
    (done,) = await bulk(scim, post_user("a", password="s3cret", id="mine", meta={"version": "x"}, groups=[]))

    shown = (await scim.get(made(done))).json
    assert "password" not in shown
    assert shown["id"] != "mine"


@given(
    st.integers(1, 8).flatmap(lambda n: st.lists(st.lists(st.integers(0, n - 1), max_size=3), min_size=n, max_size=n))
)
def test_what_is_needed_comes_first_and_circles_together(graph):
    needs = dict(enumerate(graph))
    reach = {node: {node} for node in needs}
    for _ in needs:
        reach = {node: there.union(*(reach[each] for each in needs[node])) for node, there in reach.items()}

    found = circles(needs)

    place = {node: position for position, circle in enumerate(found) for node in circle}
    assert sorted(place) == sorted(needs)
    for one in needs:
        for other in reach[one]:
            assert place[other] <= place[one]
            assert (place[other] == place[one]) == (one in reach[other])
