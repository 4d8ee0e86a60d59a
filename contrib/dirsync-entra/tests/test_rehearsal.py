"""The rehearsal, against a running server, in both of Entra's ways."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dirsync_core.testing import Scratch, plugins_of
from dirsync_entra.rehearsal import Report, rehearse
from dirsync_entra.rehearsal.client import RehearsalError
from dirsync_entra.rehearsal.people import groups_of, invent

TABLE = {
    "providers": {"entra": {"plugin": "entra"}},
    "locations": {"oslo": {"filter": 'city eq "Oslo"'}, "sales": {"filter": 'groups eq "All of Halden"'}},
}
PEOPLE = 20


async def played(scratch: Scratch, **more: Any) -> Report:
    async with scratch.serving() as server:
        url = f"{server.client.make_url('/providers/entra/scim/v2')}"
        return await rehearse(url=url, token=await scratch.token("entra"), people=PEOPLE, **more)


@pytest.mark.parametrize("flag", [True, False])
async def test_a_tenant_is_played_and_everything_is_shown_as_written(tmp_path: Path, *, flag: bool) -> None:
    async with Scratch(tmp_path, TABLE, plugins_of("dirsync_entra")) as scratch:
        report = await played(scratch, flag=flag)
        active = await scratch.active()

    assert report.ok, report.text()
    assert (PEOPLE, PEOPLE) == (report.done["people created"], report.done["people shown as written"])
    assert len(groups_of(invent(PEOPLE, 1))) == report.done["groups shown as written"]
    assert PEOPLE - 2 == len(active)  # one is disabled, one is deleted
    assert f"renamed.person{PEOPLE - 5:05}@halden.example" in active


async def test_a_second_rehearsal_finds_everybody_and_creates_who_was_deleted(tmp_path: Path) -> None:
    async with Scratch(tmp_path, TABLE, plugins_of("dirsync_entra")) as scratch:
        await played(scratch)
        report = await played(scratch, flag=False)

    assert report.ok, report.text()
    assert (PEOPLE, 1) == (report.done["people brought"], report.done["people created"])


async def test_every_dialect_that_entra_needs_is_counted(tmp_path: Path) -> None:
    async with Scratch(tmp_path, TABLE, plugins_of("dirsync_entra")) as scratch:
        await played(scratch, flag=True)
        await played(scratch, flag=False)
        needed = await scratch.host.store.read(lambda tx: set(tx.traffic.dialects("entra")))

    assert {"entra-flag", "op-in-capitals", "active-as-text", "path-as-key", "element-from-filter"} <= needed


def test_people_are_the_same_each_time_and_however_many_there_are() -> None:
    assert invent(30, 1) == invent(30, 1) != invent(30, 2)
    assert invent(30, 1)[:10] == invent(10, 1)


# --- what goes wrong -------------------------------------------------------------------------------------------------


async def test_a_token_that_is_refused_ends_it(tmp_path: Path) -> None:
    async with Scratch(tmp_path, TABLE, plugins_of("dirsync_entra")) as scratch, scratch.serving() as server:
        url = f"{server.client.make_url('/providers/entra/scim/v2')}"

        with pytest.raises(RehearsalError, match="The token was refused"):
            await rehearse(url=url, token="wrong", people=6)


async def test_a_server_that_drops_what_it_said_yes_to_is_found_out() -> None:
    async def listed(request: web.Request) -> web.Response:
        return web.json_response({"Resources": []})

    async def made(request: web.Request) -> web.Response:
        return web.json_response({"id": "one"}, status=201)

    async def shown(request: web.Request) -> web.Response:
        return web.json_response({"id": "one"})

    app = web.Application()
    for path in ("/Users", "/Groups"):
        app.add_routes([web.get(path, listed), web.post(path, made), web.patch(path + "/one", shown)])
        app.add_routes([web.get(path + "/one", shown), web.delete(path + "/one", shown)])
    async with TestServer(app) as server:
        report = await rehearse(url=str(server.make_url("")), token="any", people=6)

    assert not report.ok
    assert "read back: active: wrote True, reads None" in report.text()
    assert "delete user: 200" in report.text()


async def test_a_connection_test_that_fails_ends_it() -> None:
    async with TestServer(web.Application()) as server:
        with pytest.raises(RehearsalError, match="Test Connection would fail"):
            await rehearse(url=str(server.make_url("")), token="any", people=6)


# --- at a prompt -----------------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """A server in a folder, as somebody starts it; gives its port."""
    (tmp_path / "plugins.toml").write_text('[providers.entra]\nplugin = "entra"\n')
    dirsync(tmp_path, "init")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "dirsync_core.cli", "serve", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
    try:
        for _ in range(400):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def dirsync(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dirsync_core.cli", *words]
    environment = {name: value for name, value in os.environ.items() if name != "DIRSYNC_ENTRA_TOKEN"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_it_is_played_from_the_server_s_folder_without_a_token(served: int, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{served}"

    done = dirsync(tmp_path, "entra", "rehearse", "--people", "6", "--url", url, "--json")

    assert 0 == done.returncode, done.stderr
    assert json.loads(done.stdout)["ok"]
    elsewhere = dirsync(tmp_path.parent, "entra", "rehearse", "--people", "6", "--url", url)
    assert 0 != elsewhere.returncode
    assert "DIRSYNC_ENTRA_TOKEN" in elsewhere.stderr
