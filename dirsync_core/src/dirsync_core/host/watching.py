"""Watching the feed: whoever waits for a change is woken, whichever process made it."""

import asyncio

import structlog

from dirsync_core.model.errors import StoreError
from dirsync_core.store.contract import Store

log = structlog.get_logger()

_PAUSE_SECONDS = 0.2


class FeedWatch:
    """Tells of new changes. One task looks at the store, however many wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moved = asyncio.Condition()
        self._end = 0

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            end = await self._newest()
            if end != self._end:
                async with self._moved:
                    self._end = end
                    self._moved.notify_all()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _newest(self) -> int:
        try:
            return await self._store.read(lambda tx: tx.feed.end())
        except StoreError as error:
            log.warning("feed_not_read", error=repr(error))
            return self._end

    async def beyond(self, seq: int, seconds: float) -> None:
        """Wait until there is a change behind `seq`, or the time is over."""
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self._end > seq)
        except TimeoutError:
            return
