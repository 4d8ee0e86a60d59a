import pytest

from tests.core.filtering.examples import BJENSEN, ENTERPRISE, user_filter


def matches(text: str, resource: dict[str, object] = BJENSEN) -> bool:
    return user_filter(text).matches(resource)


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "bjensen"',
        'name.familyName co "O\'Malley"',
        'userName sw "B"',
        'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"',
        "title pr",
        'meta.lastModified gt "2011-05-13T04:42:33Z"',
        'meta.lastModified ge "2011-05-13T04:42:34Z"',
        'meta.lastModified lt "2011-05-14T04:42:34Z"',
        'meta.lastModified le "2011-05-13T04:42:34Z"',
        'title pr and userType eq "Employee"',
        'title pr or userType eq "Intern"',
        f'schemas eq "{ENTERPRISE}"',
        'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
        'userType ne "Intern" and not (emails co "example.net" or emails.value co "example.org")',
        'userType eq "Employee" and (emails.type eq "work")',
        'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
        'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    ],
)
def test_every_example_of_rfc_7644_matches_its_user(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "bjense"',
        'userName ew "bj"',
        'id eq "2819C223"',
        'emails[type eq "home" and value co "@example.com"]',
        'emails[type eq "home"].value co "@example.com"',
        f'{ENTERPRISE}:department eq "Sales"',
        "badge gt 701984",
        "active eq false",
    ],
)
def test_what_is_not_so_does_not_match(text: str) -> None:
    assert not matches(text)


@pytest.mark.parametrize("blank", [None, "", [], {}, [None], {"value": None}, [{}]])
def test_blank_is_not_present(blank: object) -> None:
    assert not matches("ims pr", {"ims": blank})
    assert matches("ims eq null", {"ims": blank})


def test_one_element_with_anything_in_it_makes_a_list_present() -> None:
    assert matches("ims pr", {"ims": [None, {"value": None, "type": "xmpp"}]})
    assert matches("urn:x:y pr", {"urn:x": {"y": [[], [["a"]]]}})


@pytest.mark.parametrize("blank", [[[[[]]]], {"a": {"b": {"c": {"d": ""}}}}, [{"a": [{"b": [None]}]}]])
def test_what_has_nothing_in_it_is_not_present_as_deep_as_scim_nests(blank: object) -> None:
    assert not matches("urn:x:y pr", {"urn:x": {"y": blank}})


@pytest.mark.parametrize(("levels", "present"), [(6, False), (7, True)])
def test_what_is_nested_deeper_than_scim_nests_is_not_looked_into(levels: int, present: bool) -> None:
    parts: object = None
    elements: object = None
    for _ in range(levels):
        parts, elements = {"x": parts}, [elements]

    assert present == matches("urn:x:y pr", {"urn:x": {"y": parts}})
    assert present == matches("urn:x:y pr", {"urn:x": {"y": [elements]}})


@pytest.mark.parametrize("value", [False, 0])
def test_false_and_zero_are_present(value: object) -> None:
    assert matches("active pr", {"active": value})


@pytest.mark.parametrize("resource", [{}, {"title": None}])
def test_missing_attribute_equals_nothing(resource: dict[str, object]) -> None:
    assert not matches('title eq "x"', resource)
    assert matches('title ne "x"', resource)
    assert not matches('title co ""', resource)


def test_any_value_of_several_suffices_for_ne() -> None:
    assert matches('emails.type ne "work"')
    assert not matches('ims.type ne "xmpp"')


def test_no_value_equal_is_written_with_not() -> None:
    assert not matches('not (emails.type eq "work")')
    assert matches('not (emails.type eq "other")')
    assert not matches("not (title pr) and active pr")


def test_element_without_the_sub_attribute_is_not_equal() -> None:
    assert matches('emails.type ne "work"', {"emails": [{"value": "x"}]})
    assert matches("emails.type eq null", {"emails": [{"value": "x"}]})


def test_value_path_of_an_empty_set_never_matches() -> None:
    assert not matches('emails[type ne "work"]', {"emails": []})


def test_names_in_the_resource_count_in_any_case() -> None:
    assert matches('name.familyName eq "x"', {"NAME": {"FamilyName": "X"}})
    assert matches('department eq "x"', {ENTERPRISE.lower(): {"DEPARTMENT": "x"}})


def test_text_compares_composed_and_without_case() -> None:
    assert matches('title eq "GO\u0308TEBORG"', {"title": "Göteborg"})
    assert matches('title eq "STRASSE"', {"title": "Straße"})


def test_exact_text_compares_composed_too() -> None:
    assert matches('id eq "o\u0308"', {"id": "ö"})
    assert not matches('id eq "Ö"', {"id": "ö"})


def test_text_is_ordered_as_text() -> None:
    assert matches('title gt "TOUR A"')


def test_dates_compare_as_instants() -> None:
    assert matches('meta.lastModified eq "2011-05-13T06:42:34.000+02:00"')
    assert matches('meta.lastModified eq "2011-05-13T04:42:34"')


def test_dates_at_the_ends_of_time_compare() -> None:
    assert matches('meta.lastModified gt "0001-01-01T00:00:00+14:00"')
    assert matches('meta.lastModified lt "9999-12-31T23:59:59-14:00"')


def test_seven_digits_of_a_second_are_read() -> None:
    assert matches('meta.lastModified ge "2011-05-13T04:42:34.0000000Z"')


def test_numbers_compare_by_value() -> None:
    assert matches("badge eq 701984.0 and badge gt 9 and badge le 7.1e5")


def test_true_is_not_a_number() -> None:
    assert not matches("badge eq 1", {"badge": True})


def test_value_of_another_type_is_merely_unequal() -> None:
    assert not matches('title eq "5" or title gt "" or meta.lastModified lt "2020-01-01T00:00:00Z"', {"title": 5})
    assert matches('title ne "5"', {"title": 5})


def test_elements_of_a_plain_set_are_called_value() -> None:
    assert matches(f'schemas[value eq "{ENTERPRISE}"]')


def test_elements_of_a_plain_set_hold_one_value_each() -> None:
    both = f'schemas[value eq "urn:a" and value eq "{ENTERPRISE}"]'

    assert not matches(both, {"schemas": ["urn:a", ENTERPRISE]})


def test_extension_is_present_if_anything_in_it_is() -> None:
    assert matches(f"{ENTERPRISE} pr")
    assert not matches(f"{ENTERPRISE} pr", {ENTERPRISE: {"manager": {"value": ""}}})


def test_complex_single_value_compares_by_its_value() -> None:
    assert matches('manager eq "26118915"')


@pytest.mark.parametrize(
    "text",
    [
        'https://x.example/scim/office:desk eq "4b"',
        "https://x.example/scim/office:floor gt 3",
        'https://x.example/scim/office:keys eq "b"',
    ],
)
def test_undeclared_extension_compares_by_what_it_holds(text: str) -> None:
    assert matches(text)


def test_complex_value_of_an_undeclared_extension_compares_by_its_value() -> None:
    assert matches('urn:x:boss eq "a"', {"urn:x": {"boss": {"value": "A"}}})


def test_resource_of_another_shape_does_not_match() -> None:
    assert not matches('name.familyName eq "x" or emails.value eq "x"', {"name": "x", "emails": "x"})


def test_deeply_nested_list_does_not_exhaust_the_stack() -> None:
    nested: object = None
    for _ in range(100_000):
        nested = [nested]

    assert matches("urn:x:y pr", {"urn:x": {"y": nested}})


def test_deeply_nested_resource_does_not_exhaust_the_stack() -> None:
    nested: object = None
    for _ in range(100_000):
        nested = {"x": nested}

    assert matches("urn:x:y pr", {"urn:x": {"y": nested}})
