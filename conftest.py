"""What holds for all tests, wherever they lie: their folders are in memory where the system has the room.

Whole files are given to workers in the order collected, the long ones first, so that none is left to one at the end.

An acknowledged write waits for the disk, and nothing that is tested here is about disks. A power cut could not be
tested there either; the kills are, and what was written survives those in memory too.
"""

import os
import shutil
from pathlib import Path

import pytest

_MEMORY, _ROOM = Path("/dev/shm"), 2 * 1024**3

_LONG = (
    "tests/browser/", "tests/core/invariants/test_histories.py", "tests/okta/proof/", "tests/core/cli/test_serve.py",
    "tests/core/cli/test_new_plugin.py", "tests/core/host/test_planning.py", "tests/docs/test_write_a_provider.py",
    "tests/killed/", "tests/core/cli/test_program.py", "tests/plugins/", "contrib/tests/", "tests/web/test_killed.py",
)  # fmt: skip
"""What takes longest, by measure: folders and files."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)  # stable: else as collected


def _place(item: pytest.Item) -> int:
    return next((place for place, start in enumerate(_LONG) if item.nodeid.startswith(start)), len(_LONG))


def pytest_configure() -> None:
    if _MEMORY.is_dir() and _runs_programs(_MEMORY) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def _runs_programs(place: Path) -> bool:
    return not os.statvfs(place).f_flag & os.ST_NOEXEC
