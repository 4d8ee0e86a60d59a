"""A server of its own for a benchmark: a fresh folder, `dirsync serve` in a process, a token for Okta."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from tests.net import free_port, wait_port

_SETTINGS = """
[providers.okta]
plugin = "okta"

[providers.contractors]
plugin = "manual"

[locations.oslo]
filter = 'city eq "Oslo"'

[locations.elsewhere]
filter = 'not (city eq "Oslo")'
missing = "in"
"""


@attrs.frozen
class Served:
    """Where a benchmark's server is, and what opens it."""

    url: str
    token: str
    process: int

    @property
    def scim(self) -> str:
        """The base address that Okta is given."""
        return f"{self.url}/providers/okta/scim/v2"

    def work(self) -> float:
        """Give the processor seconds that the server has used: a busy neighbour weighs less on them than on a clock."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served() -> Iterator[Served]:
    """Serve a fresh directory."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "plugins.toml").write_text(_SETTINGS)
        dirsync = [sys.executable, "-m", "dirsync_core.cli", "--dir", folder]
        subprocess.run([*dirsync, "init"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = subprocess.run([*dirsync, "token", "create", "okta"], check=True, capture_output=True, text=True)
        port = free_port()
        with (Path(folder) / "log").open("w") as log:
            server = subprocess.Popen([*dirsync, "serve", "--port", str(port)], stdout=log, stderr=log)
            try:
                wait_port(port, server)
                yield Served(f"http://127.0.0.1:{port}", made.stdout.strip(), server.pid)
            finally:
                server.terminate()
                server.wait(20)
