"""Lists: filters, paging, projection."""

import pytest

from tests.okta.conversation import DIRSYNC, ENTERPRISE, GROUP, USER
from tests.okta.scim.test_transport import _is_scim_error


@pytest.fixture
async def people(scim):
    """Three people, by first name."""
    dana = await scim.user(
        title="Buyer",
        emails=[
            {"primary": True, "value": "dana.okafor@halden.example", "type": "work"},
            {"value": "dana@home.example", "type": "home"},
        ],
        **{ENTERPRISE: {"department": "Sales", "manager": {"value": "bo.lee@halden.example"}}},
    )
    bo = await scim.user("bo.lee", active=False, **{DIRSYNC: {"assistants": ["dana.okafor@halden.example"]}})
    cy = await scim.user("cy.ek", emails=[], locale="nb-NO")
    await scim.group("Oslo", dana["id"], cy["id"])
    return {"dana": dana["id"], "bo": bo["id"], "cy": cy["id"]}


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ('externalId eq "00udana.okafor"', "dana"),
        ('externalId eq "00UDANA.OKAFOR"', ""),
        ('emails[type eq "work"].value eq "DANA.okafor@halden.example"', "dana"),
        ('emails[value eq "dana@home.example"]', "dana"),
        ('emails[type eq "work" and value eq "dana@home.example"]', ""),
        ('emails eq "dana@home.example"', "dana"),
        ('emails.type eq "home"', "dana"),
        ("emails pr", "dana bo"),
        ("not (emails pr)", "cy"),
        ("title pr", "dana"),
        ('title eq "buyer"', "dana"),
        ("active eq true", "dana cy"),
        ('active eq "False"', "bo"),
        ('name.familyName co "EK"', "cy"),
        ('userName sw "b" or userName ew "zzz"', "bo"),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"', "bo"),
        (f'{ENTERPRISE}:department eq "sales"', "dana"),
        (f'{ENTERPRISE}:manager.value eq "bo.lee@halden.example"', "dana"),
        ('department eq "sales" and not (active eq false)', "dana"),
        (f'{DIRSYNC}:assistants eq "dana.okafor@halden.example"', "bo"),
        (f'schemas eq "{ENTERPRISE}"', "dana"),
        ('groups.display eq "Oslo"', "dana cy"),
        ('groups[display eq "Oslo"] and locale eq "nb-NO"', "cy"),
        ('meta.created gt "2026-01-01T00:00:00Z"', "dana bo cy"),
        ('meta.lastModified lt "2026-01-01T00:00:00Z"', ""),
        ('meta.resourceType eq "User"', "dana bo cy"),
        ('USERNAME EQ "bo.lee@halden.example" AND active eq true', ""),
        ('id eq "nobody"', ""),
        ('userName ne "bo.lee@halden.example"', "dana cy"),
    ],
)
async def test_a_filter_finds_exactly_these(scim, people, filter, names):  # surprise 24
    answer = await scim.get("/Users", filter=filter)

    assert answer.status == 200, answer.text
    assert [each["id"] for each in answer.resources] == [people[name] for name in names.split()]
    assert answer.json["totalResults"] == len(names.split())


@pytest.mark.parametrize(
    "filter",
    [
        "",
        " ",
        "userName",
        'userName eq "a',
        "userName eq dana",
        'nonsense eq "x"',
        'name.nonsense eq "x"',
        'password eq "x"',
        'name eq "x"',
        "active gt true",
        'active eq "perhaps"',
        'userName regex "x"',
        'userName eq "a" and',
        "((((",
        'userName eq "a" ' + 'and userName eq "a" ' * 300,
        "(" * 100 + "userName pr" + ")" * 100,
        'urn:nobody:knows:name eq "x"',
    ],
)
async def test_what_can_not_be_filtered_is_refused_never_everybody(scim, people, filter):  # surprise 25
    answer = await scim.get("/Users", filter=filter)

    assert _is_scim_error(answer, 400, "invalidFilter")


async def test_two_filters_are_refused(scim):
    answer = await scim.get("/Users?filter=userName pr&filter=active eq true")

    assert _is_scim_error(answer, 400, "invalidFilter")


async def test_a_filtered_list_is_paged_with_a_true_total(scim, people):
    answer = await scim.get("/Users", filter="userName pr", startIndex=2, count=1)

    assert (answer.json["totalResults"], answer.json["startIndex"], answer.json["itemsPerPage"]) == (3, 2, 1)
    assert [each["id"] for each in answer.resources] == [people["bo"]]


async def test_pages_have_every_user_once_while_others_are_made(scim):
    made = [(await scim.user(f"u{n}.x"))["id"] for n in range(10)]

    seen = []
    for start in range(1, 11, 3):
        seen += [each["id"] for each in (await scim.get("/Users", startIndex=start, count=3)).resources]
        await scim.user(f"later{start}.x")

    assert seen[:10] == made


async def test_a_lookup_by_name_reads_one_record(scim, records, people, monkeypatch):
    monkeypatch.setattr(type(records.edit), "page", lambda *_, **__: pytest.fail("the list was scanned"))

    for filter in ('userName eq "bo.lee@halden.example"', 'externalId eq "00ubo.lee"', f'id eq "{people["bo"]}"'):
        answer = await scim.get("/Users", filter=f"{filter} and active eq false")
        assert answer.json["totalResults"] == 1


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        ('members.value eq "u1"', 2),
        ('members[value eq "u2"]', 1),
        ('members eq "u1" and displayName eq "Oslo"', 1),
        ('members[value eq "u1" and display eq "u1@halden.example"]', 2),
        ('members[value eq "u1" and type eq "Group"]', 0),
        ("members pr", 2),
        ('displayName sw "o"', 1),
        ('not (members.value eq "u2")', 2),
    ],
)
async def test_groups_are_found_by_their_members(scim, filter, count):
    await scim.group("Oslo", "u1", "u2")
    await scim.group("Bergen", "u1")
    await scim.group("Empty")

    answer = await scim.get("/Groups", filter=filter)

    assert answer.json["totalResults"] == count


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ("userName", {"userName": "dana.okafor@halden.example"}),
        ("USERNAME, title", {"userName": "dana.okafor@halden.example", "title": "Buyer"}),
        (f"{USER}:title", {"title": "Buyer"}),
        ("name.givenName", {"name": {"givenName": "Dana"}}),
        ("emails.value", {"emails": [{"value": "dana.okafor@halden.example"}, {"value": "dana@home.example"}]}),
        (ENTERPRISE, {ENTERPRISE: {"department": "Sales", "manager": {"value": "bo.lee@halden.example"}}}),
        (f"{ENTERPRISE}:department", {ENTERPRISE: {"department": "Sales"}}),
        (f"{ENTERPRISE}:manager.value", {ENTERPRISE: {"manager": {"value": "bo.lee@halden.example"}}}),
        ("department", {ENTERPRISE: {"department": "Sales"}}),
        ("meta.resourceType", {"meta": {"resourceType": "User"}}),
        ("groups.display", {"groups": [{"display": "Oslo"}]}),
        ("nonsense, password, (", {}),
    ],
)
async def test_attributes_choose_what_is_sent(scim, people, attributes, kept):
    always = {"schemas": [USER, ENTERPRISE], "id": people["dana"]}

    one = await scim.get(f"/Users/{people['dana']}", attributes=attributes)
    several = await scim.get("/Users", attributes=attributes, count=1)

    assert one.json == {**always, **kept}
    assert several.resources == [one.json]


async def test_excluded_attributes_are_left_out(scim, people):
    whole = (await scim.get(f"/Users/{people['dana']}")).json

    answer = await scim.get(
        f"/Users/{people['dana']}",
        excludedAttributes=f"title,name.givenName,emails.type,{ENTERPRISE}:manager,groups,id,schemas,userName",
    )

    assert answer.json == {
        **{name: whole[name] for name in ("schemas", "id", "displayName", "locale", "externalId", "active", "meta")},
        "name": {"familyName": "Okafor"},
        "emails": [{"primary": True, "value": "dana.okafor@halden.example"}, {"value": "dana@home.example"}],
        ENTERPRISE: {"department": "Sales"},
    }


async def test_both_at_once_are_refused(scim, people):
    answer = await scim.get("/Users", attributes="title", excludedAttributes="name")

    assert _is_scim_error(answer, 400, "invalidValue")


async def test_attributes_apply_to_the_answer_of_a_post(scim):
    answer = await scim.post("/Groups?attributes=displayName", {"schemas": [GROUP], "displayName": "Oslo"})

    assert (answer.status, sorted(answer.json)) == (201, ["displayName", "id", "schemas"])


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("dirsync_okta.scim.pages.LARGEST_PAGE", 60_000)


async def test_a_page_that_grows_too_large_ends_early_and_says_so(scim, small_pages):
    made = [(await scim.user(f"p{n:03}", title="x" * 1_000))["id"] for n in range(120)]

    first = (await scim.get("/Users", cursor="", count=120)).json
    rest = (await scim.get("/Users", cursor=first["nextCursor"], count=120)).json

    assert (first["totalResults"], first["itemsPerPage"], rest["itemsPerPage"]) == (120, 100, 20)
    assert [each["id"] for page in (first, rest) for each in page["Resources"]] == made
    assert "nextCursor" not in rest


async def test_a_page_of_a_hundred_is_whole_however_large(scim, small_pages):
    for n in range(101):
        await scim.user(f"p{n:03}", title="x" * 1_000)

    pages = [(await scim.get("/Users", startIndex=start, count=100)).json for start in (1, 101)]

    assert [page["itemsPerPage"] for page in pages] == [100, 1]
