"""Mappers and filters that can't be made, or fail at work: told by name and setting, and nobody leaves for it."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.host.plugins import Plugins
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.settings import settings_of
from dirsync_core.model.errors import PluginUnavailable, SettingsError
from dirsync_core.testing import Scratch, plugins_of
from tests.plugins.modules import Write

HEAD = """
import attrs
from dirsync_core.api import *

@attrs.frozen
class Settings:
    pass
"""
MAPPER = (
    HEAD + "{}\n@hookimpl\ndef dirsync_mappers(): return [MapperType('odd', (Attribute('city'),), make)]\n"
)  # fmt: skip
FILTER = HEAD + "{}\n@hookimpl\ndef dirsync_filters(): return [FilterType('odd', make, Settings)]\n"
PLAIN: dict[str, Any] = {"providers": {"hr": {"plugin": "testing-neighbour"}}}
MAPPED = {"providers": {"hr": {"plugin": "testing-neighbour", "mappers": ["testing-neighbour", "odd"]}}}
JUDGED = {**PLAIN, "locations": {"oslo": {"filter": {"type": "odd"}}}}


def loaded(write: Write, text: str) -> Plugins:
    plugins = plugins_of(write("odd", text).value)
    assert all(plugin.state == "active" for plugin in plugins.loaded), plugins.loaded
    return plugins


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def make(settings): raise OSError('no library')", "can't be made: OSError: no library"),
        ("def make(settings): pass", "is nothing; create gives a plain function of record and claims"),
        (
            "def make(settings):\n    async def map_odd(record, claims): pass\n    return map_odd",
            "is map_odd; create gives a plain function of record and claims",
        ),
    ],
)
def test_a_mapper_that_can_not_be_made_is_told_with_its_setting(
    write: Write, tmp_path: Path, text: str, told: str
) -> None:
    plugins = loaded(write, MAPPER.format(text))

    with pytest.raises(SettingsError) as caught:
        draft(settings_of(MAPPED, tmp_path), plugins)

    assert [f"providers.hr.mappers: the mapper odd {told}"] == caught.value.problems


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def make(settings, attributes): raise OSError('no library')", "can't be made: OSError: no library"),
        ("def make(settings, attributes): return True", "is a bool; create gives an object with a plain def judge"),
        (
            "class Odd:\n    async def judge(self, values, *, undetermined=None): pass\n"
            "def make(settings, attributes): return Odd()",
            "is a Odd; create gives an object with a plain def judge",
        ),
    ],
)
def test_a_filter_that_can_not_be_made_is_told_with_its_setting(
    write: Write, tmp_path: Path, text: str, told: str
) -> None:
    plugins = loaded(write, FILTER.format(text))

    with pytest.raises(SettingsError) as caught:
        draft(settings_of(JUDGED, tmp_path), plugins)

    assert [f"locations.oslo.filter: the filter odd {told}"] == caught.value.problems


def test_a_default_mapper_that_is_not_there_is_told(write: Write, tmp_path: Path) -> None:
    plugins = loaded(
        write,
        HEAD + "class Hr(Provider): pass\n@hookimpl\n"
        "def dirsync_providers(): return [ProviderType('hr', Settings, Hr, mappers=('csb',))]\n",
    )

    with pytest.raises(SettingsError) as caught:
        draft(settings_of({"providers": {"hr": {"plugin": "hr"}}}, tmp_path), plugins)

    (problem,) = caught.value.problems
    assert problem.startswith("providers.hr.plugin: hr names a mapper that is not here: There is no mapper “csb”; did")


def test_an_attribute_of_the_settings_may_not_take_the_place_of_a_persons_own(tmp_path: Path) -> None:
    table = {"providers": {"hr": {"plugin": "testing-neighbour", "attributes": {"status": "state"}}}}

    with pytest.raises(SettingsError) as caught:
        draft(settings_of(table, tmp_path), plugins_of())

    assert ["providers.hr.attributes.status: dirsync sets that itself; take another name"] == caught.value.problems


@pytest.mark.parametrize(("working", "table"), [(MAPPER, MAPPED), (FILTER, JUDGED)], ids=["mapper", "filter"])
async def test_one_that_can_not_be_made_any_more_freezes_and_takes_nobody_out(
    write: Write, tmp_path: Path, working: str, table: dict[str, Any]
) -> None:
    judge = (
        "class All:\n    def judge(self, values, *, undetermined=None): return Judgement(Verdict.IN, 'all', 'all')\n"
    )
    good = judge + "def make(settings, *rest): return All() if rest else (lambda record, claims: {})"
    bad = "def make(settings, *rest): raise OSError('no library')"
    async with Scratch(tmp_path / "d", table, loaded(write, working.format(good))) as scratch:
        await scratch.write("hr", lambda edit: edit.create("user", "1", {"email": "ann@x.example"}))
        before = await scratch.active()

    scratch = Scratch(tmp_path / "d", table, loaded(write, working.format(bad)))
    try:
        with pytest.raises(PluginUnavailable, match="odd can't be made: OSError: no library"):
            await scratch.write("hr", lambda edit: edit.create("user", "2", {"email": "bo@x.example"}))
        assert before == await scratch.active() == {"ann@x.example"}
    finally:
        await scratch.host.close()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("None", "TypeError: judge gave nothing; it gives Judgement(verdict, term, saw)"),
        ("True", "TypeError: judge gave a bool; it gives Judgement(verdict, term, saw)"),
    ],
)
async def test_a_filter_that_fails_is_named_with_its_setting(
    write: Write, tmp_path: Path, answer: str, told: str
) -> None:
    odd = f"class Odd:\n    def judge(self, values, *, undetermined=None): return {answer}\n"
    plugins = loaded(write, FILTER.format(odd + "def make(settings, attributes): return Odd()"))
    async with Scratch(tmp_path, JUDGED, plugins) as scratch:
        record = await scratch.write("hr", lambda edit: edit.create("user", "1", {"email": "ann@x.example"}))
        outcome = await scratch.host.store.read(lambda tx: tx.outcomes.get(record.id))

    assert outcome.because.startswith(f"The filter odd of locations.oslo.filter failed: {told}")


async def test_a_mapper_that_gives_nothing_is_told_what_it_gives(write: Write, tmp_path: Path) -> None:
    text = "def make(settings): return lambda record, claims: None"
    async with Scratch(tmp_path, MAPPED, loaded(write, MAPPER.format(text))) as scratch:
        record = await scratch.write("hr", lambda edit: edit.create("user", "1", {"email": "ann@x.example"}))
        outcome = await scratch.host.store.read(lambda tx: tx.outcomes.get(record.id))

    assert "The mapper odd failed: TypeError: it gave nothing; a mapper gives a dict of claims" in outcome.because
