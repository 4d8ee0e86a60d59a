"""What filters read from outside: read for a draft, kept with the rules, and read by nothing else."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import pytest

from dirsync_core.api import Attribute, FilterType, Json, Judgement, SettingsError, Verdict, hookimpl
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.rules import drafting, planning
from dirsync_core.host.rules.rule_text import rule_text
from dirsync_core.host.settings import settings_of
from dirsync_core.store.sqlite.store import open_sqlite
from tests.core.world import OKTA_AND_HAND, POINTS, World

A, B = "a@x.example", "b@x.example"


@attrs.frozen
class ListedSettings:
    file: str


@attrs.frozen
class Listed:
    cities: Sequence[str]

    def judge(self, values: Mapping[str, object], *, undetermined: object = None) -> Judgement:
        verdict = Verdict.IN if values.get("city") in self.cities else Verdict.OUT
        return Judgement(verdict, "the list", "the city")


def read_list(settings: ListedSettings, folder: Path) -> Json:
    text = (folder / settings.file).read_text()
    if "?" in text:
        raise SettingsError([f"file: {settings.file}, line 1: “?” is no city"])
    return {"cities": text.split()}


@hookimpl
def dirsync_filters() -> list[FilterType]:
    def create(read: Any, attributes: Sequence[Attribute]) -> Listed:
        return Listed(read["cities"])

    return [FilterType("listed", create, ListedSettings, read_list)]


LISTED = {"type": "listed", "file": "cities.txt"}
TABLE: dict[str, Any] = {**OKTA_AND_HAND, "locations": {"here": {"filter": LISTED}}}


class ListedWorld(World):
    """Ann is in Oslo, Bo in Rome; the list says what it was made with."""

    def says(self, cities: str) -> None:
        (self.folder / "cities.txt").write_text(cities)

    async def starts(self, table: Mapping[str, Any] = TABLE) -> None:
        await self.host.close()
        points = {**POINTS, "listed": __name__}
        plugins = load_plugins([EntryPoint(name, value, "dirsync") for name, value in points.items()])
        self.settings = settings_of(table, self.folder)
        self.host = Host(self.settings, plugins, open_sqlite(self.settings.store_path), lambda: self.now)

    async def begins(self, table: Mapping[str, Any] = TABLE) -> None:
        self.says("Oslo")
        await self.starts(table)
        await self.host.apply(self.by())
        await self.push("okta", "ann", email=A, city="Oslo")
        await self.push("okta", "bo", email=B, city="Rome")

    async def differs(self) -> bool:
        return await self.host.store.read(self.host.file_differs)


async def test_an_edit_changes_nobody_until_it_is_applied(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()

        w.says("Rome")
        await w.starts()
        await w.push("okta", "ann", email=A, city="Oslo", title="Chef")

        assert not await w.host.apply_what_changes_nobody(w.by())
        assert {A} == await w.active()
        await w.host.apply(w.by())
        assert {B} == await w.active()


async def test_an_edit_is_a_difference_of_the_filter_and_told_so(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()
        assert not await w.differs()

        w.says("Oslo Rome")
        await w.starts()
        plan = await planning.plan(w.host, planning.draft_of(w.host), w.by())

        assert await w.differs()
        assert ["locations.here.filter"] == [altered.path for altered in plan.altered]
        assert [(B, "locations.here.filter")] == [(e.email, e.origin) for e in plan.effects if e.kind.value == "joins"]


async def test_what_was_planned_is_applied_though_the_file_goes_on_changing(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()
        w.says("Oslo Rome")
        plan = await planning.plan(w.host, planning.draft_of(w.host), w.by())

        w.says("")
        await planning.apply(w.host, planning.draft_in(w.host, plan), w.by(), plan)

        assert {A, B} == await w.active()


async def test_a_file_that_is_broken_refuses_the_draft_and_those_that_apply_go_on(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()
        w.says("?")
        await w.starts()

        with pytest.raises(SettingsError, match=r"locations\.here\.filter\.file: cities\.txt, line 1: “\?” is no city"):
            planning.draft_of(w.host)
        (tmp_path / "cities.txt").unlink()
        with pytest.raises(SettingsError, match=r"locations\.here\.filter: the filter listed could not be read: File"):
            planning.draft_of(w.host)
        assert await w.differs()
        assert {A} == await w.active()


async def test_every_file_that_is_broken_is_told(tmp_path: Path) -> None:
    table: Any = {**TABLE, "providers": {**OKTA_AND_HAND["providers"], "okta": {"plugin": "flat", "filter": LISTED}}}
    async with ListedWorld(tmp_path) as w:
        w.says("?")
        await w.starts(table)

        with pytest.raises(SettingsError) as caught:
            planning.draft_of(w.host)

        paths = [problem.partition(": ")[0] for problem in caught.value.problems]
        assert ["providers.okta.filter.file", "locations.here.filter.file"] == paths


async def test_going_back_brings_back_what_the_file_said_then(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()
        w.says("Oslo Rome")
        await w.host.apply(w.by())

        await planning.apply(w.host, await planning.draft_again(w.host, 2), w.by())

        assert {A} == await w.active()


async def test_the_text_of_the_rules_names_the_file_and_not_what_it_says(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()

        applied = await w.look(lambda tx: tx.facts.rules())
        text = rule_text(applied.settings, w.host.plugins)

        assert 'filter = {type = "listed", file = "cities.txt"}' in text
        assert "Oslo" not in text
        assert "Oslo" in json.dumps(applied.settings)


async def test_a_draft_of_a_page_keeps_what_was_read_until_the_filter_is_another(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()
        applied: Any = (await w.look(lambda tx: tx.facts.rules())).settings
        here = applied["locations"]["here"]

        renamed = {**applied, "locations": {"here": {**here, "name": "Here"}}}
        kept = await drafting.revise(w.host, renamed, None, w.by())
        other = {**applied, "locations": {"here": {**here, "filter": 'city eq "Rome"'}}}
        replaced: Any = await drafting.revise(w.host, other, kept.mark, w.by())

        assert {"cities": ["Oslo"]} == kept.rules["locations"]["here"]["read"]  # type: ignore[call-overload,index]
        assert "read" not in replaced.rules["locations"]["here"]


async def test_what_a_file_says_and_another_setting_are_told_apart(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()
        await w.push("okta", "cy", email="c@x.example", city="Bergen")

        w.says("Oslo Rome")
        await w.starts({**TABLE, "locations": {**TABLE["locations"], "there": {"filter": 'city eq "Bergen"'}}})
        plan = await planning.plan(w.host, planning.draft_of(w.host), w.by())

        joins = {effect.email: effect.origin for effect in plan.effects}
        assert {B: "locations.here.filter", "c@x.example": "locations.there.filter"} == joins


async def test_a_text_in_the_place_of_a_file_is_one_difference(tmp_path: Path) -> None:
    async with ListedWorld(tmp_path) as w:
        await w.begins()

        await w.starts({**TABLE, "locations": {"here": {"filter": 'city eq "Rome"'}}})
        plan = await planning.plan(w.host, planning.draft_of(w.host), w.by())
        await planning.apply(w.host, planning.draft_of(w.host), w.by(), plan)

        assert ["locations.here.filter"] == [altered.path for altered in plan.altered]
        assert {B} == await w.active()
        assert not await w.differs()
