"""Plugins written on the spot: modules in a folder, and distributions around them where a test needs one."""

from collections.abc import Callable
from importlib.metadata import Distribution, EntryPoint
from itertools import count
from pathlib import Path

import pytest

_NUMBERS = count(1)

Write = Callable[..., EntryPoint]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a plugin's module, and give its entry point: `write("acme", text)`, or with what it `requires`."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)

    def write(name: str, text: str, *, version: str = "1.0", requires: str | None = None) -> EntryPoint:
        module = f"written_{next(_NUMBERS)}_{name.replace('-', '_')}"
        (folder / f"{module}.py").write_text(text)
        if requires is None:
            return EntryPoint(name, module, "dirsync")
        info = folder / f"dirsync_{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: dirsync-{name}\nVersion: {version}\nRequires-Dist: {requires}\n"
        )
        (info / "entry_points.txt").write_text(f"[dirsync]\n{name} = {module}\n")
        (point,) = Distribution.at(info).entry_points
        return point

    return write
