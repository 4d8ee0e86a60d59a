"""A plugin that lives outside the three packages: its wheel and a table in plugins.toml are all it takes."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.net import free_port, wait_port

ACME = Path(__file__).parent / "acme"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the plugin's wheel was installed."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ACME)], check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True)
    return folder


def prompt(folder: Path, environment: Mapping[str, str]) -> Callable[..., str]:
    """Give what runs a command in a folder."""

    def dirsync(*words: str) -> str:
        command = [sys.executable, "-m", "dirsync_core.cli", *words]
        done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return dirsync


def post(url: str, token: str, body: dict[str, str]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        said: dict[str, str] = json.loads(answer.read())
    return said


def test_its_wheel_and_a_table_in_the_settings_are_all_it_takes(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "plugins.toml").write_text('[providers.acme]\nplugin = "acme"\ngreeting = "hei"\n')
    environment = os.environ | {"PYTHONPATH": str(installed)}
    dirsync = prompt(tmp_path, environment)
    dirsync("init")
    token, port = dirsync("token", "create", "acme"), free_port()
    command = [sys.executable, "-m", "dirsync_core.cli", "serve", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
        try:
            wait_port(port, server)
            person = {"name": "Ann", "address": "ann@acme.example", "mood": "merry"}
            said = post(f"http://127.0.0.1:{port}/providers/acme/people", token, person)
            told = tmp_path / "told-by-acme.txt"
            for _ in range(100):
                if told.exists():
                    break
                time.sleep(0.05)
        finally:
            server.terminate()
            server.wait(20)

    assert "hei" == said["says"]
    assert "merry" == json.loads(dirsync("show", "ann@acme.example", "--json"))["mood"]
    assert "1 joined ann@acme.example\n" == told.read_text()
    listed = {plugin["name"]: plugin for plugin in json.loads(dirsync("plugins", "--json"))["plugins"]}
    assert ("dirsync-acme", "1.2.3", "active") == tuple(listed["acme"][k] for k in ("distribution", "version", "state"))


def test_a_source_of_its_own_is_asked_and_goes_on_from_its_cursor(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "plugins.toml").write_text('[providers.log]\nplugin = "acme-log"\nfile = "log.txt"\n')
    (tmp_path / "log.txt").write_text("+ Ann ann@acme.example\n+ Bo bo@acme.example\n")
    dirsync = prompt(tmp_path, os.environ | {"PYTHONPATH": str(installed)})
    dirsync("init")

    first = dirsync("pull")
    with (tmp_path / "log.txt").open("a") as log:
        log.write("- bo@acme.example\n+ Cy cy@acme.example\n")
    second = dirsync("pull", "log")

    assert "log: 2 read: 2 new, 0 changed, 0 unchanged, 0 withdrawn" == first
    assert "log: 2 read: 1 new, 0 changed, 0 unchanged, 1 withdrawn" == second
    people = json.loads(dirsync("people", "--json"))["people"]
    assert ["ann@acme.example", "cy@acme.example"] == sorted(person["email"] for person in people)
