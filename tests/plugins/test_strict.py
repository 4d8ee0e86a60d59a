"""Strict mode: whatever a plugin does wrong ends the command, or the server, with 1 and the reason.

What is stored meanwhile is the same as without it.
"""

import asyncio
import json
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dirsync_core.cli.program import command_line
from dirsync_core.host import following
from dirsync_core.host.plugins import Plugins, load_plugins
from dirsync_core.host.strictness import PluginFailed
from dirsync_core.testing import Scratch
from dirsync_core.web.server import serve
from tests.net import free_port
from tests.plugins.modules import Write

HEAD = """
import attrs
from aiohttp import web
from dirsync_core.api import *

@attrs.frozen
class Settings:
    pass
"""
RAISING_MAPPER = """
def odd(record, claims):
    raise KeyError("badge")

@hookimpl
def dirsync_mappers():
    return [MapperType("odd", (Attribute("city"),), lambda settings: odd)]
"""
UNDECLARING_MAPPER = RAISING_MAPPER.replace('raise KeyError("badge")', 'return {"town": Set("Oslo")}')
RAISING_FILTER = """
class Odd:
    def judge(self, values, *, undetermined=None):
        raise KeyError("badge")

@hookimpl
def dirsync_filters():
    return [FilterType("odd", lambda settings, attributes: Odd(), Settings)]
"""
RAISING_FOLLOWER = """
@hookimpl
def dirsync_changed(changes):
    raise OSError("the line is dead")
"""
HANGING_FOLLOWER = """
import asyncio

@hookimpl
async def dirsync_changed(changes):
    await asyncio.Event().wait()
"""
SOURCE = """
class Odd(Provider):
    async def pull(self, cursor):
        yield Upsert("1", {{"email": "ann@x.example"}})
        {then}

    def app(self):
        app = web.Application()
        app.add_routes([web.get("/odd", self.answer)])
        return app

    async def answer(self, request):
        raise OSError("the line is dead")

    async def close(self):
        {close}

@hookimpl
def dirsync_providers():
    return [ProviderType("odd", Settings, Odd, pushes=True, mappers=("testing-neighbour",), title="Odd")]
"""
PLAIN: dict[str, Any] = {"providers": {"hr": {"plugin": "testing-neighbour"}}}
MAPPED = {"providers": {"hr": {"plugin": "testing-neighbour", "mappers": ["testing-neighbour", "odd"]}}}
JUDGED = {**PLAIN, "locations": {"oslo": {"filter": {"type": "odd"}}}}
PULLED: dict[str, Any] = {"providers": {"hr": {"plugin": "odd", "every": "1h"}}}


def loaded(write: Write, text: str, *, strict: bool = True) -> Plugins:
    core = [
        EntryPoint("core", "dirsync_core.builtin", "dirsync"),
        EntryPoint("testing", "dirsync_core.testing.neighbours", "dirsync"),
    ]
    return load_plugins([*core, write("odd", HEAD + text)], strict=strict)


def toml(table: dict[str, Any]) -> str:
    """Give a table of settings as a file has it."""
    lines = []
    for kind, named in table.items():
        for name, own in named.items():
            lines += [f"[{kind}.{name}]", *(f"{key} = {_value(value)}" for key, value in own.items())]
    return "\n".join(lines)


def _value(value: Any) -> str:
    return f"{{ type = {json.dumps(value['type'])} }}" if isinstance(value, dict) else json.dumps(value)


def run(folder: Path, plugins: Plugins, *words: str) -> Result:
    return CliRunner().invoke(command_line(plugins), ["--dir", str(folder), *words])


async def serving_until_it_ends(scratch: Scratch) -> None:
    async with asyncio.timeout(30):
        await serve(scratch.host, address="127.0.0.1", port=free_port(), ready=lambda: None)
    scratch.host.plugins.failures.check()


@pytest.mark.parametrize(
    ("text", "table", "told"),
    [
        (RAISING_MAPPER, MAPPED, "the mapper odd, of the record “k1” of hr: KeyError: 'badge'"),
        (UNDECLARING_MAPPER, MAPPED, "the mapper odd, of the record “k1” of hr: ValueError: it set town, which it d"),
        (RAISING_FILTER, JUDGED, "the filter odd of locations.oslo.filter, of ann@x.example: KeyError: 'badge'"),
    ],
    ids=["raising mapper", "undeclared attribute", "raising filter"],
)
async def test_a_stage_that_fails_is_noted_and_what_is_stored_is_the_same(
    write: Write, tmp_path: Path, text: str, table: dict[str, Any], told: str
) -> None:
    stored = []
    for strict in (True, False):
        plugins = loaded(write, text, strict=strict)
        async with Scratch(tmp_path / str(strict), table, plugins) as scratch:
            await scratch.write("hr", lambda edit: edit.create("user", "k1", {"email": "ann@x.example"}))
            (record,) = await scratch.records("hr")
            outcome = await scratch.host.store.read(lambda tx, record=record: tx.outcomes.get(record.id))
        stored.append((record.content, outcome.situation, failure_of(plugins)))

    (*strictly, failed), (*otherwise, none) = stored
    assert strictly == otherwise
    assert none is None
    assert failed is not None
    assert failed.startswith(f"odd failed, and strict mode takes no failure: {told}")


def failure_of(plugins: Plugins) -> str | None:
    try:
        plugins.failures.check()
    except PluginFailed as failed:
        return str(failed)
    return None


def test_a_command_ends_with_1_and_the_reason_behind_what_it_prints(write: Write, tmp_path: Path) -> None:
    plugins = loaded(write, RAISING_MAPPER)
    (tmp_path / "plugins.toml").write_text(
        '[providers.hr]\nplugin = "csv"\nfile = "staff.csv"\nmappers = ["csv", "odd"]\n'
    )
    (tmp_path / "staff.csv").write_text("email\nann@x.example\n")
    assert 0 == run(tmp_path, plugins, "init").exit_code

    ended = run(tmp_path, plugins, "pull")

    assert 1 == ended.exit_code
    assert "hr: 1 read: 1 new" in ended.stdout
    assert "odd failed, and strict mode takes no failure: the mapper odd, of the record “ann@x.example” of hr: " in (
        ended.stderr
    )


def test_a_pull_that_fails_ends_the_command_with_the_plugin(write: Write, tmp_path: Path) -> None:
    plugins = loaded(write, SOURCE.format(then="raise OSError('the line is dead')", close="pass"))
    (tmp_path / "plugins.toml").write_text(toml(PULLED))
    assert 0 == run(tmp_path, plugins, "init").exit_code

    ended = run(tmp_path, plugins, "pull")

    assert 1 == ended.exit_code
    assert "odd failed, and strict mode takes no failure: pull of hr: the line is dead" in ended.stderr


@pytest.mark.parametrize("then", ["raise OSError('the line is dead')", "pass"], ids=["raises", "never completes"])
async def test_a_pull_that_fails_ends_the_server(write: Write, tmp_path: Path, then: str) -> None:
    async with Scratch(tmp_path, PULLED, loaded(write, SOURCE.format(then=then, close="pass"))) as scratch:
        with pytest.raises(PluginFailed, match="odd failed, and strict mode takes no failure: pull of hr: "):
            await serving_until_it_ends(scratch)


@pytest.mark.parametrize(
    ("text", "told"),
    [(RAISING_FOLLOWER, "OSError: the line is dead"), (HANGING_FOLLOWER, "it did not return within 0 s")],
    ids=["raises", "hangs"],
)
async def test_a_follower_that_fails_ends_the_server(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.setattr(following, "TIMEOUT_SECONDS", 30.0 if "raise" in text else 0.0)
    async with Scratch(tmp_path, PLAIN, loaded(write, text)) as scratch:
        await scratch.write("hr", lambda edit: edit.create("user", "1", {"email": "ann@x.example"}))
        (person,) = await scratch.people()

        with pytest.raises(PluginFailed) as caught:
            await serving_until_it_ends(scratch)

    assert f"dirsync_changed, from change 1 of person {person.id} on: {told}" in str(caught.value)


async def test_an_application_that_raises_is_noted_with_its_route(write: Write, tmp_path: Path) -> None:
    plugins = loaded(write, SOURCE.format(then="yield Complete()", close="pass"))
    table = {"providers": {"hr": {"plugin": "odd"}}}
    async with Scratch(tmp_path, table, plugins) as scratch, scratch.serving() as server:
        answer = await (await server.door("hr")).get("/odd")

    assert 500 == answer.status
    with pytest.raises(PluginFailed, match="its application, at GET /providers/hr/odd of hr: OSError: the line is dea"):
        plugins.failures.check()


async def test_a_source_that_does_not_close_is_noted(write: Write, tmp_path: Path) -> None:
    plugins = loaded(write, SOURCE.format(then="yield Complete()", close="raise OSError('stuck')"))
    async with Scratch(tmp_path, {"providers": {"hr": {"plugin": "odd"}}}, plugins) as scratch, scratch.serving():
        pass

    with pytest.raises(PluginFailed, match="odd failed, and strict mode takes no failure: close of hr: OSError: stuck"):
        plugins.failures.check()


async def test_without_it_a_failure_ends_nothing(write: Write, tmp_path: Path) -> None:
    plugins = loaded(write, RAISING_MAPPER, strict=False)
    async with Scratch(tmp_path, MAPPED, plugins) as scratch:
        await scratch.write("hr", lambda edit: edit.create("user", "1", {"email": "ann@x.example"}))

    plugins.failures.check()
