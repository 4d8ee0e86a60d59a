import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.filtering import (
    And,
    AttributePath,
    FilterError,
    Node,
    Not,
    Or,
    Path,
    Schema,
    Verdict,
    any_attribute,
    bind,
    parse,
    parse_path,
)
from tests.core.filtering.examples import FLAT, USER
from tests.core.filtering.strategies import NAMES, VALUES, comparisons, logical, paths, records, rules, trees

WORDS = 'a emails urn:x:2.0:y .b not and or eq co pr ( ) [ ] "x" " \\ 1 true null é - 1e9 \n \ud800'
PIECES = st.sampled_from(WORDS.split(" ")) | st.just(" ")
JSON = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


def verdict(node: Node, values: dict[str, object]) -> Verdict:
    return bind(node, FLAT).judge(values).verdict


@given(trees())
def test_parsing_the_text_of_a_tree_gives_the_tree(tree: Node) -> None:
    assert tree == parse(str(tree))


@given(paths(), logical(comparisons(), 3), st.none() | NAMES)
def test_parsing_the_text_of_a_path_gives_the_path(attribute: AttributePath, inner: Node, sub: str | None) -> None:
    plain = Path(AttributePath(attribute.urn, attribute.name), sub=sub)
    selecting = Path(attribute, inner, sub)

    assert [plain, selecting] == [parse_path(str(plain)), parse_path(str(selecting))]


@given(st.text() | st.lists(PIECES, max_size=20).map("".join) | st.lists(PIECES, max_size=20).map(" ".join))
def test_no_text_raises_anything_but_a_filter_error(text: str) -> None:
    for read in (parse, parse_path):
        try:
            str(read(text))
        except FilterError as error:
            assert 1 <= error.column <= len(text) + 1  # noqa: PT017


@given(trees(), st.sampled_from([USER, FLAT, Schema((), unknown=any_attribute)]))
def test_no_tree_raises_anything_but_a_filter_error(tree: Node, schema: Schema) -> None:
    try:
        bind(tree, schema).judge({})
    except FilterError as error:
        assert error.detail  # noqa: PT017


@given(logical(comparisons(st.none())), st.dictionaries(NAMES, JSON, max_size=4))
def test_no_resource_makes_a_bound_filter_raise(tree: Node, resource: dict[str, object]) -> None:
    try:
        bound = bind(tree, Schema((), unknown=any_attribute))
    except FilterError:
        return

    assert bound.matches(resource) is not bind(Not(tree), Schema((), unknown=any_attribute)).matches(resource)
    assert json.dumps(bound.judge(resource).saw)


@given(rules(), records(complete=True))
def test_judging_agrees_with_matching_where_nothing_is_missing(tree: Node, values: dict[str, object]) -> None:
    expected = Verdict.IN if bind(tree, FLAT).matches(values) else Verdict.OUT

    assert expected is verdict(tree, values)


@given(rules(), records(complete=False))
def test_double_negation_changes_nothing(tree: Node, values: dict[str, object]) -> None:
    assert verdict(tree, values) is verdict(Not(Not(tree)), values)


@given(rules(), rules(), records(complete=False))
def test_de_morgan_holds(left: Node, right: Node, values: dict[str, object]) -> None:
    assert verdict(Not(And((left, right))), values) is verdict(Or((Not(left), Not(right))), values)


@pytest.mark.parametrize("join", [And, Or])
@given(left=rules(), right=rules(), values=records(complete=False))
def test_order_of_operands_does_not_matter(
    join: type[And] | type[Or], left: Node, right: Node, values: dict[str, object]
) -> None:
    assert verdict(join((left, right)), values) is verdict(join((right, left)), values)


@given(rules(), rules(), records(complete=False))
def test_and_is_the_least_certain_of_its_operands(left: Node, right: Node, values: dict[str, object]) -> None:
    order = [Verdict.OUT, Verdict.UNDETERMINED, Verdict.IN]

    expected = min(verdict(left, values), verdict(right, values), key=order.index)
    assert expected is verdict(And((left, right)), values)


@given(rules(presence=False), records(complete=False), records(complete=True))
def test_more_knowledge_never_reverses_a_verdict_on_values(
    tree: Node, known: dict[str, object], rest: dict[str, object]
) -> None:
    more = rest | {name: value for name, value in known.items() if value not in (None, "")}

    assert verdict(tree, known) in (verdict(tree, more), Verdict.UNDETERMINED)


@given(rules(), records(complete=False))
def test_deciding_term_is_a_term_of_the_filter(tree: Node, values: dict[str, object]) -> None:
    bound = bind(tree, FLAT)

    assert bound.judge(values).term in bound.text
