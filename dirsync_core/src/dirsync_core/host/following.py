"""Followers: plugins that are told of changes, in order, at least once, each from where it stopped last."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog

from dirsync_core.host.plugin_errors import described
from dirsync_core.host.telling import Teller
from dirsync_core.host.tracing import traced
from dirsync_core.host.watching import FeedWatch
from dirsync_core.model.changes import Change
from dirsync_core.model.errors import StoreError
from dirsync_core.store.contract import Store, Transaction

log = structlog.get_logger()

BATCH = 100
TIMEOUT_SECONDS = 30.0
_LONGEST_PAUSE = 60.0


async def follow(
    plugin: str, tell: Callable[..., Any], store: Store, watch: FeedWatch, failed: Callable[[str, str], None]
) -> None:
    """Tell one plugin of changes until cancelled; one that fails or hangs is told again later, and holds up nobody.

    `failed` is told the name of a plugin that does, and why.
    """
    pause, teller = 1.0, Teller(plugin, tell, failed)
    while True:
        try:
            heard = await _tell_next(teller, store, watch)
        except StoreError as error:
            log.warning("feed_not_read", plugin=plugin, error=repr(error))
            heard = False
        if heard:
            pause = 1.0
        else:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _tell_next(teller: Teller, store: Store, watch: FeedWatch) -> bool:
    """Tell of the next changes, or wait for one; False where the plugin failed."""
    plugin = teller.plugin
    position = await store.read(lambda tx: tx.feed.position(plugin))
    changes = await store.read(partial(_after, seq=position))
    if not changes:
        await watch.beyond(position, _LONGEST_PAUSE)
        return True
    if not await _told(teller, changes):
        return False
    await store.write(partial(_put, plugin=plugin, seq=changes[-1].seq))
    return True


async def _told(teller: Teller, changes: Sequence[Change]) -> bool:
    first = changes[0]
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS) as limit:
            with traced("hook dirsync_changed", plugin=teller.plugin):
                await teller(changes)
    except Exception as error:  # a plugin's code; TimeoutError among it
        because = f"it did not return within {TIMEOUT_SECONDS:g} s" if limit.expired() else described(error)
        log.warning("follower_failed", plugin=teller.plugin, seq=first.seq, error=because)
        teller.failed(teller.plugin, f"dirsync_changed, from change {first.seq} of person {first.person} on: {because}")
        return False
    return True


def _after(tx: Transaction, *, seq: int) -> Sequence[Change]:
    return tx.feed.after(seq, BATCH)


def _put(tx: Transaction, *, plugin: str, seq: int) -> None:
    tx.feed.put_position(plugin, seq)
