"""The commands and settings that documents show, run as they stand there."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from dirsync_core.cli.program import command_line
from dirsync_core.host.plugins import load_plugins, provider_settings
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.settings import settings_of
from tests.docs.examples import SETTINGS, alike, examples, run_examples
from tests.docs.markdown import Page, pages
from tests.docs.scenes import SCENES
from tests.docs.test_write_a_provider import WRITING

# Some need the plugin that they write: test_write_a_provider.py does all that they say.
HERE = [each for each in pages() if each.name not in WRITING]
RUN = [
    each
    for each in HERE
    if any(example.command.startswith("dirsync ") for b in each.blocks("console") for example in examples(b.text))
]
TOML = [
    (each.name, block.text)
    for each in HERE
    for block in each.blocks("toml")
    if not block.text.startswith("# pyproject.toml\n")
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of an installation, with Sofie at the prompt."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGNAME", "sofie")
    assert 0 == CliRunner().invoke(command_line(load_plugins()), ["init"]).exit_code
    return tmp_path


def nothing(folder: Path) -> None:
    """Nothing has happened before most documents."""


def differing(shown: Page, folder: Path) -> list[str]:
    found = []
    for example, status, output in run_examples(shown, folder):
        if example.shown is not None and alike(example.shown) != alike(output):
            found.append(f"$ {example.command}\n--- shown\n{example.shown}\n--- printed\n{output}")
        elif example.shown is None and status != 0:
            found.append(f"$ {example.command}\n--- failed with {status}\n{output}")
    return found


@pytest.mark.parametrize("shown", RUN, ids=lambda each: each.name)
def test_commands_print_what_the_document_shows(shown: Page, folder: Path) -> None:
    SCENES.get(shown.name, nothing)(folder)

    assert [] == differing(shown, folder)


@pytest.mark.parametrize(("name", "text"), TOML, ids=[name for name, _ in TOML])
def test_settings_in_documents_can_be_used(name: str, text: str) -> None:
    plugins = load_plugins()

    settings = settings_of(tomllib.loads(text), Path())

    for provider, configured in settings.providers.items():
        provider_settings(plugins, provider, configured.plugin, configured.own)
    if text.startswith(SETTINGS):
        draft(settings, plugins)
