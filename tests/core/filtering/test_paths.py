import pytest

from dirsync_core.filtering import AttributePath, FilterError, Path, bind_path, parse, parse_path
from tests.core.filtering.examples import BJENSEN, ENTERPRISE, USER


def values(text: str) -> tuple[object, ...]:
    return bind_path(parse_path(text), USER).values(BJENSEN)


def test_sub_attribute_of_a_plain_path_is_told_apart() -> None:
    assert Path(AttributePath(None, "name"), None, "familyName") == parse_path("name.familyName")


def test_value_path_may_end_in_a_sub_attribute() -> None:
    path = parse_path('addresses[type eq "work"].locality')

    assert Path(AttributePath(None, "addresses"), parse('type eq "work"'), "locality") == path


def test_path_may_carry_a_urn_with_dots() -> None:
    assert Path(AttributePath(ENTERPRISE, "manager"), None, "value") == parse_path(f"{ENTERPRISE}:manager.value")


@pytest.mark.parametrize(
    "text", ["name.familyName", 'emails[type eq "work"]', 'emails[type eq "work" or primary eq true].value']
)
def test_path_text_is_canonical(text: str) -> None:
    assert text == str(parse_path(text))


@pytest.mark.parametrize("text", ["", "emails[", "emails[]", "emails[type pr].a.b", "name familyName", "emails pr"])
def test_text_that_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_path(text)


def test_bound_path_selects_elements() -> None:
    assert values('EMAILS[Type eq "WORK"].Value') == ("bjensen@example.com",)


def test_bound_path_without_filter_reads_every_element() -> None:
    assert values("emails.value") == ("bjensen@example.com", "babs@jensen.org")


def test_bound_path_reads_extensions() -> None:
    assert values(f"{ENTERPRISE}:manager.value") == ("26118915",)


def test_bound_path_reads_undeclared_extensions() -> None:
    assert values("https://x.example/scim/office:keys") == ("a", "b")


def test_bound_path_to_nothing_has_no_values() -> None:
    assert values('emails[type eq "other"].value') == ()


def test_bound_path_tells_the_keys_as_the_schema_spells_them() -> None:
    bound = bind_path(parse_path(f"{ENTERPRISE.upper()}:MANAGER.value"), USER)

    assert bound.keys == (ENTERPRISE, "manager")
    assert bound.sub is not None
    assert bound.sub.name == "value"


def test_filter_of_a_bound_path_names_sub_attributes_alone() -> None:
    bound = bind_path(parse_path('emails[type eq "work" and value co "@"].value'), USER)

    assert bound.filter is not None
    assert bound.filter.equality("type") == "work"


def test_urn_of_an_extension_is_a_path_to_the_whole_of_it() -> None:
    assert (BJENSEN[ENTERPRISE],) == values(ENTERPRISE)
