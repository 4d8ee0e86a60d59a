"""Strict mode: what plugins do wrong ends the process, with exit status 1 and the reason.

A plugin that can't be loaded or opened ends it at once. What one does wrong at work is noted, and the work goes on as
it does without strict mode, so that nothing is stored otherwise; the command then fails as its last word, and the
server stops.
"""

import asyncio
from concurrent.futures import Future
from threading import Lock

from dirsync_core.model.errors import DirsyncError


class PluginFailed(DirsyncError):
    """A plugin failed in strict mode; `plugin` is its name, or the name of its provider."""

    def __init__(self, plugin: str, because: str) -> None:
        self.plugin = plugin
        super().__init__(f"{plugin} failed, and strict mode takes no failure: {because}")


class Failures:
    """The first failure of a plugin at work, from whichever thread it is noted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first: Future[PluginFailed] = Future()

    def note(self, failed: PluginFailed) -> None:
        """Note a failure; what follows the first is passed over."""
        with self._lock:
            if not self._first.done():
                self._first.set_result(failed)

    def check(self) -> None:
        """End where there was one.

        Raises:
            PluginFailed: the first.
        """
        if self._first.done():
            raise self._first.result()

    async def wait(self) -> None:
        """Return once there is one; wait for ever otherwise."""
        while not self._first.done():
            await asyncio.shield(asyncio.wrap_future(self._first))
