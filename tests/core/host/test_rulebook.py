"""The applied rules as transactions see them: also while a filter's plugin is missing, and after a try-out."""

from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import pytest

from dirsync_core.api import Attribute, FilterType, Judgement, Verdict, hookimpl
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.rules.applying import apply_rules
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.settings import settings_of
from dirsync_core.model.errors import PluginUnavailable, SettingsError
from dirsync_core.model.people import Situation
from dirsync_core.store.sqlite.store import open_sqlite
from tests.core.world import OKTA_AND_HAND, POINTS, World

A, B = "a@x.example", "b@x.example"


@attrs.frozen
class ShortSettings:
    most: int


class Short:
    def __init__(self, settings: ShortSettings) -> None:
        self.most = settings.most

    def judge(self, values: Any, *, undetermined: object = None) -> Judgement:
        if values.get("title") == "fail":
            raise ValueError("no such title")
        short = len(str(values.get("title", ""))) <= self.most
        return Judgement(Verdict.IN if short else Verdict.OUT, "the title is short" if short else "it is long", "")


@hookimpl
def dirsync_filters() -> list[FilterType]:
    def create(settings: ShortSettings, attributes: Sequence[Attribute]) -> Short:
        return Short(settings)

    return [FilterType("short", create, ShortSettings)]


SHORT = {"type": "short", "most": 5}
OF_A_PROVIDER = {"providers": {**OKTA_AND_HAND["providers"], "okta": {"plugin": "flat", "filter": SHORT}}}
OF_A_LOCATION = {**OKTA_AND_HAND, "locations": {"oslo": {"filter": SHORT}}}


async def opened(w: World, table: Any, *, with_filter: bool) -> None:
    await w.host.close()
    points = {**POINTS, **({"short": "tests.core.host.test_rulebook"} if with_filter else {})}
    plugins = load_plugins([EntryPoint(name, value, "dirsync") for name, value in points.items()])
    w.settings = settings_of(table, w.folder)
    w.host = Host(w.settings, plugins, open_sqlite(w.settings.store_path), lambda: w.now)


async def test_a_missing_filter_freezes_its_provider_and_nobody_leaves(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await opened(w, OF_A_PROVIDER, with_filter=True)
        await w.host.apply(w.by())
        await w.push("okta", "ann", email=A, title="Chef")

        await opened(w, OF_A_PROVIDER, with_filter=False)

        assert {A} == await w.active()
        with pytest.raises(PluginUnavailable, match=r"providers\.okta\.filter\.type: .*short"):
            await w.push("okta", "ann", email=A, title="Pilot in chief")
        await w.add(B)
        assert {A, B} == await w.active()


async def test_a_missing_filter_of_a_location_freezes_everybody(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await opened(w, OF_A_LOCATION, with_filter=True)
        await w.host.apply(w.by())
        await w.push("okta", "ann", email=A, title="Chef")

        await opened(w, OF_A_LOCATION, with_filter=False)

        assert ["oslo"] == (await w.person(A)).values["locations"]
        with pytest.raises(PluginUnavailable, match=r"locations\.oslo\.filter"):
            await w.add(B)
        assert [] == await w.rebuilt()


async def test_a_filter_that_fails_leaves_what_was_accepted(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await opened(w, OF_A_LOCATION, with_filter=True)
        await w.host.apply(w.by())
        record = await w.push("okta", "ann", email=A, title="Chef")

        await w.push("okta", "ann", email=A, title="fail")

        outcome = await w.look(lambda tx: tx.outcomes.get(record))
        assert (Situation.ERRORED, "Chef") == (outcome.situation, (await w.person(A)).values["title"])
        assert "no such title" in outcome.because


async def test_a_draft_with_a_filter_that_is_not_there_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await opened(w, OF_A_PROVIDER, with_filter=False)

        with pytest.raises(SettingsError, match=r"providers\.okta\.filter\.type"):
            await w.host.apply(w.by())


async def test_rules_that_were_tried_out_never_stand_for_those_of_the_same_number(tmp_path: Path) -> None:
    oslo, bergen = (
        {**OKTA_AND_HAND, "locations": {"here": {"filter": f'city eq "{city}"'}}} for city in ("Oslo", "Bergen")
    )
    async with World(tmp_path) as w:
        by = w.by()

        def applied(table: Any) -> Any:
            wanted = draft(settings_of(table, w.folder), w.host.plugins)

            def job(tx: Any) -> str:
                apply_rules(tx, w.host.rules, wanted, w.now, by)
                return w.host.rules(tx).locations[0].text

            return job

        assert 'city eq "Oslo"' == await w.host.store.try_out(applied(oslo))
        assert 'city eq "Bergen"' == await w.host.store.write(applied(bergen))
        await w.restart(bergen)
