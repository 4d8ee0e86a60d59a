"""What a piece of code did that it must not do, as the interpreter's audit events tell: reading, talking, waiting.

Nothing is timed, so a busy machine fails no test. Events of other threads are passed over: those may block.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

TALKING = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "http.client.connect"}
)
WAITING = (TALKING | {"time.sleep"}) - {"socket.connect"}
"""What holds up an event loop. A socket that does not block connects too, so that says nothing."""
OUTSIDE = TALKING | {"time.sleep", "open", "os.listdir", "os.scandir", "subprocess.Popen", "sqlite3.connect"}
"""Everything that a pure function leaves alone."""


class _Watch:
    """The one audit hook of the process; the interpreter has no way to take one out again."""

    def __init__(self) -> None:
        self._installed = False
        self._thread: int | None = None
        self._events: frozenset[str] = frozenset()
        self._seen: list[str] = []

    @contextmanager
    def over(self, events: frozenset[str]) -> Iterator[list[str]]:
        if not self._installed:
            sys.addaudithook(self._told)
            self._installed = True
        seen: list[str] = []
        self._seen, self._events, self._thread = seen, events, threading.get_ident()
        try:
            yield seen
        finally:
            self._thread = None

    def _told(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._thread is not None and event in self._events and threading.get_ident() == self._thread:
            self._seen.append(event)


_WATCH = _Watch()


@contextmanager
def watched(events: frozenset[str]) -> Iterator[list[str]]:
    """Note which of the events this thread causes meanwhile; not to be nested."""
    with _WATCH.over(events) as seen:
        yield seen
