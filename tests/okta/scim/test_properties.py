"""Properties: a PATCH is applied whole or not at all, and what a 2xx said is what the next GET shows."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dirsync_okta.extension import DIRSYNC_USER
from dirsync_okta.scim import USERS, ScimError, extended
from dirsync_okta.scim.operations import Operation
from dirsync_okta.scim.patch import patched
from dirsync_okta.scim.reading import read_resource
from tests.okta.conversation import DIRSYNC, ENTERPRISE, USER

TYPE = extended(USERS, DIRSYNC_USER)

texts = st.sampled_from(["", "a", "A", "b@x.y", "Ødegård"])
scalars = st.one_of(st.none(), st.booleans(), st.integers(-1, 1), texts, st.sampled_from(["True", "false"]))
elements = st.fixed_dictionaries(
    {}, optional={"value": texts, "type": st.sampled_from(["work", "home"]), "primary": st.booleans()}
)
values = st.one_of(
    scalars,
    elements,
    st.lists(st.one_of(elements, texts, st.none()), max_size=3),
    st.fixed_dictionaries({}, optional={"title": texts, "emails": st.lists(elements, max_size=2), "active": scalars}),
    st.fixed_dictionaries({}, optional={"name.givenName": texts, f"{ENTERPRISE}:department": texts, "id": texts}),
)
paths = st.sampled_from(
    [
        None,
        "title",
        "active",
        "name",
        "name.givenName",
        "emails",
        "emails.value",
        'emails[type eq "work"]',
        'emails[type eq "work"].value',
        "emails[primary eq true].type",
        'roles[value eq "a"]',
        ENTERPRISE,
        f"{ENTERPRISE}:manager",
        f"{ENTERPRISE}:department",
        f"{DIRSYNC}:assistants",
        f'{DIRSYNC}:assistants[value eq "a"]',
        "urn:x:y:z",
        "userName",
        "id",
        "nonsense",
        "schemas",
    ]
)
operations = st.lists(
    st.builds(
        lambda op, path, value: Operation(op, path, value, True),
        st.sampled_from(["add", "replace", "remove"]),
        paths,
        values,
    ).filter(lambda each: each.op != "remove" or each.path is not None),
    min_size=1,
    max_size=5,
)
resources = st.fixed_dictionaries(
    {"schemas": st.just([USER]), "userName": st.sampled_from(["dana", "bo"])},
    optional={
        "title": texts,
        "active": st.booleans(),
        "name": st.fixed_dictionaries({}, optional={"givenName": texts, "familyName": texts}),
        "emails": st.lists(elements, max_size=3),
        ENTERPRISE: st.fixed_dictionaries({}, optional={"department": texts, "manager": st.just({"value": "m"})}),
        DIRSYNC: st.fixed_dictionaries({}, optional={"assistants": st.lists(texts, max_size=2)}),
    },
)


def _present(name):
    return {"id": "01", "meta": {}, "groups": None}[name]


def _patched(content, given):
    return patched(TYPE, content, given, _present)


@settings(max_examples=600, deadline=None)
@given(resources, operations)
def test_a_patch_is_refused_or_gives_a_resource_and_leaves_the_old_one_as_it_was(payload, given):
    before = read_resource(TYPE, payload)
    kept = copy.deepcopy(before)

    try:
        after = _patched(before, given)
    except ScimError:
        after = before

    assert before == kept
    # What is stored can be sent back and read again without any difference.
    assert read_resource(TYPE, copy.deepcopy(after)) == after


@settings(max_examples=400, deadline=None)
@given(resources, operations)
def test_a_patch_has_at_most_one_primary_in_what_it_leaves(payload, given):
    try:
        after = _patched(read_resource(TYPE, payload), given)
    except ScimError:
        return

    assert sum(each.get("primary") is True for each in after.get("emails") or []) <= 1


@settings(max_examples=300, deadline=None)
@given(resources, operations, st.integers(0, 5))
def test_one_bad_operation_refuses_all(payload, given, position):
    bad = Operation("replace", "active", "nope", True)

    with pytest.raises(ScimError):
        _patched(read_resource(TYPE, payload), [*given[:position], bad, *given[position:]])


@settings(max_examples=300, deadline=None)
@given(resources, operations)
def test_a_patch_of_replaces_applied_twice_changes_nothing_the_second_time(payload, given):
    replaces = [each for each in given if each.op == "replace" and each.path not in (None, "urn:x:y:z")]
    try:
        once = _patched(read_resource(TYPE, payload), replaces)
        twice = _patched(once, replaces)
    except ScimError:
        return

    assert _settled(twice) == _settled(once)


def _settled(content):
    # Which of several elements a filter chooses may change with the first application; what is not filtered may not.
    return {name: part for name, part in content.items() if name not in ("emails", "roles", DIRSYNC)}


@settings(max_examples=300, deadline=None)
@given(resources)
def test_reading_what_was_read_changes_nothing(payload):
    once = read_resource(TYPE, payload)

    assert read_resource(TYPE, copy.deepcopy(once)) == once
