"""The examples that the RFCs print: resources, filters, patches, errors; what they show is what comes back.

With every tolerance on, and with none: who speaks by the book needs none.
"""

import copy

import pytest

from dirsync_core.api import Context, Dialects
from dirsync_okta.provider import Okta, OktaSettings
from tests.okta.conversation import BASE, ENTERPRISE, ERROR, GROUP, LIST, PATCH_OP, USER
from tests.okta.scim.test_transport import _is_scim_error

MINIMAL = {"schemas": [USER], "userName": "bjensen@example.com"}  # RFC 7643 8.1, as a client may write it
FULL = {  # RFC 7643 8.2 and 8.3
    "schemas": [USER, ENTERPRISE],
    "externalId": "701984",
    "userName": "bjensen@example.com",
    "name": {
        "formatted": "Ms. Barbara J Jensen, III",
        "familyName": "Jensen",
        "givenName": "Barbara",
        "middleName": "Jane",
        "honorificPrefix": "Ms.",
        "honorificSuffix": "III",
    },
    "displayName": "Babs Jensen",
    "nickName": "Babs",
    "profileUrl": "https://login.example.com/bjensen",
    "emails": [
        {"value": "bjensen@example.com", "type": "work", "primary": True},
        {"value": "babs@jensen.org", "type": "home"},
    ],
    "addresses": [
        {
            "streetAddress": "100 Universal City Plaza",
            "locality": "Hollywood",
            "region": "CA",
            "postalCode": "91608",
            "country": "USA",
            "formatted": "100 Universal City Plaza\nHollywood, CA 91608 USA",
            "type": "work",
            "primary": True,
        },
        {
            "streetAddress": "456 Hollywood Blvd",
            "locality": "Hollywood",
            "region": "CA",
            "postalCode": "91608",
            "country": "USA",
            "formatted": "456 Hollywood Blvd\nHollywood, CA 91608 USA",
            "type": "home",
        },
    ],
    "phoneNumbers": [{"value": "555-555-5555", "type": "work"}, {"value": "555-555-4444", "type": "mobile"}],
    "ims": [{"value": "someaimhandle", "type": "aim"}],
    "photos": [
        {"value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo"},
        {"value": "https://photos.example.com/profilephoto/72930000000Ccne/T", "type": "thumbnail"},
    ],
    "userType": "Employee",
    "title": "Tour Guide",
    "preferredLanguage": "en-US",
    "locale": "en-US",
    "timezone": "America/Los_Angeles",
    "active": True,
    "x509Certificates": [{"value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAw"}],
    ENTERPRISE: {
        "employeeNumber": "701984",
        "costCenter": "4130",
        "organization": "Universal Studios",
        "division": "Theme Park",
        "department": "Tour Operations",
        "manager": {
            "value": "26118915-6090-4610-87e4-49d8ca9f808d",
            "$ref": "../Users/26118915-6090-4610-87e4-49d8ca9f808d",
        },
    },
}


class Strict(Dialects):
    """No tolerance is on."""

    def allows(self, name):
        return False


@pytest.fixture(params=[Dialects, Strict], ids=["tolerant", "strict"])
def okta(records, request):
    return Okta(OktaSettings(), Context("okta", records, BASE, request.param()))


def _given(resource, body):
    return {name: part for name, part in resource.items() if name in body}


async def _barbara(scim, **more):
    answer = await scim.post("/Users", {**copy.deepcopy(FULL), **more})
    assert answer.status == 201, answer.text
    return answer.json


async def test_a_minimal_user(scim):  # RFC 7643 8.1
    answer = await scim.post("/Users", MINIMAL)

    assert answer.status == 201
    assert {"id", "schemas", "userName", "meta"} <= set(answer.json)
    assert set(answer.json["meta"]) == {"resourceType", "created", "lastModified", "location", "version"}


NAMING = {**FULL[ENTERPRISE]["manager"], "displayName": "John Smith"}  # read-only, RFC 7643 8.7.1


@pytest.mark.parametrize(
    "body",
    [
        FULL,
        {**FULL, "groups": [{"value": "e9e30dba"}]},
        {**FULL, ENTERPRISE: {**FULL[ENTERPRISE], "manager": NAMING}},
    ],
)
async def test_a_full_user_comes_back_as_it_was_sent(scim, body):  # RFC 7643 8.2 and 8.3
    made = (await scim.post("/Users", body)).json

    assert _given(made, FULL) == FULL
    assert "groups" not in made
    assert (await scim.get(f"/Users/{made['id']}")).json == made


async def test_a_group_with_members(scim):  # RFC 7643 8.4
    members = [
        {"value": "2819c223-7f76-453a-919d-413861904646", "display": "Babs Jensen"},
        {"value": "902c246b-6245-4190-8e05-00816be7344a", "display": "Mandy Pepperidge"},
    ]

    made = (await scim.post("/Groups", {"schemas": [GROUP], "displayName": "Tour Guides", "members": members})).json

    assert [{name: each[name] for name in ("value", "display")} for each in made["members"]] == members
    assert all(each["$ref"].endswith(f"/Users/{each['value']}") for each in made["members"])


@pytest.mark.parametrize(
    ("text", "found"),
    [  # RFC 7644 3.4.2.2, figure 2
        ('userName eq "bjensen@example.com"', True),
        ('name.familyName co "O\'Malley"', False),
        ('userName sw "B"', True),
        (f'{USER}:userName sw "B"', True),
        ("title pr", True),
        ('meta.lastModified gt "2011-05-13T04:42:34Z"', True),
        ('meta.lastModified ge "2011-05-13T04:42:34Z"', True),
        ('meta.lastModified lt "2011-05-13T04:42:34Z"', False),
        ('meta.lastModified le "2011-05-13T04:42:34Z"', False),
        ('title pr and userType eq "Employee"', True),
        ('title pr or userType eq "Intern"', True),
        (f'schemas eq "{ENTERPRISE}"', True),
        ('userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', True),
        ('userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', False),
        ('userType eq "Employee" and (emails.type eq "work")', True),
        ('userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', True),
        ('emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]', True),
        ('emails[type eq "home" and value co "@example.com"]', False),
    ],
)
async def test_a_filter(scim, text, found):
    await _barbara(scim)

    listed = (await scim.get("/Users", filter=text)).json

    assert (listed["schemas"], listed["totalResults"]) == ([LIST], int(found))


async def test_a_list_of_chosen_attributes(scim):  # RFC 7644 3.4.2
    made = await _barbara(scim)

    listed = (await scim.get("/Users", attributes="userName")).json

    assert listed["Resources"] == [{"schemas": FULL["schemas"], "id": made["id"], "userName": FULL["userName"]}]


_HOME = {"streetAddress": "911 Universal City Plaza", "locality": "Hollywood", "region": "CA"}
_WORK = {"type": "work", **_HOME, "postalCode": "91608", "country": "US", "formatted": "911 …", "primary": True}


@pytest.mark.parametrize(
    ("operation", "name", "value"),
    [  # RFC 7644 3.5.2.1 to 3.5.2.3
        (
            {"op": "add", "value": {"emails": [{"value": "b@jensen.org", "type": "other"}], "nickName": "Barb"}},
            "emails",
            [*FULL["emails"], {"value": "b@jensen.org", "type": "other"}],
        ),
        ({"op": "remove", "path": 'emails[type eq "work" and value ew "example.com"]'}, "emails", FULL["emails"][1:]),
        ({"op": "remove", "path": "nickName"}, "nickName", None),
        (
            {"op": "remove", "path": "name.familyName"},
            "name",
            {k: v for k, v in FULL["name"].items() if k != "familyName"},
        ),
        (
            {"op": "replace", "path": 'addresses[type eq "work"]', "value": _WORK},
            "addresses",
            [_WORK, FULL["addresses"][1]],
        ),
        (
            {"op": "replace", "path": 'addresses[type eq "work"].streetAddress', "value": "1010 Broadway Ave"},
            "addresses",
            [{**FULL["addresses"][0], "streetAddress": "1010 Broadway Ave"}, FULL["addresses"][1]],
        ),
        (
            {"op": "replace", "value": {"emails": [{"value": "bj@example.com", "type": "work", "primary": True}]}},
            "emails",
            [{"value": "bj@example.com", "type": "work", "primary": True}],
        ),
    ],
)
async def test_a_patch_of_a_user(scim, operation, name, value):
    user = await _barbara(scim)

    await scim.patch(f"/Users/{user['id']}", operation)

    assert (await scim.get(f"/Users/{user['id']}")).json.get(name) == value


@pytest.mark.parametrize(
    ("operations", "left"),
    [  # RFC 7644 3.5.2.1 to 3.5.2.3
        (
            [{"op": "add", "path": "members", "value": [{"display": "Babs Jensen", "value": "2819"}]}],
            {"902c", "a", "2819"},
        ),
        ([{"op": "remove", "path": 'members[value eq "902c"]'}], {"a"}),
        ([{"op": "remove", "path": "members"}], set()),
        (
            [
                {"op": "remove", "path": 'members[value eq "902c"]'},
                {"op": "add", "path": "members", "value": [{"value": "08e1"}]},
            ],
            {"a", "08e1"},
        ),
        ([{"op": "replace", "path": "members", "value": [{"value": "2819"}, {"value": "902c"}]}], {"2819", "902c"}),
    ],
)
async def test_a_patch_of_a_group(scim, operations, left):
    group = await scim.group("Tour Guides", "902c", "a")

    answer = await scim.patch(f"/Groups/{group['id']}", *operations)

    shown = (await scim.get(f"/Groups/{group['id']}")).json
    assert answer.status == 204
    assert {each["value"] for each in shown.get("members", [])} == left


async def test_an_error(scim):  # RFC 7644 3.12
    answer = await scim.get("/Users/2819c223-7f76-453a-919d-413861904646")

    assert set(answer.json) == {"schemas", "status", "detail"}
    assert (answer.json["schemas"], answer.json["status"]) == ([ERROR], "404")


async def test_an_error_with_a_type(scim):  # RFC 7644 3.12
    user = await _barbara(scim)

    answer = await scim.patch(f"/Users/{user['id']}", {"op": "replace", "path": "id", "value": "x"})

    assert _is_scim_error(answer, 400, "mutability")


async def test_the_names_of_the_protocol_may_be_in_any_case(scim):  # RFC 7643 2.1
    user = await _barbara(scim)
    body = {"Schemas": [PATCH_OP], "operations": [{"OP": "replace", "Path": "TITLE", "VALUE": "Guide"}]}

    assert (await scim.ask("PATCH", f"/Users/{user['id']}", body)).json["title"] == "Guide"
