"""Imports run one way. The contracts lie in pyproject.toml; `make check` says more where one is broken."""

import subprocess
import sys
from pathlib import Path


def test_imports_run_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=Path(__file__).parent.parent, capture_output=True, text=True)

    assert 0 == done.returncode, done.stdout
