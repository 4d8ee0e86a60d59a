"""`kill -9` in the middle of concurrent pushes: what was answered 2xx is there after the restart."""

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.net import free_port, wait_port

DIRSYNC = [sys.executable, "-m", "dirsync_core.cli"]
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"


class Killed:
    """A folder whose server is started, and killed without warning."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("init")
        self.token = self.run("token", "create", "okta")

    def run(self, *words: str) -> str:
        done = subprocess.run([*DIRSYNC, *words], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def start(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/providers/okta/scim/v2"
        with (self.folder / "log").open("a") as log:
            command = [*DIRSYNC, "serve", "--port", str(port)]
            self.server = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        wait_port(port, self.server)

    def kill(self) -> None:
        self.server.kill()
        self.server.wait(20)

    def session(self) -> aiohttp.ClientSession:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        return aiohttp.ClientSession(headers=headers)


async def push(killed: Killed, lane: int, acknowledged: dict[str, str], after: int) -> None:
    """Push one person after another, note who was answered, and kill the server when that are enough."""
    async with killed.session() as session:
        for n in range(10_000):
            name = f"p{lane}-{n}@x.example"
            body = {"schemas": [SCHEMA], "userName": name, "emails": [{"value": name, "primary": True}]}
            async with session.post(f"{killed.url}/Users", json=body) as response:
                if response.status == 201:
                    acknowledged[name] = (await response.json(content_type=None))["id"]
                if len(acknowledged) == after:
                    killed.kill()


async def pushed_until_killed(killed: Killed, after: int) -> dict[str, str]:
    acknowledged: dict[str, str] = {}
    lanes = [asyncio.create_task(push(killed, lane, acknowledged, after)) for lane in range(8)]
    for lane in lanes:
        with contextlib.suppress(aiohttp.ClientError):
            await lane
    return acknowledged


@pytest.mark.parametrize("after", [20, 75])
async def test_everything_answered_2xx_is_there_after_the_restart(tmp_path: Path, after: int) -> None:
    killed = Killed(tmp_path)
    killed.start()

    acknowledged = await pushed_until_killed(killed, after)

    killed.start()
    try:
        async with killed.session() as session:
            for name, record in acknowledged.items():
                async with session.get(f"{killed.url}/Users/{record}") as response:
                    assert name == (await response.json(content_type=None))["userName"]
    finally:
        killed.kill()
    assert "" == killed.run("rebuild", "--check")
