"""Merge: what is shown of a person for whom nobody speaks any more, and what lies under an admin's word."""

from pathlib import Path
from typing import Any

from dirsync_core.engine.merging import last_values, merge
from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Published, Status
from tests.core.engine.making import AT
from tests.core.world import OKTA_AND_HAND, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"
OSLO = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}}}


async def adopted_away(w: World) -> str:
    """Have a person from whom the only record was taken: what they were is known from the feed alone."""
    record = await w.push("okta", "ann", email=A, title="Chef", city="Oslo", assistants=[C])
    ann = await w.id(A)
    await w.add(B)
    await w.adopt(B, record)
    return ann


async def test_who_has_no_record_left_is_as_they_were_and_in_no_location(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        ann = await adopted_away(w)

        merged = await w.look(lambda tx: merge(tx, w.host.rules(tx), ann))

        assert Status.LEFT == merged.status
        assert merged.values == {
            "assistants": [{"written": C, "state": "pending", "by": "okta"}],
            "city": "Oslo",
            "email": A,
            "groups": [],
            "locations": [],
            "manager": None,
            "title": "Chef",
        }
        assert ({}, {}, ()) == (merged.winners, merged.opinions, merged.sources)


async def test_values_are_in_the_order_of_their_names(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await w.push("okta", "ann", email=A, title="Chef", city="Oslo")
        names = list((await w.person(A)).values)

        assert sorted(names) == names


def changed(**values: Any) -> Change:
    return Change(1, AT, ChangeType.CHANGED, PersonId("p"), A, values, Cause("okta", "r1", "test"))


def test_changes_lead_to_the_values_that_were_there_last() -> None:
    base = Published(Status.ACTIVE, {"title": "Cook", "city": "Oslo", "phone": "1"}, {}, 1, AT, AT, 1)
    changes = [changed(title=("Cook", "Chef"), status=("left", "active")), changed(phone=("1", None), nick=(None, "A"))]

    assert {"title": "Chef", "city": "Oslo", "nick": "A"} == last_values(changes, base)
    assert {"title": "Chef", "nick": "A"} == last_values(changes)


# --- an admin's word -------------------------------------------------------------------------------------------------


async def test_where_only_an_admin_names_somebody_they_are_shown(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.say("add", A, "assistants", C)

        assert [{"written": C, "state": "pending", "by": "local"}] == (await w.person(A)).values["assistants"]


async def test_who_is_masked_is_not_shown_and_not_named_by_the_admin(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, assistants=[B, C])
        await w.say("mask", A, "assistants", B)
        await w.push("okta", "ann", email=A, assistants=[B.upper(), C])
        ann = await w.person(A)

        assert [C] == [shape["written"] for shape in ann.values["assistants"]]  # type: ignore[union-attr,index,call-overload]
        assert [] == await w.look(lambda tx: list(tx.facts.mentions(ann.id)))
