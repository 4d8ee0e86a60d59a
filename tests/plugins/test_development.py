"""Development mode: hook calls and stages are logged, and what blocks the event loop is named."""

import asyncio
import sys
import threading
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
from structlog.testing import capture_logs

from dirsync_core.host import tracing
from dirsync_core.host.blocking import LoopWatch, packages_of, where
from dirsync_core.host.plugins import load_plugins
from dirsync_core.testing import Scratch
from tests.plugins.modules import Write

CORE = EntryPoint("core", "dirsync_core.builtin", "dirsync")
TABLE = {"providers": {"hr": {"plugin": "testing-neighbour", "filter": 'email co "@"'}}}
BLOCKING = """
from dirsync_core.api import hookimpl

@hookimpl
def dirsync_changed(changes):
    pass

def wait_for(event):
    event.wait()
"""


async def _events(tmp_path: Path) -> list[tuple[str, ...]]:
    with capture_logs() as logs:
        points = [CORE, EntryPoint("testing", "dirsync_core.testing.neighbours", "dirsync")]
        async with Scratch(tmp_path, TABLE, load_plugins(points)) as scratch:
            await scratch.write("hr", lambda edit: edit.create("user", "1", {"email": "ann@x.example"}))
            async with scratch.serving():
                pass
    return [
        tuple(str(log.get(name)) for name in ("what", "plugin", "provider", "mapper", "filter"))
        for log in logs
        if log["event"] == "traced"
    ]


async def test_hook_calls_and_stages_are_traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tracing.SWITCH, "1")

    traced = await _events(tmp_path)

    no = "None"
    assert ("hook dirsync_mappers", "core", no, no, no) in traced
    assert ("map", no, no, "testing-neighbour", no) in traced
    assert ("judge", no, no, no, "providers.hr.filter") in traced
    assert ("open", no, "hr", no, no) in traced
    assert ("close", no, "hr", no, no) in traced


async def test_nothing_is_traced_or_wrapped_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tracing.SWITCH, raising=False)

    assert [] == await _events(tmp_path)
    assert map is tracing.traced_mapper("any", map)


async def test_a_blocking_call_is_named(write: Write) -> None:
    point = write("blocking", BLOCKING)
    plugins, module = load_plugins([point]), point.load()
    seen, found = threading.Event(), []

    def told(where: str) -> None:
        found.append(where)
        seen.set()

    with LoopWatch(told, packages_of(plugins), patience=0.01):
        module.wait_for(seen)
        await asyncio.sleep(0)

    assert [f"{point.value}, line 9, in wait_for"] == found


async def test_the_server_watches_its_loop_in_development_mode(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(tracing.SWITCH, "1")
    point = write("blocking", BLOCKING)
    plugins, let_go = load_plugins([CORE, point]), threading.Event()
    monkeypatch.setattr("dirsync_core.web.server._say_blocked", lambda where: (said.append(where), let_go.set()))
    said: list[str] = []
    async with Scratch(tmp_path, {}, plugins) as scratch, scratch.serving():
        point.load().wait_for(let_go)

    assert "in wait_for" in said[0]


def test_the_line_of_a_plugin_comes_before_that_of_a_library() -> None:
    library = ModuleType("some_library")
    exec("def call(inner): return inner()", vars(library))

    assert f"{__name__}, line" in library.call(lambda: where(sys._getframe(), {"tests"}))
    assert "some_library, line 1, in call" == library.call(lambda: where(sys._getframe(1), {"no_plugin"}))
    assert "nowhere" in where(None, ())
