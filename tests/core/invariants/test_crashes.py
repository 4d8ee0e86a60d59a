"""12: what was acknowledged survives the end of the process at any instant, and nothing else is half there.

What lies in the files at an instant is what a process leaves that is killed then. That a real server is killed is in
`tests/web/test_killed.py`.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given

from dirsync_core.store.contract import Transaction
from dirsync_core.store.sqlite.store import open_sqlite
from tests.core.invariants.chances import histories
from tests.core.invariants.machine import examples, finish, fresh
from tests.core.invariants.picture import Rows, tables
from tests.core.invariants.steps import Step, happen
from tests.core.world import World


async def left_behind(w: World) -> Rows:
    """Give what is found where the process ends now."""
    with TemporaryDirectory() as folder:
        return await _opened(_copied(w.settings.store_path, Path(folder)))


def _copied(store: Path, folder: Path) -> Path:
    for file in store.parent.glob(f"{store.name}*"):
        if not file.name.endswith("-shm"):  # it is made anew from the log
            shutil.copy(file, folder)
    return folder / store.name


async def _opened(path: Path) -> Rows:
    store = open_sqlite(path)
    try:
        return await store.read(tables)
    finally:
        await store.close()


async def end_at_any_time(history: list[Step]) -> None:
    """End behind each acknowledged step, and in the midst of a write that nobody has been told of."""
    async with fresh() as w:
        for step in history:
            await happen(step, w)
            acknowledged: Rows = await w.host.store.try_out(tables)  # as the writer knows it
            assert acknowledged == await left_behind(w)
        with TemporaryDirectory() as folder:

            def write(tx: Transaction) -> Path:
                for person in tx.facts.everybody():
                    tx.people.remove(person)
                return _copied(w.settings.store_path, Path(folder))

            before: Rows = await w.look(tables)
            assert before == await _opened(await w.host.store.write(write))


@given(histories(most=8))
@examples(12)
def test_what_was_acknowledged_is_there_and_nothing_else(history: list[Step]) -> None:
    finish(end_at_any_time(history))
