"""Several processes on one store, and processes that are killed: what was acknowledged is there."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dirsync_core.store.contract import Transaction
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from dirsync_core.testing.storing.making import record

WRITER = """
import asyncio, sys
from pathlib import Path
from dirsync_core.store.sqlite.store import open_sqlite
from dirsync_core.testing.storing.making import publish, record

async def write(store, lane, number):
    for n in range(number):
        id_ = f"{lane}-{n}"
        await store.write(lambda tx: (tx.records.put(record(id_)), publish(tx, id_)))
        print(id_, flush=True)

async def main(path, lanes, number):
    store = open_sqlite(Path(path))
    await asyncio.gather(*(write(store, lane, number) for lane in range(lanes)))
    await store.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def writing(path: Path, lanes: int, number: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(path), str(lanes), str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ids(tx: Transaction) -> set[str]:
    return set(tx.records.every())


async def test_what_another_process_writes_is_seen(tmp_path: Path) -> None:
    make_sqlite(tmp_path / "s.db")
    store = open_sqlite(tmp_path / "s.db")
    assert await store.read(ids) == set()

    acknowledged, _ = writing(tmp_path / "s.db", 2, 3).communicate(timeout=30)

    assert await store.read(ids) == set(acknowledged.split())
    assert await store.write(ids) == set(acknowledged.split())
    await store.close()


async def test_two_processes_write_at_the_same_time(tmp_path: Path) -> None:
    make_sqlite(tmp_path / "s.db")
    store = open_sqlite(tmp_path / "s.db")
    other = writing(tmp_path / "s.db", 4, 10)
    for n in range(40):
        await store.write(lambda tx, n=n: tx.records.put(record(f"mine-{n}")))

    acknowledged, _ = other.communicate(timeout=30)

    assert {f"mine-{n}" for n in range(40)} | set(acknowledged.split()) == await store.read(ids)
    assert len(acknowledged.split()) == 40
    await store.close()


@pytest.mark.parametrize("seed", range(3))
async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, seed: int) -> None:
    make_sqlite(tmp_path / "s.db")
    process = writing(tmp_path / "s.db", 8, 100_000)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.3))  # noqa: ASYNC251 (nothing else runs here; the moment is the point)
    process.kill()
    rest, _ = process.communicate(timeout=30)

    store = open_sqlite(tmp_path / "s.db")
    found, changes = await store.read(lambda tx: (ids(tx), tx.feed.after(0, 1 << 30)))
    await store.close()

    acknowledged, _, _ = (first + rest).rpartition("\n")  # a line that was cut tells of nothing
    assert set(acknowledged.split()) <= found
    assert found == {change.person for change in changes}
    assert [change.seq for change in changes] == list(range(1, len(found) + 1))
