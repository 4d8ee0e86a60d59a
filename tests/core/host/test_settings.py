"""`plugins.toml`: what can't be used is told with its path, all of it at once."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import SettingsError
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.settings import read_settings, settings_of
from tests.core.world import plugins

OKTA = {"plugin": "flat"}


def problems(table: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        draft(settings_of(table, Path()), plugins())
    return caught.value.problems


def test_a_file_may_begin_as_windows_begins_it(tmp_path: Path) -> None:
    (tmp_path / "plugins.toml").write_text('[directory]\ntimezone = "Europe/Oslo"\n', encoding="utf-8-sig")

    assert str(read_settings(tmp_path).directory.timezone) == "Europe/Oslo"


def test_a_file_in_another_encoding_is_refused_by_that_name(tmp_path: Path) -> None:
    (tmp_path / "plugins.toml").write_text("# Straße", encoding="cp1252")

    with pytest.raises(SettingsError, match="it is not in UTF-8"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (
            {"directory": {"precedence": ["hr"]}, "providers": {}},
            "directory.precedence: hr is no provider; there are none",
        ),
        ({"provider": {}}, "provider: is no setting; did you mean providers?"),
        ({"directory": {"stor": "x"}}, "directory.stor: is no setting; did you mean store?"),
        ({"directory": {"timezone": "Oslo"}}, "directory.timezone: “Oslo” is no time zone; for instance Europe/Oslo"),
        ({"directory": {"store": "oracle:x"}}, "directory.store: “oracle:x” is not of the form sqlite:///FILE"),
        ({"providers": {"okta": {}}}, "providers.okta.plugin: is missing"),
        ({"providers": {"okta": 3}}, "providers.okta: is a table, [providers.okta]"),
        ({"providers": {"okta": OKTA | {"domains": "x.example"}}}, "providers.okta.domains: is a list of texts"),
        ({"providers": {"okta": OKTA | {"domains": [1]}}}, "providers.okta.domains: is a list of texts"),
        ({"providers": {"okta": OKTA | {"on_match": "addopt"}}}, "providers.okta.on_match: “addopt” is not one of: "),
        ({"providers": {"ok ta": OKTA}}, "providers.ok ta: a name has letters"),
        ({"providers": {"okta": {"plugin": "oktaa"}}}, "providers.okta.plugin: There is no provider “oktaa”"),
        ({"providers": {"okta": OKTA | {"mappers": ["phone"]}}}, "providers.okta.mappers: There is no mapper “phone”"),
        ({"providers": {"okta": OKTA | {"filter": "cty eq 1"}}}, "providers.okta.filter: There is no attribute “cty”"),
        ({"providers": {"okta": OKTA | {"filter": 3}}}, "providers.okta.filter: is a filter"),
        ({"providers": {"okta": OKTA | {"attributes": {"x": "a[b"}}}}, "providers.okta.attributes: "),
        ({"locations": {"oslo": {"filter": "city eq"}}}, "locations.oslo.filter: "),
        (
            {"locations": {"oslo": {"filter": {"type": "list"}}}},
            "locations.oslo.filter.type: There is no filter “list”",
        ),
        ({"locations": {"oslo": {"missing": "maybe"}}}, "locations.oslo.missing: “maybe” is not one of: in, out"),
        ({"locations": {"oslo": {"nam": "Oslo"}}}, "locations.oslo.nam: is no setting; did you mean name?"),
        ({"providers": {"a": OKTA, "b": OKTA}}, "directory.precedence: does not name a, b"),
        ({"directory": {"precedence": ["hr"]}, "providers": {"a": OKTA}}, "directory.precedence: hr is no provider"),
        ({"precedence": {"phone": ["hr"]}, "providers": {"a": OKTA}}, "precedence.phone: hr is no provider"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_path(table: dict[str, Any], problem: str) -> None:
    table = {"providers": {"okta": OKTA}} | table

    assert any(told.startswith(problem) for told in problems(table)), problems(table)


def test_every_problem_is_told_at_once() -> None:
    table = {"directory": {"stor": "x"}, "locations": {"oslo": {"nam": "x"}}, "colour": "red"}

    assert 3 == len(problems(table))


def test_a_file_that_is_missing_says_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="dirsync init"):
        read_settings(tmp_path)


def test_a_file_that_is_no_toml_says_where(tmp_path: Path) -> None:
    (tmp_path / "plugins.toml").write_text("[providers\n")

    with pytest.raises(SettingsError, match="line 1"):
        read_settings(tmp_path)


def test_a_plugins_own_settings_are_told_among_the_others() -> None:
    found = problems({"providers": {"okta": OKTA | {"frob": 1}, "hr": OKTA | {"plugin": "nope"}}})

    assert "providers.okta.frob: is no setting; known here: nothing" in found
    assert 3 == len(found)


def test_an_order_of_an_attribute_that_nothing_sets_is_no_setting() -> None:
    assert ["precedence.zzz: is no attribute that anything sets"] == problems(
        {"providers": {"okta": OKTA}, "precedence": {"zzz": ["okta"]}}
    )
