import pytest

from dirsync_core.filtering import Attribute, AttributePath, FilterError, Schema, any_attribute, bind, parse
from tests.core.filtering.examples import CORE, ENTERPRISE, USER, user_filter


def failure(text: str, schema: Schema = USER) -> FilterError:
    with pytest.raises(FilterError) as caught:
        bind(parse(text), schema)
    return caught.value


def test_unknown_attribute_names_the_nearest_and_its_column() -> None:
    error = failure('active eq true and usrName eq "x"')

    assert "“userName”" in error.detail
    assert error.column == 20


def test_unknown_sub_attribute_names_the_nearest() -> None:
    assert "“familyName”" in failure("name.familyNme pr").detail


def test_unknown_attribute_of_a_known_urn_is_not_taken_as_open() -> None:
    assert "“title”" in failure(f"{CORE}:titel pr").detail


def test_name_like_no_other_lists_what_there_is() -> None:
    assert "write one of a, b" in failure("zzz pr", Schema((Attribute("a"), Attribute("b")))).detail


def test_sub_attribute_within_brackets_is_named_with_its_column() -> None:
    assert failure('emails[typo eq "x"]').column == 8


@pytest.mark.parametrize("path", ["USERNAME", f"{CORE}:userName", f"{CORE.upper()}:username"])
def test_core_attribute_resolves_in_any_case_with_or_without_urn(path: str) -> None:
    assert frozenset({"userName"}) == user_filter(f"{path} pr").attributes


@pytest.mark.parametrize("path", ["Department", f"{ENTERPRISE}:department", f"{ENTERPRISE.lower()}:DEPARTMENT"])
def test_extension_attribute_resolves_with_or_without_urn(path: str) -> None:
    assert frozenset({f"{ENTERPRISE}:department"}) == user_filter(f"{path} pr").attributes


@pytest.mark.parametrize(("urn", "name"), [(CORE, "title"), (ENTERPRISE, "department")])
def test_dot_after_a_schema_urn_is_read_as_a_colon(urn: str, name: str) -> None:
    assert user_filter(f"{urn}:{name} pr").attributes == user_filter(f"{urn}.{name} pr").attributes


def test_urn_of_the_schema_itself_is_no_attribute() -> None:
    assert "no attribute" in failure(f"{CORE} pr").detail


def test_name_in_two_extensions_must_be_qualified() -> None:
    schema = Schema((), extensions=tuple(Schema((Attribute("desk"),), urn=urn) for urn in ("urn:a", "urn:b")))

    assert "“urn:a:desk” or “urn:b:desk”" in failure("desk pr", schema).detail


def test_closed_schema_refuses_an_undeclared_urn() -> None:
    assert "“urn:x:badge”" in failure("urn:x:badge pr", Schema((Attribute("city"),))).detail


def test_schema_may_look_up_unknown_attributes() -> None:
    schema = Schema((), unknown=lambda path: Attribute(path.name, "boolean") if path.name == "vip" else None)

    assert bind(parse("vip eq true"), schema).matches({"vip": True})
    assert "gt" in failure("vip gt 1", schema).detail


def test_schema_may_be_open_for_every_name() -> None:
    schema = Schema((), unknown=any_attribute)

    assert bind(parse('a.b eq "x" and c[d gt 1]'), schema).matches({"a": {"b": "X"}, "c": [{"d": 2}]})
    assert bind(parse("a.b eq 5 and a.c eq true"), schema).matches({"a": {"b": 5, "c": True}})


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("active gt true", 8),
        ('active co "t"', 8),
        ('active eq "yes"', 8),
        ("badge co 1", 7),
        ('badge eq "1"', 7),
        ("userName eq 1", 10),
        ("userName eq true", 10),
        ("userName gt null", 10),
        ('meta.lastModified gt "yesterday"', 19),
        ('meta.lastModified co "2011"', 19),
        ('x509Certificates.value gt "AA"', 24),
        ("urn:x:badge lt true", 13),
        ('name eq "x"', 1),
        ('title[value eq "x"]', 1),
        ("title.value pr", 1),
    ],
)
def test_what_does_not_fit_the_type_is_refused_where_it_stands(text: str, column: int) -> None:
    assert column == failure(text).column


def test_complex_attribute_without_value_names_its_parts() -> None:
    assert "name.familyName, name.givenName" in failure('name eq "x"').detail


def test_boolean_may_be_written_as_text() -> None:
    assert user_filter('emails[primary eq "True"]').matches({"emails": [{"primary": True}]})


@pytest.mark.parametrize(("said", "primary"), [("True", True), ("TRUE", True), ("False", False), ("false", False)])
def test_a_boolean_written_as_text_is_that_boolean_alone(said: str, primary: bool) -> None:
    bound = user_filter(f'emails[primary eq "{said}"]')

    assert [primary, not primary] == [bound.matches({"emails": [{"primary": value}]}) for value in (True, False)]


def test_a_text_that_reads_like_a_boolean_is_a_text() -> None:
    assert user_filter('title eq "TRUE"').matches({"title": "true"})


@pytest.mark.parametrize("text", ["name.given pr", "title.value pr", 'name eq "x"', "zzz pr"])
def test_what_is_refused_is_refused_where_it_stands(text: str) -> None:
    assert 4 == failure(f"   {text}").column


def test_target_tells_keys_and_name() -> None:
    target = USER.resolve(AttributePath(None, "MANAGER", "VALUE"))

    assert target.keys == (ENTERPRISE, "manager", "value")
    assert f"{ENTERPRISE}:manager.value" == target.name
