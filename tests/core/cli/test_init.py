"""`dirsync init`."""

import re
from pathlib import Path

import pytest

from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.settings import read_settings
from tests.core.cli.conftest import SETTINGS, Prompt


@pytest.fixture
def fresh(tmp_path: Path) -> Prompt:
    return Prompt(tmp_path / "new", load_plugins())


def test_init_makes_a_folder_ready(fresh: Prompt) -> None:
    result = fresh("init")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert list(read_settings(fresh.folder).providers) == ["okta", "contractors"]
    assert fresh.json("status")["rules"] == {"version": 1, "fileDiffers": False}


def test_init_names_the_sources_that_need_a_token(fresh: Prompt) -> None:
    fresh.folder.mkdir()
    fresh.write('[providers.hq]\nplugin = "okta"\n\n[providers.contractors]\nplugin = "manual"\n')

    told = fresh("init").stderr

    assert "dirsync token create hq    a token for Okta" in told
    assert 1 == told.count("token create")


def test_init_again_changes_nothing(fresh: Prompt) -> None:
    fresh.done("init")
    before = (fresh.folder / "plugins.toml").read_bytes(), fresh.json("status")

    result = fresh("init")

    assert "nothing was changed" in result.stderr
    assert before == ((fresh.folder / "plugins.toml").read_bytes(), fresh.json("status"))


def test_init_keeps_the_settings_that_are_there(prompt: Prompt) -> None:
    assert (prompt.folder / "plugins.toml").read_text() == SETTINGS


def test_init_leaves_rules_that_change_people_to_apply(prompt: Prompt) -> None:
    prompt.push("ann", email="ann@x.example")
    prompt.write(f"{SETTINGS}\n[locations.oslo]\nfilter = 'city eq \"Oslo\"'\n")

    result = prompt("init")

    assert result.exit_code == 0
    assert "dirsync apply" in result.stderr
    assert prompt.json("people")["total"] == 1


def test_init_with_settings_that_cannot_be_read_makes_no_store(fresh: Prompt) -> None:
    fresh.folder.mkdir()
    fresh.write("[providers.okta]\nplugn = 'okta'\n")

    result = fresh("init")

    assert result.exit_code == 2
    assert "providers.okta.plugin: is missing" in result.stderr
    assert [path.name for path in fresh.folder.iterdir()] == ["plugins.toml"]


def test_the_examples_in_the_template_can_be_used(fresh: Prompt) -> None:
    fresh.done("init")
    text = (fresh.folder / "plugins.toml").read_text()
    setting = re.compile(r"^# (?=\[[a-z]|\w+ = )", re.MULTILINE)

    fresh.write(setting.sub("", text))

    settings = read_settings(fresh.folder)
    assert draft(settings, fresh.plugins)
    assert list(settings.locations) == ["oslo", "elsewhere"]
    assert settings.directory.timezone == "Europe/Oslo"
    assert settings.providers["okta"].attributes
