"""Discovery: what the service says of itself."""

import pytest

from tests.okta.conversation import DIRSYNC, ENTERPRISE, GROUP, SCIM, USER
from tests.okta.scim.test_transport import _is_scim_error


def _no_nulls(document):
    if isinstance(document, dict):
        return all(part is not None and _no_nulls(part) for part in document.values())
    return all(_no_nulls(each) for each in document) if isinstance(document, list) else True


@pytest.mark.parametrize("path", ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"])
async def test_discovery_documents_have_no_nulls(scim, path):  # surprise 19
    answer = await scim.get(path)

    assert answer.status == 200
    assert _no_nulls(answer.json)


async def test_what_is_not_supported_is_not_claimed(scim):
    config = (await scim.get("/ServiceProviderConfig")).json

    assert {
        name: config[name]["supported"] for name in ("patch", "filter", "bulk", "sort", "etag", "changePassword")
    } == {
        "patch": True,
        "filter": True,
        "bulk": True,
        "sort": True,
        "etag": True,
        "changePassword": False,
    }
    assert config["filter"]["maxResults"] == 1000


async def test_the_limits_that_are_announced_are_those_that_hold(scim):  # RFC 7643 5, RFC 9865 4
    config = (await scim.get("/ServiceProviderConfig")).json

    assert config["bulk"] == {"supported": True, "maxOperations": 1000, "maxPayloadSize": 4194304}
    assert config["pagination"] == {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": "index",
        "defaultPageSize": 100,
        "maxPageSize": 1000,
        "cursorTimeout": 3600,
    }


async def test_the_user_type_names_the_extension_with_assistants(scim):
    types = {each["id"]: each for each in (await scim.get("/ResourceTypes")).resources}

    assert [each["schema"] for each in types["User"]["schemaExtensions"]] == [ENTERPRISE, DIRSYNC]
    assert types["User"]["meta"]["location"] == f"{SCIM}/ResourceTypes/User"
    assert types["Group"]["endpoint"] == "/Groups"


async def test_assistants_are_an_array_of_texts_in_the_schema(scim):
    schema = (await scim.get(f"/Schemas/{DIRSYNC}")).json

    assistants = schema["attributes"][0]
    assert (assistants["name"], assistants["type"], assistants["multiValued"]) == ("assistants", "string", True)


async def test_every_schema_of_every_type_is_published_under_its_own_address(scim):
    listed = (await scim.get("/Schemas")).resources

    assert [each["id"] for each in listed] == [USER, ENTERPRISE, DIRSYNC, GROUP]
    for each in listed:
        assert (await scim.get(each["meta"]["location"].removeprefix(SCIM))).json == each


@pytest.mark.parametrize("path", ["/Schemas/nonsense", "/ResourceTypes/Robot"])
async def test_an_unknown_document_is_404(scim, path):
    assert _is_scim_error(await scim.get(path), 404)


async def test_discovery_can_not_be_filtered(scim):  # RFC 7644 4
    assert _is_scim_error(await scim.get("/Schemas", filter='id eq "x"'), 403)
