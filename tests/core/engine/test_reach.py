"""Of rules that differ in filters alone only those are settled whom these can judge otherwise."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.engine.settle import Settled, settle_everything, settle_judged
from dirsync_core.host.rules import applying, planning
from dirsync_core.host.settings import settings_of
from dirsync_core.model.people import Situation
from tests.core.world import OKTA_AND_HAND, World

Numbers = tuple[int, int, int, int, dict[str, int]]

OSLO = {"oslo": {"filter": 'city eq "Oslo"'}}
CITIES = ("Oslo", "Bergen", "Lima", None)


def table(locations: Mapping[str, Any] = OSLO, **okta: Any) -> dict[str, Any]:
    providers = OKTA_AND_HAND["providers"] | {"okta": {"plugin": "flat", "guard": {"people": 100}, **okta}}
    return {"providers": providers, "locations": dict(locations)}


async def fill(w: World) -> dict[str, str]:
    """Three people in each city, and three who are nowhere; the record of the first of each, by city."""
    found = {}
    for n in range(12):
        city = CITIES[n % 4]
        record = await w.push("okta", str(n), email=f"p{n}@x.example", **({} if city is None else {"city": city}))
        found.setdefault(str(city), record)
    return found


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records were looked at by each settling of rules, the latest last."""
    counts: list[int] = []

    def counted(job: Callable[..., Settled]) -> Callable[..., Settled]:
        def run(*args: Any, **options: Any) -> Settled:
            settled = job(*args, **options)
            counts.append(settled.evaluated)
            return settled

        return run

    for job in (settle_everything, settle_judged):
        monkeypatch.setattr(applying, job.__name__, counted(job))
    return counts


@pytest.mark.parametrize(
    ("other", "looked_at"),
    [
        pytest.param(table({"oslo": {"filter": 'city eq "Lima"'}}), 6, id="another city"),
        pytest.param(table({"oslo": {"filter": 'city eq "Oslo" or city eq "Bergen"'}}), 3, id="a city more"),
        pytest.param(table(OSLO | {"lima": {"filter": 'city eq "Lima"'}}), 3, id="a location more"),
        pytest.param(table({"oslo": {"filter": 'city eq "Oslo"', "missing": "in"}}), 3, id="what a want counts as"),
        pytest.param(table({"oslo": {"filter": 'city eq "Oslo"', "name": "Oslo, main"}}), 0, id="a name"),
        pytest.param(table(filter='not (city eq "Bergen")'), 6, id="a filter of the source, and its want"),
        pytest.param(table(OSLO | {"lima": {"filter": 'groups eq "Lima"'}}), 9, id="a group that is not there"),
        pytest.param(table(domains=["x.example"]), 12, id="more than filters"),
    ],
)
async def test_only_those_are_settled_whom_a_filter_can_judge_otherwise(
    tmp_path: Path, evaluated: list[int], other: Mapping[str, Any], looked_at: int
) -> None:
    async with World(tmp_path, table()) as w:
        await fill(w)

        await w.rules(other)

        assert looked_at == evaluated[-1]
        assert await w.rebuilt() == []


async def test_who_is_held_is_judged_by_what_the_source_says(tmp_path: Path) -> None:
    """Held in Oslo, which the source says is Bergen by now: the next rules judge Bergen."""
    async with World(tmp_path, table(guard={"people": 0})) as w:
        await fill(w)
        records = [await w.push("okta", str(n), email=f"p{n}@x.example", city="Bergen") for n in (0, 4, 8)]
        assert (await w.person("p8@x.example")).values["city"] == "Oslo"

        await w.rules(table({"oslo": {"filter": 'city eq "Oslo" or city eq "Bergen"'}}))

        assert (await w.person("p8@x.example")).values["city"] == "Bergen"
        assert {Situation.LINKED} == {await w.situation(record) for record in records}
        assert await w.rebuilt() == []


async def test_who_was_placed_by_hand_is_settled_too(tmp_path: Path) -> None:
    async with World(tmp_path, table()) as w:
        records = await fill(w)
        await w.place(records["Bergen"], "oslo")
        await w.place("p0@x.example", "oslo", "mask")

        await w.rules(table({"lima": {"filter": 'city eq "Lima"'}}))
        await w.rules(table())

        assert (await w.person("p1@x.example")).values["locations"] == ["oslo"]
        assert (await w.person("p0@x.example")).values["locations"] == []
        assert await w.rebuilt() == []


async def tallied(w: World, other: Mapping[str, Any]) -> Numbers | None:
    """Who comes in, goes out, shows elsewhere, is out for want of a value; and the steps of locations."""
    draft = planning.draft_of(w.host, settings_of(dict(other), w.host.settings.folder))
    tally = await planning.count(w.host, draft)
    return tally and (tally.joins, tally.leaves, tally.changes, tally.undetermined, dict(tally.locations))


@pytest.mark.parametrize(
    ("other", "numbers"),
    [
        pytest.param({"oslo": {"filter": 'city eq "Lima"'}}, (3, 3, 0, 0, {}), id="another city"),
        pytest.param(OSLO | {"lima": {"filter": 'city eq "Lima"'}}, (3, 0, 0, 0, {"lima": 3}), id="a location more"),
        pytest.param(OSLO | {"any": {"filter": "city pr"}}, (6, 0, 3, 0, {"any": 9}), id="a location of any city"),
        pytest.param({"oslo": {"filter": 'city eq "Oslo"', "missing": "in"}}, (3, 0, 0, 0, {"oslo": 3}), id="a want"),
        pytest.param({"oslo": {"filter": 'title eq "Chief"'}}, (0, 3, 0, 9, {"oslo": -3}), id="what nobody has"),
        pytest.param(OSLO, (0, 0, 0, 0, {}), id="nothing"),
    ],
)
async def test_what_filters_do_is_counted(tmp_path: Path, other: Mapping[str, Any], numbers: Numbers) -> None:
    async with World(tmp_path, table()) as w:
        await fill(w)

        assert numbers == await tallied(w, table(other))


async def test_of_who_is_inactive_or_deleted_no_filter_is_asked(tmp_path: Path) -> None:
    async with World(tmp_path, table()) as w:
        await fill(w)
        await w.push("okta", "0", active=False, email="p0@x.example", city="Oslo")
        await w.delete("okta", "4")

        assert (0, 1, 0, 0, {"oslo": -1}) == await tallied(w, table({"oslo": {"filter": 'city eq "Rome"'}}))


@pytest.mark.parametrize("other", [table(domains=["x.example"]), table(OSLO, mappers=[])], ids=["domains", "mappers"])
async def test_what_is_no_filter_can_not_be_counted(tmp_path: Path, other: Mapping[str, Any]) -> None:
    async with World(tmp_path, table()) as w:
        await fill(w)

        assert await tallied(w, other) is None
