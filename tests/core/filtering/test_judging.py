import pytest

from dirsync_core.filtering import Judgement, Verdict, bind, parse
from tests.core.filtering.examples import FLAT, USER, rule

IN, OUT, UNDETERMINED = Verdict.IN, Verdict.OUT, Verdict.UNDETERMINED

VALUES: dict[str, object] = {
    "city": "Göteborg",
    "userType": "employee",
    "active": True,
    "locale": "en_US",
    "groups": ("Everyone", "Oslo"),
}


def no_interns_group(name: str, value: str) -> bool:
    return (name, value) == ("groups", "Interns")


def judged(text: str, values: dict[str, object] = VALUES) -> Judgement:
    return rule(text).judge(values, undetermined=no_interns_group)


def test_in_says_which_term_and_what_it_saw() -> None:
    assert Judgement(IN, 'city eq "göteborg"', "city is “Göteborg”") == judged('city EQ "göteborg"')


def test_out_says_which_term_and_what_it_saw() -> None:
    assert Judgement(OUT, 'city eq "Oslo"', "city is “Göteborg”") == judged('active pr and city eq "Oslo"')


@pytest.mark.parametrize("values", [{}, {"city": None}, {"city": ""}])
def test_comparing_a_missing_attribute_is_undetermined(values: dict[str, object]) -> None:
    assert Judgement(UNDETERMINED, 'city ne "Oslo"', "city is missing") == judged('city ne "Oslo"', values)


def test_comparing_an_empty_set_is_undetermined() -> None:
    assert Judgement(UNDETERMINED, 'groups eq "a"', "groups is missing") == judged('groups eq "a"', {"groups": ()})


@pytest.mark.parametrize(("text", "verdict"), [('entities eq "a"', OUT), ('entities ne "a"', IN)])
def test_comparing_an_empty_set_that_is_complete_is_determined(text: str, verdict: Verdict) -> None:
    for nothing in ({}, {"entities": ()}, {"entities": ""}):
        assert Judgement(verdict, text, "entities is empty") == judged(text, nothing)


@pytest.mark.parametrize(("text", "verdict"), [("city pr", OUT), ("city eq null", IN), ("city ne null", OUT)])
def test_presence_is_never_undetermined(text: str, verdict: Verdict) -> None:
    assert Judgement(verdict, text, "city is missing") == judged(text, {})


@pytest.mark.parametrize("text", ['groups eq "Interns"', 'groups ne "Interns"'])
def test_caller_may_declare_an_equality_undetermined(text: str) -> None:
    assert Judgement(UNDETERMINED, text, "no group “Interns” yet") == judged(text)


def test_caller_is_not_asked_about_other_operators() -> None:
    assert OUT is judged('groups co "Interns"').verdict


def test_noun_of_an_attribute_is_used_in_sentences() -> None:
    judgement = rule('entities eq "x"').judge({}, undetermined=lambda name, value: True)

    assert judgement.saw == "no entity “x” yet"


def test_set_is_listed() -> None:
    assert judged('groups eq "Stockholm"').saw == "groups has “Everyone”, “Oslo”"


def test_value_that_matched_is_listed_first_and_long_lists_are_cut() -> None:
    groups = tuple(f"g{number}" for number in range(40))

    assert judged('groups eq "G39"', {"groups": groups}).saw == "groups has “g39”, “g0”, “g1” and 37 more"


def test_long_value_is_cut() -> None:
    assert f"city is “{'x' * 39}…”" == judged("city pr", {"city": "x" * 41}).saw
    assert f"city is “{'x' * 40}”" == judged("city pr", {"city": "x" * 40}).saw


def test_booleans_are_said_as_the_filter_spells_them() -> None:
    assert judged("active eq true").saw == "active is true"
    assert judged("active eq true", {"active": False}).saw == "active is false"


def test_numbers_are_said_as_they_are() -> None:
    assert "badge is 7" == bind(parse("badge gt 6"), USER).judge({"badge": 7}).saw


def test_any_value_of_a_set_may_equal() -> None:
    assert IN is judged('groups eq "oslo"').verdict


def test_no_value_of_a_set_may_equal_for_ne() -> None:
    assert OUT is judged('groups ne "Oslo"').verdict
    assert IN is judged('groups ne "Bergen"').verdict


def test_attribute_compares_in_its_own_form() -> None:
    assert IN is judged('locale eq "EN-us"').verdict
    assert IN is judged('locale sw "en-"').verdict


def test_not_names_the_term_inside() -> None:
    assert Judgement(OUT, "active eq true", "active is true") == judged("not (active eq true)")


def test_first_undetermined_term_is_named_where_none_decides() -> None:
    assert judged('active pr and userType eq "x" and city pr', {"active": True, "city": "a"}).term == 'userType eq "x"'


def test_first_of_several_undetermined_terms_is_named() -> None:
    assert 'city eq "x"' == judged('city eq "x" or userType eq "x"', {}).term


@pytest.mark.parametrize(
    "text",
    ['groups eq "Interns" and active pr', 'active pr and groups eq "Interns"', 'not (groups eq "Interns")',
     'groups eq "Interns" or city eq "Oslo"', 'city eq "Oslo" or groups eq "Interns"'],
)  # fmt: skip
def test_what_the_caller_calls_undetermined_is_so_wherever_it_stands(text: str) -> None:
    assert UNDETERMINED is judged(text).verdict


def test_of_several_terms_that_decide_the_first_is_named() -> None:
    assert 'city eq "Oslo"' == judged('city eq "Oslo" and userType eq "intern"').term
    assert 'city eq "Göteborg"' == judged('city eq "Göteborg" or userType eq "employee"').term


def test_not_turns_both_ways() -> None:
    assert [IN, OUT] == [judged(f'not (city eq "{city}")').verdict for city in ("Oslo", "Göteborg")]


def test_decided_term_wins_over_an_undetermined_one() -> None:
    assert OUT is judged('groups eq "Interns" and city eq "Oslo"').verdict
    assert IN is judged('groups eq "Interns" or city eq "Göteborg"').verdict


def test_value_path_over_flat_values_is_undetermined_without_them() -> None:
    bound = bind(parse('emails[type eq "work"]'), USER)

    assert UNDETERMINED is bound.judge({}).verdict
    assert IN is bound.judge({"emails": ({"type": "work"},)}).verdict
    assert OUT is bound.judge({"emails": ({"type": "home"},)}).verdict


def test_value_path_over_one_value_judges_that() -> None:
    bound = bind(parse('emails[value eq "a"]'), USER)

    assert [IN, OUT] == [bound.judge({"emails": one}).verdict for one in ("a", "b")]
    assert [IN, OUT] == [bound.judge({"emails": {"value": one}}).verdict for one in ("a", "b")]


def test_values_are_kept_under_the_names_that_the_schema_spells() -> None:
    assert IN is bind(parse('CITY eq "Oslo"'), FLAT).judge({"city": "Oslo"}).verdict
