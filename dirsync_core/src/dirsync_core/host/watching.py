"""Watching the feed: whoever waits for a change is woken, whichever process made it."""

import asyncio

from dirsync_core.store.contract import Store

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
            end = await self._store.read(lambda tx: tx.feed.end())
            if end != self._end:
                async with self._moved:
                    self._end = end
                    self._moved.notify_all()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def beyond(self, seq: int, seconds: float) -> None:
        """Wait until there is a change behind `seq`, or the time is over."""
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self._end > seq)
        except TimeoutError:
            return
