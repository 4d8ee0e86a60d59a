"""What requests may cost: searches that parse little, operations that go through much."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.api import Record, RecordId
from dirsync_okta.scim import USERS
from dirsync_okta.scim.answers import Addresses
from dirsync_okta.scim.app import anything
from dirsync_okta.scim.lists import read_query
from dirsync_okta.scim.members import MAX_ROWS
from dirsync_okta.scim.patch import MAX_ELEMENTS
from dirsync_okta.scim.scanning import matching
from dirsync_okta.scim.users import Users
from tests.okta.memory import MemoryEdit
from tests.okta.scim.test_transport import _is_scim_error

AT = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = st.text(st.sampled_from('abkKKß\u017fÅ"\\/é\n.@'), max_size=4)


@given(values=st.lists(WORDS, min_size=1, max_size=5), wanted=WORDS, plain=st.booleans())
def test_looking_for_a_text_before_parsing_misses_nobody(values, wanted, plain):
    users = Users(USERS, Addresses("https://x.example"), anything)
    bodies = [{"schemas": [USERS.core.urn], "userName": str(n), "title": each} for n, each in enumerate(values)]
    written = [json.dumps(each, ensure_ascii=plain).encode() for each in bodies]
    records = [
        Record(RecordId(str(n)), "okta", "user", str(n), None, body, True, 1, AT, AT) for n, body in enumerate(written)
    ]
    query = read_query([users], {"filter": f"title eq {json.dumps(wanted, ensure_ascii=False)}"})
    selection = query.parts[0].filter
    assert selection is not None

    found = matching(MemoryEdit({each.id: each for each in records}), query.parts[0], lambda: None)

    assert [record.id for _, record in found] == [each.id for each in records if selection.matches(each.content)]


async def test_a_lookup_by_an_address_parses_only_those_who_may_have_it(scim, records, monkeypatch):
    for n in range(20):
        await scim.user(f"u{n}.x")
    parsed = []
    content = Record.content.func
    monkeypatch.setattr(Record, "content", property(lambda self: parsed.append(self.id) or content(self)))

    answer = await scim.get("/Users", filter='emails[type eq "work"].value eq "U7.X@halden.example"')

    assert answer.json["totalResults"] == 1
    assert len(parsed) == 1


async def test_a_thousand_operations_on_one_user_are_done(scim):
    user = await scim.user()
    values = [{"op": "add", "path": "roles", "value": [{"value": f"r{n}"}]} for n in range(300)]
    texts = [{"op": "replace", "path": "title", "value": str(n)} for n in range(700)]

    answer = await scim.patch(f"/Users/{user['id']}", *values, *texts)

    assert answer.status == 200
    assert (len(answer.json["roles"]), answer.json["title"]) == (300, "699")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "roles", "value": [{"value": "r1"}]},
        {"op": "replace", "path": 'roles[value eq "r1"].display', "value": "x"},
        {"op": "remove", "path": 'roles[value eq "nobody"]'},
        {"op": "add", "path": "badges", "value": "x"},
    ],
)
async def test_operations_that_go_through_too_many_values_are_refused(scim, operation):
    user = await scim.user(roles=[{"value": f"r{n}"} for n in range(1000)], badges=[str(n) for n in range(1000)])

    answer = await scim.patch(f"/Users/{user['id']}", *[operation] * (MAX_ELEMENTS // 1000 + 1))

    assert _is_scim_error(answer, 400, "invalidSyntax")
    assert "several requests" in answer.json["detail"]
    assert (await scim.get(f"/Users/{user['id']}")).json == user


async def test_a_long_filter_in_a_path_counts_for_each_of_its_terms(scim):
    user = await scim.user(roles=[{"value": f"r{n}"} for n in range(1000)])
    terms = " or ".join(f'value co "{n}q"' for n in range(190))

    answer = await scim.patch(f"/Users/{user['id']}", {"op": "remove", "path": f"roles[{terms}]"})

    assert _is_scim_error(answer, 400, "invalidSyntax")


async def test_operations_that_read_a_large_group_again_and_again_are_refused(scim, records):
    group = await scim.group("Oslo", *(f"u{n}" for n in range(2000)))
    remove = {"op": "remove", "path": 'members[display eq "nobody"]'}
    before = records.edit.rows_read

    answer = await scim.patch(f"/Groups/{group['id']}", *[remove] * 1000)

    assert _is_scim_error(answer, 400, "invalidSyntax")
    assert records.edit.rows_read - before <= MAX_ROWS


async def test_operations_that_name_members_of_a_large_group_are_not_counted(scim):
    group = await scim.group("Oslo", *(f"u{n}" for n in range(2000)))
    remove = [{"op": "remove", "path": f'members[value eq "u{n}"]'} for n in range(2000)]

    assert (await scim.patch(f"/Groups/{group['id']}", *remove)).status == 204
