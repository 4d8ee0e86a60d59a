"""A prompt in a folder: `prompt("people", "--json")` runs a command there, in this process.

`shell` runs the installed program in a process of its own. Both have no terminal, as in a script.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import structlog
from click.testing import CliRunner, Result

from dirsync_core.api import Edit
from dirsync_core.cli.program import command_line
from dirsync_core.cli.session import Session
from dirsync_core.host.plugins import Plugins
from tests.core.world import plugins

DIRSYNC = Path(sys.executable).with_name("dirsync")
SETTINGS = """
[providers.okta]
plugin = "flat"

[providers.contractors]
plugin = "manual"
"""
OSLO = """
[locations.oslo]
name = "Oslo"
filter = 'city eq "Oslo"'
"""


@attrs.frozen
class Prompt:
    """A prompt in a folder."""

    folder: Path
    plugins: Plugins

    def __call__(self, *words: str, text: str | None = None) -> Result:
        """Run a command, whatever comes of it."""
        return CliRunner().invoke(command_line(self.plugins), ["--dir", str(self.folder), *words], input=text)

    def done(self, *words: str) -> str:
        """Run a command that has to work, and give its stdout."""
        result = self(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> Any:
        """Run a command with `--json`, and give the document."""
        return json.loads(self.done(*words, "--json"))

    def write(self, settings: str) -> None:
        """Write `plugins.toml` anew."""
        (self.folder / "plugins.toml").write_text(settings, encoding="utf-8")

    def deactivate(self, key: str) -> None:
        """Let `okta` say that somebody is not active any more."""
        session = Session(self.plugins, by="okta", folder=self.folder)

        def job(edit: Edit) -> None:
            (found,) = edit.find("user", "key", key)
            edit.replace(
                found.id, key=key, body=dict(json.loads(found.body)), external_id=found.external_id, active=False
            )

        session.run(lambda host: host.providers["okta"].records.write(job, by=session.request()))

    def push(self, key: str, **body: Any) -> None:
        """Let `okta` push a record, as its application would."""
        session = Session(self.plugins, by="okta", folder=self.folder)
        session.run(
            lambda host: host.providers["okta"].records.write(
                lambda edit: edit.create("user", key, body, external_id=f"x-{key}"), by=session.request()
            )
        )


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
def prompt(tmp_path: Path) -> Prompt:
    """A prompt where `dirsync init` was run, with a source `okta` that pushes and `contractors` kept by hand."""
    ready = Prompt(tmp_path, plugins())
    ready.write(SETTINGS)
    ready.done("init")
    return ready


@pytest.fixture
def oslo(prompt: Prompt) -> Prompt:
    """The same with a location `oslo`, for those whose city is Oslo."""
    prompt.write(SETTINGS + OSLO)
    prompt.done("apply", "--yes")
    return prompt


def shell(folder: Path, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run the installed program in a folder; nobody is at the prompt."""
    return subprocess.run(
        [DIRSYNC, *words], cwd=folder, env=environment(**env), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


def environment(**env: str) -> dict[str, str]:
    """Give an environment in which nothing but `env` steers dirsync."""
    return {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", **env}
