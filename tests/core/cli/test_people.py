"""`dirsync people`, `show`, `explain`, `export`: what is there, and why."""

import csv
import io

import pytest

from dirsync_core.cli.session import author
from tests.core.cli.conftest import Prompt


@pytest.fixture
def halden(oslo: Prompt) -> Prompt:
    oslo.push("ann", email="ann@halden.example", displayName="Ann Lee", city="Oslo", assistants=["bo@halden.example"])
    oslo.push("bo", email="bo@halden.example", displayName="Bo Ek", city="Oslo", title="Clerk")
    oslo.push("cy", email="cy@halden.example", displayName="Cy Fox", city="Rome")
    oslo.done("manual", "add", "sam@agency.example", "displayName=Sam Roe")
    return oslo


def emails(prompt: Prompt, *words: str) -> list[str]:
    return [person["email"].partition("@")[0] for person in prompt.json("people", *words)["people"]]


def test_people_are_those_in_the_directory(halden: Prompt) -> None:
    shape = halden.json("people")

    assert ["ann", "bo", "sam"] == emails(halden)
    assert (3, None, 4) == (shape["total"], shape["nextCursor"], shape["seq"])


def test_people_can_be_chosen_and_sorted(halden: Prompt) -> None:
    assert emails(halden, "--location", "oslo") == ["ann", "bo"]
    assert emails(halden, "--filter", 'title eq "clerk" or locations ne "oslo"') == ["bo", "sam"]
    assert emails(halden, "--sort", "title")[0] == "bo"
    assert emails(halden, "--status", "left") == []
    assert emails(halden, "--status", "all", "--sort", "email") == ["ann", "bo", "sam"]


def test_the_table_has_a_header_and_a_line_each(halden: Prompt) -> None:
    lines = halden.done("people", "--location", "oslo").splitlines()

    assert lines[0].split() == ["NAME", "EMAIL", "PHONE", "LOCATIONS", "STATUS"]
    assert lines[1].split() == ["Ann", "Lee", "ann@halden.example", "oslo", "active"]


def test_a_filter_that_is_none_is_pointed_at(halden: Prompt) -> None:
    result = halden("people", "--filter", 'city eqq "Oslo"')

    assert result.exit_code == 2
    assert result.stderr.endswith('  city eqq "Oslo"\n       ^\n')


@pytest.mark.parametrize(
    ("words", "known"),
    [(["--location", "bergen"], "oslo"), (["--status", "gone"], "deactivated"), (["--sort", "hat"], "displayName")],
)
def test_what_is_not_there_is_told_with_what_is(halden: Prompt, words: list[str], known: str) -> None:
    result = halden("people", *words)

    assert result.exit_code == 2
    assert known in result.stderr


def test_an_empty_directory_says_what_to_do(prompt: Prompt) -> None:
    assert "dirsync serve" in prompt("people").stderr
    assert prompt.json("people") == {"people": [], "total": 0, "nextCursor": None, "seq": 0}


def test_values_do_not_steer_the_terminal(prompt: Prompt) -> None:
    prompt.push("ann", email="ann@x.example", displayName="Ann\x1b[2J\nLee")

    assert "Ann [2J Lee  ann@x.example" in prompt.done("people")


def test_show_tells_where_each_value_comes_from(halden: Prompt) -> None:
    lines = halden.done("show", "ANN@halden.example").splitlines()

    assert lines[0] == "Ann Lee <ann@halden.example>"
    assert [["city", "Oslo", "okta"]] == [line.split()[:3] for line in lines if line.startswith("city")]
    assert halden.json("show", "ann@halden.example")["assistants"][0]["email"] == "bo@halden.example"


def test_show_of_nobody_is_1(halden: Prompt) -> None:
    result = halden("show", "dee@halden.example")

    assert result.exit_code == 1
    assert "dirsync explain dee@halden.example" in result.stderr


def test_explain_shows_the_way_up_to_where_it_ends(halden: Prompt) -> None:
    lines = halden.done("explain", "x-cy").splitlines()

    assert lines[0].startswith("Flat pushes this person, but nothing takes them in")
    assert [line.split()[0] for line in lines if line.startswith("    ")] == ["record", "map", "scope", "location"]
    assert "the way ends here" in next(line for line in lines if "scope " in line)


def test_explain_of_an_address_that_nobody_has_is_0(halden: Prompt) -> None:
    assert halden.json("explain", "dee@halden.example")["verdict"] == "nobody"
    assert "No source has told of dee@halden.example" in halden.done("explain", "dee@halden.example")


def test_explain_names_the_hand_that_placed_somebody(halden: Prompt) -> None:
    halden.done("location", "mask", "bo@halden.example", "oslo")

    assert f"location oslo: hidden by {author()} (by rule in, city is “Oslo”)" in halden.done(
        "explain", "bo@halden.example"
    )
    assert halden.json("explain", "bo@halden.example")["records"][0]["locations"][0]["placement"] == "masked"


def test_export_has_everybody_in_both_forms(halden: Prompt) -> None:
    rows = list(csv.DictReader(io.StringIO(halden.done("export", "--format", "csv", "--location", "oslo"))))

    assert ["ann@halden.example", "bo@halden.example"] == [row["email"] for row in rows]
    assert rows[0]["assistants"] == "bo@halden.example"
    assert '"seq": 4' in halden.done("export")


def test_records_are_listed_with_what_became_of_them(halden: Prompt) -> None:
    halden.push("sam", email="sam@agency.example", city="Oslo")

    shape = halden.json("records", "--provider", "okta")

    assert [r["situation"] for r in shape["records"]] == ["contested", "out_of_scope", "linked", "linked"]
    assert len(halden.json("records", "--situation", "contested")["records"]) == 1
    assert halden("records", "--provider", "hr").exit_code == 2
    assert "Sam Roe has the address" in halden.done("records")
