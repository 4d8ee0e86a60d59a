"""What holds for all tests, wherever they lie: their folders are in memory where the system has the room.

An acknowledged write waits for the disk, and nothing that is tested here is about disks. A power cut could not be
tested there either; the kills are, and what was written survives those in memory too.
"""

import os
import shutil
from pathlib import Path

_MEMORY, _ROOM = Path("/dev/shm"), 2 * 1024**3


def pytest_configure() -> None:
    if _MEMORY.is_dir() and _runs_programs(_MEMORY) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def _runs_programs(place: Path) -> bool:
    return not os.statvfs(place).f_flag & os.ST_NOEXEC
