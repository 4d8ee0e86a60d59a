"""Precedence: whose value wins, attribute by attribute; on a whole directory, since merging reads facts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.model.people import Person
from tests.core.engine.making import rules
from tests.core.world import TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"


async def merged(folder: Path, okta: Mapping[str, Any], hr: Mapping[str, Any], **more: Any) -> Person:
    """Let both tenants say something of one person."""
    async with World(folder, TWO_TENANTS | more) as w:
        await w.push("okta", "ann", email=A, **okta)
        await w.push("hr", "ann", email=A, **hr)
        return await w.person(A)


async def test_the_first_with_an_opinion_wins_attribute_by_attribute(tmp_path: Path) -> None:
    ann = await merged(tmp_path, {"title": "Chef"}, {"title": "Cook", "city": "Oslo"})

    assert (ann.values["title"], ann.values["city"]) == ("Chef", "Oslo")
    assert (ann.provenance["title"].provider, ann.provenance["city"].provider) == ("okta", "hr")
    assert ann.sources == ("okta", "hr")


async def test_empty_on_purpose_beats_a_value_that_is_lower(tmp_path: Path) -> None:
    ann = await merged(tmp_path, {"title": "", "assistants": []}, {"title": "Cook", "assistants": [B]})

    assert "title" not in ann.values
    assert ann.values["assistants"] == []
    assert ann.provenance.keys() == {"email"}


async def test_sets_come_whole_from_the_first(tmp_path: Path) -> None:
    ann = await merged(tmp_path, {"assistants": [B]}, {"assistants": [C]})

    assert [shape["written"] for shape in ann.values["assistants"]] == [B]


async def test_an_attribute_can_have_an_order_of_its_own(tmp_path: Path) -> None:
    values = {"title": "Chef", "city": "Oslo"}, {"title": "Cook", "city": "Bergen"}
    ann = await merged(tmp_path, *values, precedence={"title": ["hr", "okta"]})

    assert (ann.values["title"], ann.values["city"]) == ("Cook", "Oslo")


async def test_who_is_lower_fills_in_when_who_is_higher_no_longer_contributes(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A, title="Chef")
        await w.push("hr", "ann", email=A, city="Oslo")

        await w.push("okta", "ann", email=A, title="Chef", active=False)

        ann = await w.person(A)
        assert (ann.values.get("title"), ann.values["city"], ann.sources) == (None, "Oslo", ("hr",))


async def test_groups_and_locations_are_unions(tmp_path: Path) -> None:
    table = TWO_TENANTS | {"locations": {name: {"filter": f'city eq "{name}"'} for name in ("oslo", "bergen")}}
    async with World(tmp_path, table) as w:
        one = await w.push("okta", "ann", email=A, city="bergen")
        other = await w.push("hr", "ann", email=A, city="oslo")
        await w.group("okta", "Beta", one)
        await w.group("hr", "Alpha", other)
        await w.group("hr", "Beta", other)

        ann = await w.person(A)
        assert (ann.values["groups"], ann.values["locations"]) == (["Alpha", "Beta"], ["oslo", "bergen"])


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (None, ["hr", "okta", "lab", "zoo"]),
        ("title", ["okta", "hr", "lab", "zoo"]),
        ("city", ["lab", "hr", "okta", "zoo"]),
    ],
)
def test_who_is_not_named_comes_after_who_is_in_the_order_of_the_directory(
    attribute: str | None, expected: list[str]
) -> None:
    ordered = rules(precedence=("hr", "okta"), by_attribute={"title": ("okta",), "city": ("lab",)})

    assert expected == sorted(("okta", "zoo", "lab", "hr"), key=lambda name: ordered.rank(name, attribute))
