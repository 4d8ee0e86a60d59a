"""Sequences of addresses that move, of accounts that come again, and of references. Each by its number."""

import pytest

from tests.sequences.company import ONE_OWNS, TWO_TENANTS, Company
from tests.sequences.conftest import Founded

A, B, C = "a@x.example", "b@x.example", "c@x.example"


@pytest.fixture
def two(founded: Founded) -> Company:
    """A company with two tenants that own one domain."""
    return founded(TWO_TENANTS)


def test_11_two_who_swap_addresses_wait_for_each_other(company: Company) -> None:
    company.okta.post("1", A)
    company.okta.post("2", B)
    one, two = company.id(A), company.id(B)

    company.okta.put("1", email=B)
    assert (company.id(A), company.id(B)) == (one, two)

    company.okta.put("2", email=A)
    assert (company.id(A), company.id(B)) == (two, one)
    assert len({change["cause"]["request"] for change in company.changes()[-2:]}) == 1


def test_13_a_ring_of_three_renames_completes_with_the_third(company: Company) -> None:
    for key, address in (("1", A), ("2", B), ("3", C)):
        company.okta.post(key, address)
    one, two, three = company.id(A), company.id(B), company.id(C)

    for key, address in (("1", B), ("2", C), ("3", A)):
        company.okta.put(key, email=address)

    assert (company.id(A), company.id(B), company.id(C)) == (three, one, two)


def waiting_for_b(company: Company) -> None:
    """E1 on a@ asks for b@, which somebody holds."""
    company.okta.post("1", A)
    company.okta.post("2", B)
    company.okta.put("1", email=B)


def test_14_a_new_hire_on_an_address_that_is_only_kept_is_contested(two: Company) -> None:
    waiting_for_b(two)
    one = two.id(A)

    hire = two.hr.post("hire", A, displayName="Hire")

    assert two.situation(hire) == "contested"
    assert two.id(A) == one
    assert "displayName" not in two.person(A)


def renamed_onto_a(company: Company) -> None:
    waiting_for_b(company)
    company.hr.post("3", C)
    company.hr.put("3", email=A)


def test_15_a_rename_onto_a_kept_address_waits(two: Company) -> None:
    renamed_onto_a(two)

    assert set(two.active()) == {A, B, C}
    assert two.situation(two.hr.ids["3"]) == "contested"


def test_16_a_chain_moves_together_when_its_head_is_free(two: Company) -> None:
    renamed_onto_a(two)
    one, three = two.id(A), two.id(C)

    two.okta.deactivate("2")

    assert (two.id(A), two.id(B)) == (three, one)
    assert len({change["cause"]["request"] for change in two.changes()[-3:]}) == 1


def test_18_a_second_account_is_a_new_person_and_may_be_the_older_one(company: Company) -> None:
    older, newcomer = rehired(company)
    (case,) = company.cases("rehire")

    company.done("case", "approve", case["id"], "--yes")

    assert company.id(A) == older
    assert company.person(newcomer)["status"] == "left"


def test_18_kept_apart_they_are_two_for_good(company: Company) -> None:
    older, newcomer = rehired(company)
    (case,) = company.cases("rehire")

    company.done("case", "keep", case["id"])
    company.okta.put("y", title="Again")

    assert company.id(A) == newcomer
    assert company.person(older)["status"] == "deactivated"
    assert company.cases() == []


def rehired(company: Company) -> tuple[str, str]:
    """X is inactive on a@, and O sends another userName with a@; gives both people."""
    company.okta.post("x", A, externalId="one")
    older = company.id(A)
    company.okta.deactivate("x")
    company.okta.post("y", A, externalId="two")
    assert company.id(A) != older
    return older, company.id(A)


@pytest.mark.parametrize("again", [{"externalId": "00u1"}, {}], ids=["same external id", "none"])
def test_19_a_deleted_account_made_again_is_the_same_person(company: Company, again: dict[str, str]) -> None:
    company.okta.post("ann", A, externalId="00u1", title="Cook")
    first = company.id(A)
    company.done("override", "pin", A, "title=Chief")
    company.okta.delete("ann")
    assert company.person(first)["status"] == "deleted"

    company.okta.post("ann", A, title="Cook", **again)

    assert (company.id(A), company.person(A)["title"]) == (first, "Chief")
    assert company.cases() == []


def test_20_another_external_id_may_be_somebody_else_and_is_told_apart(company: Company) -> None:
    company.okta.post("ann", A, title="Engineer", externalId="one")
    older = company.id(A)
    company.done("override", "pin", A, "title=Chief")
    company.okta.delete("ann")
    company.okta.post("ann", A, title="Engineer", externalId="two")
    assert (company.id(A), company.person(A)["title"]) == (older, "Chief")

    (case,) = company.cases("rehire")
    company.done("case", "keep", case["id"])

    assert company.id(A) != older
    assert company.person(A)["title"] == "Engineer"
    assert company.person(older)["status"] == "left"


def test_21_an_inactive_record_used_again_with_another_external_id(company: Company) -> None:
    record = company.okta.post("ann", A, externalId="one")
    older = company.id(A)
    company.okta.deactivate("ann")
    found = company.okta.call("GET", 'Users?filter=userName%20eq%20"ann"')[1]
    assert [user["id"] for user in found["Resources"]] == [record]

    company.okta.put("ann", externalId="two", active=True)
    assert company.id(A) == older

    (case,) = company.cases("rehire")
    company.done("case", "keep", case["id"])
    assert company.id(A) != older


def test_22_two_who_own_the_domain_make_one_person(two: Company) -> None:
    two.okta.post("ann", A, title="Okta's")
    two.hr.post("ann", A, title="HR's", city="Oslo")
    one = two.person(A)
    assert (one["title"], one["city"]) == ("Okta's", "Oslo")

    two.okta.deactivate("ann")
    assert two.person(A)["title"] == "HR's"

    two.okta.activate("ann")
    two.hr.deactivate("ann")
    assert two.person(A)["title"] == "Okta's"
    assert two.id(A) == one["id"]


def test_23_one_who_does_not_own_the_domain_is_contested(founded: Founded) -> None:
    company = founded(ONE_OWNS)
    company.okta.post("ann", A)

    assert company.situation(company.hr.post("ann", A)) == "contested"


def test_24_active_while_one_of_two_says_so(two: Company) -> None:
    record = two.okta.post("ann", A)
    two.hr.post("ann", A)

    two.okta.deactivate("ann")

    assert two.person(A)["status"] == "active"
    assert two.situation(record) == "inactive"
    assert "okta deactivated this record." in two.explained(A)["sentence"]


def test_25_the_status_is_that_of_the_first_in_precedence(two: Company) -> None:
    two.okta.post("ann", A)
    two.hr.post("ann", A)

    two.hr.deactivate("ann")
    two.okta.delete("ann")

    assert two.person(A)["status"] == "deleted"


def test_40_a_reference_means_whom_it_meant_when_it_was_written(company: Company) -> None:
    company.okta.post("ann", A)
    ann = company.id(A)
    company.okta.post("bob", B, assistants=[A])

    company.okta.put("ann", email=C)
    company.okta.post("new", A)
    company.okta.put("bob", assistants=[A], title="again")

    (assistant,) = company.person(B)["assistants"]
    assert assistant == {"written": A, "state": "resolved", "by": "okta", "person": ann, "email": C}


def test_41_a_name_written_while_its_holder_is_away_means_the_next_holder(company: Company) -> None:
    company.okta.post("ann", A)
    company.okta.deactivate("ann")
    company.okta.post("bob", B, assistants=[A])
    assert company.person(B)["assistants"][0]["state"] == "pending"

    company.okta.post("new", A)

    assert company.person(B)["assistants"][0]["person"] == company.id(A)


def test_48_the_echo_of_what_was_read_is_no_new_version(company: Company) -> None:
    company.okta.post("ann", A, title="Cook")
    read = company.okta.read("ann")
    company.okta.group("Staff", "ann")
    before = company.changes()

    status, answered = company.okta.call("PUT", f"Users/{read['id']}", read)

    assert (status, answered["meta"]["version"]) == (200, read["meta"]["version"])
    assert company.changes() == before
    assert company.person(A)["groups"] == ["Staff"]
