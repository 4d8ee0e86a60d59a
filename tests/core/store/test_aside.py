"""Trying things out on a copy, while others write."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from dirsync_core.model.errors import StoreError
from dirsync_core.model.moments import Moment, Request
from dirsync_core.store.contract import Store, Transaction

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def note(tx: Transaction) -> int:
    return tx.events.append(Moment(AT, Request("r", "test")), "noted")


def count(tx: Transaction) -> int:
    return len(list(tx.events.every()))


async def test_what_is_tried_aside_leaves_no_trace_here_or_there(store: Store) -> None:
    async with store.aside() as trials:
        await trials.try_out(note)

        assert 0 == await trials.read(count)

    assert 0 == await store.read(count)


async def test_others_write_meanwhile_and_the_copy_stays_as_it_was(store: Store) -> None:
    await store.write(note)

    async with store.aside() as trials:
        await store.write(note)

        assert 2 == await trials.try_out(lambda tx: note(tx) and count(tx))

    assert 2 == await store.read(count)


@pytest.mark.parametrize("ending", [StopIteration(), SystemExit(3), KeyboardInterrupt()])
async def test_whatever_a_job_raises_aside_is_answered_and_ends_nothing_else(
    store: Store, ending: BaseException
) -> None:
    def job(_: Transaction) -> None:
        raise ending

    async with store.aside() as trials:
        with pytest.raises(StoreError):
            await asyncio.wait_for(trials.try_out(job), 10)

        assert 0 == await trials.read(count)


async def test_a_job_that_nobody_waits_for_ends(store: Store) -> None:
    begun, end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def job(tx: Transaction) -> None:
        while not end.is_set():
            count(tx)
            loop.call_soon_threadsafe(begun.set)

    async def look() -> None:
        async with store.aside() as trials:
            await trials.try_out(job)

    looking = asyncio.create_task(look())
    await begun.wait()
    looking.cancel()
    try:
        _, pending = await asyncio.wait({looking}, timeout=5)
        assert pending == set()
        assert looking.cancelled()
    finally:
        end.set()
