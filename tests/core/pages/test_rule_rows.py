"""Rows of a form and the filter language: both ways write the same text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.filtering import parse
from dirsync_core.web.pages.rule_rows import OPS, VALUELESS, Row, Rows, rows_of, said, text_of
from dirsync_core.web.pages.rules_form import new_key

NAMES = st.sampled_from(["city", "country", "groups", "displayName"])
VALUES = st.text(st.characters(exclude_characters=",", exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=8)


@st.composite
def lines(draw: st.DrawFn) -> Row:
    op = draw(st.sampled_from(list(OPS)))
    if op in VALUELESS:
        return Row(draw(NAMES), op)
    if op in ("one", "none"):
        return Row(draw(NAMES), op, ", ".join(draw(st.lists(VALUES, min_size=2, max_size=3, unique=True))))
    return Row(draw(NAMES), op, draw(VALUES))


@pytest.mark.parametrize(
    "text",
    [
        'city eq "Oslo"',
        'city eq "Oslo" or groups eq "Oslo Contractors"',
        'country eq "NO" and not (city eq "Oslo" or city eq "Bergen")',
        'city eq "Oslo, Norway"',
        "not (city pr)",
        'displayName sw "A" and userType pr and not (city eq "Rome")',
    ],
)
def test_what_rows_can_say_comes_back_as_the_same_text(text: str) -> None:
    rows = rows_of(text)

    assert rows is not None
    assert text == text_of(rows)


@pytest.mark.parametrize(
    "text",
    [
        'city ne "Oslo"',
        'city eq "Oslo" and (country eq "NO" or title eq "Chef")',
        'not (city sw "Os")',
        'city gt "O"',
        'city eq " Oslo"',
        'not (city eq "a, b" or city eq "c")',
        "count eq 3",
    ],
)
def test_what_rows_can_t_say_is_left_to_text(text: str) -> None:
    assert rows_of(text) is None


@given(st.lists(lines(), min_size=1, max_size=4), st.sampled_from(["any", "all"]))
def test_rows_mean_after_a_round_what_they_meant_before(rows: list[Row], join: str) -> None:
    text = text_of(Rows("all" if join == "all" else "any", tuple(rows)))

    again = rows_of(text)

    assert again is not None
    assert parse(text) == parse(text_of(again))


def test_a_row_that_says_nothing_yet_is_left_out() -> None:
    assert (
        text_of(Rows("all", (Row("city", "is", "Oslo"), Row("", "is", "x"), Row("title", "sw", " "))))
        == 'city eq "Oslo"'
    )
    assert text_of(Rows("any", ())) == ""


def test_true_and_false_are_compared_as_such() -> None:
    assert text_of(Rows("any", (Row("remote", "is", "yes"),)), ["remote"]) == "remote eq true"
    assert text_of(Rows("any", (Row("remote", "is", "yes"),))) == 'remote eq "yes"'
    assert rows_of("remote eq true") == Rows("any", (Row("remote", "is", "true"),))


def test_sets_have_and_single_values_are() -> None:
    assert (said(Row("city")), said(Row("groups"), is_set=True)) == ("is", "has")


@pytest.mark.parametrize(
    ("name", "key"), [("Stord på øya", "stord-pa-ya"), ("Oslo", "oslo-2"), ("東京", "location"), ("A&B", "a-b")]
)
def test_a_key_is_made_of_the_name(name: str, key: str) -> None:
    assert new_key({"new.name": name}, ["oslo"]) == key
