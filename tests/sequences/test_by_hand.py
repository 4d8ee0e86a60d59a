"""Sequences of people kept by hand, and of sources that name their addresses. Each by its number."""

from pathlib import Path

import pytest

from tests.sequences.company import OKTA_AND_HAND, ONE_OWNS, TWO_TENANTS, Company
from tests.sequences.conftest import Founded
from tests.sequences.tenant import user_of

A, B, C, EXT = "a@x.example", "b@x.example", "c@x.example", "ann.ext@x.example"
ADOPTING = OKTA_AND_HAND.replace('plugin = "okta"', 'plugin = "okta"\non_match = "adopt"')


def add(company: Company, email: str, *more: str) -> str:
    """Record somebody by hand; gives their id."""
    company.done("manual", "add", email, *more)
    return company.id(email)


def test_01_manual_add_of_an_address_that_okta_holds_is_refused(company: Company) -> None:
    company.okta.post("ann", A)

    told = company.refused("manual", "add", "A@x.example")

    assert f"Okta has {A}" in told


def test_02_one_line_of_an_import_that_okta_holds_refuses_the_whole_file(company: Company, tmp_path: Path) -> None:
    company.okta.post("ann", A)
    add(company, "kept@x.example", "city=Oslo")
    rows = ["email,city", *(f"p{n}@x.example,Oslo" for n in range(2, 200)), "kept@x.example,Bergen", f"{A},Oslo"]
    (tmp_path / "people.csv").write_text("\n".join(rows))

    told = company.refused("manual", "import", str(tmp_path / "people.csv"))

    assert "Nothing was imported." in told
    assert f"line 201: Okta has {A}" in told
    assert "line 200" not in told


def test_03_a_pushed_address_that_is_kept_by_hand_is_contested(company: Company) -> None:
    add(company, A, "displayName=Ann")
    before = company.person(A)

    record = company.okta.post("ann", A, displayName="Other")

    assert company.person(A) == before
    assert company.situation(record) == "contested"
    assert company.okta.read("ann")["displayName"] == "Other"


def test_04_the_contested_record_becomes_a_person_when_the_address_is_free(company: Company) -> None:
    manual = add(company, A)
    record = company.okta.post("ann", A)

    company.done("manual", "set", A, f"email={C}")

    assert company.id(C) == manual
    assert company.situation(record) == "linked"
    assert company.id(A) != manual


def handed_over_and_back(company: Company, *, at_once: bool) -> str:
    """M holds a@, O's record takes it over, pushes, is taken back, and pushes again; gives O's record."""
    manual = add(company, A, "displayName=By hand")
    record = company.okta.post("ann", A, displayName="Okta's")
    assert company.person(A)["displayName"] == ("Okta's" if at_once else "By hand")
    if not at_once:
        company.done("adopt", A)
    company.okta.put("ann", displayName="Okta's own")
    assert (company.id(A), company.person(A)["displayName"]) == (manual, "Okta's own")
    company.done("release", A)
    company.okta.put("ann", displayName="Again")
    assert (company.id(A), company.person(A)["displayName"]) == (manual, "By hand")
    return record


def test_05_adopt_then_release_gives_back_the_manual_person(company: Company) -> None:
    record = handed_over_and_back(company, at_once=False)

    assert company.situation(record) == "contested"
    assert company.okta.read("ann")["displayName"] == "Again"


def test_06_kept_apart_stands_above_the_setting(founded: Founded) -> None:
    company = founded(ADOPTING)

    record = handed_over_and_back(company, at_once=True)

    assert company.situation(record) == "contested"


def test_07_manual_add_after_a_deactivation_is_a_new_person_and_says_so(company: Company) -> None:
    company.okta.post("ann", A, displayName="Ann")
    first = company.id(A)
    company.okta.deactivate("ann")

    added = company("manual", "add", A)

    assert company.id(A) != first
    assert "Ann" in added.output


def test_08_who_comes_back_to_a_taken_address_has_left(company: Company) -> None:
    company.okta.post("ann", A, displayName="Ann")
    first = company.id(A)
    company.okta.deactivate("ann")
    second = add(company, A, "displayName=Bo")

    company.okta.activate("ann")

    assert company.person(first)["status"] == "left"
    assert "Bo" in company.explained(first)["sentence"]
    assert company.okta.read("ann")["active"] is True
    assert company.id(A) == second
    company.done("adopt", A)
    assert company.person(A)["displayName"] == "Ann"


def test_09_an_adopted_account_made_again_is_the_same_person(company: Company) -> None:
    manual = add(company, A)
    old = company.okta.post("ann", A, externalId="00u1")
    company.done("adopt", A)
    company.okta.delete("ann")

    new = company.okta.post("ann", A, externalId="00u1")

    assert old != new
    assert (company.id(A), company.person(A)["status"]) == (manual, "active")
    assert old not in [record["id"] for record in company.explained(A)["records"]]


@pytest.mark.parametrize("both_own", [True, False], ids=["both own the domain", "one does not"])
def test_10_who_waits_beside_the_adopted_joins_where_both_own_the_domain(founded: Founded, both_own: bool) -> None:
    company = founded(TWO_TENANTS if both_own else ONE_OWNS)
    manual = add(company, A)
    okta, hr = company.okta.post("ann", A), company.hr.post("ann", A, city="Oslo")
    assert (company.situation(okta), company.situation(hr)) == ("contested", "contested")
    (way,) = [way["consequence"] for case in company.cases() for way in case["ways"] if okta in str(way["command"])]
    assert way.endswith("hr’s record joins them." if both_own else "hr’s record goes on waiting.")

    company.done("adopt", A, "--record", okta)

    assert company.situation(hr) == ("linked" if both_own else "contested")
    assert (company.id(A), company.person(A).get("city")) == (manual, "Oslo" if both_own else None)


def test_42_a_contractor_is_hired_and_both_come_back_with_the_release(company: Company) -> None:
    manual = add(company, EXT, "displayName=Ann")
    record = company.okta.post("ann", A)
    second = company.id(A)

    company.done("adopt", EXT, "--record", record)
    assert (company.id(A), company.person(second)["status"]) == (manual, "left")

    company.done("release", A)
    assert (company.id(EXT), company.id(A)) == (manual, second)
    assert set(company.active()) == {A, EXT}


def test_43_the_last_day_over_the_one_who_waits_gets_the_address(company: Company) -> None:
    manual = add(company, A, "--until", f"{company.now():%Y-%m-%d}")
    record = company.okta.post("ann", A)
    assert company.situation(record) == "contested"

    company.turn(days=2)
    company.okta.post("somebody", B)

    assert company.person(manual)["status"] == "left"
    assert company.situation(record) == "linked"
    assert company.id(A) != manual


def test_43_adopted_beforehand_the_last_day_changes_nothing(company: Company) -> None:
    manual = add(company, A, "--until", f"{company.now():%Y-%m-%d}")
    company.okta.post("ann", A)
    company.done("adopt", A)

    company.turn(days=2)
    company.okta.post("somebody", B)

    assert (company.id(A), company.person(A)["status"]) == (manual, "active")


def test_46_who_was_erased_is_refused_with_advice_until_it_is_lifted(company: Company) -> None:
    record = company.okta.post("ann", A, title="Cook")
    company.done("erase", A, "--yes")
    again = user_of("ann", A)

    status, told = company.okta.call("PUT", f"Users/{record}", again)
    assert (status, "dirsync erase --lift" in told["detail"]) == (403, True)
    assert company.okta.call("GET", f"Users/{record}")[0] == 404
    assert company.okta.call("POST", "Users", again)[0] == 403

    company.done("erase", "--lift", A)

    assert company.okta.call("PUT", f"Users/{record}", again)[0] == 404
    company.okta.post("ann", A)
    assert set(company.active()) == {A}


def requests(company: Company, who: str) -> list[str]:
    """The requests of somebody's history, the latest first."""
    return [entry["request"] for entry in company.json("history", who)["events"]]


def test_47_what_was_built_on_or_pushed_is_not_undone(company: Company) -> None:
    add(company, A)
    (added,) = requests(company, A)
    company.okta.post("ann", A)
    company.done("adopt", A)
    company.okta.post("bob", B)

    assert "was handed over" in company.refused("undo", added)
    assert "Okta wrote this" in company.refused("undo", requests(company, B)[0])


def test_a_contested_record_opens_a_case_that_ends_with_the_contest(company: Company) -> None:
    manual = add(company, A)
    record = company.okta.post("ann", A)
    (case,) = company.cases()
    assert (case["kind"], [each["record"] for each in case["people"]]) == ("address", [record])
    assert manual in case["ways"][0]["command"]

    company.done("adopt", A)

    assert company.json("case", "show", case["id"])["state"] == "approved"


def test_kept_apart_by_a_case_nothing_joins_them_but_adopt(company: Company) -> None:
    add(company, A)
    record = company.okta.post("ann", A)

    company.done("case", "keep", company.cases()[0]["id"])
    company.okta.put("ann", title="Again")

    assert company.situation(record) == "contested"
    assert company.cases() == []
