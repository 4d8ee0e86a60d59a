"""References: what counts as one, what becomes of it, and whom it names."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.engine.references import written_in
from tests.core.world import TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@x", ("a@x",)),
        ("  A@x ", ("A@x",)),
        ("", ()),
        (("b@x", "a@x"), ("b@x", "a@x")),
        (("a@x", " A@X ", "b@x", "a@x"), ("a@x", "b@x")),
        (("", "  ", "a@x"), ("a@x",)),
        (("no address",), ("no address",)),
        (True, ()),
        ((), ()),
    ],
)
def test_addresses_are_trimmed_and_blanks_and_repetitions_dropped_in_the_source_s_order(
    value: Any, expected: tuple[str, ...]
) -> None:
    assert expected == written_in(value)


async def assistants(w: World, who: str = A) -> list[dict[str, str]]:
    found = (await w.person(who)).values["assistants"]
    return list(found)


async def test_a_reference_is_pending_resolved_and_inactive_in_turn(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, assistants=[f" {B.upper()} "])
        pending = {"written": B.upper(), "state": "pending", "by": "okta"}
        assert [pending] == await assistants(w)

        await w.push("okta", "bob", email=B)
        bob = await w.id(B)
        assert [pending | {"state": "resolved", "person": bob, "email": B}] == await assistants(w)

        await w.push("okta", "bob", email=B, active=False)
        assert [pending | {"state": "inactive", "person": bob}] == await assistants(w)

        await w.push("okta", "bob", email=C)
        assert [pending | {"state": "resolved", "person": bob, "email": C}] == await assistants(w)


async def test_oneself_is_kept_as_written(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, assistants=[A], manager=A)

        ann = await w.person(A)
        assert ann.values["manager"] == {"written": A, "state": "self", "by": "okta", "person": ann.id}
        assert [ann.values["manager"]] == ann.values["assistants"]


async def test_what_is_no_address_is_kept_and_waits_for_ever(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, assistants=["Bob from sales"])

        assert [{"written": "Bob from sales", "state": "pending", "by": "okta"}] == await assistants(w)


async def test_somebody_kept_by_hand_is_named_like_anybody(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        bob = (await w.add(B)).person
        await w.push("okta", "ann", email=A, assistants=[B])
        assert [bob] == [shape["person"] for shape in await assistants(w)]

        await w.remove(B)
        assert ["inactive"] == [shape["state"] for shape in await assistants(w)]


async def test_a_name_taken_away_and_written_again_means_the_holder_then(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "bob", email=B)
        await w.push("okta", "ann", email=A, assistants=[B])
        await w.push("okta", "bob", email=C)
        await w.push("okta", "new", email=B)
        bob, new = await w.id(C), await w.id(B)
        assert [bob] == [shape["person"] for shape in await assistants(w)]

        await w.push("okta", "ann", email=A, assistants=[])
        await w.push("okta", "ann", email=A, assistants=[B])

        assert [new] == [shape["person"] for shape in await assistants(w)]


async def test_people_who_name_each_other_are_settled(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, manager=B, assistants=[B])
        await w.push("okta", "bob", email=B, manager=A, assistants=[A])
        await w.push("okta", "ann", email=C, manager=B, assistants=[B])

        bob = await w.person(B)
        assert (bob.values["manager"]["email"], bob.values["assistants"][0]["email"]) == (C, C)


# --- by the id of a record -------------------------------------------------------------------------------------------


async def manager(w: World, who: str = A) -> Any:
    return (await w.person(who)).values["manager"]


async def test_a_source_names_people_by_the_ids_of_its_own_records(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        boss = await w.push("okta", "bob", email=B)
        await w.push("okta", "ann", email=A, manager=boss)
        found = {"written": boss, "by": "okta", "person": await w.id(B)}
        assert found | {"state": "resolved", "email": B} == await manager(w)

        await w.push("okta", "bob", email=C)
        assert found | {"state": "resolved", "email": C} == await manager(w)

        await w.push("okta", "bob", email=C, active=False)
        assert found | {"state": "inactive"} == await manager(w)


async def test_who_is_named_by_id_and_is_not_there_yet_is_awaited(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        boss = await w.push("okta", "bob")
        await w.push("okta", "ann", email=A, manager=boss)
        assert {"written": boss, "by": "okta", "state": "pending"} == await manager(w)

        await w.push("okta", "bob", email=B)

        assert "resolved" == (await manager(w))["state"]


async def test_who_gets_an_address_that_somebody_leaves_is_no_longer_awaited(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "cy", email=B)
        boss = await w.push("okta", "bob", email=B)
        await w.push("okta", "ann", email=A, manager=boss)
        assert "pending" == (await manager(w))["state"]

        await w.push("okta", "cy", email=C)

        assert "resolved" == (await manager(w))["state"]
        assert B == (await manager(w))["email"]


async def test_the_id_of_another_source_s_record_names_nobody(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        boss = await w.push("hr", "bob", email=B)
        await w.push("okta", "ann", email=A, manager=boss)

        assert {"written": boss, "by": "okta", "state": "pending"} == await manager(w)
