"""Real pages in a real browser: Debian's chromium, driven by Playwright, against `dirsync serve`.

Start with `signed_in`; it builds on `page`, `new_page` and `server`.

Only plain `def` tests in this folder. While Playwright runs, its event loop occupies the main thread, so
that no async test can run; the browser therefore lives for this package only, which needs the `__init__.py`
beside this file.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from dirsync_core.cli.program import command_line
from dirsync_core.host.plugins import Plugins, load_plugins
from tests.net import free_port, wait_ready

DIRSYNC = Path(sys.executable).with_name("dirsync")

# Both sides of every breakpoint, and the ends of what is promised.
WIDTHS = (320, 720, 721, 1020, 1021, 1680)


@attrs.frozen
class Server:
    """A running `dirsync serve`: its address, and the folder of its plugins.toml, store and `serve.log`."""

    url: str
    folder: Path

    def dirsync(self, *words: str) -> str:
        """Run a command in the server's folder and return its stdout; fails the test with what it printed."""
        return _dirsync(self.folder, *words)


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve a folder for a while, with its settings as they are now."""
    port = free_port()
    with _serving(folder, port) as process:
        try:
            wait_ready(port, process)
            yield Server(f"http://127.0.0.1:{port}", folder)
        finally:
            _stop(process)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A fresh directory, served: `dirsync init`, then `dirsync serve` on a free port, ready to answer.

    The tests of one file share it, and what they write there; the next file gets another. It is a process
    of its own in a temporary folder (`serve.log` there has what it printed), and
    `server.dirsync("manual", "add", "bo@halden.example")` runs a command beside it.
    """
    folder = tmp_path_factory.mktemp("dirsync")
    _dirsync(folder, "init")
    with served(folder) as started:
        yield started


@pytest.fixture(scope="module")
def base_url(server: Server) -> str:
    """Where relative addresses in `page.goto("/people")` lead."""
    return server.url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once for this folder; without one the tests are skipped, or fail where CI=true."""
    path = _chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", "--disable-quic"])
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What the pages of this test complained about: uncaught errors, console errors, violations of the CSP.

    Must be empty at the end. A test that provokes a complaint asserts on it and clears the list.
    """
    seen: list[str] = []
    yield seen
    assert seen == []


@pytest.fixture
def new_page(browser: Browser, base_url: str, faults: list[str]) -> Iterator[Callable[..., Page]]:
    """Open a page in a context of its own, watched for faults.

    Takes what Playwright's `new_context` takes: `java_script_enabled=False`, `color_scheme="dark"`.
    """
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(base_url=base_url, **options)
        contexts.append(context)
        return _watched(context.new_page(), faults)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of a visitor who has not signed in, 1280 × 720 pixels."""
    return new_page()


@pytest.fixture
def signed_in(page: Page, server: Server) -> Page:
    """`page`, signed in as an admin and standing where that leads."""
    return sign_in(page, server)


@pytest.fixture(params=WIDTHS, ids="{}px".format)
def width(page: Page, request: pytest.FixtureRequest) -> int:
    """Runs the test once at each width, in pixels; `page` and `signed_in` have it."""
    page.set_viewport_size({"width": request.param, "height": 800})
    return int(request.param)


def sign_in(page: Page, server: Server) -> Page:
    """Open a link of `dirsync sign-in` and press its one button."""
    link = urlsplit(server.dirsync("sign-in").strip())
    page.goto(f"{link.path}?{link.query}")
    page.get_by_role("button").click()
    page.wait_for_url(lambda address: urlsplit(address).path != link.path)
    return page


def sideways_scroll(page: Page) -> int:
    """How many pixels of the page lie beyond its right edge; 0 is what is promised."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _chromium() -> str:
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no chromium for the browser tests, and CI=true", pytrace=False)
    if path is None:
        pytest.skip("NO BROWSER: install chromium, or name one with CHROMIUM=/path/to/it")
    return path


def _watched(page: Page, faults: list[str]) -> Page:
    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_status_of(page, message):
            faults.append(f"console: {message.text} at {message.location['url']}")

    # Playwright looks into the signature of a handler, which a builtin such as `faults.append` does not have.
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("console", note)
    return page


def _is_status_of(page: Page, message: ConsoleMessage) -> bool:
    """Chromium logs a page that itself answers 4xx or 5xx as an error; a test of such a page is no fault."""
    return message.text.startswith("Failed to load resource") and message.location["url"] == page.url


def _dirsync(folder: Path, *words: str) -> str:
    """Run the program in this process, in a thread of its own: this one has Playwright's event loop."""
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(_invoked, folder, *words).result(60)
    assert done.exit_code == 0, f"dirsync {' '.join(words)} ended with {done.exit_code}: {done.output}"
    return done.stdout


def _invoked(folder: Path, *words: str) -> Result:
    own = dict.fromkeys((name for name in os.environ if name not in _environment()), None)
    return CliRunner().invoke(command_line(_plugins()), ["--dir", str(folder), *words], env=own)


@cache
def _plugins() -> Plugins:
    return load_plugins()


def _serving(folder: Path, port: int) -> subprocess.Popen[bytes]:
    with (folder / "serve.log").open("wb") as log:
        return subprocess.Popen(
            [DIRSYNC, "serve", "--port", str(port)],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def _environment() -> dict[str, str]:
    """Ours, without a DIRSYNC_DIR that would lead the commands elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DIRSYNC_")}
