"""What would become of a record if its source said something else; nothing of it remains."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import AddressTaken, Ambiguous, Erased, Refused
from dirsync_core.host.acts.erasing import erase
from dirsync_core.host.acts.supposing import Supposed, suppose
from dirsync_core.model.plans import EffectKind
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World

A, B = "a@x.example", "b@x.example"
OSLO = {**OKTA_AND_HAND, "locations": {"oslo": {"filter": 'city eq "Oslo"'}}}


async def supposed(w: World, who: str, provider: str | None = None, **body: Any) -> Supposed:
    return await suppose(w.host, w.by(), who, body, provider)


async def everything(w: World) -> Any:
    return await w.look(
        lambda tx: (list(tx.events.every()), tx.feed.end(), [tx.records.any(r) for r in tx.records.every()])
    )


async def test_it_is_explained_as_if_it_were_so_and_nothing_remains(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        before = await everything(w)

        found = await supposed(w, A, email=A, city="Bergen")

        assert ("left", [EffectKind.LEAVES]) == (found.explanation["verdict"], [e.kind for e in found.effects])
        assert "Bergen" in str(found.explanation["sentence"])
        assert before == await everything(w)


async def test_said_again_it_changes_nobody(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)

        assert () == (await supposed(w, A, email=A)).effects


async def test_a_new_record_is_of_the_only_source_and_its_person_has_no_id_yet(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        found = await supposed(w, A, email=A, displayName="Ann Lee")

        assert ("active", None) == (found.explanation["verdict"], found.explanation["person"])
        assert [(EffectKind.JOINS, A)] == [(e.kind, e.email) for e in found.effects]


async def test_with_several_sources_one_must_be_named(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        with pytest.raises(Refused, match="--provider"):
            await supposed(w, A, email=A)

        assert "active" == (await supposed(w, A, "hr", email=A)).explanation["verdict"]


async def test_of_two_records_one_must_be_named(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A)
        record = await w.push("hr", "ann", email=A, city="Oslo")

        with pytest.raises(Ambiguous):
            await supposed(w, A, email=A)

        for named in (await supposed(w, record, email=A), await supposed(w, A, "hr", email=A)):
            assert ["city"] == [effect.name for effect in named.effects]


async def test_whom_their_address_would_meet_is_told(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        record = await w.push("okta", "bob", email=B)

        found = await supposed(w, B, email=A)

        situations = {r["id"]: r["situation"] for r in found.explanation["records"]}  # type: ignore[index, union-attr, call-overload]
        assert "contested" == situations[record]


async def test_by_hand_it_would_be_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.add(B)

        with pytest.raises(AddressTaken):
            await supposed(w, B, email=A)


async def test_who_was_erased_would_be_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w._by_hand(lambda tx, rules, m: erase(tx, rules, m, A))

        with pytest.raises(Erased):
            await supposed(w, A, email=A)
