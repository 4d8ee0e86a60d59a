"""What a bound filter tells of itself."""

import pytest

from tests.core.filtering.examples import ENTERPRISE, rule, user_filter


def test_text_is_canonical() -> None:
    assert rule('( city EQ "Oslo" )  OR active pr').text == 'city eq "Oslo" or active pr'


def test_attributes_are_named_as_the_schema_spells_them() -> None:
    bound = user_filter('USERNAME pr or emails[type eq "x"] or name.familyName pr or department pr or emails co "x"')

    expected = {"userName", "emails.type", "name.familyName", f"{ENTERPRISE}:department", "emails.value"}
    assert expected == bound.attributes


def test_comparisons_are_those_of_eq_and_ne() -> None:
    bound = rule('groups eq "a" or not (groups ne "b" and groups co "c") or city eq "d" or GROUPS eq "a"')

    assert bound.comparisons("Groups") == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "x"',
        'USERNAME eq "x"',
        'active eq true and (title pr and userName eq "x")',
        'emails[type eq "work"] and userName eq "x"',
    ],
)
def test_equality_is_found_where_the_filter_requires_it(text: str) -> None:
    assert user_filter(text).equality("username") == "x"


@pytest.mark.parametrize(
    "text",
    ['userName eq "x" or title pr', 'not (userName eq "x")', 'userName ne "x"', 'userName sw "x"', "userName eq null"],
)
def test_equality_is_not_found_where_the_filter_may_do_without(text: str) -> None:
    assert user_filter(text).equality("userName") is None


def test_equality_is_found_within_a_value_path() -> None:
    assert user_filter('emails[type eq "work"].value eq "x"').equality("emails.value") == "x"


def test_equality_is_not_found_in_an_or_within_a_value_path() -> None:
    assert user_filter('emails[type eq "x" or value eq "x"]').equality("emails.value") is None
