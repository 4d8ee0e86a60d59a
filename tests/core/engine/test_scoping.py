"""Scope: filters of a provider and of locations, values that are missing, placements."""

from collections.abc import Mapping
from typing import Any, Literal

import pytest

from dirsync_core.engine.rules import LocationRule
from dirsync_core.engine.scoping import Scope, scope
from dirsync_core.filtering import Verdict
from tests.core.engine.making import location, nothing_undetermined, provider, rules

OSLO, BERGEN = location("oslo", 'city eq "Oslo"'), location("bergen", 'city eq "Bergen"')
ELSEWHERE = location("elsewhere", 'not (city eq "Oslo")', "in")
TEAM = location("team", 'groups eq "Team"')


def scoped(
    values: Mapping[str, Any],
    *locations: LocationRule,
    placed: Mapping[str, Literal["add", "mask"]] | None = None,
    undetermined: Any = nothing_undetermined,
    **provided: Any,
) -> Scope:
    return scope(values, placed or {}, provider(**provided), rules(locations=locations), undetermined)


def said(result: Scope) -> tuple[bool, tuple[str, ...], bool]:
    return result.in_scope, result.keys, result.undetermined


def test_without_locations_everybody_counts() -> None:
    assert said(scoped({})) == (True, (), False)


def test_a_location_without_a_filter_takes_everybody() -> None:
    assert said(scoped({}, location("all"))) == (True, ("all",), False)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"city": "Oslo"}, (True, ("oslo",), False)),
        ({"city": "oslo"}, (True, ("oslo",), False)),
        ({"city": "Bergen"}, (True, ("bergen", "elsewhere"), False)),
        ({"city": "Paris"}, (True, ("elsewhere",), False)),
        ({}, (True, ("elsewhere",), False)),
    ],
)
def test_a_record_is_in_every_location_that_takes_it_in(values: Mapping[str, str], expected: object) -> None:
    assert expected == said(scoped(values, OSLO, BERGEN, ELSEWHERE))


def test_out_of_every_location_is_out_of_scope_with_the_terms_that_decided() -> None:
    result = scoped({"city": "Paris"}, OSLO, BERGEN)

    assert said(result) == (False, (), False)
    assert result.term == 'city eq "Oslo"'


@pytest.mark.parametrize("text", ['city eq "Oslo"', 'not (city eq "Oslo")', 'city ne "Oslo"'])
def test_a_missing_value_is_out_and_told_apart(text: str) -> None:
    assert said(scoped({}, location("l", text))) == (False, (), True)


@pytest.mark.parametrize(("text", "expected"), [("city pr", False), ("not (city pr)", True)])
def test_whether_a_value_is_there_is_never_undetermined(text: str, expected: bool) -> None:
    assert said(scoped({}, location("l", text))) == (expected, ("l",) if expected else (), False)


def test_missing_in_counts_the_want_of_a_value_as_in_and_nothing_else() -> None:
    only = location("l", 'city eq "Oslo"', "in")

    assert said(scoped({}, only)) == (True, ("l",), False)
    assert said(scoped({"city": "Paris"}, only)) == (False, (), False)


def test_a_group_that_is_not_there_is_undetermined() -> None:
    assert said(scoped({}, TEAM, undetermined=lambda name, value: value == "Team")) == (False, (), True)
    assert said(scoped({}, TEAM)) == (False, (), False)
    assert said(scoped({"groups": ("Team",)}, TEAM)) == (True, ("team",), False)


def test_one_location_that_takes_in_makes_up_for_others_that_can_not_tell() -> None:
    assert said(scoped({"title": "Chef"}, OSLO, location("chefs", 'title eq "Chef"'))) == (True, ("chefs",), False)


# --- why -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "locations", "told"),
    [
        ({}, (), (True, "everybody counts", "")),
        ({}, (location("all"),), (True, "takes everybody", "")),
        ({"city": "Oslo"}, (BERGEN, OSLO), (True, "city is “Oslo”", 'city eq "Oslo"')),
        ({"city": "Paris"}, (OSLO, BERGEN), (False, "city is “Paris”", 'city eq "Oslo"')),
        ({"city": "Paris"}, (OSLO, TEAM), (False, "city is “Paris”; groups is empty", 'city eq "Oslo"')),
        ({"city": "Paris"}, (BERGEN, location("chefs", 'title eq "Chef"')),
         (False, "title is missing", 'title eq "Chef"')),
        ({}, (ELSEWHERE,), (True, "city is missing, which counts as in", 'city eq "Oslo"')),
    ],
)  # fmt: skip
def test_what_decided_is_told(
    values: Mapping[str, str], locations: tuple[LocationRule, ...], told: tuple[bool, str, str]
) -> None:
    result = scoped(values, *locations)

    assert told == (result.in_scope, result.because, result.term)


def test_who_is_kept_by_hand_is_told_so_and_their_provider_s_filter_is_not_asked() -> None:
    result = scoped({}, OSLO, name="contractors", by_hand=True)

    assert ("kept by hand", "") == (result.because, result.term)


def test_what_the_provider_s_filter_does_not_count_is_told_and_out_everywhere() -> None:
    result = scoped({"title": "Intern", "city": "Oslo"}, OSLO, admit='title eq "Chef"', placed={"oslo": "mask"})

    assert ("okta does not count it: title is “Intern”", 'title eq "Chef"') == (result.because, result.term)
    assert [(Verdict.OUT, None)] == [(each.verdict, each.placement) for each in result.locations]


def test_a_group_that_is_not_there_is_undetermined_for_the_provider_s_filter_too() -> None:
    result = scoped({}, OSLO, admit='groups eq "Team"', undetermined=lambda name, value: value == "Team")

    assert (False, True) == (result.in_scope, result.undetermined)
    assert "okta does not count it: no group “Team” yet" == result.because


@pytest.mark.parametrize(("op", "said"), [("add", "added"), ("mask", "masked"), (None, None)])
@pytest.mark.parametrize("missing", ["in", "out"])
def test_a_placement_is_told_beside_what_the_rule_says(op: Any, said: str | None, missing: str) -> None:
    result = scoped({}, location("oslo", 'city eq "Oslo"', missing), placed={"oslo": op} if op else {})

    assert [said] == [each.placement for each in result.locations]


# --- the provider's filter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"), [({"title": "Chef"}, (True, ("all",), False)), ({"title": "Intern"}, (False, (), False)),
                             ({}, (False, (), True))]
)  # fmt: skip
def test_what_the_provider_s_filter_does_not_admit_is_in_no_location(
    values: Mapping[str, str], expected: object
) -> None:
    assert expected == said(scoped(values, location("all"), admit='not (title eq "Intern")'))


def test_a_placement_brings_in_nobody_whom_the_provider_s_filter_keeps_out() -> None:
    assert said(scoped({"title": "Intern"}, OSLO, placed={"oslo": "add"}, admit='title eq "Chef"')) == (
        False,
        (),
        False,
    )


# --- placements ------------------------------------------------------------------------------------------------------


def test_a_placement_brings_in_whom_no_rule_takes_in() -> None:
    assert said(scoped({"city": "Paris"}, OSLO, BERGEN, placed={"bergen": "add"})) == (True, ("bergen",), False)


def test_a_mask_hides_from_one_location_only() -> None:
    paris = location("paris", 'city eq "Oslo"')

    assert said(scoped({"city": "Oslo"}, OSLO, paris, placed={"oslo": "mask"})) == (True, ("paris",), False)


def test_who_is_masked_everywhere_counts_and_is_in_no_location() -> None:
    assert said(scoped({"city": "Oslo"}, OSLO, placed={"oslo": "mask"})) == (True, (), False)


def test_a_mask_does_not_bring_in() -> None:
    assert said(scoped({"city": "Paris"}, OSLO, placed={"oslo": "mask"})) == (False, (), False)


def test_placements_in_a_location_that_is_gone_do_nothing() -> None:
    assert said(scoped({"city": "Paris"}, OSLO, placed={"gone": "add"})) == (False, (), False)


def test_who_is_kept_by_hand_always_counts_wherever_rules_and_placements_show_them() -> None:
    by_hand: dict[str, Any] = {"name": "contractors", "by_hand": True, "admit": 'title eq "Chef"'}

    assert said(scoped({}, OSLO, **by_hand)) == (True, (), False)
    assert said(scoped({"city": "Oslo"}, OSLO, BERGEN, placed={"bergen": "add"}, **by_hand)) == (
        True,
        ("oslo", "bergen"),
        False,
    )
