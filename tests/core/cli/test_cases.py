"""`dirsync cases` and `dirsync case`."""

import pytest

from tests.core.cli.conftest import Prompt


@pytest.fixture
def held(prompt: Prompt) -> tuple[Prompt, str]:
    """Five of eight people have gone, and four are the limit: the fifth is held."""
    for n in range(8):
        prompt.push(f"p{n}", email=f"p{n}@x.example", displayName=f"P {n}")
    for n in range(5):
        prompt.deactivate(f"p{n}")
    (case,) = prompt.json("cases")["cases"]
    return prompt, case["id"]


def test_a_case_says_what_it_is_about_and_how_it_ends(held: tuple[Prompt, str]) -> None:
    prompt, case = held

    shown = prompt.done("case", "show", case)

    assert shown.startswith("Flat would take one person out of the directory. The guard holds them; 4 people before")
    assert f"dirsync case keep {case}" in shown
    assert f"dirsync case approve {case}" in shown


def test_status_says_what_waits(held: tuple[Prompt, str]) -> None:
    prompt, _ = held

    assert "cases    1 to decide, which hold 1 records: dirsync cases" in prompt.done("status")
    assert prompt.json("status")["records"]["held"] == prompt.json("status")["cases"] == 1


def test_a_held_person_is_explained(held: tuple[Prompt, str]) -> None:
    prompt, case = held

    explained = prompt.json("explain", "p4@x.example")

    assert (explained["verdict"], explained["cases"]) == ("active", [case])
    assert "Held back: that they leave" in explained["sentence"]
    assert explained["records"][0]["held"] == case


def test_letting_go_some_and_keeping_the_rest(held: tuple[Prompt, str]) -> None:
    prompt, case = held
    prompt.deactivate("p5")

    prompt.done("case", "approve", case, "p4@x.example")
    prompt.done("case", "keep", case)

    people = [person["email"] for person in prompt.json("people")["people"]]
    assert people == [f"p{n}@x.example" for n in (0, 1, 2, 3, 5, 6, 7)]
    assert prompt.json("cases")["cases"] == []


def test_more_than_ten_are_not_let_go_where_nobody_can_be_asked(prompt: Prompt) -> None:
    for n in range(16):
        prompt.push(f"p{n}", email=f"p{n}@x.example")
    for n in range(16):
        prompt.deactivate(f"p{n}")
    (case,) = prompt.json("cases")["cases"]

    refused = prompt("case", "approve", case["id"])

    assert refused.exit_code == 1
    assert f"dirsync case approve {case['id']} --yes" in refused.stderr
    assert len(prompt.json("people")["people"]) == 11
    prompt.done("case", "approve", case["id"], "--yes")
    assert prompt.json("people")["people"] == []


def test_a_decided_case_and_one_that_is_not_there_are_refused(held: tuple[Prompt, str]) -> None:
    prompt, case = held
    prompt.done("case", "keep", case)

    assert "There is nothing left to decide" in prompt("case", "approve", case).stderr
    assert "There is no case none" in prompt("case", "keep", "none").stderr
    (listed,) = prompt.json("cases", "--all")["cases"]
    assert listed["state"] == "kept"


def test_somebody_who_is_not_in_the_case_is_named(held: tuple[Prompt, str]) -> None:
    prompt, case = held

    result = prompt("case", "approve", case, "p7@x.example")

    assert result.exit_code == 1
    assert "“p7@x.example” does not wait in case" in result.stderr


def test_one_word_that_names_nobody_stops_the_whole_decision(held: tuple[Prompt, str]) -> None:
    prompt, case = held

    result = prompt("case", "keep", case, "p4@x.example", "typo@x.example")

    assert (result.exit_code, "“typo@x.example” does not wait in case" in result.stderr) == (1, True)
    assert prompt.json("case", "show", case)["counts"] == {"held": 1, "out": 4}


def test_an_address_is_not_kept_apart_from_somebody_else(prompt: Prompt) -> None:
    prompt.done("manual", "add", "a@x.example")
    prompt.push("ann", email="a@x.example")
    (case,) = prompt.json("cases")["cases"]

    assert prompt("case", "keep", case["id"], "typo@x.example").exit_code == 1
    assert len(prompt.json("cases")["cases"]) == 1


def test_an_address_case_names_its_ways(prompt: Prompt) -> None:
    prompt.done("manual", "add", "a@x.example")
    prompt.push("ann", email="a@x.example")
    (case,) = prompt.json("cases")["cases"]

    result = prompt("case", "approve", case["id"])

    assert case["kind"] == "address"
    assert result.exit_code == 1
    assert "dirsync adopt" in result.stderr
    prompt.done("case", "keep", case["id"])
    assert prompt.json("cases")["cases"] == []
