"""Each plugin passes its own tests from its wheel, as somebody has it who installs it with pip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONTRIB = Path(__file__).parents[1]
PLUGINS = sorted(found.parent.name for found in CONTRIB.glob("*/pyproject.toml"))
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheels of all plugins were installed; what they need is in the environment."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    sources = [str(CONTRIB / name) for name in PLUGINS]
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), *sources], check=True)
    built = [str(wheel) for wheel in wheels.glob("*.whl")]
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(folder), *built], check=True)
    return folder


@pytest.mark.parametrize("name", PLUGINS)
def test_it_passes_its_tests_from_its_wheel(name: str, installed: Path, tmp_path: Path) -> None:
    place = CONTRIB / name
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "t")]
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(
        [*command, "-c", str(place / "pyproject.toml"), str(place / "tests")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stdout + done.stderr
