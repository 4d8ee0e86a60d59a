"""Addresses: how they compare, and what counts as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.model.addresses import domain_of, fold, is_address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@X.Example", "ann@x.example"),
        ("  ann@x.example\t", "ann@x.example"),
        ("\u00e5se@x", "a\u030ase@x"),
        ("\u00c5SE@x", "a\u030ase@x"),
        ("STRASSE@x", "straße@x"),
    ],
)
def test_addresses_compare_without_case_blanks_and_composition(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("åse@x", "ase@x"), ("a.b@x", "ab@x"), ("a+b@x", "a@x"), ("ı@x", "i@x")])
def test_what_is_not_the_same_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(text) == fold(fold(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann@x.example", True),
        (" ann@x.example ", True),
        ("ånn@x", True),
        ('"a@b"@x', True),
        ("ann", False),
        ("@x", False),
        ("ann@", False),
        ("ann@@", False),
        ("", False),
        ("ann bob@x", False),
        ("ann@x y", False),
        ("ann\u00a0@x", False),
        ("ann\x00@x", False),
        ("ann\u200b@x", False),
    ],
)
def test_an_address_has_one_at_with_something_on_both_sides_and_no_blank(text: str, expected: bool) -> None:
    assert expected == is_address(text)


def test_the_domain_is_what_follows_the_last_at() -> None:
    assert [domain_of(fold(text)) for text in ("Ann@X.Example", '"a@b"@x')] == ["x.example", "x"]
