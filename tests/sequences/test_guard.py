"""Sequences in which the guard holds, lets go and takes back. Each by its number."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.sequences.company import OKTA_AND_HAND, TWO_TENANTS, Company
from tests.sequences.conftest import Founded
from tests.sequences.test_rules import OSLO_AND_BERGEN, located

A, B = "a@x.example", "b@x.example"


@pytest.fixture
def cities(founded: Founded) -> Company:
    """A company with locations by city."""
    return founded(OSLO_AND_BERGEN)


def email(n: int) -> str:
    return f"p{n}@x.example"


def hire(company: Company, people: Iterable[int], **said: Any) -> None:
    for n in people:
        company.okta.post(f"p{n}", email(n), **said)


def held(company: Company) -> set[str]:
    """The addresses of those whom open cases hold."""
    people = [each for case in company.cases("guard") for each in case["people"]]
    return {each["email"] for each in people if each["state"] == "held"}


def eight_of_twenty_are_deactivated(company: Company) -> Any:
    """Five are out, three are held; gives the case."""
    hire(company, range(20), city="Oslo")
    for n in range(8):
        company.okta.deactivate(f"p{n}")
    (case,) = company.cases()
    assert held(company) == {email(n) for n in (5, 6, 7)}
    return case


def swapping(company: Company) -> None:
    """O's E1 on a@ asks for b@; H's E2 on b@ asks for a@ in the moment in which it is deactivated, and is held."""
    company.okta.post("e1", A)
    company.hr.post("e2", B)
    for n in range(3):
        company.hr.post(f"p{n}", email(n))
    for n in range(2):
        company.hr.deactivate(f"p{n}")
    company.hr.put("e2", email=A, active=False)
    company.okta.put("e1", email=B)


def test_12_who_is_held_keeps_the_address_until_active_again(founded: Founded) -> None:
    company = founded(TWO_TENANTS)
    swapping(company)
    e1, e2 = company.id(A), company.id(B)
    assert held(company) == {B}
    assert company.situation(company.okta.ids["e1"]) == "contested"

    company.hr.activate("e2")

    assert (company.id(A), company.id(B)) == (e2, e1)
    assert company.cases() == []


def test_12_approved_instead_the_one_leaves_and_the_other_has_the_address(founded: Founded) -> None:
    company = founded(TWO_TENANTS)
    swapping(company)
    e1, e2 = company.id(A), company.id(B)

    company.done("case", "approve", company.cases()[0]["id"], "--yes")

    assert company.id(B) == e1
    assert company.person(e2)["status"] == "deactivated"


def test_27_a_renamed_group_meets_the_guard_and_the_case_names_it(founded: Founded) -> None:
    company = founded(located(oslo='groups eq "Oslo"'))
    hire(company, range(12))
    company.okta.group("Oslo", *(f"p{n}" for n in range(12)))
    assert len(company.active()) == 12

    company.okta.rename("Oslo", "Kristiania")

    (case,) = company.cases()
    assert len(company.active()) == 7
    assert case["contrast"]["sentence"] == "7 of 7 left the group Oslo"


def test_32_what_a_plan_names_is_approved_and_the_case_keeps_the_rest(cities: Company) -> None:
    eight_of_twenty_are_deactivated(cities)

    filters = OSLO_AND_BERGEN.replace('plugin = "okta"', f'plugin = "okta"\nfilter = \'not (email eq "{email(9)}")\'')
    cities.apply(filters.replace('city eq "Oslo"', f'city eq "Oslo" and not (email eq "{email(10)}")'))

    assert held(cities) == {email(n) for n in (5, 6, 7)}
    assert set(cities.active()) == {email(n) for n in range(5, 20) if n not in (9, 10)}


def test_33_sixty_of_a_hundred_lose_city_and_are_back_with_it(cities: Company) -> None:
    hire(cities, range(100), city="Oslo")

    for n in range(60):
        cities.okta.put(f"p{n}", addresses=[])

    (case,) = cities.cases()
    assert case["counts"] == {"out": 5, "held": 55}
    assert "city" in case["contrast"]["sentence"]
    assert len(cities.active()) == 95

    for n in range(60):
        cities.okta.put(f"p{n}", city="Oslo")

    assert cities.cases() == []
    assert cities.json("case", "show", case["id"])["state"] == "dissolved"
    assert len(cities.active()) == 100


def test_34_sixty_of_a_hundred_who_move_are_not_held(cities: Company) -> None:
    hire(cities, range(100), city="Oslo")

    for n in range(60):
        cities.okta.put(f"p{n}", city="Bergen")

    assert cities.cases() == []
    assert sum(person["locations"] == ["bergen"] for person in cities.active().values()) == 60


def test_35_an_open_case_outlives_a_restart_and_a_rebuild(cities: Company) -> None:
    before = eight_of_twenty_are_deactivated(cities)

    cities.restart()
    cities.done("rebuild")

    assert cities.cases() == [before]


def test_36_kept_they_stay_while_the_provider_says_the_same(cities: Company) -> None:
    case = eight_of_twenty_are_deactivated(cities)

    cities.done("case", "keep", case["id"])
    assert len(cities.active()) == 20
    for n in range(8):
        cities.okta.deactivate(f"p{n}")
    assert len(cities.active()) == 20
    assert cities.cases() == []

    cities.okta.put("p5", title="Chief")
    assert len(cities.active()) == 19


def test_37_while_the_provider_is_gone_the_case_stays_open_and_can_be_approved(founded: Founded) -> None:
    company = founded()
    case = eight_of_twenty_are_deactivated(company)
    company.apply('[providers.contractors]\nplugin = "manual"\n')
    company.restart()
    assert len(held(company)) == 3
    assert len(company.active()) == 15

    company.done("case", "approve", case["id"], "--yes")

    assert set(company.active()) == {email(n) for n in range(8, 20)}


HR = OKTA_AND_HAND.replace('[providers.okta]\nplugin = "okta"', '[providers.staff]\nplugin = "csv"\nfile = "staff.csv"')


def test_45_a_pull_cut_after_300_withdraws_nobody_and_a_complete_one_whoever_is_gone(founded: Founded) -> None:
    company = founded(HR)
    file = company.folder / "staff.csv"
    rows = [email(n) for n in range(1000)]
    file.write_text("\n".join(["email", *rows]))
    company.done("pull", "staff")

    file.write_bytes("\n".join(["email", *rows[:300]]).encode() + b"\np300\xff\xfe")
    assert company("pull", "staff").exit_code == 1
    assert len(company.active()) == 1000
    assert company.cases() == []

    company.turn(days=1)
    file.write_text("\n".join(["email", *rows[10:]]))
    company.done("pull", "staff")
    assert set(company.active()) == set(rows[10:])
