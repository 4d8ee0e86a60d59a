"""Telling one plugin of changes: what is no `async def` runs in a thread of its own, where it may hang alone.

It is a daemon, so that a server that is told to stop does stop; and as long as one call hangs, there is no second.
"""

import asyncio
import inspect
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any

import attrs

from dirsync_core.host.declaring import called
from dirsync_core.model.changes import Change


@attrs.define
class Teller:
    """The `dirsync_changed` of one plugin."""

    plugin: str
    tell: Callable[..., Any]
    failed: Callable[[str, str], None]
    _thread: Thread | None = None

    async def __call__(self, changes: Sequence[Change]) -> None:
        """Tell of changes, and wait until the plugin is done with them.

        Raises:
            TimeoutError: it has not returned from the call before.
            Exception: whatever the plugin raises.
        """
        is_async = inspect.iscoroutinefunction(self.tell)
        answer = called(self.tell, changes=changes) if is_async else await self._in_thread(changes)
        if inspect.isawaitable(answer):
            await answer

    async def _in_thread(self, changes: Sequence[Change]) -> object:
        if self._thread is not None and self._thread.is_alive():
            raise TimeoutError("It has not returned from the call before.")
        loop = asyncio.get_running_loop()
        told: asyncio.Future[object] = loop.create_future()

        def run() -> None:
            outcome = _outcome(self.tell, changes)
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, told, outcome)

        self._thread = Thread(target=run, name=f"dirsync_changed of {self.plugin}", daemon=True)
        self._thread.start()
        return await told


def _outcome(tell: Callable[..., Any], changes: Sequence[Change]) -> tuple[object, Exception | None]:
    try:
        return called(tell, changes=changes), None
    except Exception as error:  # a plugin's code; raised again where it is awaited
        return None, error


def _settle(told: "asyncio.Future[object]", outcome: tuple[object, Exception | None]) -> None:
    answer, error = outcome
    if told.done():  # nobody waits any more
        return
    if error is not None:
        told.set_exception(error)
    else:
        told.set_result(answer)
