"""The pages over an invented company, served from a thread: no store, no plugins, a fixed clock."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from aiohttp import web
from playwright.sync_api import Browser, Page

from dirsync_core.web.pages import COOKIE, add_pages
from tests.browser.pages.company import NOW, Company, empty, halden
from tests.browser.pages.fake_desk import FakeDesk


@attrs.define
class Site:
    """One served fake: its address and its desk."""

    url: str
    desk: FakeDesk


class _Served:
    """An application in a thread of its own."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.loop = asyncio.new_event_loop()
        self.url = ""
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        app = web.Application()
        add_pages(app, self.desk, now=lambda: NOW)
        runner = web.AppRunner(app)
        self.loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self.loop.run_until_complete(site.start())
        self.url = str(f"http://127.0.0.1:{runner.addresses[0][1]}")
        self.ready.set()
        self.loop.run_forever()
        self.loop.run_until_complete(runner.cleanup())
        self.loop.close()

    def __enter__(self) -> Site:
        self.thread.start()
        assert self.ready.wait(10)
        return Site(self.url, self.desk)

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Site]]:
    """Serve a company until the module's end; give its address and desk."""
    open_: list[_Served] = []

    def start(company: Company, **options: Any) -> Site:
        served = _Served(FakeDesk(company, **options))
        site = served.__enter__()
        open_.append(served)
        return site

    yield start
    for served in open_:
        served.__exit__()


@pytest.fixture(scope="module")
def site(serve: Callable[..., Site]) -> Site:
    """A company of 640 people."""
    return serve(halden())


@pytest.fixture(scope="module")
def base_url(site: Site) -> str:
    """Where relative addresses lead."""
    return site.url


@pytest.fixture(scope="module")
def empty_site(serve: Callable[..., Site]) -> Site:
    """The first minute."""
    return serve(empty())


@pytest.fixture
def visit(browser: Browser, faults: list[str], site: Site, empty_site: Site) -> Iterator[Callable[..., Page]]:
    """Open a page of either site, signed in, in a context of its own."""
    contexts = []

    def open_page(path: str, *, at: Site = site, width: int = 1280, cookie: bool = True, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        if cookie:
            context.add_cookies([{"name": COOKIE, "value": at.desk.secret, "url": at.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" and "status of" not in m.text else None)
        page.goto(at.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
