import pytest

from dirsync_core.filtering import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_TERMS,
    And,
    AttributePath,
    Compare,
    FilterError,
    Not,
    Or,
    Present,
    ValuePath,
    parse,
)

A, B, C = (Present(AttributePath(None, name)) for name in "abc")


def failure(text: str) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse(text)
    return caught.value


def test_and_binds_closer_than_or() -> None:
    assert Or((A, And((B, C)))) == parse("a pr or b pr and c pr")


def test_parentheses_override_precedence() -> None:
    assert And((Or((A, B)), C)) == parse("(a pr or b pr) and c pr")


def test_not_applies_to_its_parentheses_only() -> None:
    assert And((Not(A), B)) == parse("not (a pr) and b pr")


def test_operators_and_connectives_are_case_insensitive() -> None:
    assert parse('a eq "x" and not (b pr)') == parse('a EQ "x" AND Not(b Pr)')


def test_blanks_and_line_breaks_separate_alike() -> None:
    assert Or((A, B)) == parse("\n  a pr\n\tor b   pr ")


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"a \\"b\\" \\u00e9 \\\\ \\n"', 'a "b" é \\ \n'),
        ("true", True),
        ("False", False),
        ("null", None),
        ("-12", -12),
        ("1.5e3", 1500.0),
    ],
)
def test_values_are_those_of_json(literal: str, value: object) -> None:
    node = parse(f"a eq {literal}")

    assert isinstance(node, Compare)
    assert value == node.value
    assert type(value) is type(node.value)


def test_urn_ends_at_the_last_colon() -> None:
    node = parse("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value pr")

    path = AttributePath("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "manager", "value")
    assert Present(path) == node


def test_namespace_need_not_be_a_urn() -> None:
    assert Present(AttributePath("https://x.example/scim/office", "desk")) == parse(
        "https://x.example/scim/office:desk pr"
    )


def test_attributes_may_be_called_as_keywords() -> None:
    node = parse("and eq true and not pr or eq eq null")

    assert str(node) == "and eq true and not pr or eq eq null"
    assert isinstance(node, Or)


def test_dollar_ref_is_a_name() -> None:
    assert ValuePath(AttributePath(None, "members"), Present(AttributePath(None, "$ref"))) == parse("members[$ref pr]")


def test_comparison_after_value_path_moves_into_it() -> None:
    entra = parse('emails[type eq "work" and primary eq true].value eq "x"')

    assert parse('emails[type eq "work" and primary eq true and value eq "x"]') == entra


def test_comparison_after_value_path_keeps_an_or_together() -> None:
    entra = parse('emails[type eq "work" or type eq "home"].value pr')

    assert str(entra) == 'emails[(type eq "work" or type eq "home") and value pr]'


def test_canonical_text_has_the_needed_parentheses_only() -> None:
    assert str(parse("(((a pr) OR (b pr))) AND (c pr)")) == "(a pr or b pr) and c pr"


@pytest.mark.parametrize("text", ["(a pr or b pr) or c pr", "(a pr and b pr) and c pr", "a pr and (b pr or c pr)"])
def test_canonical_text_keeps_the_tree(text: str) -> None:
    assert text == str(parse(text))
    assert parse(text) == parse(str(parse(text)))


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("", 1, "empty"),
        ("city", 5, "operator"),
        ('city = "Oslo"', 6, "write eq"),
        ('city contains "Oslo"', 6, "write co"),
        ("city eq Oslo", 9, "double quotes"),
        ('city eq "Oslo', 9, "not closed"),
        ('city eq "a\\q"', 9, "escape"),
        ('city eq "a\\"', 9, "not closed"),
        ('city eq "\\ud800"', 9, "escape"),
        ("city eq 1e999", 9, "too large"),
        (f"city eq {'9' * 65}", 9, "too large"),
        ("city eq 01", 9, "A value"),
        ('city eq "\ud800"', 10, "Half a character"),
        ("not active eq true", 1, "not (…)"),
        ("(a pr", 6, "opened at column 1"),
        ("a pr)", 5, "closes nothing"),
        ("a pr && b pr", 6, "write and"),
        ("a pr and", 9, "A comparison"),
        ("a pr b pr", 6, "is expected"),
        ("a[b[c pr]]", 4, "another"),
        ("a[b pr].c.d pr", 8, "one sub-attribute"),
        ("a.b.c pr", 1, "not the name"),
        ("é pr", 1, "not the name"),
        ("[a pr]", 1, "A comparison"),
    ],
)
def test_error_says_where_and_what_to_write(text: str, column: int, hint: str) -> None:
    error = failure(text)

    assert hint in error.detail
    assert column == error.column


def test_filter_longer_than_allowed_is_refused() -> None:
    assert "shorten" in failure("a pr".ljust(MAX_LENGTH + 1)).detail


def test_depth_is_bounded() -> None:
    deepest = "(" * MAX_DEPTH + "a pr" + ")" * MAX_DEPTH

    assert parse(deepest) == A
    assert failure(f"({deepest})").column == MAX_DEPTH + 1


def test_brackets_side_by_side_are_not_deep() -> None:
    assert Or((Not(A),) * (MAX_DEPTH + 1)) == parse(" or ".join(["not (a pr)"] * (MAX_DEPTH + 1)))


@pytest.mark.parametrize(("levels", "bounded"), [(MAX_DEPTH - 1, False), (MAX_DEPTH, True), (2 * MAX_DEPTH, True)])
def test_brackets_that_were_closed_do_not_make_room_for_deeper_ones(levels: int, bounded: bool) -> None:
    text = "((a pr) or " * levels + "b pr" + ")" * levels

    if bounded:
        with pytest.raises(FilterError):
            parse(text)
    else:
        assert isinstance(parse(text), Or)


def test_a_number_may_be_as_long_as_is_said() -> None:
    assert int("9" * 64) == parse(f"a eq {'9' * 64}").value  # type: ignore[union-attr]


def test_value_paths_side_by_side_are_not_nested() -> None:
    element = ValuePath(AttributePath(None, "a"), B)

    assert And((element, element)) == parse("a[b pr] and a[b pr]")


def test_number_of_terms_is_bounded() -> None:
    longest = " or ".join(["a pr"] * MAX_TERMS)

    assert Or((A,) * MAX_TERMS) == parse(longest)
    assert "fewer" in failure(f"{longest} or a pr").detail


def test_opened_brackets_alone_do_not_exhaust_the_stack() -> None:
    assert "brackets" in failure("(" * MAX_LENGTH).detail


def test_error_reads_as_a_sentence_with_its_column() -> None:
    assert str(failure("a pr)")).endswith("(column 5)")
