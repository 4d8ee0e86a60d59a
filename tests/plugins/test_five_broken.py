"""Five broken plugins beside a good one: the good one works, each bad one is shown with its reason, and nobody leaves.

One does not import, one misspells a hook, one is for an old core, one's mapper raises, and one never returns from
`dirsync_changed`.
"""

import asyncio
from collections.abc import AsyncIterator
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Event
from typing import Any

import attrs
import pytest

from dirsync_core.host import following
from dirsync_core.host.plugins import Plugins, load_plugins
from dirsync_core.testing import Scratch, Server
from tests.plugins.modules import Write

GOOD = """
from threading import Event

import attrs
from dirsync_core.api import Attribute, MapperType, Provider, ProviderType, Set, hookimpl

@attrs.frozen
class Settings:
    pass

def map_good(record, claims):
    return {"email": Set(str(record.content["mail"]))}

@hookimpl
def dirsync_providers():
    return [ProviderType("good", Settings, Provider, pushes=True, mappers=("good",), title="Good")]

@hookimpl
def dirsync_mappers():
    return [MapperType("good", (Attribute("email"),), lambda settings: map_good)]

heard_of_new = Event()

@hookimpl
def dirsync_changed(changes):
    if "new@x.example" in [change.email for change in changes]:
        heard_of_new.set()
"""
RAISING = """
from dirsync_core.api import Attribute, MapperType, hookimpl

def raising(record, claims):
    raise ZeroDivisionError("no such luck")

@hookimpl
def dirsync_mappers():
    return [MapperType("raising", (Attribute("city"),), lambda settings: raising)]
"""
HANGING = """
from threading import Event
from dirsync_core.api import hookimpl

begun, let_go = Event(), Event()

@hookimpl
def dirsync_changed(changes):
    begun.set()
    let_go.wait()
"""
MISSPELT = """
from dirsync_core.api import hookimpl

@hookimpl
def dirsync_mapper():
    return []
"""
PRECEDENCE = {"precedence": ["good", "worse"]}
PLAIN = {"directory": PRECEDENCE, "providers": {"good": {"plugin": "good"}, "worse": {"plugin": "good"}}}
RAISES = {
    "directory": PRECEDENCE,
    "providers": {"good": {"plugin": "good"}, "worse": {"plugin": "good", "mappers": ["good", "raising"]}},
}


@attrs.frozen
class Six:
    """The plugins, and the modules of those that are asked about."""

    plugins: Plugins
    points: dict[str, EntryPoint]

    def module(self, name: str) -> Any:
        return self.points[name].load()


@pytest.fixture
def six(write: Write) -> Six:
    points = {
        "good": write("good", GOOD),
        "importing": write("importing", "import no_such_library"),
        "misspelt": write("misspelt", MISSPELT),
        "old": write("old", GOOD, requires="dirsync-core>=0.0.1,<0.1"),
        "raising": write("raising", RAISING),
        "hanging": write("hanging", HANGING),
    }
    core = EntryPoint("core", "dirsync_core.builtin", "dirsync")
    return Six(load_plugins([core, *points.values()]), points)


@pytest.fixture
async def server(six: Six, tmp_path: Path) -> AsyncIterator[Server]:
    """A server with two people of two sources, started anew with settings that need what is broken."""
    async with Scratch(tmp_path / "d", PLAIN, six.plugins) as scratch:
        for name in ("good", "worse"):
            await scratch.write(name, lambda edit, name=name: edit.create("user", name, {"mail": f"{name}@x.example"}))
    async with Scratch(tmp_path / "d", PLAIN, six.plugins) as scratch, scratch.serving() as server:
        yield server
    six.module("hanging").let_go.set()


async def test_each_is_shown_with_its_reason(server: Server) -> None:
    shown = {plugin["name"]: plugin for plugin in server.scratch.host.plugins.shapes(server.scratch.host.settings)}

    assert {"importing", "misspelt", "old"} == {name for name, plugin in shown.items() if plugin["state"] == "failed"}
    assert "No module named 'no_such_library'" in shown["importing"]["because"]
    assert "there is no hook dirsync_mapper; did you mean dirsync_mappers?" in shown["misspelt"]["because"]
    assert "it needs dirsync-core>=0.0.1,<0.1" in shown["old"]["because"]
    assert ["good", "worse"] == shown["good"]["usedBy"]


async def test_the_good_one_works_and_is_told_while_another_hangs(server: Server, six: Six) -> None:
    hangs = six.module("hanging").begun
    await asyncio.to_thread(hangs.wait)
    await server.scratch.write("good", lambda edit: edit.create("user", "new", {"mail": "new@x.example"}))

    await asyncio.to_thread(six.module("good").heard_of_new.wait)

    assert "new@x.example" in await server.scratch.active()
    async with server.client.get("/healthz") as answer:
        assert 200 == answer.status


async def test_a_mapper_that_raises_takes_nobody_out(server: Server, six: Six, tmp_path: Path) -> None:
    before = await server.scratch.active()
    async with Scratch(tmp_path / "d", RAISES, six.plugins) as scratch:
        (record,) = await scratch.records("worse")
        await scratch.write("worse", lambda edit: edit.replace(
            record.id, key="worse", body={"mail": "renamed@x.example"}, external_id=None, active=True))  # fmt: skip

        outcome = await scratch.host.store.read(lambda tx: tx.outcomes.get(record.id))
        assert before == await scratch.active()
        assert "The mapper raising failed: ZeroDivisionError" in outcome.because


async def test_a_hanging_one_is_not_called_again_before_it_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, let_go = [], Event()

    def hang(changes: object) -> None:
        calls.append(changes)
        let_go.wait()

    teller = following.Teller("hanging", hang, lambda plugin, because: None)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await teller([])
    with pytest.raises(TimeoutError, match="has not returned from the call before"):
        await teller([])

    let_go.set()
    assert 1 == len(calls)
