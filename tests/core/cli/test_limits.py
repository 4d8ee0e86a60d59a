"""Which plugins may be loaded: `[plugins]` of the folder that a command names, and the environment before it."""

from pathlib import Path

import pytest

from dirsync_core.cli.limits import limits_of
from dirsync_core.host.settings import PluginsSettings
from tests.core.cli.conftest import shell

LIMITED = '[plugins]\nenabled = ["okta"]\nstrict = true\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plugins.toml").write_text(LIMITED)
    return tmp_path


@pytest.mark.parametrize("words", [["people", "--dir", "{}"], ["--dir={}", "people"]])
def test_the_folder_is_the_one_that_the_command_names(folder: Path, words: list[str]) -> None:
    told = limits_of([word.format(folder) for word in words], {})

    assert PluginsSettings(("okta",), strict=True) == told


def test_the_environment_comes_before_the_file(folder: Path) -> None:
    environment = {"DIRSYNC_DIR": str(folder), "DIRSYNC_PLUGINS": "manual, csv"}

    assert ("manual", "csv") == limits_of([], environment).enabled
    assert () == limits_of([], {**environment, "DIRSYNC_PLUGINS": ""}).enabled
    assert limits_of([], {"DIRSYNC_DIR": "/nowhere", "DIRSYNC_STRICT": "1"}).strict


@pytest.mark.parametrize("text", ["no toml", '[plugins]\nenabled = "okta"', "plugins = 5"])
def test_a_file_that_can_not_be_read_limits_nothing_here(folder: Path, text: str) -> None:
    (folder / "plugins.toml").write_text(text)

    assert PluginsSettings() == limits_of(["--dir", str(folder)], {})


def test_what_is_not_enabled_is_off_and_adds_no_command(folder: Path) -> None:
    listed = shell(folder, "plugins")

    assert "manual off: it is not among those that are enabled" in listed.stdout
    assert 2 == shell(folder, "manual", "list").returncode


def test_a_failure_is_fatal_in_strict_mode(folder: Path) -> None:
    package = folder / "dirsync_bad-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: dirsync-bad\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[dirsync]\nbad = no_such_module\n")
    (folder / "plugins.toml").write_text("[plugins]\nstrict = true\n")

    ended = shell(folder, "plugins", PYTHONPATH=str(folder))

    assert 1 == ended.returncode
    assert "bad failed, and strict mode takes no failure: ModuleNotFoundError" in ended.stderr
