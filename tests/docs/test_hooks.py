"""hooks.md against `dirsync_core.api`: hook specs, names, methods, and the plugin that it shows."""

import inspect
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dirsync_core import api
from dirsync_core.host.asked.pulling import pull
from dirsync_core.host.doors import create_token
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.settings import settings_of
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import PullCounts
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from dirsync_core.web.server import make_app
from tests.docs.markdown import first_column, page

HOOKS = page("docs/reference/hooks.md")
METHODS = ("What a provider can do", "What the handle can do", "What commands can do")


def methods(cls: type[Any]) -> set[str]:
    own = vars(cls)
    return {f"{cls.__name__}.{name}" for name in own if not name.startswith("_") and inspect.isfunction(own[name])}


def parameters(written: str) -> list[str]:
    inside = written.partition("(")[2].removesuffix(")")
    return [name.strip() for name in inside.split(",") if name.strip() not in ("", "*")]


def test_every_hook_is_listed_and_no_other() -> None:
    specs = {name for name, value in vars(api).items() if hasattr(value, "dirsync_spec")}

    assert specs == set(first_column(HOOKS.section("Hooks")))


def test_every_public_name_is_listed_and_no_other() -> None:
    assert sorted(api.__all__) == sorted(first_column(HOOKS.section("Names to import")))


def test_every_method_of_what_plugins_hold_is_listed_and_no_other() -> None:
    held = (api.Provider, api.ByHandProvider, api.Records, api.View, api.Edit, api.Directory)

    listed = [written.partition("(")[0] for heading in METHODS for written in first_column(HOOKS.section(heading))]

    assert sorted(name for cls in held for name in methods(cls)) == sorted(listed)


@pytest.mark.parametrize("written", [w for heading in METHODS for w in first_column(HOOKS.section(heading))])
def test_methods_are_listed_with_their_parameters(written: str) -> None:
    cls, _, method = written.partition("(")[0].partition(".")
    _, *names = inspect.signature(getattr(getattr(api, cls), method)).parameters

    assert names == parameters(written)


async def test_the_plugin_that_is_shown_brings_somebody_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shown, _) = HOOKS.blocks("python")
    (tmp_path / "dirsync_acme.py").write_text(shown.text)
    monkeypatch.syspath_prepend(tmp_path)
    entries = {"core": "dirsync_core.builtin", "acme": "dirsync_acme"}
    plugins = load_plugins([EntryPoint(name, value, "dirsync") for name, value in entries.items()])
    location = {"filter": {"type": "domain", "domain": "acme.example"}}
    table = {"providers": {"acme": {"plugin": "acme", "greeting": "hei"}}, "locations": {"here": location}}
    settings = settings_of(table, tmp_path)
    make_sqlite(settings.store_path)
    host = Host(settings, plugins, open_sqlite(settings.store_path))
    by = api.Request(api.new_request_id(), "test")
    await host.apply_what_changes_nobody(by)
    secret = await host.store.write(lambda tx: create_token(tx, Moment(host.clock(), by), provider="acme"))

    async with TestClient(TestServer(await make_app(host))) as client:
        headers = {"Authorization": f"Bearer {secret}"}
        body = {"name": "Ann", "address": "ann@acme.example"}
        async with client.post("/providers/acme/people", json=body, headers=headers) as answer:
            said = await answer.json()
    people = await host.store.read(lambda tx: tx.people.counts("location"))
    await host.close()

    assert ["active", "active"] == [plugin.state for plugin in plugins.loaded]
    assert ("hei", {"here": 1}) == (said["says"], people)


async def test_the_plugin_that_is_shown_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, shown) = HOOKS.blocks("python")
    (tmp_path / "dirsync_phonebook.py").write_text(shown.text)
    (tmp_path / "people.json").write_text('[{"number": 1, "name": "Ann", "mail": "ann@acme.example"}]')
    monkeypatch.syspath_prepend(tmp_path)
    entries = {"core": "dirsync_core.builtin", "phonebook": "dirsync_phonebook"}
    plugins = load_plugins([EntryPoint(name, value, "dirsync") for name, value in entries.items()])
    settings = settings_of({"providers": {"book": {"plugin": "phonebook", "file": "people.json"}}}, tmp_path)
    make_sqlite(settings.store_path)
    host = Host(settings, plugins, open_sqlite(settings.store_path))
    await host.apply_what_changes_nobody(api.Request(api.new_request_id(), "test"))

    state = await pull(host, "book")
    people = await host.store.read(lambda tx: tx.people.counts("status"))
    await host.close()

    assert state.session is not None
    assert (PullCounts(read=1, created=1), {"active": 1}) == (state.session.counts, people)
