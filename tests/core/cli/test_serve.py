"""`dirsync serve`, in a process of its own."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.core.cli.conftest import DIRSYNC, environment, shell
from tests.net import free_port, wait_ready


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert shell(tmp_path, "init").returncode == 0
    return tmp_path


@contextmanager
def serving(folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        [DIRSYNC, "serve", "--port", str(port)], cwd=folder, env=environment(DIRSYNC_LOG="warning"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            wait_ready(port, process)
            yield process
        finally:
            process.kill()


def stopped(process: "subprocess.Popen[bytes]", by: signal.Signals) -> tuple[int, str, str]:
    process.send_signal(by)
    stdout, stderr = process.communicate(timeout=30)
    return process.returncode, stdout.decode(), stderr.decode()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_addresses_and_ends_when_told(folder: Path, by: signal.Signals) -> None:
    port = free_port()

    with serving(folder, port) as process:
        status, stdout, stderr = stopped(process, by)

    assert (0, "") == (status, stderr)
    assert f"http://127.0.0.1:{port}/\n" in stdout
    assert f"http://127.0.0.1:{port}/providers/okta/scim/v2\n" in stdout
    assert "sign-in" not in stdout  # nobody is at a terminal


def test_commands_work_while_it_serves(folder: Path) -> None:
    port = free_port()

    with serving(folder, port):
        assert shell(folder, "manual", "add", "sam@agency.example").returncode == 0
        assert "sam@agency.example" in shell(folder, "people").stdout


def test_a_port_in_use_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = shell(folder, "serve", "--port", str(taken.getsockname()[1]))

    assert result.returncode == 1
    assert "another port" in result.stderr
    assert "Traceback" not in result.stderr


def test_settings_that_would_change_people_wait(folder: Path) -> None:
    shell(folder, "manual", "add", "sam@agency.example", "city=Oslo")
    with (folder / "plugins.toml").open("a") as file:
        file.write("\n[locations.oslo]\nfilter = 'city eq \"Oslo\"'\n")
    port = free_port()

    with serving(folder, port) as process:
        _, _, stderr = stopped(process, signal.SIGTERM)

    assert "dirsync apply" in stderr
    assert "goes on with the rules that apply, version 1" in stderr


def test_settings_that_cannot_be_compiled_leave_the_applied_rules_going(folder: Path) -> None:
    with (folder / "plugins.toml").open("a") as file:
        file.write("\n[locations.oslo]\nfilter = 'citty eq \"Oslo\"'\n")
    port = free_port()

    with serving(folder, port) as process:
        _, _, stderr = stopped(process, signal.SIGTERM)

    assert "locations.oslo.filter: There is no attribute “citty” here" in stderr
    assert "goes on" in stderr


def test_without_settings_or_store_it_says_what_to_do(tmp_path: Path) -> None:
    nothing = shell(tmp_path, "serve")
    (tmp_path / "plugins.toml").write_text('[providers.okta]\nplugin = "okta"\n')
    no_store = shell(tmp_path, "serve")

    assert (2, 1) == (nothing.returncode, no_store.returncode)
    assert "dirsync init" in nothing.stderr
    assert "dirsync init" in no_store.stderr
