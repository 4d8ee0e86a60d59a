"""Directories of these tests lie in memory where the system has such a place: nothing here is about disks."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of the test's own."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        yield Path(folder)
