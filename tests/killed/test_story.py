"""12: whatever a process is in the midst of when it is killed, a write is whole or not there at all.

A story is told once without disturbance. Then every step of it happens in processes that end themselves with SIGKILL:
in the midst of each transaction, before its commit, and right after. With DIRSYNC_EXAMPLES before and within each
statement.
"""

import json
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest

from dirsync_core.engine.rebuild import Difference, rebuild
from dirsync_core.engine.settle import settle_clock
from dirsync_core.host.asked.pulling import CLAIM
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction
from tests.core.invariants.machine import EXAMPLES
from tests.core.invariants.picture import Rows, tables
from tests.core.world import World
from tests.killed.acts import STORE
from tests.killed.child import Seen, die, see
from tests.killed.points import Point, ends, every_point, some_points
from tests.killed.story import STORY, TABLES


@attrs.frozen
class Told:
    """The story as it went, and the folder with copies from before each step."""

    folder: Path
    steps: Sequence[Seen]

    def killed(self, folder: Path, n: int, point: Point, *, split: bool = False) -> bool:
        return die(folder, self.folder / str(n), n, self.steps[n], point, split=split)

    def world(self, folder: Path, n: int) -> World:
        """Open what is there, a while later."""
        seen = self.steps[n]
        world = World(folder, TABLES[seen.step.table])
        world.now, world.requests = seen.now + CLAIM + timedelta(minutes=1), seen.requests
        return world


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("told")
    return Told(folder, see(folder))


async def wrong(told: Told, folder: Path, n: int, expected: Rows) -> list[str]:
    """Say what is wrong with a store that is opened after its process was killed."""
    world = told.world(folder, n)
    try:
        return [*unlike(expected, await world.look(tables)), *map(str, await rebuilt(world))]
    finally:
        await world.host.close()


async def rebuilt(world: World) -> Sequence[Difference]:
    """What `dirsync rebuild --check` finds; without rules there is nothing to be found."""
    moment = Moment(world.now, world.by())

    def job(tx: Transaction) -> Sequence[Difference]:
        if tx.facts.rules_version() == 0:
            return []
        rules = world.host.rules(tx)
        settle_clock(tx, rules, moment)
        return rebuild(tx, rules, moment)

    return await world.host.store.try_out(job)


def unlike(expected: Rows, found: Rows) -> list[str]:
    """Name the tables that are neither as before a commit nor as after it."""
    return [f"{table} is not as it has to be" for table in expected if expected[table] != found[table]]


async def test_a_write_that_was_not_committed_has_left_nothing(told: Told) -> None:
    points = every_point if EXAMPLES else some_points
    for n, point in ((n, point) for n, seen in enumerate(told.steps) for point in points(seen.done)):
        with TemporaryDirectory(dir=told.folder) as folder:
            answered = told.killed(Path(folder), n, point)

            committed = told.steps[n].done[: point.n].count("COMMIT")
            assert not answered
            assert [] == await wrong(told, Path(folder), n, told.steps[n].states[committed]), (STORY[n].name, point)


async def test_a_write_that_was_committed_is_whole_and_the_story_goes_on_to_the_same_end(told: Told) -> None:
    """A step of which a part was committed is done again, by a process that knows nothing of it."""
    expected = await ending(told, told.folder, len(STORY))

    for n, seen in enumerate(told.steps):
        for committed, end in enumerate(ends(seen.done), 1):
            with TemporaryDirectory(dir=told.folder) as folder:
                told.killed(Path(folder), n, Point(end, "after"))

                assert [] == await wrong(told, Path(folder), n, seen.states[committed]), STORY[n].name
                whole = committed == len(seen.states) - 1
                assert expected == await ending(told, Path(folder), n + 1 if whole else n), STORY[n].name


async def test_a_commit_that_is_in_the_file_in_part_counts_for_nothing(told: Told, tmp_path: Path) -> None:
    """A process killed within COMMIT has written a part of what it appends to the log."""
    n = next(n for n, step in enumerate(STORY) if step.name == "an adoption")
    (end,) = ends(told.steps[n].done)
    told.killed(tmp_path, n, Point(end, "after"))
    log = tmp_path / f"{STORE}-wal"
    whole = log.read_bytes()

    for size in range(0, len(whole), len(whole) // 12):
        shutil.copyfile(told.folder / str(n), tmp_path / STORE)
        log.write_bytes(whole[:size])
        assert [] == await wrong(told, tmp_path, n, told.steps[n].states[0])


async def ending(told: Told, folder: Path, n: int) -> Any:
    """Tell the story from step `n` to its end, and give the directory then."""
    world = told.world(folder, min(n, len(STORY) - 1))
    try:
        for step in STORY[n:]:
            world.now += step.later
            if world.table is not TABLES[step.table]:
                await world.restart(TABLES[step.table])
            await step.act(world)
        return await world.look(directory)
    finally:
        await world.host.close()


def directory(tx: Transaction) -> Any:
    """Everybody as they are shown; who is named by an id is named by an address."""
    people = [person for person in map(tx.people.get, tx.facts.everybody()) if person is not None]
    text = json.dumps(sorted([person.email, person.status, person.values] for person in people))
    for person in people:
        text = text.replace(person.id, person.email)
    return json.loads(text)


async def test_a_commit_that_is_split_in_two_is_found_out(told: Told, tmp_path: Path) -> None:
    n = next(n for n, step in enumerate(STORY) if step.name == "a push")
    seen = told.steps[n]

    told.killed(tmp_path, n, Point(seen.done.index("COMMIT"), "before"), split=True)

    before, after = [await wrong(told, tmp_path, n, state) for state in seen.states]
    assert "accepted is not as it has to be" in before
    assert "person is not as it has to be" in after
    assert any("table='person', which='computed'" in difference for difference in after)
