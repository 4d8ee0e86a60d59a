"""Versions: ETag, If-Match, If-None-Match (RFC 7644 3.14)."""

import pytest

from tests.okta.conversation import GROUP, PATCH_OP, okta_user
from tests.okta.scim.test_transport import _is_scim_error

TITLE = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Chef"}]}
ADD = {"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "members", "value": [{"value": "u9"}]}]}


async def test_every_answer_with_a_resource_has_its_version_as_etag(scim):
    made = await scim.post("/Users", okta_user())
    path = f"/Users/{made.json['id']}"

    answers = [made, await scim.get(path), await scim.ask("PATCH", path, TITLE), await scim.put(path, okta_user())]

    for answer in answers:
        assert answer.headers["ETag"] == answer.json["meta"]["version"]
    assert [answer.headers["ETag"] for answer in answers] == ['W/"1"', 'W/"1"', 'W/"2"', 'W/"3"']


async def test_a_patch_of_a_group_without_an_answer_says_its_version(scim):
    group = await scim.group("Oslo")

    answer = await scim.ask("PATCH", f"/Groups/{group['id']}", ADD)

    assert (answer.status, answer.headers["ETag"]) == (204, 'W/"2"')


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("tag", ['W/"1"', '"1"', "*", '"7", W/"1"'])
async def test_who_knows_the_version_is_told_that_nothing_changed(scim, method, tag):
    user = await scim.user()

    answer = await scim.ask(method, f"/Users/{user['id']}", headers={"If-None-Match": tag})

    assert (answer.status, answer.text, answer.headers["ETag"]) == (304, "", 'W/"1"')


@pytest.mark.parametrize("tag", ['W/"2"', "", '"', 'W/"11"', "nonsense"])
async def test_who_knows_another_version_is_sent_the_resource(scim, tag):
    user = await scim.user()

    answer = await scim.ask("GET", f"/Users/{user['id']}", headers={"If-None-Match": tag})

    assert answer.json == user


async def test_what_is_not_there_is_404_whatever_the_precondition(scim):
    for method, headers in (("GET", {"If-None-Match": "*"}), ("DELETE", {"If-Match": "*"})):
        assert _is_scim_error(await scim.ask(method, "/Users/nobody", headers=headers), 404)


@pytest.mark.parametrize(("method", "body"), [("PUT", okta_user(title="Chef")), ("PATCH", TITLE), ("DELETE", None)])
@pytest.mark.parametrize("headers", [{"If-Match": 'W/"2"'}, {"If-Match": '"x"'}, {"If-None-Match": 'W/"1"'}])
async def test_a_write_on_another_version_is_refused_and_changes_nothing(scim, method, body, headers):
    user = await scim.user()

    answer = await scim.ask(method, f"/Users/{user['id']}", body, headers=headers)

    assert _is_scim_error(answer, 412)
    assert answer.headers["ETag"] == 'W/"1"'
    assert (await scim.get(f"/Users/{user['id']}")).json == user


@pytest.mark.parametrize(("method", "body"), [("PUT", okta_user(title="Chef")), ("PATCH", TITLE), ("DELETE", None)])
@pytest.mark.parametrize("headers", [{"If-Match": 'W/"1"'}, {"If-Match": '"7", "1"'}, {"If-Match": "*"}])
async def test_a_write_on_the_known_version_is_done(scim, method, body, headers):
    user = await scim.user()

    answer = await scim.ask(method, f"/Users/{user['id']}", body, headers=headers)

    assert answer.status == (204 if method == "DELETE" else 200)


@pytest.mark.parametrize(
    ("method", "body"), [("PUT", {"schemas": [GROUP], "displayName": "X"}), ("PATCH", ADD), ("DELETE", None)]
)
async def test_a_group_whose_members_changed_is_at_another_version(scim, method, body):
    group = await scim.group("Oslo")
    await scim.patch(f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": "u1"}]})

    answer = await scim.ask(method, f"/Groups/{group['id']}", body, headers={"If-Match": group["meta"]["version"]})

    assert _is_scim_error(answer, 412)
    shown = (await scim.get(f"/Groups/{group['id']}")).json
    assert [each["value"] for each in shown["members"]] == ["u1"]


async def test_of_two_writers_with_one_version_one_is_refused(scim):
    user = await scim.user()
    known = {"If-Match": user["meta"]["version"]}

    statuses = [(await scim.ask("PATCH", f"/Users/{user['id']}", TITLE, headers=known)).status for _ in range(2)]

    assert statuses == [200, 412]


async def test_being_put_in_a_group_is_no_new_version_of_a_user(scim):
    user = await scim.user()
    await scim.group("Oslo", user["id"])

    assert (await scim.get(f"/Users/{user['id']}")).headers["ETag"] == 'W/"1"'


@pytest.mark.parametrize("made", [okta_user(), {"schemas": [GROUP], "displayName": "Oslo"}])
async def test_every_answer_with_a_resource_has_its_address(scim, made):
    endpoint = "/Users" if "userName" in made else "/Groups"
    created = await scim.post(endpoint, made)
    location = created.json["meta"]["location"]
    path = f"{endpoint}/{created.json['id']}"
    patch = {"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "externalId", "value": "e1"}]}

    answers = [await scim.get(path), await scim.put(path, made)]
    answers.append(await scim.ask("PATCH", f"{path}?attributes=externalId", patch))
    unchanged = await scim.ask("GET", path, headers={"If-None-Match": "*"})

    assert {(each.headers["Location"], each.headers["Content-Location"]) for each in (created, *answers)} == {
        (location, location)
    }
    assert (unchanged.status, unchanged.headers["Content-Location"]) == (304, location)


async def test_who_wants_one_version_alone_is_not_sent_another(scim):
    user = await scim.user()
    path = f"/Users/{user['id']}"

    same, other = [await scim.ask("GET", path, headers={"If-Match": tag}) for tag in ('W/"1"', 'W/"2"')]

    assert same.json == user
    assert _is_scim_error(other, 412)
    assert user["userName"] in other.json["detail"]
