"""`dirsync retire`: shows who leaves, asks, and does it."""

import pytest

from tests.core.cli.conftest import Prompt

ANN = "ann@x.example"
HAND = '[providers.contractors]\nplugin = "manual"\n'


def gone(prompt: Prompt) -> None:
    prompt.push("ann", email=ANN, displayName="Ann Lee")
    prompt.write(HAND)
    prompt.done("apply", "--yes")


def test_without_a_terminal_it_is_shown_and_not_done(prompt: Prompt) -> None:
    gone(prompt)

    said = prompt("retire", "okta", "--leave")

    assert 1 == said.exit_code
    assert "1 leaves" in said.stdout
    assert "dirsync retire okta --leave --yes" in said.stderr
    assert ANN in prompt.done("people")


def test_with_yes_it_is_done(prompt: Prompt) -> None:
    gone(prompt)

    shown = prompt.json("retire", "okta", "--leave", "--yes")

    assert [ANN] == [effect["email"] for effect in shown["effects"]]
    assert ANN not in prompt.done("people")


def test_handed_over_they_are_listed_as_kept_by_hand(prompt: Prompt) -> None:
    gone(prompt)

    prompt.done("retire", "okta", "--to", "contractors", "--yes")

    assert ANN in prompt.done("manual", "list")


def test_frozen_for_good_status_no_longer_warns(prompt: Prompt) -> None:
    gone(prompt)
    assert "okta: " in prompt.done("status")

    prompt.done("retire", "okta", "--freeze", "--yes")

    assert "okta: " not in prompt.done("status")
    assert "retired" in prompt.done("status")
    assert "retired on" in prompt.done("explain", ANN)


@pytest.mark.parametrize("options", [[], ["--freeze", "--leave"], ["--leave", "--to", "contractors"]])
def test_one_fate_must_be_chosen(options: list[str], prompt: Prompt) -> None:
    assert 2 == prompt("retire", "okta", *options).exit_code


def test_it_is_not_undone_but_put_back(prompt: Prompt) -> None:
    gone(prompt)
    prompt.done("retire", "okta", "--to", "contractors", "--yes")
    (event,) = [e for e in prompt.json("history", ANN)["events"] if e["provider"] == "contractors"]

    said = prompt("undo", event["request"])

    assert 1 == said.exit_code
    assert "dirsync apply" in said.stderr
