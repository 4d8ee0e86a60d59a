"""The worst that directory syncs are known to do, each as the conversation that it would be here."""

from tests.sequences.company import ONE_OWNS, Company
from tests.sequences.conftest import Founded
from tests.sequences.test_by_hand import add
from tests.sequences.test_guard import email, hire
from tests.sequences.test_rules import OSLO, located

A, B = "a@x.example", "b@x.example"


def test_a_contractor_captured_by_a_rename(company: Company) -> None:
    """Sam Roe is a contractor; somebody renames Sam Poe, an employee, to Sam Roe's address."""
    contractor = add(company, A, "displayName=Sam Roe")
    company.okta.post("poe", B, displayName="Sam Poe")
    before, employee = company.person(A), company.id(B)

    company.okta.put("poe", email=A)

    assert company.person(A) == before
    assert company.okta.read("poe")["emails"][0]["value"] == A
    assert company.id(B) == employee
    told = company.explained(B)["records"][0]["sentence"]
    assert "Sam Roe" in told
    (case,) = company.cases("address")
    assert {way["do"] for way in case["ways"]} == {"adopt", "address", "keep"}
    company.okta.put("poe", email=B)
    assert company.cases() == []
    assert (company.id(A), company.id(B)) == (contractor, employee)


def test_a_local_person_deleted_by_an_identity_provider_s_clean_up(company: Company) -> None:
    contractor = add(company, A, "displayName=Sam Roe")
    before = company.person(A)
    manual = company.explained(A)["records"][0]["id"]
    company.okta.post("sam", A)

    company.okta.deactivate("sam")
    company.okta.delete("sam")
    status, _ = company.okta.call("DELETE", f"Users/{contractor}")
    assert status == 404
    status, _ = company.okta.call("DELETE", f"Users/{manual}")
    assert status == 404

    assert company.person(A) == before
    assert company.cases() == []


def test_a_group_emptied_by_mistake(founded: Founded) -> None:
    company = founded(located(oslo='groups eq "Oslo"'))
    hire(company, range(20))
    company.okta.group("Oslo", *(f"p{n}" for n in range(20)))

    status, group = company.okta.call("GET", f"Groups/{company.okta.ids['Oslo']}")
    assert company.okta.call("PUT", f"Groups/{group['id']}", {**group, "members": []})[0] == 200

    assert status == 200
    assert len(company.active()) == 15
    (case,) = company.cases("guard")
    assert "15" in company.done("status")
    assert case["contrast"]["sentence"] == "15 of 15 left the group Oslo"
    company.okta.members("Oslo", add=tuple(f"p{n}" for n in range(20)))
    assert len(company.active()) == 20
    assert company.cases() == []


def test_an_attribute_unmapped_for_everybody(company: Company) -> None:
    hire(company, range(40), title="Cook")

    for n in range(40):
        company.okta.put(f"p{n}", title="")

    (case,) = company.cases("guard")
    assert (case["loss"], case["attribute"], case["counts"]) == ("attribute", "title", {"out": 5, "held": 35})
    assert sum(person.get("title") == "Cook" for person in company.active().values()) == 35
    for n in range(40):
        company.okta.put(f"p{n}", title="Cook")
    assert company.cases() == []
    assert all(person["title"] == "Cook" for person in company.active().values())


def test_two_tenants_with_one_address(founded: Founded) -> None:
    company = founded(ONE_OWNS)
    company.okta.post("ann", A, displayName="Ann of Okta")
    before = company.person(A)

    record = company.hr.post("ann", A, displayName="Ann of HR")

    assert company.person(A) == before
    assert company.hr.read("ann")["displayName"] == "Ann of HR"
    found = company.hr.call("GET", 'Users?filter=userName%20eq%20"ann"')[1]
    assert (found["totalResults"], found["Resources"][0]["id"]) == (1, record)
    assert company.situation(record) == "contested"
    assert "Ann of Okta" in next(r["sentence"] for r in company.explained(A)["records"] if r["id"] == record)


def test_a_recycled_address_inheriting_an_assistant_s_role(company: Company) -> None:
    company.okta.post("ann", A, displayName="Ann")
    ann = company.id(A)
    company.okta.post("boss", B, assistants=[A])
    company.okta.deactivate("ann")

    company.okta.post("new", A, displayName="Newcomer")
    company.okta.put("boss", assistants=[A], title="Chief")

    (assistant,) = company.person(B)["assistants"]
    assert (assistant["state"], assistant["person"]) == ("inactive", ann)
    assert company.id(A) != ann


def test_a_rehire_after_years(company: Company) -> None:
    company.okta.post("ann", A, externalId="00u1", title="Cook")
    ann = company.id(A)
    company.done("override", "pin", A, "title=Chief")
    company.okta.deactivate("ann")
    company.turn(days=1200)

    company.okta.activate("ann")
    assert (company.id(A), company.person(A)["title"]) == (ann, "Chief")

    company.okta.deactivate("ann")
    company.turn(days=1200)
    company.okta.post("ann.2", A, externalId="00u2", title="Waiter")
    newcomer = company.id(A)
    assert newcomer != ann
    (case,) = company.cases("rehire")
    company.done("case", "approve", case["id"], "--yes")
    assert (company.id(A), company.person(A)["title"]) == (ann, "Chief")
    assert company.person(newcomer)["status"] == "left"


def test_a_filter_typo_on_friday_evening(founded: Founded) -> None:
    company = founded(OSLO)
    hire(company, range(30), city="Oslo")
    before = company.active()

    company.write(OSLO.replace("city eq", "citty eq"))
    misspelt = company("apply", "--yes")
    assert (misspelt.exit_code, "did you mean “city”?" in misspelt.stderr) == (2, True)

    company.write(OSLO.replace("Oslo", "Olso"))
    assert "30" in company.done("plan")
    told = company.refused("apply", "--yes")
    assert "everybody whom okta sends" in told
    company.restart()
    hire(company, range(30, 32), city="Oslo")

    assert company.active().keys() == before.keys() | {email(30), email(31)}
    assert "plugins.toml" in company.done("status")
    company.write(OSLO)
    assert "othing" in company("plan").output
