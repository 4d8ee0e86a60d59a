"""Ports and servers of tests: a free port, and waiting until something answers there."""

import socket
import subprocess
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

ATTEMPTS, PAUSE = 400, 0.05


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment; it is not reserved."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once something accepts connections on the port.

    Raises AssertionError when the process has ended, TimeoutError after 20 seconds.
    """
    _wait(lambda: _accepts(port), process, f"port {port}")


def wait_ready(port: int, process: subprocess.Popen[bytes], *, path: str = "/readyz") -> None:
    """Return once the path answers 200; raises as `wait_port`."""
    _wait(lambda: _answers(port, path), process, f"{path} on port {port}")


def _wait(done: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    for _ in range(ATTEMPTS):
        if done():
            return
        assert process.poll() is None, f"the server ended with status {process.returncode}"
        time.sleep(PAUSE)
    raise TimeoutError(f"nothing at {what} after {ATTEMPTS * PAUSE:.0f} s")


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        with connection.getresponse() as response:
            return response.status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
