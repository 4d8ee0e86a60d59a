"""Each plugin passes its own tests from its wheel, as somebody has it who installs it with pip.

A file for each, so that they run beside each other. What the plugins need is in the environment.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

CONTRIB = Path(__file__).parents[1]


@pytest.fixture
def passes_from_its_wheel(tmp_path: Path) -> Callable[[str], None]:
    """What builds a plugin's wheel, installs it where nothing else is, and runs the plugin's tests with that."""

    def passes(name: str) -> None:
        done = _tested(name, _installed(name, tmp_path), tmp_path)
        assert 0 == done.returncode, done.stdout + done.stderr

    return passes


def _installed(name: str, folder: Path) -> Path:
    """What an installer does with a wheel of pure Python: unpack it. That pip takes one is tested elsewhere."""
    wheels, installed = folder / "wheels", folder / "installed"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.run(command, cwd=CONTRIB / name, stdout=subprocess.DEVNULL, check=True)
    (wheel,) = wheels.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(installed)
    return installed


def _tested(name: str, installed: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    place, temporary = CONTRIB / name, str(folder / "tests")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--basetemp", temporary]
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(
        [*command, "-c", str(place / "pyproject.toml"), str(place / "tests")],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
