"""`[providers.NAME.mapper_settings.MAPPER]`: a mapper is told what it needs, and it is part of the rules."""

import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import pytest

from dirsync_core.api import Attribute, Claims, Mapper, MapperType, Record, Set, SettingsError, hookimpl
from dirsync_core.host.plugins import Plugins, load_plugins
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.rules.differing import differences
from dirsync_core.host.rules.rule_text import rule_text
from dirsync_core.host.settings import settings_of
from dirsync_core.testing import Scratch


@attrs.frozen
class OfficeSettings:
    city: str


def make(settings: OfficeSettings) -> Mapper:
    def office(record: Record, claims: Claims) -> Claims:
        return {"city": Set(settings.city)}

    return office


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    return [MapperType("office", (Attribute("city"),), make, OfficeSettings)]


def plugins() -> Plugins:
    points = {
        "core": "dirsync_core.builtin", "office": __name__, "testing": "dirsync_core.testing.neighbours",
    }  # fmt: skip
    assert __name__ in sys.modules
    return load_plugins([EntryPoint(name, value, "dirsync") for name, value in points.items()])


def table(**told: Any) -> dict[str, Any]:
    source = {"plugin": "testing-neighbour", "mappers": ["testing-neighbour", "office"], "mapper_settings": told}
    return {"providers": {"hr": source}}


async def test_a_mapper_is_told_what_it_needs(tmp_path: Path) -> None:
    async with Scratch(tmp_path, table(office={"city": "Oslo"}), plugins()) as scratch:
        await scratch.write("hr", lambda edit: edit.create("user", "1", {"email": "ann@x.example"}))

        (ann,) = await scratch.people()
        assert "Oslo" == ann.values["city"]


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"office": {"town": "Oslo"}}, "providers.hr.mapper_settings.office.city: is missing"),
        ({"office": {"city": 5}}, "providers.hr.mapper_settings.office.city: is a text"),
        ({}, "providers.hr.mapper_settings.office.city: is missing"),
        ({"office": {"city": "Oslo"}, "ofice": {}}, "providers.hr.mapper_settings.ofice: is no mapper of this source"),
        (
            {"office": {"city": "Oslo"}, "testing-neighbour": {"a": 1}},
            "providers.hr.mapper_settings.testing-neighbour: the mapper testing-neighbour has no settings",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_path(tmp_path: Path, told: Any, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        draft(settings_of(table(**told), tmp_path), plugins())

    assert any(each.startswith(problem) for each in refused.value.problems), refused.value.problems


def test_it_is_a_setting_that_differs_and_stands_in_the_text(tmp_path: Path) -> None:
    one, other = (draft(settings_of(table(office={"city": city}), tmp_path), plugins()) for city in ("Oslo", "Rome"))

    assert ["providers.hr.mapper_settings"] == [each.altered.path for each in differences(one, other)]
    assert draft(settings_of(tomllib.loads(rule_text(other, plugins())), tmp_path), plugins()) == other
