"""`dirsync records --not-since`."""

from tests.core.cli.conftest import Prompt

ANN = "ann@x.example"


def test_nobody_is_quiet_for_a_day_who_was_just_pushed(prompt: Prompt) -> None:
    prompt.push("ann", email=ANN)

    assert [] == prompt.json("records", "--not-since", "1d")["records"]


def test_a_time_that_is_none_says_what_would_be_one(prompt: Prompt) -> None:
    said = prompt("records", "--not-since", "soon")

    assert 2 == said.exit_code
    assert "2026-03-01T09:00:00Z" in said.stderr
