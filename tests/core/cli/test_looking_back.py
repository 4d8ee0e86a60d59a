"""`dirsync history`, `undo`, `--at`, `backup`, `init --from`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.core.cli.conftest import SETTINGS, Prompt


@pytest.fixture
def sam(prompt: Prompt) -> Prompt:
    prompt.done("manual", "add", "sam@agency.example", "displayName=Sam Roe", "city=Oslo")
    prompt.done("manual", "set", "sam@agency.example", "city=Rome")
    return prompt


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def test_history_shows_every_write_and_undo_takes_one_back(sam: Prompt) -> None:
    events = sam.json("history", "sam@agency.example")["events"]
    assert [(e["kind"], e["provider"], e["undoable"]) for e in events] == [
        ("user.replaced", "contractors", True), ("user.created", "contractors", False)
    ]  # fmt: skip
    assert set(events[0]) == {"request", "at", "by", "provider", "record", "kind", "ignored", "undoable"}

    result = sam("undo", events[0]["request"])

    assert (result.exit_code, result.stdout) == (0, "")
    assert f"Took back {events[0]['request']}: sam@agency.example." in result.stderr
    assert sam.json("show", "sam@agency.example")["city"] == "Oslo"
    assert sam.json("history", "sam@agency.example")["events"][0]["request"] in result.stderr


def test_undo_says_why_not(sam: Prompt) -> None:
    sam.push("ann", email="ann@halden.example")
    pushed = sam.json("history", "ann")["events"][0]["request"]
    added = sam.json("history", "sam@agency.example")["events"][1]["request"]

    for request, told in ((pushed, "no longer be what the provider was told"), (added, "was changed since"),
                          ("nothing", "There is no request")):  # fmt: skip
        result = sam("undo", request)
        assert (result.exit_code, told in result.stderr) == (1, True)


def test_the_table_of_a_history_names_what_can_be_taken_back(sam: Prompt) -> None:
    lines = sam.done("history", "sam@agency.example").splitlines()

    assert lines[0].split() == ["AT", "WHAT", "PROVIDER", "BY", "REQUEST"]
    assert lines[1].endswith("  undo")
    assert not lines[2].endswith("undo")


def test_nobody_has_no_history(prompt: Prompt) -> None:
    assert prompt("history", "nobody@x.example").exit_code == 1


def test_people_and_one_of_them_as_of_a_time(sam: Prompt) -> None:
    then = now()
    sam.done("manual", "set", "sam@agency.example", "email=sam.roe@agency.example")
    sam.done("manual", "add", "late@agency.example")

    past = sam.json("people", "--at", then)

    assert [(p["email"], p["city"], p["version"], p["provenance"]) for p in past["people"]] == [
        ("sam@agency.example", "Rome", 2, {})
    ]  # fmt: skip
    assert (past["total"], past["nextCursor"], past["seq"]) == (1, None, 2)
    assert sam.json("show", "sam@agency.example", "--at", then) == past["people"][0]
    assert sam.json("people", "--at", then, "--filter", 'city eq "Oslo"')["people"] == []
    assert sam.json("people", "--at", datetime.now(UTC).date().isoformat())["total"] == 2
    assert "Sam Roe <sam@agency.example>" in sam.done("show", "sam@agency.example", "--at", then)


def test_before_anything_there_was_nobody(sam: Prompt) -> None:
    assert sam.json("people", "--at", "2020-01-01") == {"people": [], "total": 0, "nextCursor": None, "seq": 0}
    result = sam("show", "sam@agency.example", "--at", "2020-01-01")
    assert (result.exit_code, "then" in result.stderr) == (1, True)


@pytest.mark.parametrize("time", ["soon", "2999-01-01", "2026-01-01T00:00:00"])
def test_a_time_that_is_none_is_wrong_usage(sam: Prompt, time: str) -> None:
    assert sam("people", "--at", time).exit_code == 2


def test_a_backup_is_what_an_installation_starts_from(sam: Prompt, tmp_path: Path) -> None:
    sam.done("backup", str(tmp_path / "copy"))
    sam.done("manual", "remove", "sam@agency.example")
    new = Prompt(tmp_path / "new", sam.plugins)
    new.folder.mkdir()
    new.write(SETTINGS)

    result = new("init", "--from", str(tmp_path / "copy"))

    assert (result.exit_code, "Started from" in result.stderr) == (0, True)
    assert new.json("people")["people"][0]["email"] == "sam@agency.example"
    assert new("rebuild", "--check").exit_code == 0
    new.done("manual", "add", "bo@agency.example")


def test_a_backup_is_not_written_over_a_file(sam: Prompt, tmp_path: Path) -> None:
    sam.done("backup", str(tmp_path / "copy"))

    assert sam("backup", str(tmp_path / "copy")).exit_code == 1
    sam.done("backup", str(tmp_path / "copy"), "--overwrite")


def test_init_from_a_backup_leaves_what_is_there(sam: Prompt, tmp_path: Path) -> None:
    sam.done("backup", str(tmp_path / "copy"))
    (tmp_path / "text").write_text("no backup, but some text")

    there = sam("init", "--from", str(tmp_path / "copy"))
    fresh = Prompt(tmp_path / "fresh", sam.plugins)("init", "--from", str(tmp_path / "text"))

    assert (there.exit_code, "There is a store at" in there.stderr) == (1, True)
    assert (fresh.exit_code, "is no dirsync store" in fresh.stderr) == (1, True)
    assert not (tmp_path / "fresh").exists()
