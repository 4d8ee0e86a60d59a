"""`dirsync pull`: sources that are asked, asked once; and how it stands with them."""

import attrs
import pytest

from dirsync_core.store.contract import PullCounts
from tests.core.cli.conftest import OSLO, SETTINGS, Prompt

HR = """
[providers.hr]
plugin = "csv"
file = "hr.csv"
key = "No"
columns = { email = "E-mail", displayName = "Name" }
"""
TOP = '[directory]\nprecedence = ["hr", "okta"]\n'
ROWS = "No;E-mail;Name\n1;ann@x.example;Ann\n2;bo@x.example;Bo\n"


@pytest.fixture
def hr(prompt: Prompt) -> Prompt:
    """An installation that has a source `hr` besides, a file with two rows."""
    prompt.write(TOP + SETTINGS + HR)
    (prompt.folder / "hr.csv").write_text(ROWS)
    prompt.done("apply", "--yes")
    return prompt


def test_pull_brings_in_whom_the_source_has(hr: Prompt) -> None:
    assert "hr: 2 read: 2 new, 0 changed, 0 unchanged, 0 withdrawn\n" == hr.done("pull")
    assert "hr: 2 read: 0 new, 0 changed, 2 unchanged, 0 withdrawn\n" == hr.done("pull", "hr")

    assert "Ann" == hr.json("show", "ann@x.example")["displayName"]
    assert "pull:hr" == hr.json("history", "ann@x.example")["events"][0]["by"]


def test_a_dry_run_says_who_would_come_and_go_and_does_nothing(hr: Prompt) -> None:
    hr.done("pull")
    (hr.folder / "hr.csv").write_text("No;E-mail;Name\n1;ann@x.example;Anna\n3;cy@x.example;Cy\n")

    printed = hr.done("pull", "hr", "--dry-run")
    (plan,) = hr.json("pull", "--dry-run")["plans"]

    assert "hr: 2 read: 1 new, 1 changed, 0 unchanged, 1 withdrawn\n1 joins, 1 leaves, 1 changes\n" in printed
    assert "changes  Anna <ann@x.example>  displayName: Ann → Anna" in printed
    assert ["cy@x.example", "bo@x.example", "ann@x.example"] == [effect["email"] for effect in plan["effects"]]
    assert 2 == hr.json("people")["total"]


def test_who_is_read_and_not_taken_in_is_explained(hr: Prompt) -> None:
    hr.write(TOP + SETTINGS + HR + OSLO)
    hr.done("apply", "--yes")
    hr.done("pull")

    assert "CSV has this person, but nothing takes them in: city is missing." in hr.done("explain", "ann@x.example")


def test_a_session_that_failed_is_told_and_exits_with_1(hr: Prompt) -> None:
    hr.done("pull")
    (hr.folder / "hr.csv").write_text("No;E-mail;Name\n1;ann@x.example\n")

    failed = hr("pull", "--json")

    assert 1 == failed.exit_code
    assert "hr: failed. hr.csv can't be used, and nothing of it was taken:\nline 2: has 2 cells" in failed.stderr
    assert '"outcome": "failed"' in failed.stdout
    assert 2 == hr.json("people")["total"]


def test_an_empty_enumeration_is_held_and_exits_with_1(hr: Prompt) -> None:
    hr.done("pull")
    (hr.folder / "hr.csv").write_text("No;E-mail;Name\n")

    tried, held = hr("pull", "--dry-run"), hr("pull")

    assert (1, 1) == (tried.exit_code, held.exit_code)
    assert "hr: held. It brought nobody where there was somebody" in held.stderr
    assert 2 == hr.json("people")["total"]


def test_progress_goes_to_stderr(hr: Prompt) -> None:
    rows = "".join(f"{n};p{n}@x.example;P\n" for n in range(1200))
    (hr.folder / "hr.csv").write_text(f"No;E-mail;Name\n{rows}")

    pulled = hr("pull", "--json")

    assert "hr: 1,000 read\n" == pulled.stderr
    assert '"read": 1200' in pulled.stdout


def test_without_a_source_that_is_asked_pull_says_what_one_is(prompt: Prompt) -> None:
    refused = prompt("pull")

    assert 1 == refused.exit_code
    assert 'No source in plugins.toml is asked. One that is: [providers.hr] plugin = "csv"\n' == refused.stderr


def test_how_it_stands_with_a_source_is_told(hr: Prompt) -> None:
    before = next(line for line in hr.json("providers")["providers"] if line["name"] == "hr")
    hr.done("pull")
    after = next(line for line in hr.json("providers")["providers"] if line["name"] == "hr")
    (hr.folder / "hr.csv").unlink()
    hr("pull")
    failed = next(line for line in hr.json("status")["providers"] if line["name"] == "hr")

    assert (None, None, None) == (before["lastRequestAt"], before["lastError"], before["pull"]["session"])
    assert (after["pull"]["session"]["startedAt"], "pull, done") == (after["lastRequestAt"], after["lastStatus"])
    assert attrs.asdict(PullCounts(read=2, created=2)) == after["pull"]["session"]["counts"]
    assert "there is no file" in failed["lastError"]
    assert ("failed", 1) == (failed["pull"]["session"]["outcome"], failed["pull"]["failures"])
    assert "How hr is asked:\nasked by dirsync pull alone; last " in hr.done("providers")
    assert "hr: asked by dirsync pull alone; last " in hr.done("status")
    assert next(line for line in hr.json("providers")["providers"] if line["name"] == "okta")["pull"] is None


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (SETTINGS.replace('"flat"', '"flat"\nevery = "1h"'), "providers.okta.every: is for sources that are asked"),
        (SETTINGS.replace('"manual"', '"manual"\nevery = "1h"'), "providers.contractors.every: is for sources that"),
        (TOP + SETTINGS + HR + 'every = "soon"', "providers.hr.every: “soon” is no duration"),
    ],
)
def test_every_is_for_sources_that_are_asked(prompt: Prompt, settings: str, problem: str) -> None:
    prompt.write(settings)

    checked, planned = prompt("check"), prompt("plan")

    assert (1, 2) == (checked.exit_code, planned.exit_code)
    assert problem in checked.stderr
    assert problem in planned.stderr
