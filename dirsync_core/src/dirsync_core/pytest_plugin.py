"""What pytest finds by its entry point: fixtures for tests of plugins. Nothing heavy is imported until one is used.

`dirsync_settings` says what is served: override it in a `conftest.py`. All plugins that are installed are there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

try:
    from pytest_asyncio import fixture as asynchronous_fixture
except ImportError:  # then pytest itself says, of a test that asks for one of these, what is missing
    asynchronous_fixture = pytest.fixture  # type: ignore[assignment]

if TYPE_CHECKING:
    from dirsync_core.testing import Clock, Door, Employee, Server

pytest.register_assert_rewrite("dirsync_core.testing")


@pytest.fixture
def dirsync_clock() -> Clock:
    """A clock that stands still: `dirsync_clock.tick(hours=1)`."""
    from dirsync_core.testing import Clock  # noqa: PLC0415 (pytest imports this module everywhere)

    return Clock()


@pytest.fixture
def dirsync_people() -> Callable[..., Sequence[Employee]]:
    """Invent people: `dirsync_people(20)`, always the same from the same seed."""
    from dirsync_core.testing import employees  # noqa: PLC0415

    return employees


@pytest.fixture
def dirsync_settings() -> Mapping[str, Any]:
    """What is served, as `plugins.toml` would say it. Override it: `{"providers": {"acme": {"plugin": "acme"}}}`."""
    return {}


@asynchronous_fixture
async def dirsync_server(
    tmp_path: Path, dirsync_settings: Mapping[str, Any], dirsync_clock: Clock
) -> AsyncIterator[Server]:
    """A running server on a scratch store, with every plugin that is installed."""
    from dirsync_core.host.plugins import load_plugins  # noqa: PLC0415
    from dirsync_core.testing import Scratch  # noqa: PLC0415

    folder = tmp_path / "dirsync"
    async with Scratch(folder, dirsync_settings, load_plugins(), dirsync_clock) as scratch, scratch.serving() as server:
        yield server


@asynchronous_fixture
async def dirsync_door(dirsync_server: Server) -> Door:
    """What calls the first source of the settings that pushes, with its token."""
    host = dirsync_server.scratch.host
    types = host.plugins.providers
    pushing = [name for name, p in host.settings.providers.items() if p.plugin in types and types[p.plugin].pushes]
    assert pushing, "No source of dirsync_settings pushes; name one in that fixture"
    return await dirsync_server.door(pushing[0])
