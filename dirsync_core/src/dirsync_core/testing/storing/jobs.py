"""What a store promises of jobs: alone, all or nothing, answered when safe, one view."""

import asyncio
import threading
from typing import Any

import pytest

from dirsync_core.model.errors import StoreError
from dirsync_core.model.facts import KnownProvider
from dirsync_core.store.contract import Store, Transaction
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import record


def put(id_: str) -> Any:
    return lambda tx: tx.records.put(record(id_))


def count(tx: Transaction) -> int:
    return tx.records.count("okta", "user")


def _known(name: str) -> Any:
    return KnownProvider(name, "flat", "Flat", False, True)


class JobsContract(Contract):
    """The room of jobs."""

    @asynchronous
    async def test_a_job_answers_what_it_returns(self, store: Store) -> None:
        assert await store.write(lambda tx: 7) == 7
        assert await store.read(lambda tx: 8) == 8

    @asynchronous
    async def test_what_was_written_is_read(self, store: Store) -> None:
        await store.write(put("1"))

        assert await store.read(count) == 1

    @asynchronous
    async def test_a_job_that_fails_writes_nothing_and_raises(self, store: Store) -> None:
        def job(tx: Transaction) -> None:
            tx.records.put(record("1"))
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            await store.write(job)

        assert await store.read(count) == 0

    @asynchronous
    async def test_neighbours_of_a_job_that_fails_are_written(self, store: Store) -> None:
        blocked = threading.Event()

        def fail(tx: Transaction) -> None:
            tx.records.put(record("3"))
            raise ValueError("no")

        jobs = [store.write(job) for job in (lambda tx: blocked.wait(5), put("1"), put("2"), fail, put("4"))]
        together = asyncio.gather(*jobs, return_exceptions=True)
        await asyncio.sleep(0)
        blocked.set()
        answers = await together

        assert [type(answer).__name__ for answer in answers] == [
            "bool",
            "NoneType",
            "NoneType",
            "ValueError",
            "NoneType",
        ]
        ids = await store.read(lambda tx: [r.id for r in tx.records.page("okta", "user", after=None, start=0, limit=9)])
        assert ids == ["1", "2", "4"]

    @asynchronous
    async def test_a_job_sees_what_the_job_before_it_wrote(self, store: Store) -> None:
        _, seen = await asyncio.gather(store.write(put("1")), store.write(count))

        assert seen == 1

    @asynchronous
    async def test_nothing_remains_of_what_is_tried_out(self, store: Store) -> None:
        def job(tx: Transaction) -> int:
            tx.records.put(record("1"))
            return count(tx)

        assert await store.try_out(job) == 1
        assert await store.read(count) == 0
        assert await store.write(count) == 0

    @asynchronous
    async def test_what_is_tried_out_beside_writes_takes_nothing_with_it(self, store: Store) -> None:
        await asyncio.gather(store.write(put("1")), store.try_out(put("2")), store.write(put("3")))

        assert await store.read(lambda tx: [tx.records.any(i) is not None for i in ("1", "2", "3")]) == [
            True,
            False,
            True,
        ]

    @asynchronous
    async def test_what_fails_while_tried_out_raises(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError):
            await store.try_out(lambda tx: 1 / 0)

    @asynchronous
    async def test_a_reader_sees_one_moment_while_others_write(self, store: Store) -> None:
        started, written = threading.Event(), threading.Event()

        def look_twice(tx: Transaction) -> tuple[int, int]:
            before = count(tx)
            started.set()
            assert written.wait(5)
            return before, count(tx)

        reading = asyncio.create_task(store.read(look_twice))
        await asyncio.to_thread(started.wait, 5)
        await store.write(put("1"))
        written.set()

        assert await reading == (0, 0)
        assert await store.read(count) == 1

    @asynchronous
    async def test_a_reading_job_can_not_write(self, store: Store) -> None:
        with pytest.raises(StoreError):
            await store.read(put("1"))

        assert await store.read(count) == 0

    @asynchronous
    async def test_many_writers_and_readers_lose_nothing(self, store: Store) -> None:
        def increment(tx: Transaction) -> None:
            tx.facts.put_provider(_known(str(len(tx.facts.providers()))))

        await asyncio.gather(*(store.write(increment) for _ in range(200)), *(store.read(count) for _ in range(50)))

        assert len(await store.read(lambda tx: tx.facts.providers())) == 200

    @asynchronous
    async def test_a_write_that_nobody_waits_for_any_more_harms_no_other(self, store: Store) -> None:
        blocked = threading.Event()
        first = asyncio.create_task(store.write(lambda tx: blocked.wait(5)))
        given_up = asyncio.create_task(store.write(put("1")))
        await asyncio.sleep(0)
        given_up.cancel()
        blocked.set()
        await store.write(put("2"))

        assert await first
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert await store.read(lambda tx: tx.records.any("2")) is not None

    @asynchronous
    async def test_a_closed_store_says_so(self, store: Store) -> None:
        await store.close()
        await store.close()

        for verb in (store.read, store.write, store.try_out):
            with pytest.raises(StoreError, match="closed"):
                await verb(count)

    @asynchronous
    async def test_what_was_begun_is_finished_before_it_is_closed(self, store: Store) -> None:
        writing = [asyncio.create_task(store.write(put(str(n)))) for n in range(20)]
        await asyncio.sleep(0)
        await store.close()

        assert [None] * 20 == await asyncio.gather(*writing)

    @pytest.mark.parametrize("ending", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
    @asynchronous
    async def test_a_job_that_would_end_the_process_ends_itself_alone(
        self, store: Store, ending: BaseException
    ) -> None:
        def job(tx: Transaction) -> None:
            tx.records.put(record("1"))
            raise ending

        def look(tx: Transaction) -> None:
            raise ending

        with pytest.raises(StoreError, match="tried to end the process"):
            await store.write(job)
        with pytest.raises(StoreError, match="tried to end the process"):
            await store.read(look)

        await store.write(put("2"))
        assert await store.read(count) == 1

    @asynchronous
    async def test_a_job_whose_next_finds_nothing_is_answered_all_the_same(self, store: Store) -> None:
        def job(tx: Transaction) -> None:
            tx.records.put(record("1"))
            next(iter(()))

        for asked in (store.write(job), store.try_out(job), store.read(lambda tx: next(iter(())))):
            with pytest.raises(StoreError, match="next"):
                await asyncio.wait_for(asked, 10)

        assert await store.read(count) == 0
