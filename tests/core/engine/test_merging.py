"""Merge: what is shown of a person for whom nobody speaks any more, and what lies under an admin's word."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from dirsync_core.api import Set
from dirsync_core.engine.merging import last_values, merge
from dirsync_core.host.acts.ageing import age
from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Published, Status
from tests.core.engine.making import AT
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World

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


async def test_who_has_no_record_left_is_as_they_were_when_their_history_is_gone_too(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO | {"directory": {"keep_history": "30d"}}) as w:
        ann = await adopted_away(w)
        before = (await w.look(lambda tx: merge(tx, w.host.rules(tx), ann))).values
        w.now += timedelta(days=100)

        assert (await age(w.host, w.by("clock"))).changes

        assert before == (await w.look(lambda tx: merge(tx, w.host.rules(tx), ann))).values


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


async def test_whom_an_admin_pins_is_found_like_anybody(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, manager=C)
        await w.push("okta", "bob", email=B)

        await w.pin(A, "manager", B)

        found = {"written": B, "state": "resolved", "by": "local", "person": await w.id(B), "email": B}
        assert found == (await w.person(A)).values["manager"]


async def test_who_is_masked_is_not_shown_and_not_named_by_the_admin(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, assistants=[B, C])
        await w.say("mask", A, "assistants", B)
        await w.push("okta", "ann", email=A, assistants=[B.upper(), C])
        ann = await w.person(A)

        assert [C] == [shape["written"] for shape in ann.values["assistants"]]  # type: ignore[union-attr,index,call-overload]
        assert [] == await w.look(lambda tx: list(tx.facts.mentions(ann.id)))


# --- status ----------------------------------------------------------------------------------------------------------


async def test_who_is_not_active_is_what_their_record_says_with_the_values_they_had(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        for name in ("ann", "bob", "cy", "dan", "eve", "fay"):
            await w.push("okta", name, email=f"{name}@x.example", city="Oslo", title="Chef")

        await w.push("okta", "ann", email="ann@x.example", city="Oslo", title="Chef", active=False)
        await w.delete("okta", "bob")
        await w.push("okta", "cy", email="cy@x.example", city="Bergen", title="Chef")

        people = [await w.person(f"{name}@x.example") for name in ("ann", "bob", "cy")]
        assert [Status.DEACTIVATED, Status.DELETED, Status.LEFT] == [person.status for person in people]
        assert ["Chef"] * 3 == [person.values["title"] for person in people]


async def test_of_several_records_the_highest_in_precedence_says_why_somebody_is_away(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS | {"directory": {"precedence": ["hr", "okta"]}}) as w:
        await w.push("okta", "ann", email=A)
        await w.push("hr", "ann", email=A)

        await w.push("hr", "ann", email=A, active=False)
        await w.delete("okta", "ann")

        ann = await w.person(A)
        assert (Status.DEACTIVATED, ("hr", "okta")) == (ann.status, ann.sources)


async def test_who_comes_back_to_an_address_that_somebody_else_has_by_now_has_left(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        ann = await w.id(A)
        await w.push("okta", "ann", email=A, active=False)
        await w.push("okta", "new", email=A)

        await w.push("okta", "ann", email=A)

        assert Status.LEFT == (await w.look(lambda tx: tx.people.get(ann))).status


# --- who says what ---------------------------------------------------------------------------------------------------


async def test_every_opinion_is_known_the_one_that_wins_first(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("hr", "ann", email=A, title="Cook")
        await w.push("okta", "ann", email=A, title="Chef")
        await w.pin(A, "title", "Boss")
        ann = await w.id(A)

        merged = await w.look(lambda tx: merge(tx, w.host.rules(tx), ann))

        said = [(opinion.provider, opinion.claim) for opinion in merged.opinions["title"]]
        assert [("local", Set("Boss")), ("okta", Set("Chef")), ("hr", Set("Cook"))] == said
        assert "local" == merged.winners["title"].provider


async def test_who_is_named_for_an_attribute_that_is_owned_here_has_a_say_in_it(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS | {"precedence": {"title": ["local", "hr"]}}) as w:
        await w.push("okta", "ann", email=A, title="Chef")
        assert "title" not in (await w.person(A)).values

        await w.push("hr", "ann", email=A, title="Cook")

        assert "Cook" == (await w.person(A)).values["title"]


async def test_an_address_is_shown_as_its_source_writes_it_now(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email="ann@x.example")
        await w.push("okta", "bob", email=B, manager="ANN@X.EXAMPLE")

        await w.push("okta", "ann", email="Ann@X.example")

        assert "Ann@X.example" == (await w.person("ann@x.example")).email
        manager = (await w.person(B)).values["manager"]
        assert isinstance(manager, dict)
        assert ("ANN@X.EXAMPLE", "Ann@X.example") == (manager["written"], manager["email"])
