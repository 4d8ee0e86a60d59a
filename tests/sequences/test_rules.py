"""Sequences of rules that change, placements, and mappers that come, go and fail. Each by its number."""

import pytest

from tests.sequences.company import OKTA_AND_HAND, Company
from tests.sequences.conftest import Founded

A, B = "a@x.example", "b@x.example"


def located(**filters: str) -> str:
    """Settings with these locations."""
    tables = (f"\n[locations.{key}]\nfilter = '{text}'\n" for key, text in filters.items())
    return OKTA_AND_HAND + "".join(tables)


OSLO = located(oslo='city eq "Oslo"')
OSLO_AND_BERGEN = located(oslo='city eq "Oslo"', bergen='city eq "Bergen"')


@pytest.fixture
def in_oslo(founded: Founded) -> Company:
    """A company with one location."""
    return founded(OSLO)


def test_17_who_comes_back_into_scope_to_a_taken_address_has_left(in_oslo: Company) -> None:
    in_oslo.okta.post("1", A, city="Oslo")
    in_oslo.okta.post("2", B, city="Oslo", displayName="Bo")
    one, two = in_oslo.id(A), in_oslo.id(B)

    in_oslo.okta.put("1", city="Bergen")
    in_oslo.okta.put("2", email=A)
    in_oslo.okta.put("1", city="Oslo")

    assert in_oslo.id(A) == two
    assert in_oslo.person(one)["status"] == "left"
    assert "Bo" in in_oslo.explained(one)["sentence"]


def test_26_people_before_groups_are_undetermined_and_nobody_goes_in_and_out(founded: Founded) -> None:
    company = founded(located(staff='not (groups eq "Interns")'))
    record = company.okta.post("1", A)
    company.okta.post("2", B)
    assert "Interns" in next(each["sentence"] for each in company.explained(record)["records"])

    company.okta.group("Interns", "2")

    assert set(company.active()) == {A}
    assert [change["type"] for change in company.changes()] == ["joined"]


def test_28_placements_sleep_while_their_location_is_gone(founded: Founded) -> None:
    company = founded(OSLO_AND_BERGEN)
    company.okta.post("ann", A, city="Oslo")
    company.done("location", "add", A, "bergen")

    company.write(OSLO)
    assert A in company.done("plan")
    company.done("apply", "--yes")
    assert company.person(A)["locations"] == ["oslo"]

    company.apply(OSLO_AND_BERGEN)
    assert company.person(A)["locations"] == ["oslo", "bergen"]


def test_29_the_name_of_a_location_moves_nobody(in_oslo: Company) -> None:
    in_oslo.okta.post("ann", A, city="Oslo")
    before = in_oslo.changes()

    in_oslo.apply(OSLO + 'name = "Oslo, city"\n')

    assert in_oslo.changes() == before


def test_30_masked_from_the_only_location_is_in_the_directory_in_none(in_oslo: Company) -> None:
    in_oslo.okta.post("ann", A, city="Oslo")

    in_oslo.done("location", "mask", A, "oslo")

    ann = in_oslo.person(A)
    assert (ann["status"], ann["locations"]) == ("active", [])


def test_31_a_placement_brings_somebody_in_and_its_end_lets_them_go(in_oslo: Company) -> None:
    record = in_oslo.okta.post("ann", A, city="Bergen")
    assert in_oslo.active() == {}

    in_oslo.done("location", "add", A, "oslo")
    assert in_oslo.situation(record) == "linked"
    assert in_oslo.person(A)["locations"] == ["oslo"]

    in_oslo.done("location", "clear", A, "oslo")
    assert in_oslo.person(A)["status"] == "left"


BADGE = OKTA_AND_HAND + '\n[providers.okta.attributes]\nbadge = "nickName"\n'


def test_38_a_pin_on_what_no_mapper_sets_sleeps_and_wakes(founded: Founded) -> None:
    company = founded(BADGE)
    company.okta.post("ann", A, nickName="7")
    company.done("override", "pin", A, "badge=8")

    company.apply(OKTA_AND_HAND)
    assert "badge" not in company.person(A)
    assert "badge" in company.done("override", "list")

    company.apply(BADGE)
    assert company.person(A)["badge"] == "8"


def test_39_a_mapper_that_fails_leaves_the_person_as_they_were(founded: Founded) -> None:
    company = founded(OKTA_AND_HAND.replace('plugin = "okta"', 'plugin = "okta"\nmappers = ["okta", "raising"]'))
    record = company.okta.post("ann", A, title="Chef")
    before = company.person(A)

    company.okta.put("ann", title="boom", active=False)
    assert company.situation(record) == "errored"
    company.done("rebuild")

    assert company.situation(record) == "errored"
    assert company.person(A) == before
    assert company.okta.read("ann")["title"] == "boom"


def test_44_rules_that_were_rolled_back_still_apply_after_a_restart(in_oslo: Company) -> None:
    in_oslo.okta.post("ann", A, city="Oslo")
    in_oslo.okta.post("bob", B, city="Bergen")
    in_oslo.apply(OSLO_AND_BERGEN)
    assert set(in_oslo.active()) == {A, B}

    in_oslo.done("rules", "rollback", "1", "--yes")
    in_oslo.restart()

    assert set(in_oslo.active()) == {A}
    assert "plugins.toml" in in_oslo.done("status")
