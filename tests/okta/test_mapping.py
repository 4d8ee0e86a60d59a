"""What an Okta profile says in the directory's words."""

import json
from datetime import UTC, datetime

import pytest

from dirsync_core.api import Clear, Record, RecordId, Set
from dirsync_okta.mapping import ATTRIBUTES, OKTA_MAPPER, map_okta
from tests.okta.conversation import ENTERPRISE, okta_user


def _claims(**content):
    body, at = json.dumps(content).encode(), datetime(2026, 11, 24, tzinfo=UTC)
    return map_okta(Record(RecordId("01"), "okta", "user", "dana", None, body, True, 1, at, at), {})


def test_a_profile_as_okta_sends_it_is_mapped():
    claims = _claims(**okta_user(title="Buyer", phoneNumbers=[{"value": "+47 900 11 222", "primary": True}]))

    assert claims == {
        "email": Set("dana.okafor@halden.example"),
        "displayName": Set("Dana Okafor"),
        "givenName": Set("Dana"),
        "familyName": Set("Okafor"),
        "locale": Set("en-US"),
        "title": Set("Buyer"),
        "phone": Set("+47 900 11 222"),
    }


@pytest.mark.parametrize(
    ("emails", "claim"),
    [
        ([{"value": "a@b.c", "primary": True}], Set("a@b.c")),  # surprise 28: no type
        ([{"value": "a@b.c"}], Set("a@b.c")),
        ([{"value": " a@b.c "}], Set("a@b.c")),
        ([{"value": "a@b.c", "primary": False}], None),
        ([{"value": "w@b.c", "type": "work"}, {"value": "h@b.c", "type": "home", "primary": True}], Set("h@b.c")),
        ([{"value": "w@b.c", "type": "work"}, {"value": "h@b.c", "type": "home"}], None),
        ([{"value": "", "primary": True}], Clear()),
        ([{"type": "work", "primary": True}], None),
        ([], Clear()),
        (None, Clear()),
    ],
)
@pytest.mark.parametrize(("plural", "name"), [("emails", "email"), ("phoneNumbers", "phone")])
def test_the_primary_or_only_element_counts_never_one_of_a_type(plural, name, emails, claim):
    assert _claims(**{plural: emails}).get(name) == claim


@pytest.mark.parametrize(
    ("addresses", "city"),
    [
        ([{"type": "home", "locality": "Oslo"}], Set("Oslo")),
        ([{"type": "home", "locality": "Moss"}, {"type": "Work", "locality": "Oslo"}], Set("Oslo")),
        ([{"type": "work", "locality": "Moss"}, {"type": "home", "locality": "Oslo", "primary": True}], Set("Oslo")),
        ([{"type": "home", "locality": "Moss"}, {"type": "other", "locality": "Oslo"}], None),
        ([{"type": "work", "region": "Østfold"}], None),
        ([{"type": "work", "locality": ""}], Clear()),
        ([{"locality": "Moss"}, {"locality": "Oslo"}], None),
        ([{"locality": "Oslo", "primary": False}], Set("Oslo")),
        ([{"locality": "Moss", "primary": False}, {"type": "work", "locality": "Oslo", "primary": False}], Set("Oslo")),
        ([], Clear()),
    ],
)
def test_the_city_is_that_of_the_primary_or_only_address_else_of_the_one_for_work(addresses, city):
    assert _claims(addresses=addresses).get("city") == city


def test_region_and_country_are_those_of_the_same_address():
    claims = _claims(addresses=[{"locality": "Halden", "region": "Østfold", "country": "NO"}])

    assert claims == {"city": Set("Halden"), "region": Set("Østfold"), "country": Set("NO")}


@pytest.mark.parametrize(
    ("content", "claim"),
    [
        ({"displayName": "D", "name": {"formatted": "F"}}, Set("D")),
        ({"displayName": "", "name": {"formatted": "F", "givenName": "G"}}, Set("F")),
        ({"name": {"givenName": "G", "familyName": "H"}}, Set("G H")),
        ({"name": {"familyName": "H"}}, Set("H")),
        ({"displayName": None}, Clear()),
        ({}, None),
    ],
)
def test_the_name_shown_is_the_first_that_there_is(content, claim):
    assert _claims(**content).get("displayName") == claim


@pytest.mark.parametrize(
    ("manager", "claim"),
    [
        ({"value": "bo@b.c", "displayName": "Bo"}, Set("bo@b.c")),
        ([{"value": "bo@b.c"}], Set("bo@b.c")),
        ([], Clear()),
        ("bo@b.c", Set("bo@b.c")),
        ({"value": ""}, Clear()),
        ({}, Clear()),
        (None, Clear()),
    ],
)
def test_the_manager_is_whom_the_value_names(manager, claim):  # surprise 42
    assert _claims(**{ENTERPRISE: {"manager": manager}}) == {"manager": claim}


def test_enterprise_attributes_are_mapped_by_name():
    names = ("employeeNumber", "costCenter", "organization", "division", "department")

    claims = _claims(**{ENTERPRISE: {name: name.upper() for name in names}})

    assert claims == {name: Set(name.upper()) for name in names}


@pytest.mark.parametrize("empty", ["", "  ", None, [], {}])
def test_an_empty_value_means_that_there_is_none(empty):
    assert _claims(title=empty) == {"title": Clear()}


@pytest.mark.parametrize("odd", [True, ["a"], {"a": 1}])
def test_a_value_that_is_no_text_is_no_opinion(odd):
    assert _claims(title=odd) == {}


def test_a_number_is_taken_as_it_is_written():
    assert _claims(**{ENTERPRISE: {"employeeNumber": 88}}) == {"employeeNumber": Set("88")}


def test_the_mapper_declares_what_it_sets():
    declared = {attribute.name for attribute in ATTRIBUTES}

    assert len(declared) == len(ATTRIBUTES)
    assert OKTA_MAPPER.create(None) is map_okta
    assert set(_claims(**okta_user(assistants=["a@b.c"]))) <= declared
