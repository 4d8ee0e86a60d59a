"""Commands that write: by hand, placements, rules, tokens, rebuild; and what the feed says of them."""

import getpass
import re
import sqlite3
from contextlib import closing

import pytest

from dirsync_core import api
from dirsync_core.cli.session import Session, author
from dirsync_core.host.asking import ask
from dirsync_core.host.doors import valid_token
from tests.core.cli.conftest import OSLO, SETTINGS, Prompt

SAM = "sam@agency.example"


@pytest.fixture
def sam(oslo: Prompt) -> Prompt:
    oslo.done("manual", "add", SAM, "displayName=Sam Roe", "city=Oslo")
    return oslo


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_session_is_what_plugins_commands_may_use(sam: Prompt) -> None:
    assert isinstance(Session(sam.plugins, by="me"), api.Directory)


def test_somebody_kept_by_hand_is_changed_listed_and_removed(sam: Prompt) -> None:
    sam.done("manual", "set", SAM, "title=Porter", "city=")
    listed = sam.json("manual", "list")["people"]
    sam.done("manual", "remove", SAM)

    assert [("Porter", None)] == [(person["title"], person.get("city")) for person in listed]
    assert sam.json("manual", "list") == {"people": []}


def test_who_was_removed_is_said_to_be_kept_by_hand_no_more(sam: Prompt) -> None:
    sam.done("manual", "remove", SAM)

    again = sam("manual", "remove", SAM)

    assert (again.exit_code, again.stderr) == (
        1,
        f"{SAM} is not kept by hand any more. Bring them back with: dirsync manual add EMAIL\n",
    )


def test_a_word_on_an_attribute_that_there_is_not_can_not_be_taken_back(sam: Prompt) -> None:
    refused = sam("override", "clear", SAM, "fone")

    assert (refused.exit_code, "There is no attribute “fone”" in refused.stderr) == (1, True)


def test_nothing_and_a_value_are_not_pinned_at_once(sam: Prompt) -> None:
    refused = sam("override", "pin", SAM, "phone=1", "--empty")

    assert (refused.exit_code, "“phone”, not “phone=1”" in refused.stderr) == (2, True)


def test_where_several_are_kept_by_hand_one_is_named(prompt: Prompt) -> None:
    prompt.write(f'{SETTINGS}\n[providers.temps]\nplugin = "manual"\n')
    prompt.done("apply", "--yes")

    refused = prompt("manual", "add", SAM)
    prompt.done("manual", "add", SAM, "--provider", "temps")

    assert refused.exit_code == 1
    assert "contractors, temps" in refused.stderr
    assert prompt.json("manual", "list", "--provider", "contractors") == {"people": []}
    assert len(prompt.json("manual", "list")["people"]) == 1


# --- placements ------------------------------------------------------------------------------------------------------


def test_a_placement_brings_in_whom_no_location_takes(oslo: Prompt) -> None:
    oslo.push("cy", email="cy@x.example", city="Rome")

    oslo.done("location", "add", "cy", "oslo")

    assert [["oslo"]] == [person["locations"] for person in oslo.json("people")["people"]]
    assert [(1, 1)] == [(line["people"], line["placed"]) for line in oslo.json("location", "list")["locations"]]


def test_a_mask_hides_and_clear_gives_back(sam: Prompt) -> None:
    sam.done("location", "mask", SAM, "oslo")
    masked = sam.json("show", SAM)["locations"]
    sam.done("location", "clear", SAM, "oslo")

    assert masked == []
    assert sam.json("show", SAM)["locations"] == ["oslo"]


def test_one_unknown_location_places_in_none(sam: Prompt) -> None:
    result = sam("location", "mask", SAM, "oslo", "bergen")

    assert result.exit_code == 1
    assert result.stderr == "There is no location “bergen”. There are oslo.\n"
    assert sam.json("show", SAM)["locations"] == ["oslo"]


# --- rules -----------------------------------------------------------------------------------------------------------


def test_apply_without_a_terminal_says_what_it_would_do_and_does_not(prompt: Prompt) -> None:
    prompt.push("ann", email="ann@x.example", city="Rome")
    prompt.push("bo", email="bo@x.example", city="Oslo")
    prompt.write(SETTINGS + OSLO)

    result = prompt("apply", text="y\n")

    assert result.exit_code == 1
    assert result.stdout.startswith("0 join, 1 leaves, 1 changes\n")
    assert "--yes" in result.stderr
    assert prompt.json("status")["rules"] == {"version": 1, "fileDiffers": True}


def test_apply_yes_does_it(prompt: Prompt) -> None:
    prompt.push("ann", email="ann@x.example")
    prompt.push("bo", email="bo@x.example", city="Oslo")
    prompt.write(SETTINGS + OSLO)

    told = "0 join, 1 leaves, 1 changes, 1 is out for want of a value"
    assert prompt.done("apply", "--yes").splitlines()[0] == told
    assert prompt.json("status")["people"] == {"active": 1, "deactivated": 0, "left": 1, "deleted": 0}


def test_apply_of_what_applies_says_so(prompt: Prompt) -> None:
    result = prompt("apply")

    assert result.exit_code == 0
    assert result.stderr.startswith("Nothing to do")


def test_apply_of_rules_that_are_none_is_2_and_changes_nothing(prompt: Prompt) -> None:
    prompt.write(f"{SETTINGS}\n[locations.oslo]\nfilter = 'citty eq 1'\n[locations.rome]\nfilter = 'city xx 1'\n")

    result = prompt("apply", "--yes")

    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "locations.oslo.filter", "locations.rome.filter",
    ]  # fmt: skip
    assert prompt.json("status")["rules"]["version"] == 1


# --- tokens and sign-in ----------------------------------------------------------------------------------------------


def test_a_secret_stands_alone_on_stdout_and_opens_its_provider(prompt: Prompt) -> None:
    secret = prompt.done("token", "create", "okta", "--name", "production", "--expires", "90d").strip()

    session = Session(prompt.plugins, by="me", folder=prompt.folder)
    token = session.run(lambda host: ask(host, lambda reading: valid_token(reading.tx, secret, reading.now)))
    assert token is not None
    assert (token.provider, token.name) == ("okta", "production")
    assert token.expires_at is not None
    assert (token.expires_at - token.created_at).days == 90


def test_several_tokens_are_listed_without_their_secrets(prompt: Prompt) -> None:
    secrets = [prompt.done("token", "create", "okta").strip() for _ in range(3)]
    prompt.done("token", "create", "--api", "intranet", "--write")

    tokens = prompt.json("token", "list")["tokens"]

    assert [("okta", False)] * 3 + [(None, True)] == [(token["provider"], token["write"]) for token in tokens]
    assert not any(secret in prompt.done("token", "list") for secret in secrets)


def test_a_revoked_token_is_gone(prompt: Prompt) -> None:
    prompt.done("token", "create", "okta")
    (token,) = prompt.json("token", "list")["tokens"]

    prompt.done("token", "revoke", token["id"])

    assert prompt.json("token", "list") == {"tokens": []}
    assert prompt("token", "revoke", token["id"]).exit_code == 1


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 2, "PROVIDER"),
        (["okta", "--api", "x"], 2, "either"),
        (["okta", "--write"], 2, "--api"),
        (["okta", "--expires", "soon"], 2, "90d"),
        (["okta", "--expires", "0d"], 2, "90d"),
        (["hr"], 1, "there are okta, contractors"),
        (["contractors"], 1, "kept by hand"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(prompt: Prompt, words: list[str], status: int, said: str) -> None:
    result = prompt("token", "create", *words)

    assert result.exit_code == status
    assert said in result.stderr
    assert prompt.json("token", "list") == {"tokens": []}


def test_minted_tokens_end_by_themselves(prompt: Prompt) -> None:
    session = Session(prompt.plugins, by="me", folder=prompt.folder)

    assert session.mint_token("okta") != session.mint_token("okta", hours=2)

    assert all(token["expiresAt"] for token in prompt.json("token", "list")["tokens"])


def test_sign_in_prints_a_link_to_where_the_pages_are(prompt: Prompt) -> None:
    here = prompt.done("sign-in")
    there = prompt.done("sign-in", "--url", "http://127.0.0.1:9000/")

    assert re.fullmatch(r"http://127\.0\.0\.1:8080/sign-in\?code=[\w-]{20,}\n", here)
    assert there.startswith("http://127.0.0.1:9000/sign-in?code=")
    assert prompt("sign-in", "--url", "pages").exit_code == 2


# --- feed and rebuild ------------------------------------------------------------------------------------------------


def test_changes_tell_what_was_written_and_by_whom(sam: Prompt) -> None:
    sam.done("manual", "set", SAM, "city=")

    shape = sam.json("changes", "--after", "1")

    assert (2, 2) == (shape["next"], shape["end"])
    assert shape["changes"][0]["changed"] == {"city": ["Oslo", None], "locations": [["oslo"], []]}
    assert shape["changes"][0]["cause"]["by"] == author()
    assert "locations: oslo → –; city: Oslo → –" in sam.done("changes", "--after", "1")


def test_the_author_is_named_even_without_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)

    assert author() == "command line"


def test_rebuild_finds_nothing_where_nothing_was_touched(sam: Prompt) -> None:
    assert sam.json("rebuild", "--check") == {"differences": []}


def test_rebuild_finds_and_repairs_what_was_touched(sam: Prompt) -> None:
    with closing(sqlite3.connect(sam.folder / "dirsync.db")) as db, db:
        db.execute("DELETE FROM person")

    checked = sam("rebuild", "--check")
    repaired = sam("rebuild")

    assert (1, 0) == (checked.exit_code, repaired.exit_code)
    assert "dirsync rebuild" in checked.stderr
    assert sam("rebuild", "--check").exit_code == 0
    assert sam.json("people")["total"] == 1
