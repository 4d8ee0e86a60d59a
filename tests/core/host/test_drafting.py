"""A draft made on a page: kept with its plan, applied as it was shown, never written over unawares."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.host.acts import erasing
from dirsync_core.host.rules import drafting, planning
from dirsync_core.host.rules.drafting import BeyondReview, DraftMoved
from dirsync_core.model.errors import Refused, SettingsError
from dirsync_core.model.people import Status
from dirsync_core.store.contract import KeptDraft
from tests.core.world import OKTA_AND_HAND, World

TABLE = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}}}


async def drafted(
    w: World, filter_: str = 'city eq "Bergen"', seen: str | None = None, how: Any = drafting.revise
) -> KeptDraft:
    """Draft another rule for Oslo."""
    applied = await w.host.store.read(lambda tx: tx.facts.rules())
    assert applied is not None
    rules: dict[str, Any] = dict(applied.settings)
    rules["locations"] = {"oslo": {**rules["locations"]["oslo"], "filter": filter_}}
    kept: KeptDraft = await how(w.host, rules, seen, w.by())
    return kept


async def push(w: World, count: int, city: str = "Oslo", begin: int = 0) -> None:
    for n in range(begin, begin + count):
        await w.push("okta", f"p{n}", email=f"p{n}@x.example", city=city, displayName=f"P {n}")


async def active(w: World) -> int:
    return await w.host.store.read(lambda tx: tx.people.counts("status").get(Status.ACTIVE.value, 0))


async def test_a_draft_is_told_in_counts_and_first_names(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, 7)
        await push(w, 1, "Bergen", 7)

        told: Any = (await drafted(w)).told

        assert (told["counts"]["joins"], told["counts"]["leaves"]) == (1, 7)
        assert [line["displayName"] for line in told["first"]["leaves"]] == ["P 0", "P 1", "P 2", "P 3", "P 4"]
        assert told["locations"] == {"oslo": [7, 1]}
        assert told["values"]["city"] == [["Oslo", 7], ["Bergen", 1]]


async def test_what_can_t_be_compiled_is_not_kept(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        with pytest.raises(SettingsError, match=r"locations.oslo.filter: There is no attribute “cty”"):
            await drafted(w, 'cty eq "Oslo"')

        assert await w.host.store.read(lambda tx: tx.drafts.get()) is None


async def test_each_write_names_what_it_has_seen(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        first = await drafted(w)
        second = await drafted(w, 'city eq "Rome"', first.mark)

        for late in (drafted(w, 'city eq "X"', first.mark), drafting.throw_away(w.host, first.mark),
                     drafting.apply(w.host, first.mark, None, w.by())):  # fmt: skip
            with pytest.raises(DraftMoved):
                await late
        assert await w.host.store.read(lambda tx: tx.drafts.get()) == second


async def test_planned_again_it_stays_whose_it_was(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        first = await drafted(w)
        await push(w, 1)

        again = await drafting.again(w.host, first.mark, w.by())

        assert (again.by, again.at) == (first.by, first.at)
        assert again.mark != first.mark
        assert again.told["counts"] != first.told["counts"]


async def test_it_is_applied_as_it_was_shown_and_is_gone(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, 2)
        await push(w, 2, "Bergen", 2)
        draft = await drafted(w)

        done = await drafting.apply(w.host, draft.mark, None, w.by())

        assert done.version == 2
        assert await w.host.store.read(lambda tx: tx.drafts.get()) is None
        assert await active(w) == 2


async def test_who_came_in_meanwhile_is_not_put_out_unseen(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, 2)
        await push(w, 2, "Bergen", 2)
        draft = await drafted(w)
        await push(w, 1, "Oslo", 9)

        with pytest.raises(BeyondReview) as caught:
            await drafting.apply(w.host, draft.mark, None, w.by())

        assert [effect.email for effect in caught.value.beyond] == ["p9@x.example"]
        assert await active(w) == 3
        now = await w.host.store.read(lambda tx: tx.drafts.get())
        assert now is not None
        assert now.told["counts"]["leaves"] == 3  # type: ignore[index, call-overload]  # counts are a table


@pytest.mark.parametrize(("leavers", "wanted"), [(10, None), (11, 11)])
async def test_of_many_leavers_the_number_is_typed(leavers: int, wanted: int | None, tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, leavers)
        await push(w, 1, "Bergen", leavers)
        draft = await drafted(w)
        assert draft.told["type"] == wanted

        if wanted is not None:
            with pytest.raises(Refused, match="Type 11 to go on"):
                await drafting.apply(w.host, draft.mark, 10, w.by())
        await drafting.apply(w.host, draft.mark, wanted, w.by())

        assert await active(w) == 1


async def test_of_somebody_who_was_erased_a_draft_says_nothing(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, 2)
        await push(w, 1, "Bergen", 2)
        draft = await drafted(w)

        await w._by_hand(lambda tx, rules, m: erasing.erase(tx, rules, m, "p1@x.example"))

        kept, plan = await w.host.store.read(lambda tx: (tx.drafts.get(), tx.drafts.plan()))
        assert kept is not None
        assert (plan, "p1@" in json.dumps(kept.told)) == (None, False)
        with pytest.raises(Refused, match="Work it out again"):
            await drafting.apply(w.host, draft.mark, None, w.by())
        again = await drafting.again(w.host, draft.mark, w.by())
        await drafting.apply(w.host, again.mark, None, w.by())
        assert await active(w) == 1


# --- drafts that move many -------------------------------------------------------------------------------------------


@pytest.fixture
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "MANY", 1)


@asynccontextmanager
async def planned(w: World) -> AsyncIterator[Callable[[], Any]]:
    """Work plans out beside; gives what waits until the draft has one, or it is told why not."""
    task = asyncio.create_task(drafting.keep_planning(w.host))

    async def there() -> KeptDraft:
        while True:
            draft = await w.host.store.read(lambda tx: tx.drafts.get())
            if draft is not None and ("sketch" not in draft.told or "failed" in draft.told):
                return draft
            await asyncio.sleep(0.01)

    try:
        yield lambda: asyncio.wait_for(there(), 20)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("two_are_many")
async def test_of_many_the_numbers_come_first_and_the_plan_follows(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, 3)
        await push(w, 1, "Bergen", 3)

        sketched = await drafted(w, how=drafting.propose)

        sketch: Any = sketched.told["sketch"]
        assert sketch == {
            "counts": {"joins": 1, "leaves": 3, "changes": 0, "undetermined": 0},
            "locations": {"oslo": [3, 1]},
            "records": 4,
        }
        with pytest.raises(Refused, match="not worked out yet"):
            await drafting.apply(w.host, sketched.mark, None, w.by())
        async with planned(w) as there:
            draft = await there()
        assert draft.mark == sketched.mark
        assert draft.told["counts"] == {"joins": 1, "leaves": 3, "changes": 0, "contested": 0, "undetermined": 0}
        await drafting.apply(w.host, draft.mark, None, w.by())
        assert await active(w) == 1


async def test_few_wait_for_their_plan(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, 3)

        draft = await drafted(w, how=drafting.propose)

        assert draft.told["counts"]["leaves"] == 3  # type: ignore[index, call-overload]  # counts are a table


@pytest.mark.usefixtures("two_are_many")
async def test_what_records_say_stays_beside_a_sketch(tmp_path: Path) -> None:
    async with World(tmp_path, TABLE) as w:
        await push(w, 3)
        first = await drafted(w)

        second = await drafted(w, 'city eq "Rome"', first.mark, drafting.propose)

        assert second.told["values"] == first.told["values"]


@pytest.mark.usefixtures("two_are_many")
async def test_a_plan_is_put_to_the_draft_that_it_is_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written over while its plan is worked out, the first draft's is let go, and the second gets its own."""
    begun = asyncio.Event()

    async def endless(*_: Any) -> Any:
        begun.set()
        await asyncio.Event().wait()

    async with World(tmp_path, TABLE) as w:
        await push(w, 3)
        first = await drafted(w, how=drafting.propose)
        async with planned(w) as there:
            with monkeypatch.context() as slow:
                slow.setattr(planning, "plan", endless)
                await asyncio.wait_for(begun.wait(), 20)
            second = await drafted(w, 'city eq "Rome"', first.mark, drafting.propose)
            draft = await there()

        assert draft.mark == second.mark
        assert await w.host.store.read(lambda tx: '\\"Rome\\"' in (tx.drafts.plan() or ""))


@pytest.mark.usefixtures("two_are_many")
async def test_who_is_erased_while_a_plan_is_made_is_not_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planning.plan

    async with World(tmp_path, TABLE) as w:

        async def overtaken(*args: Any) -> Any:
            made = await plan(*args)
            await w.erase("p1@x.example")
            return made

        await push(w, 3)
        await drafted(w, how=drafting.propose)
        monkeypatch.setattr(planning, "plan", overtaken)
        async with planned(w) as there:
            draft = await there()

        assert draft.told == {}
        assert await w.host.store.read(lambda tx: tx.drafts.plan()) is None


@pytest.mark.usefixtures("two_are_many")
async def test_a_plan_that_fails_says_why_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: Any) -> Any:
        raise OSError("the disk is full")

    async with World(tmp_path, TABLE) as w:
        await push(w, 3)
        first = await drafted(w, how=drafting.propose)
        async with planned(w) as there:
            with monkeypatch.context() as broken:
                broken.setattr(planning, "plan", failing)
                failed = await there()
            again = await drafting.again(w.host, failed.mark, w.by())
            draft = await there()

        assert (failed.mark, failed.told["failed"]) == (first.mark, "the disk is full")
        assert draft.mark == again.mark
        assert "counts" in draft.told
