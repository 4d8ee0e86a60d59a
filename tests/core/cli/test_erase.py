"""`dirsync erase`: asks before it forgets, lists whom, and lifts."""

from tests.core.cli.conftest import Prompt

ANN, BOB = "ann@x.example", "bob@x.example"


def test_without_a_terminal_nobody_is_erased(prompt: Prompt) -> None:
    prompt.push("ann", email=ANN)

    said = prompt("erase", ANN)

    assert 1 == said.exit_code
    assert f"dirsync erase {ANN} --yes" in said.stderr
    assert ANN in prompt.done("people")


def test_who_still_names_them_is_told(prompt: Prompt) -> None:
    prompt.push("ann", email=ANN)
    prompt.push("bob", email=BOB, assistants=[ANN])

    said = prompt.json("erase", ANN, "--yes")

    assert (1, 1, True) == (said["records"], said["addresses"], said["rewritten"])
    assert [BOB] == [each["email"] for each in said["stillNamedBy"]]
    assert 1 == prompt("show", ANN).exit_code


def test_erasures_are_listed_without_addresses(prompt: Prompt) -> None:
    prompt.push("ann", email=ANN)
    prompt.done("erase", ANN, "--yes")

    shown = prompt.done("erase", "--list", "--json")

    assert '"by"' in shown
    assert ANN not in shown


def test_lifted_the_address_may_come_back(prompt: Prompt) -> None:
    prompt.done("manual", "add", ANN)
    prompt.done("erase", ANN, "--yes")
    refused = prompt("manual", "add", ANN)

    prompt.done("erase", "--lift", ANN)

    assert (1, True) == (refused.exit_code, "--lift" in refused.stderr)
    assert prompt.done("manual", "add", ANN)


def test_one_thing_at_a_time(prompt: Prompt) -> None:
    assert [2, 2] == [prompt("erase").exit_code, prompt("erase", ANN, "--list").exit_code]


def test_the_store_is_rewritten_on_its_own(prompt: Prompt) -> None:
    assert 0 == prompt("erase", "--rewrite").exit_code


def test_why_an_erased_address_is_nobody_is_explained(prompt: Prompt) -> None:
    prompt.push("ann", email=ANN)
    prompt.done("erase", ANN, "--yes")

    assert "erased on request" in prompt.done("explain", ANN)
