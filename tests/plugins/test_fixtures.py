"""What pytest finds by its entry point: fixtures for tests of plugins, and nothing heavy before one is used."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from dirsync_core.testing import Clock, Door, Server
from dirsync_core.testing.clock import START


@pytest.fixture
def dirsync_settings() -> Mapping[str, Any]:
    return {"providers": {"contractors": {"plugin": "manual"}, "okta": {"plugin": "okta"}}}


async def test_a_server_runs_on_a_scratch_store(dirsync_server: Server, dirsync_people: Any) -> None:
    (person,) = dirsync_people(1)
    await dirsync_server.scratch.add_by_hand("contractors", person.email, city=person.city)

    assert {person.email} == await dirsync_server.scratch.active()
    async with dirsync_server.client.get("/healthz") as answer:
        assert 200 == answer.status


async def test_a_door_opens_the_source_that_pushes(dirsync_door: Door) -> None:
    answer = await dirsync_door.get("/scim/v2/Users")

    assert ("okta", 200) == (dirsync_door.provider, answer.status)


async def test_the_clock_is_the_server_s_and_stands_still(dirsync_server: Server, dirsync_clock: Clock) -> None:
    before = dirsync_server.scratch.host.clock()
    dirsync_clock.tick(hours=2)

    assert before + timedelta(hours=2) == dirsync_server.scratch.host.clock()
    assert START < before < START + timedelta(minutes=1)


def test_nothing_heavy_is_imported_before_one_is_used() -> None:
    said = "import sys, dirsync_core.pytest_plugin as _; print(*(m for m in sys.modules if m.startswith('dirsync')))"

    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    assert ["dirsync_core", "dirsync_core.pytest_plugin"] == done.stdout.split()
