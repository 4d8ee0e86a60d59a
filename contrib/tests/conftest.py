"""Each plugin passes its own tests from its wheel, as somebody has it who installs it with pip.

A file for each, so that they run beside each other. What the plugins need is in the environment.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CONTRIB = Path(__file__).parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]


@pytest.fixture
def passes_from_its_wheel(tmp_path: Path) -> Callable[[str], None]:
    """What builds a plugin's wheel, installs it where nothing else is, and runs the plugin's tests with that."""

    def passes(name: str) -> None:
        done = _tested(name, _installed(name, tmp_path), tmp_path)
        assert 0 == done.returncode, done.stdout + done.stderr

    return passes


def _installed(name: str, folder: Path) -> Path:
    wheels, installed = folder / "wheels", folder / "installed"
    command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(CONTRIB / name)]
    subprocess.run(command, check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(installed), str(wheel)], check=True)
    return installed


def _tested(name: str, installed: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    place, temporary = CONTRIB / name, str(folder / "tests")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--basetemp", temporary]
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, "-c", str(place / "pyproject.toml"), str(place / "tests")],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
