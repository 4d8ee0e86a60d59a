"""Ids: in the order of their making, the same again for the same write, and like no other's."""

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.model.identifiers import derived_id, new_request_id
from dirsync_core.model.moments import Moment, Request
from tests.core.engine.making import AT


def test_an_id_has_the_form_of_a_ulid() -> None:
    assert re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", derived_id(AT, "r1", 0))


@given(st.integers(0, 10**11), st.integers(1, 10**11), st.text(max_size=3), st.text(max_size=3))
def test_ids_sort_by_the_moment_of_their_making(start: int, step: int, one: str, other: str) -> None:
    first, second = AT + timedelta(milliseconds=start), AT + timedelta(milliseconds=start + step)

    assert derived_id(first, one, 0) < derived_id(second, other, 0)


@given(st.lists(st.tuples(st.text(max_size=4), st.integers(0, 99)), unique=True, min_size=2))
def test_no_two_ids_of_one_moment_are_alike(made: list[tuple[str, int]]) -> None:
    assert len({derived_id(AT, request, counter) for request, counter in made}) == len(made)


def test_a_write_that_runs_again_makes_the_same_ids() -> None:
    def made() -> list[str]:
        moment = Moment(AT, Request("r1", "sofie"))
        return [moment.new_id() for _ in range(3)]

    assert made() == made()
    assert len(set(made())) == 3


def test_requests_have_ids_of_their_own() -> None:
    assert len({new_request_id() for _ in range(100)}) == 100
