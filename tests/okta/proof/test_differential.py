"""Our reading, filtering and patching against scim2-models', over types, resources, filters and patches made up.

What the two do differently on purpose stands in `differences`. `make test` asks some thousand questions, always the
same; `make prove` asks DIRSYNC_EXAMPLES of them, new ones each time.
"""

import os
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirsync_okta.scim.schema import Type
from tests.okta.proof import differences, judging
from tests.okta.proof.differences import DIFFERENCES, Difference
from tests.okta.proof.strategies import filters, operations, resources, without_blanks
from tests.okta.proof.twins import Twin, twin

EXAMPLES = int(os.environ.get("DIRSYNC_EXAMPLES", "2000"))
NEW = "DIRSYNC_EXAMPLES" in os.environ
TYPES = 120 if NEW else 24
Case = tuple[Any, ...]


def asked(share: float) -> Callable[..., Any]:
    """Ask a share of the questions."""
    return settings(
        max_examples=max(1, round(EXAMPLES * share)),
        deadline=None,
        derandomize=not NEW,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def over_types(case: Callable[[Twin], st.SearchStrategy[Case]]) -> st.SearchStrategy[Case]:
    """Make cases over all the types."""
    return st.integers(0, TYPES - 1).flatmap(lambda number: case(twin(number)))


@asked(0.25)
@given(over_types(lambda each: st.tuples(st.just(each), resources(each, strict=False))))
def test_both_read_the_same_resource_or_refuse_it(case: Case) -> None:
    assert judging.read_by_them(*case) == judging.read_by_us(*case)


@asked(0.3)
@given(
    over_types(lambda each: st.tuples(st.just(each), resources(each, strict=True).map(without_blanks), filters(each)))
)
def test_both_find_the_same_by_a_filter_or_refuse_it(case: Case) -> None:
    assert judging.found_by_them(*case) == judging.found_by_us(*case)


@asked(0.45)
@given(over_types(lambda each: st.tuples(st.just(each), resources(each, strict=True), operations(each))))
def test_both_make_the_same_of_a_patch_or_refuse_it(case: Case) -> None:
    ours = judging.patched_by_us(*case)

    assert ours in differences.allowed(case, ours)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.name)
def test_a_difference_on_the_list_is_one(difference: Difference) -> None:
    ours, theirs = difference.outcomes()

    assert difference.ours == ours
    assert difference.ours != theirs


def test_the_made_up_types_have_every_kind_of_attribute() -> None:
    found = {(each.type, each.multi, each.mutability) for n in range(24) for urn, each in twin(n).places() if urn or n}

    assert {kind for kind, _, _ in found} == set(get_args(Type))
    assert {mutability for _, _, mutability in found} == {"readWrite", "readOnly", "immutable", "writeOnly"}
    assert {multi for _, multi, _ in found} == {True, False}


def test_a_wrong_answer_would_be_seen() -> None:
    body = {"schemas": [twin(0).ours.core.urn], "userName": "a", "title": "a"}
    wrong = judging.patched_by_us(twin(0), body, [{"op": "replace", "path": "title", "value": "b"}])

    assert wrong not in differences.allowed((twin(0), body, [{"op": "remove", "path": "title"}]), wrong)
