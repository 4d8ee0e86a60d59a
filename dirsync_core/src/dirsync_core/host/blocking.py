"""Blocking calls, found in development mode: a thread looks whether the loop turns, and where it stands if not."""

import asyncio
import sys
import threading
from collections.abc import Callable, Collection
from types import FrameType

from dirsync_core.host.plugins import Plugins

PATIENCE = 0.25

Told = Callable[[str], None]


def packages_of(plugins: Plugins) -> frozenset[str]:
    """Give the top-level packages of the plugins that are loaded, the core's own aside."""
    names = {getattr(plugin, "__name__", type(plugin).__module__) for _, plugin in plugins.manager.list_name_plugin()}
    return frozenset(name.partition(".")[0] for name in names) - {"dirsync_core"}


class LoopWatch:
    """Watches the running loop from a thread; `told` is given where it stands, once each time that it stands still."""

    def __init__(self, told: Told, packages: Collection[str], *, patience: float = PATIENCE) -> None:
        self._told, self._packages, self._patience = told, packages, patience
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loop watch", daemon=True)

    def __enter__(self) -> "LoopWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.wait(self._patience) and not self._loop.is_closed():
            turned = threading.Event()
            self._loop.call_soon_threadsafe(turned.set)
            if not turned.wait(self._patience):
                self._told(where(sys._current_frames().get(self._watched), self._packages))
            while not turned.wait(self._patience) and not self._ending.is_set():
                pass


def where(frame: FrameType | None, packages: Collection[str]) -> str:
    """Give the innermost line of a plugin in a stack; of none, the innermost line."""
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    theirs = (each for each in frames if str(each.f_globals.get("__name__")).partition(".")[0] in packages)
    found = next(theirs, frames[0] if frames else None)
    if found is None:
        return "nowhere: its thread has ended"
    return f"{found.f_globals.get('__name__')}, line {found.f_lineno}, in {found.f_code.co_name}"
