"""Calls: who called when and how, gathered in memory and written each second: health costs no commit of its own."""

import asyncio
from datetime import datetime

import structlog

from dirsync_core.host.dialects import DialectCounts
from dirsync_core.model.errors import StoreError
from dirsync_core.store.contract import Call, Store, Transaction

log = structlog.get_logger()

_PAUSE_SECONDS = 1.0


class Calls:
    """Gathers calls and uses of tokens, and writes them together with the tolerances that were needed.

    A crash loses the last second of them, and nothing else.
    """

    def __init__(self, store: Store, dialects: DialectCounts) -> None:
        self._store = store
        self._dialects = dialects
        self._calls: list[Call] = []
        self._used: dict[str, datetime] = {}

    def note(self, call: Call, token: str | None) -> None:
        """Note a call, and the token that it came with."""
        self._calls.append(call)
        if token is not None:
            self._used[token] = call.at

    def used(self, token: str, at: datetime) -> None:
        """Note the use of a token of the API."""
        self._used[token] = at

    async def run(self) -> None:
        """Write what was gathered, again and again, and once more when cancelled."""
        try:
            while True:
                await asyncio.sleep(_PAUSE_SECONDS)
                await self._flush_or_lose()
        finally:
            await asyncio.shield(self.flush())

    async def _flush_or_lose(self) -> None:
        """A busy store costs these counts, never the task that gathers the next ones."""
        try:
            await self.flush()
        except StoreError as error:
            log.warning("calls_not_noted", error=repr(error))

    async def flush(self) -> None:
        """Write what was gathered."""
        calls, self._calls = self._calls, []
        used, self._used = self._used, {}
        dialects = self._dialects.take()

        def write(tx: Transaction) -> None:
            tx.traffic.note(calls)
            tx.traffic.note_dialects(dialects)
            for token, at in used.items():
                tx.access.used(token, at)

        if calls or used or dialects:
            await self._store.write(write)
