"""What people are told of a filter that can't be used: whole sentences, at the right place."""

import pickle

import pytest

from dirsync_core.filtering import Attribute, FilterError, Schema, any_attribute, bind, bind_path, parse, parse_path
from tests.core.filtering.examples import ENTERPRISE, USER, rule
from tests.core.filtering.test_binding import failure as unbound
from tests.core.filtering.test_grammar import failure

OPERATORS = "eq, ne, co, sw, ew, gt, ge, lt, le or pr"


@pytest.mark.parametrize(
    ("text", "detail", "column"),
    [
        ("", 'The filter is empty: write one such as city eq "Oslo"', 1),
        ("city", f"An operator ({OPERATORS}) is expected after “city”, not the end", 5),
        ("city is 1", f"An operator ({OPERATORS}) is expected after “city”, not “is”: write eq", 6),
        ("city near 1", f"An operator ({OPERATORS}) is expected after “city”, not “near”", 6),
        (" not active pr", "“not” is followed by parentheses: write not (…)", 2),
        (
            'a eq "1" or city eq "Oslo',
            "The text that begins here is not closed on its line: end it with a double quote, and write a line break in"
            " it as \\n",
            21,
        ),
        ("city eq Oslo", "A value is expected here, not “Oslo”: write text in double quotes, a number, true, false or"
         " null", 9),
        ('city eq "a\\q"', "“\"a\\q\"” has an escape that JSON does not know: write a backslash as \\\\", 9),
        ("city eq 1e999", "The number “1e999” is too large: write a smaller one", 9),
        ("a.b.c pr", "“a.b.c” is not the name of an attribute: write one such as userName or name.familyName", 1),
        ("a[b pr].c.d pr", "“.c.d” cannot follow “]”: write one sub-attribute, such as .value", 8),
        ("a pr)", "“)” closes nothing: take it out, or open it before", 5),
        ("a[b pr]]", "“]” closes nothing: take it out, or open it before", 8),
        ("a pr && b pr", "“and”, “or” or the end is expected here, not “&&”: write and", 6),
        ("a pr b pr", "“and”, “or” or the end is expected here, not “b”", 6),
        ("a pr and", "A comparison is expected here, not the end: write an attribute first", 9),
        ("((a pr)", "“)” is expected here, not the end; “(” was opened at column 1", 8),
        ("a[b[c pr]]", "A value path cannot stand in another: name a sub-attribute", 4),
    ],
)  # fmt: skip
def test_what_is_no_filter_is_told_in_a_sentence(text: str, detail: str, column: int) -> None:
    error = failure(text)

    assert (detail, column) == (error.detail, error.column)


@pytest.mark.parametrize(("length", "shown"), [(40, "x" * 40), (41, "x" * 39 + "…")])
def test_a_long_word_is_cut_where_it_is_told(length: int, shown: str) -> None:
    assert f"not “{shown}”" in failure(f"city eq {'x' * length}").detail


def test_a_sub_attribute_after_brackets_is_found_where_it_stands() -> None:
    assert 17 == unbound('emails[type pr].typo eq "x"').column


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("titel pr", "There is no attribute “titel” here: did you mean “title”?"),
        ("DEPARTMNT pr", f"There is no attribute “DEPARTMNT” here: did you mean “{ENTERPRISE}:department”?"),
        ("name.given pr", "“name” has no sub-attribute “given”: did you mean “givenName”?"),
        ("title.value pr", "“title” has no sub-attributes: write title alone"),
        ('title[value eq "x"]', "“title” has no elements to choose from: compare it without brackets"),
        ('name eq "x"', "“name” is made of parts: compare one of name.familyName, name.givenName"),
        ("active gt true", "“gt” cannot compare “active”, which is boolean: write one of eq, ne, pr"),
        ("emails[primary gt true]", "“gt” cannot compare “emails.primary”, which is boolean: write one of eq, ne, pr"),
        ("badge gt null", "“gt” cannot compare with null: write eq null or ne null"),
        ('active eq "yes"', "“active” cannot be compared with \"yes\": write true or false"),
        ('badge eq "1"', "“badge” cannot be compared with \"1\": write a number"),
        ("title eq 1", "“title” cannot be compared with 1: write text between double quotes"),
        ("schemas eq 1", "“schemas” cannot be compared with 1: write text between double quotes"),
        ("x509Certificates eq 1", "“x509Certificates.value” cannot be compared with 1: write base64 between double"
         " quotes"),
        ('meta.lastModified gt "now"', "“meta.lastModified” cannot be compared with \"now\": write a moment such as"
         ' "2011-05-13T04:42:34Z"'),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_schema_is_told_with_what_would(text: str, detail: str) -> None:
    assert detail == unbound(text).detail


@pytest.mark.parametrize(("number", "ending"), [(8, "a6, a7"), (9, "a6, a7 …")])
def test_of_many_attributes_the_first_eight_are_told(number: int, ending: str) -> None:
    schema = Schema(tuple(Attribute(f"a{n}") for n in range(number)))

    assert unbound("zzz pr", schema).detail.endswith(ending)


def test_a_name_that_is_near_with_its_urn_alone_is_told() -> None:
    office = Schema((Attribute("desk"),), urn="urn:acme:office:2.0")

    assert (
        "did you mean “urn:acme:office:2.0:desk”?"
        in unbound("urn:acme:office:2.0:d pr", Schema((), extensions=(office,))).detail
    )


def test_of_many_parts_the_first_eight_are_told() -> None:
    schema = Schema((Attribute("a", "complex", sub_attributes=tuple(Attribute(f"b{n}") for n in range(9))),))

    assert unbound('a eq "x"', schema).detail.endswith("a.b6, a.b7")


def test_where_there_is_no_attribute_none_is_told() -> None:
    assert "There is no attribute “zzz” here" == unbound("zzz pr", Schema(())).detail


def test_a_whole_extension_is_told_by_its_urn() -> None:
    assert unbound(f'{ENTERPRISE} eq "x"').detail == (
        f"“{ENTERPRISE}” is made of parts: compare one of {ENTERPRISE}.department, {ENTERPRISE}.manager"
    )


# --- what a rule saw -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (("a",), "groups has “a”"),
        (("a", "b", "c"), "groups has “a”, “b”, “c”"),
        (("a", "b", "c", "d"), "groups has “a”, “b”, “c” and 1 more"),
    ],
)
def test_three_values_are_said_and_the_others_counted(groups: tuple[str, ...], said: str) -> None:
    assert said == rule("groups pr").judge({"groups": groups}).saw


@pytest.mark.parametrize(("name", "noun"), [("groups", "group"), ("status", "status")])
def test_only_the_name_of_a_set_has_a_plural(name: str, noun: str) -> None:
    schema = Schema((Attribute("groups", multi_valued=True), Attribute("status")))
    bound = bind(parse(f'{name} eq "x"'), schema)

    assert f"no {noun} “x” yet" == bound.judge({}, undetermined=lambda *_: True).saw


def test_an_attribute_of_an_extension_is_said_without_its_urn() -> None:
    judged = bind(parse('department eq "x"'), USER).judge({f"{ENTERPRISE}:department": "Sales"})

    assert "department is “Sales”" == judged.saw


def test_a_value_of_several_parts_is_not_written_out() -> None:
    assert "city is several parts" == rule("city pr").judge({"city": {"a": "b"}}).saw


# --- paths -----------------------------------------------------------------------------------------------------------


def test_the_attribute_at_the_end_of_a_path_is_told() -> None:
    assert bind_path(parse_path("EMAILS"), USER).attribute.multi_valued


def test_a_path_into_what_has_no_elements_is_refused_where_it_stands() -> None:
    with pytest.raises(FilterError, match="“title” has no elements") as refused:
        bind_path(parse_path('  title[value eq "x"]'), USER)

    assert 3 == refused.value.column


def test_the_whole_of_an_extension_has_its_attributes_as_parts() -> None:
    bound = bind_path(parse_path(ENTERPRISE), USER)

    assert (ENTERPRISE, "complex") == (bound.attribute.name, bound.attribute.type)
    assert ["department", "manager"] == [each.name for each in bound.attribute.sub_attributes]


def test_elements_of_a_set_of_anything_are_called_value() -> None:
    schema = Schema((), unknown=any_attribute)

    assert ("b",) == bind_path(parse_path('tags[value eq "B"]'), schema).values({"tags": ["a", "b"]})


def test_an_error_keeps_its_words_and_its_place_when_it_is_sent_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(FilterError("No.", 7)))

    assert ("No.", 7, "No. (column 7)") == (error.detail, error.column, str(error))
    assert 1 == FilterError("No.").column
