"""Envelope and HTTP: paging parameters, media types, methods, and bodies that are none."""

import gzip

import pytest

from tests.okta.conversation import ERROR, LIST, USER, okta_user


def _is_scim_error(answer, status, scim_type=None):
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/scim+json")
    assert answer.json["schemas"] == [ERROR]
    assert answer.json["status"] == str(status)
    assert answer.json.get("scimType") == scim_type
    assert answer.json["detail"]
    return True


async def test_connector_test_of_the_wizard_gets_an_empty_list_with_integers(scim):  # surprise 1
    answer = await scim.get("/Users?startIndex=1&count=2")

    assert answer.json == {"schemas": [LIST], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []}
    assert all(type(answer.json[name]) is int for name in ("totalResults", "startIndex", "itemsPerPage"))


async def test_okta_spec_suite_finds_all_it_asserts_in_the_first_user(scim):  # surprise 2
    await scim.user()

    user = (await scim.get("/Users?count=1&startIndex=1")).resources[0]

    assert user["id"]
    assert user["userName"]
    assert user["name"]["givenName"]
    assert user["name"]["familyName"]
    assert user["active"] is True
    assert user["emails"][0]["value"]


async def test_groups_without_parameters_are_an_empty_list(scim):  # surprise 3
    answer = await scim.get("/Groups")

    assert (answer.status, answer.resources) == (200, [])


@pytest.mark.parametrize("start", ["0", "-5", None])
async def test_start_index_below_one_means_one(scim, start):  # surprise 4
    await scim.user()

    answer = await scim.get("/Users", **({"startIndex": start} if start else {}))

    assert (answer.json["startIndex"], len(answer.resources)) == (1, 1)


@pytest.mark.parametrize("count", ["0", "-3"])
async def test_count_of_zero_or_less_gives_the_total_alone(scim, count):  # surprise 5
    await scim.user()

    answer = await scim.get("/Users", count=count)

    assert "Resources" not in answer.json
    assert (answer.json["totalResults"], answer.json["itemsPerPage"]) == (1, 0)


async def test_a_count_beyond_the_cap_says_what_it_really_gave(scim):  # surprise 6
    await scim.user()

    answer = await scim.get("/Users", count=100000)

    assert answer.json["itemsPerPage"] == len(answer.resources) == 1


async def test_a_start_past_the_end_is_an_empty_page_with_the_same_total(scim):  # surprise 7
    await scim.user()

    answer = await scim.get("/Users", startIndex=50)

    assert (answer.status, answer.json["totalResults"], answer.resources) == (200, 1, [])


@pytest.mark.parametrize("name", ["startIndex", "count"])
async def test_a_number_that_is_none_is_refused(scim, name):
    assert _is_scim_error(await scim.get("/Users", **{name: "two"}), 400, "invalidValue")


@pytest.mark.parametrize(
    "content_type",  # surprises 9 and 10
    ["application/json", "application/scim+json; charset=utf-8", "APPLICATION/SCIM+JSON; Charset=UTF-8"],
)
async def test_a_post_may_be_labelled_in_several_ways(scim, content_type):
    answer = await scim.ask("POST", "/Users", okta_user(), headers={"Content-Type": content_type})

    assert answer.status == 201


@pytest.mark.parametrize(
    "accept", ["application/scim+json; charset=utf-8", "*/*", "application/*", "text/html, */*;q=0.1"]
)
async def test_the_answer_is_scim_json_for_whoever_takes_it(scim, accept):  # surprise 11
    answer = await scim.ask("GET", "/Users", headers={"Accept": accept})

    assert answer.headers["Content-Type"].startswith("application/scim+json")


async def test_whoever_takes_plain_json_only_gets_it(scim):
    answer = await scim.ask("GET", "/Users", headers={"Accept": "application/json"})

    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("accept", ["text/html", "application/scim+json;q=0", "image/*"])
async def test_whoever_takes_no_json_is_told_what_there_is(scim, accept):
    assert _is_scim_error(await scim.ask("GET", "/Users", headers={"Accept": accept}), 406)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=iso-8859-1"},
        {"Content-Encoding": "compress"},
    ],
)
async def test_a_body_of_another_kind_is_refused_before_it_is_read(scim, headers):  # surprise 15
    assert _is_scim_error(await scim.ask("POST", "/Users", okta_user(), headers=headers), 415)


async def test_a_compressed_body_is_read(scim):
    body = gzip.compress(b'{"schemas": ["%b"], "userName": "dana"}' % USER.encode())

    answer = await scim.ask("POST", "/Users", body, headers={"Content-Encoding": "gzip"})

    assert answer.json["userName"] == "dana"


async def test_a_body_that_is_not_compressed_as_it_says_is_refused(scim):
    answer = await scim.ask("POST", "/Users", b"no gzip", headers={"Content-Encoding": "gzip"})

    assert answer.status == 400


async def test_a_compressed_body_may_not_unpack_beyond_the_limit(scim):  # surprise 18
    body = gzip.compress(b'{"a": "' + b"x" * 5 * 1024 * 1024 + b'"}')

    assert _is_scim_error(await scim.ask("POST", "/Users", body, headers={"Content-Encoding": "gzip"}), 413)


async def test_a_body_beyond_the_limit_is_refused(scim):  # surprise 18
    assert _is_scim_error(await scim.ask("POST", "/Users", b" " * 5 * 1024 * 1024), 413)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"userName": "a", "userName": "b"}',
        b'{"userName": NaN}',
        b'{"x": 1e999}',
        b'{"x": ' + b"9" * 5000 + b"}",
        b'{"userName": "\xff"}',
        b"[" * 50_000,
        b'{"x": ' * 40 + b"1" + b"}" * 40,
        b'{"x": ' * 3000 + b"1" + b"}" * 3000,
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(scim, body):  # surprise 15
    assert _is_scim_error(await scim.ask("POST", "/Users", body), 400, "invalidSyntax")


@pytest.mark.parametrize("text", ["\\ud800", "a\\u0000b"])
async def test_text_that_can_not_be_stored_is_refused(scim, text):
    body = f'{{"schemas": ["{USER}"], "userName": "{text}"}}'.encode()

    assert _is_scim_error(await scim.ask("POST", "/Users", body), 400, "invalidValue")


async def test_an_unknown_address_is_scim_json_and_says_where_the_service_is(scim):  # surprise 15
    answer = await scim.get("/Nonsense")

    assert _is_scim_error(answer, 404)
    assert "/scim/v2" in answer.json["detail"]


async def test_an_address_outside_the_service_is_scim_json_as_well(scim):
    response = await scim.client.get("/providers/okta/Users")

    assert response.status == 404
    assert (await response.json(content_type="application/scim+json"))["schemas"] == [ERROR]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/Users", "GET,HEAD,OPTIONS,POST"),
        ("POST", "/Users/1", "DELETE,GET,HEAD,OPTIONS,PATCH,PUT"),
        ("PUT", "/Schemas", "GET,HEAD,OPTIONS"),
        ("GET", "/Bulk", "OPTIONS,POST"),
        ("GET", "/Users/.search", "OPTIONS,POST"),
        ("DELETE", "/Groups/.search", "OPTIONS,POST"),
    ],
)
async def test_a_method_that_does_not_fit_names_those_that_do(scim, method, path, allowed):
    answer = await scim.ask(method, path)

    assert _is_scim_error(answer, 405)
    assert answer.headers["Allow"] == allowed


async def test_options_names_the_methods(scim):
    answer = await scim.ask("OPTIONS", "/Users/1")

    assert (answer.status, answer.headers["Allow"]) == (204, "DELETE,GET,HEAD,OPTIONS,PATCH,PUT")


async def test_head_is_a_get_without_a_body(scim):
    user = await scim.user()

    answer = await scim.ask("HEAD", f"/Users/{user['id']}")

    assert (answer.status, answer.text) == (200, "")
    assert int(answer.headers["Content-Length"]) > 100


async def test_double_slashes_of_a_base_url_with_a_slash_do_no_harm(scim):
    user = await scim.user()

    assert (await scim.get("//Users")).json["totalResults"] == 1
    assert (await scim.get(f"//Users/{user['id']}")).json == user


@pytest.mark.parametrize("slashes", ["/", "//"])
async def test_a_slash_at_the_end_does_no_harm(scim, slashes):
    user = (await scim.post(f"/Users{slashes}", okta_user())).json
    address = f"/Users/{user['id']}"

    assert (await scim.get(f"/Users{slashes}")).resources == [user]
    assert (await scim.get(f"//Users{slashes}")).resources == [user]
    assert (await scim.get(f"{address}{slashes}")).json == user
    for path in ("/Groups", "/Schemas", f"/Schemas/{USER}", "/ResourceTypes/User", "/ServiceProviderConfig"):
        assert (await scim.get(f"{path}{slashes}")).json == (await scim.get(path)).json
    assert (await scim.ask("DELETE", f"{address}{slashes}")).status == 204
    assert (await scim.get(address)).status == 404


async def test_a_method_that_does_not_fit_is_told_with_a_slash_at_the_end_too(scim):
    answer = await scim.ask("DELETE", "/Users/")

    assert _is_scim_error(answer, 405)
    assert answer.headers["Allow"] == "GET,HEAD,OPTIONS,POST"


@pytest.mark.parametrize(
    "query",  # surprise 16
    [
        "aadOptscim062020&filter=userName eq %22nobody%22",
        "aadOptscim062020filter=userName eq %22nobody%22",
        "filter=userName eq %22nobody%22&aadOptscim062020",
        "?aadOptscim062020&filter=userName eq %22nobody%22",
    ],
)
async def test_the_flag_of_entra_in_the_query_is_ignored(scim, query):
    await scim.user()

    answer = await scim.get(f"/Users?{query}".replace("??", "?"))

    assert answer.json["totalResults"] == 0


@pytest.mark.parametrize(
    ("method", "path"),  # surprise 99
    [
        ("GET", "/Me"),
        ("PATCH", "/Me"),
        ("DELETE", "/Me"),
    ],
)
async def test_what_is_not_offered_is_501_in_scim_json(scim, method, path):
    assert _is_scim_error(await scim.ask(method, path), 501)


async def test_an_error_before_the_application_is_rendered_by_the_provider(okta):  # surprise 13
    answer = okta.error(401, "The token is not known here.")

    assert (answer.status, answer.content_type) == (401, "application/scim+json")
    assert b'"status": "401"' in answer.body
    assert answer.headers["WWW-Authenticate"] == "Bearer"
