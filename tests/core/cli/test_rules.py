"""`dirsync plan`, `apply FILE`, `rules`: at a prompt."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.core.cli.conftest import DIRSYNC, OSLO, SETTINGS, Prompt, environment, shell

ROME = OSLO.replace("Oslo", "Rome").replace("oslo", "rome")


@pytest.fixture
def two(prompt: Prompt) -> Prompt:
    """Ann is in Oslo, Bo in Rome, and the file takes in those of Oslo."""
    prompt.push("ann", email="ann@x.example", city="Oslo", displayName="Ann Lee")
    prompt.push("bo", email="bo@x.example", city="Rome", displayName="Bo Berg")
    prompt.write(SETTINGS + OSLO)
    return prompt


@pytest.fixture
def kept(two: Prompt) -> Path:
    """The plan of that, kept."""
    two.done("plan", "--out", str(two.folder / "plan.json"))
    return two.folder / "plan.json"


def version(prompt: Prompt) -> int:
    return int(prompt.json("status")["rules"]["version"])


# --- plan ------------------------------------------------------------------------------------------------------------


def test_plan_says_who_what_and_by_which_setting(two: Prompt) -> None:
    assert two.done("plan").splitlines() == [
        "0 join, 1 leaves, 1 changes",
        "EFFECT   WHO                      WHAT                       SETTING",
        "leaves   Bo Berg <bo@x.example>                              locations.oslo.filter",
        "changes  Ann Lee <ann@x.example>  locations: nothing → oslo  locations.oslo.filter",
        "1 setting differs: locations.oslo.filter",
    ]
    assert version(two) == 1


def test_plan_as_json_has_the_shape_of_the_interface(two: Prompt) -> None:
    plan = two.json("plan")

    assert (1, 2) == (plan["from"], plan["to"])
    assert plan["basis"] == two.json("status")["seq"]
    assert {"joins": 0, "leaves": 1, "changes": 1, "contested": 0, "undetermined": 0} == plan["counts"]
    assert [("leaves", "bo@x.example"), ("changes", "ann@x.example")] == [
        (effect["kind"], effect["email"]) for effect in plan["effects"]
    ]
    assert {"kind", "email", "person", "name", "before", "after", "origin"} <= plan["effects"][0].keys()


def test_plan_of_what_applies_says_so(prompt: Prompt) -> None:
    result = prompt("plan")

    assert (0, "") == (result.exit_code, result.stdout)
    assert "Nothing would change: plugins.toml says what applies already." in result.stderr


def test_plan_of_another_file(two: Prompt) -> None:
    (two.folder / "other.toml").write_text(SETTINGS + ROME)

    plan = two.json("plan", "--settings", str(two.folder / "other.toml"))

    assert ["ann@x.example", "bo@x.example"] == [effect["email"] for effect in plan["effects"]]
    assert "locations.rome.filter" == plan["effects"][0]["origin"]


def test_plan_shows_the_first_of_many(prompt: Prompt) -> None:
    for n in range(52):
        prompt.push(f"p{n}", email=f"p{n}@x.example", city="Oslo" if n == 0 else "Rome")
    prompt.write(SETTINGS + OSLO)

    assert "and 1 more of: leaves\n" in prompt.done("plan")
    assert "and 46 more of: leaves\n" in prompt("apply").stdout
    assert 52 == len(prompt.json("plan")["effects"])


def test_plan_lists_placements_that_would_sleep(two: Prompt) -> None:
    two.done("apply", "--yes")
    two.done("location", "add", "bo", "oslo")
    two.write(SETTINGS + ROME)

    sleeping = "1 placement sleeps, since there is no location oslo; back with its key: bo@x.example"
    assert sleeping in two.done("plan").splitlines()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[locations.oslo]\nfilter = 'city eq'\n", "locations.oslo.filter: "),
        ("[locations.oslo]\nfilter = 'town eq 1'\n", "town"),
        ("[locations.oslo\n", "other.toml can't be read"),
        ("[providers.okta]\nplugin = 'okat'\n", "providers.okta.plugin: "),
    ],
)
def test_a_draft_that_cannot_be_read_is_2_and_says_where(prompt: Prompt, settings: str, said: str) -> None:
    (prompt.folder / "other.toml").write_text(settings)

    result = prompt("plan", "--settings", str(prompt.folder / "other.toml"))

    assert result.exit_code == 2
    assert said in result.stderr


def test_two_drafts_at_once_are_wrong_usage(prompt: Prompt) -> None:
    assert 2 == prompt("plan", "--rules", "1", "--settings", str(prompt.folder / "plugins.toml")).exit_code
    assert 2 == prompt("plan", "--settings", str(prompt.folder / "none.toml")).exit_code


# --- apply FILE ------------------------------------------------------------------------------------------------------


def test_apply_of_a_plan_asks_nobody(two: Prompt, kept: Path) -> None:
    result = two("apply", str(kept))

    assert (0, "", "Applied. The rules are at version 2.\n") == (result.exit_code, result.stdout, result.stderr)
    assert ["ann@x.example"] == [person["email"] for person in two.json("people")["people"]]


def test_a_plan_can_be_what_plan_printed_as_json(two: Prompt) -> None:
    path = two.folder / "printed.json"
    path.write_text(two.done("plan", "--json"))

    two.done("apply", str(path))

    assert 2 == version(two)


def test_apply_of_a_plan_does_what_was_reviewed_and_says_that_the_file_differs(two: Prompt, kept: Path) -> None:
    two.write(SETTINGS + ROME)

    result = two("apply", str(kept))

    assert result.exit_code == 0
    assert "plugins.toml says something else. The text for it: dirsync rules show 2 --toml" in result.stderr
    assert ["ann@x.example"] == [person["email"] for person in two.json("people")["people"]]
    assert two.json("status")["rules"] == {"version": 2, "fileDiffers": True}


def test_apply_of_a_plan_stops_with_the_difference(two: Prompt, kept: Path) -> None:
    two.push("cy", email="cy@x.example", city="Rome")

    result = two("apply", str(kept))

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "BY NOW  EFFECT  WHO           WHAT  SETTING",
        "new     leaves  cy@x.example        locations.oslo.filter",
    ]
    assert result.stderr.startswith("By now this would do one thing more than the plan says that was reviewed.")
    assert "dirsync plan --out" in result.stderr
    assert 1 == version(two)


def test_a_plan_is_applied_once(two: Prompt, kept: Path) -> None:
    two.done("apply", str(kept))

    result = two("apply", str(kept))

    assert result.exit_code == 1
    assert "over version 1 of the rules, and version 2 applies by now" in result.stderr
    assert "dirsync plan --out FILE" in result.stderr


def test_apply_of_what_is_no_plan(two: Prompt) -> None:
    result = two("apply", str(two.folder / "plugins.toml"))

    assert result.exit_code == 1
    assert "is no plan, so nothing was applied. Make one with: dirsync plan --out FILE" in result.stderr


def test_apply_prints_the_first_names(two: Prompt) -> None:
    result = two("apply")

    assert result.exit_code == 1
    assert "leaves   Bo Berg <bo@x.example>" in result.stdout
    assert "To go ahead: dirsync apply --yes" in result.stderr


def test_everybody_of_a_source_goes_only_by_a_reviewed_plan(two: Prompt) -> None:
    two.write(SETTINGS + OSLO.replace('"Oslo"\'', '"Osl"\''))

    refused = two("apply", "--yes")

    assert refused.exit_code == 1
    assert "everybody whom okta sends" in refused.stderr
    assert "Nobody whom okta sends would be left in the directory." in refused.stdout
    assert 1 == version(two)
    two.done("plan", "--out", str(two.folder / "p"))
    two.done("apply", str(two.folder / "p"))
    assert [] == two.json("people")["people"]


def test_what_was_shown_at_a_terminal_is_what_is_applied(tmp_path: Path) -> None:
    assert 0 == shell(tmp_path, "init").returncode
    (tmp_path / "plugins.toml").write_text('[providers.temps]\nplugin = "manual"\n')
    master, slave = os.openpty()

    with subprocess.Popen(
        [DIRSYNC, "apply"], cwd=tmp_path, env=environment(), stdin=slave, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        os.write(master, b"y\n")
        stdout, stderr = process.communicate(timeout=60)
    os.close(slave)
    os.close(master)

    assert 0 == process.returncode, stderr
    assert stdout.startswith("0 join, 0 leave, 0 change\n")
    assert "Applied. The rules are at version 2." in stderr


# --- rules -----------------------------------------------------------------------------------------------------------


def test_rules_list_has_every_version(two: Prompt) -> None:
    two.done("apply", "--yes")

    versions = two.json("rules", "list")["rules"]

    assert [(1, False), (2, True)] == [(line["version"], line["applied"]) for line in versions]
    assert {"version", "at", "by", "applied"} == versions[0].keys()
    assert "applies" in two.done("rules", "list").splitlines()[2]


def test_rules_show_says_what_a_version_changed(two: Prompt) -> None:
    two.done("apply", "--yes")

    shown = two.done("rules", "show", "2")

    assert "changed: locations.oslo.filter" in shown
    assert "filter = 'city eq \"Oslo\"'" in shown
    assert "locations.oslo.filter" == two.json("rules", "show", "2")["changed"][0]["path"]


def test_the_text_of_the_rules_is_what_applies(two: Prompt) -> None:
    two.done("apply", "--yes")
    two.write(SETTINGS)
    assert two.json("status")["rules"]["fileDiffers"]

    two.write(two.done("rules", "show", "2", "--toml"))

    assert not two.json("status")["rules"]["fileDiffers"]


def test_rollback_asks_and_without_a_terminal_names_yes(two: Prompt) -> None:
    two.done("apply", "--yes")

    result = two("rules", "rollback", "1")

    assert result.exit_code == 1
    assert result.stdout.startswith("1 joins, 0 leave, 1 changes\n")
    assert "To go ahead: dirsync rules rollback 1 --yes" in result.stderr
    assert 2 == version(two)


def test_44_rules_gone_back_to_still_apply_after_a_restart_and_status_says_that_the_file_differs(two: Prompt) -> None:
    two.done("apply", "--yes")

    result = two("rules", "rollback", "1", "--yes")
    two.done("init")  # takes rules up as a server does that starts

    assert "Applied. The rules are at version 3." in result.stderr
    assert "plugins.toml says something else" in result.stderr
    assert two.json("status")["rules"] == {"version": 3, "fileDiffers": True}
    assert 2 == two.json("people")["total"]


def test_a_rollback_can_be_planned(two: Prompt) -> None:
    two.done("apply", "--yes")

    plan = two.json("plan", "--rules", "1")

    assert (2, 3) == (plan["from"], plan["to"])
    assert [("joins", "locations.oslo"), ("changes", "locations.oslo")] == [
        (effect["kind"], effect["origin"]) for effect in plan["effects"]
    ]


def test_there_is_no_version_that_never_was(prompt: Prompt) -> None:
    for words in (("rules", "show", "7"), ("rules", "rollback", "7", "--yes"), ("plan", "--rules", "7")):
        result = prompt(*words)

        assert (1, "There is no version 7 of the rules; there are 1 to 1.\n") == (result.exit_code, result.stderr)


def test_rollback_to_what_applies_does_nothing(prompt: Prompt) -> None:
    result = prompt("rules", "rollback", "1", "--yes")

    assert (0, "Nothing to do: version 1 says what applies already.\n") == (result.exit_code, result.stderr)


def test_a_plan_names_people_once_in_its_counts(two: Prompt) -> None:
    two.write(SETTINGS.replace('"flat"', '"flat"\nattributes = { desk = "city", town = "city" }'))

    plan = two.json("plan")

    assert 4 == len(plan["effects"])
    assert 2 == plan["counts"]["changes"]
    assert json.loads(json.dumps(plan)) == plan
