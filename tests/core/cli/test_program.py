"""What holds for every command: folders, exit statuses, streams. As a user would, in processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dirsync_core.cli.program import command_line
from dirsync_core.host.plugins import Plugins, load_plugins
from tests.core.cli.conftest import DIRSYNC, Prompt, environment, shell
from tests.core.world import plugins


def test_the_first_minutes(tmp_path: Path) -> None:
    assert shell(tmp_path, "init").returncode == 0

    added = shell(tmp_path, "manual", "add", "sam@agency.example", "displayName=Sam Roe")
    people = shell(tmp_path, "people")

    assert added.returncode == 0
    assert len(added.stdout.split()) == 1
    assert "Sam Roe" in people.stdout
    assert people.stderr == "1 person\n"


def test_a_refusal_is_a_sentence_and_1(prompt: Prompt) -> None:
    prompt.done("manual", "add", "sam@agency.example", "displayName=Sam Roe")

    result = prompt("manual", "add", "SAM@agency.example")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "it is Sam Roe" in result.stderr


def test_every_problem_of_the_settings_has_its_line_and_the_status_is_2(prompt: Prompt) -> None:
    prompt.write("[directory]\nurll = 'x'\n[providers.okta]\nplugin = 3\n")

    result = prompt("people")

    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["directory.urll", "providers.okta.plugin"]


def test_outside_a_folder_it_says_where_to_begin(tmp_path: Path) -> None:
    result = shell(tmp_path, "people")

    assert result.returncode == 2
    assert result.stderr == f"There is no plugins.toml in {tmp_path}. Make one with: dirsync init\n"


def test_without_a_store_it_says_how_to_make_one(prompt: Prompt) -> None:
    (prompt.folder / "dirsync.db").unlink()

    result = prompt("people")

    assert result.exit_code == 1
    assert result.stderr.endswith("Make it with: dirsync init\n")


def test_a_file_that_is_no_store_is_told(prompt: Prompt) -> None:
    for path in prompt.folder.glob("dirsync.db*"):
        path.unlink()
    (prompt.folder / "dirsync.db").write_text("not a database, by any means")

    result = prompt("people")

    assert result.exit_code == 1
    assert "is no dirsync store" in result.stderr


@pytest.mark.parametrize("words", [["--help"], ["manual", "add", "--help"], ["okta", "rehearse", "-h"], ["plugins"]])
def test_help_and_plugins_need_no_folder(tmp_path: Path, words: list[str]) -> None:
    assert Prompt(tmp_path, load_plugins()).done(*words)
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_elsewhere_needs_no_folder(tmp_path: Path) -> None:
    result = shell(tmp_path, "okta", "rehearse", "--url", "http://127.0.0.1:1", DIRSYNC_OKTA_TOKEN="secret")

    assert result.returncode == 1
    assert "nothing listens" in result.stderr


def test_a_rehearsal_elsewhere_without_a_token_says_where_one_comes_from(tmp_path: Path) -> None:
    result = shell(tmp_path, "okta", "rehearse", "--url", "http://127.0.0.1:1")

    assert result.returncode == 2
    assert "Elsewhere set DIRSYNC_OKTA_TOKEN to a token made in the server's folder" in result.stderr


def test_the_folder_may_stand_before_or_behind_the_command_or_in_the_environment(
    prompt: Prompt, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere, here = str(tmp_path_factory.mktemp("elsewhere")), str(prompt.folder)

    def status(*words: str, directory: str = elsewhere) -> int:
        return CliRunner().invoke(command_line(prompt.plugins), words, env={"DIRSYNC_DIR": directory}).exit_code

    assert status("--dir", here, "people") == 0
    assert status("people", "--dir", here) == 0
    assert status("manual", "list", "--dir", here) == 0
    assert status("people", directory=here) == 0
    assert status("--dir", elsewhere, "people", directory=here) == 2


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "dirsync_core.cli", "--version"], cwd=tmp_path, capture_output=True, text=True
    )

    assert result.stdout.startswith("dirsync ")


def test_a_reader_that_goes_away_is_no_error(prompt: Prompt) -> None:
    for n in range(30):
        prompt.push(f"p{n}", email=f"p{n}@x.example", title="t" * 4000)
    prompt.write('[providers.okta]\nplugin = "flat"\n')

    with subprocess.Popen(
        [DIRSYNC, "people", "--json"], cwd=prompt.folder, env=environment(), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        said = process.stderr.read()

    assert b"Traceback" not in said
    assert b"BrokenPipe" not in said


def test_ctrl_c_ends_with_130(prompt: Prompt) -> None:
    prompt.push("ann", email="ann@x.example")

    with subprocess.Popen(
        [DIRSYNC, "changes", "--follow"], cwd=prompt.folder, env=environment(), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()

    assert process.returncode == 130
    assert said.strip() == "" or "plugin" in said  # the plugin `flat` of these tests is not installed


# --- errors in commands ----------------------------------------------------------------------------------------------


def with_command(command: click.Command) -> Plugins:
    class Plugin:
        @staticmethod
        def dirsync_commands(cli: click.Group) -> None:
            cli.add_command(command)

    found = plugins()
    found.manager.register(_marked(Plugin), name="odd")
    return found


def _marked(plugin: type) -> type:
    plugin.dirsync_commands.dirsync_impl = {  # type: ignore[attr-defined]
        "wrapper": False, "hookwrapper": False, "optionalhook": False, "tryfirst": False, "trylast": False,
        "specname": None,
    }  # fmt: skip
    return plugin


@click.command()
def odd() -> None:
    raise RuntimeError("the cat sat\non it")


def test_an_error_in_a_command_is_one_line(tmp_path: Path) -> None:
    result = Prompt(tmp_path, with_command(odd))("odd")

    assert result.exit_code == 1
    assert result.stderr.startswith("RuntimeError: the cat sat on it.")
    assert result.stderr.count("\n") == 1
    assert "DIRSYNC_DEBUG=1" in result.stderr


def test_dirsync_debug_shows_the_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRSYNC_DEBUG", "1")

    result = Prompt(tmp_path, with_command(odd))("odd")

    assert isinstance(result.exception, RuntimeError)


def test_every_command_says_what_it_is_for() -> None:
    program = command_line(plugins())

    for name, command in program.commands.items():
        assert command.get_short_help_str(), name


def test_a_plugin_that_fails_is_told_on_stderr_as_json(tmp_path: Path) -> None:
    site = tmp_path / "site" / "broken-1.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (site / "entry_points.txt").write_text("[dirsync]\nbroken = no_such_module\n")

    result = shell(tmp_path, "plugins", PYTHONPATH=str(site.parent))

    assert result.returncode == 0
    assert "broken failed: ModuleNotFoundError" in result.stdout
    assert '"event": "plugin_failed"' in result.stderr


def test_an_unknown_level_of_the_log_is_told(tmp_path: Path) -> None:
    assert "log_level_unknown" in shell(tmp_path, "plugins", DIRSYNC_LOG="loud").stderr
    assert shell(tmp_path, "plugins", DIRSYNC_LOG="error").stderr == ""


def test_a_person_at_a_terminal_is_asked(oslo: Prompt) -> None:
    oslo.write('[providers.contractors]\nplugin = "manual"\n')
    master, slave = os.openpty()

    with subprocess.Popen(
        [DIRSYNC, "apply"], cwd=oslo.folder, env=environment(), stdin=slave, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        os.write(master, b"y\n")
        stdout, stderr = process.communicate(timeout=60)
    os.close(slave)
    os.close(master)

    assert process.returncode == 0
    assert "Apply this? [y/N]" in stderr
    assert stdout.startswith("0 join, 0 leave, 0 change\n")
