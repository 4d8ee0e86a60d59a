"""`dirsync explain WHO --with FILE`."""

import json

from tests.core.cli.conftest import Prompt

ANN = "ann@x.example"


def test_what_would_be_published_is_told(prompt: Prompt) -> None:
    prompt.push("ann", email=ANN, title="Pilot")
    (prompt.folder / "ann.json").write_text(json.dumps({"email": ANN, "title": "Captain"}))

    said = prompt.done("explain", ANN, "--with", str(prompt.folder / "ann.json"))

    assert "title: Pilot → Captain" in said
    assert "Pilot" == prompt.json("show", ANN)["title"]


def test_the_body_may_come_from_stdin(prompt: Prompt) -> None:
    said = prompt("explain", ANN, "--with", "-", "--json", text=json.dumps({"email": ANN}))

    assert "active" == json.loads(said.stdout)["verdict"]


def test_what_is_no_object_is_wrong_usage(prompt: Prompt) -> None:
    said = [prompt("explain", ANN, "--with", "-", text=text) for text in ("[]", "{", "")]

    assert [2, 2, 2] == [each.exit_code for each in said]


def test_a_source_alone_means_nothing(prompt: Prompt) -> None:
    assert 2 == prompt("explain", ANN, "--provider", "okta").exit_code
