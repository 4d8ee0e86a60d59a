"""`dirsync new-plugin`: what it writes passes its own tests, and it writes over nothing."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dirsync_core.cli.new_plugin import series
from tests.core.cli.conftest import Prompt
from tests.core.world import plugins

KINDS = ("pull", "push", "filter", "mapper")


@pytest.fixture
def anywhere(tmp_path: Path) -> Prompt:
    """A prompt in a folder that is no installation."""
    return Prompt(tmp_path, plugins())


def made(anywhere: Prompt, kind: str, name: str = "acme-hr") -> Path:
    return Path(anywhere.done("new-plugin", name, "--kind", kind, "--into", str(anywhere.folder)).strip())


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run([sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("kind", KINDS)
def test_its_tests_pass_as_written(anywhere: Prompt, kind: str) -> None:
    folder = made(anywhere, kind)

    done = run(folder, "pytest", "-q", "-p", "no:cacheprovider")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "passed" in done.stdout
    assert "warning" not in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_writes_is_in_good_form(anywhere: Prompt, kind: str) -> None:
    folder = made(anywhere, kind)
    settings = ["--isolated", "--no-cache", "--line-length", "120"]

    checked = run(folder, "ruff", "check", "--select", "E,F,W,I,UP,B,SIM,RET,PT", *settings, ".")
    formatted = run(folder, "ruff", "format", "--diff", *settings, ".")

    assert 0 == checked.returncode, checked.stdout
    assert 0 == formatted.returncode, formatted.stdout


def test_what_it_writes_is_typed(anywhere: Prompt) -> None:
    packages = [made(anywhere, kind, f"acme-{kind}") / "src" / f"dirsync_acme_{kind}" for kind in KINDS]

    typed = run(anywhere.folder, "mypy", "--strict", "--cache-dir", os.devnull, *map(str, packages))

    assert 0 == typed.returncode, typed.stdout


def test_it_depends_on_the_present_series_of_the_core(anywhere: Prompt) -> None:
    project = tomllib.loads((made(anywhere, "pull") / "pyproject.toml").read_text())["project"]

    assert "dirsync-core>=0.1,<0.2" == project["dependencies"][0]
    assert {"acme-hr": "dirsync_acme_hr.plugin"} == project["entry-points"]["dirsync"]
    assert ("1.4", "1.5") == series("1.4.2")


def test_nothing_is_written_over(anywhere: Prompt) -> None:
    folder = made(anywhere, "filter")
    (folder / "README.md").write_text("mine")

    again = anywhere("new-plugin", "acme-hr", "--kind", "pull", "--into", str(anywhere.folder))

    assert 1 == again.exit_code
    assert "is there already, and nothing was written" in again.stderr
    assert "mine" == (folder / "README.md").read_text()


@pytest.mark.parametrize("name", ["Acme", "acme_hr", "9lives", "acme-", "../acme", ""])
def test_a_name_that_can_not_be_is_refused(anywhere: Prompt, name: str) -> None:
    refused = anywhere("new-plugin", name, "--kind", "pull")

    assert 2 == refused.exit_code
    assert "small letters, digits and hyphens" in refused.stderr


@pytest.mark.parametrize("name", ["manual", "csv"])
def test_a_name_that_is_taken_is_refused(anywhere: Prompt, name: str) -> None:
    refused = anywhere("new-plugin", name, "--kind", "pull", "--into", str(anywhere.folder))

    assert 1 == refused.exit_code
    assert f"“{name}” is taken by the plugin" in refused.stderr
    assert not [*anywhere.folder.iterdir()]


def test_it_says_what_to_do_next(anywhere: Prompt) -> None:
    said = anywhere("new-plugin", "acme-hr", "--kind", "pull", "--into", str(anywhere.folder))

    for step in ("pip install -e '.[test]'", "pytest", "dirsync plugins", "src/dirsync_acme_hr/provider.py"):
        assert step in said.stderr
