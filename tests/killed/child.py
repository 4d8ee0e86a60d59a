"""What happens in processes of their own, which come from one that has everything loaded: to see a story, and to die.

`multiprocessing` forks them from a server without threads; no interpreter is started for each.
"""

import asyncio
import pickle
import secrets
import shutil
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from signal import SIGKILL
from unittest.mock import patch

import attrs

from tests.core.invariants.picture import Rows, tables
from tests.core.world import World, plugins
from tests.killed.acts import STORE
from tests.killed.points import Killer, Mortal, Point, Split, Witness, watched
from tests.killed.story import STORY, TABLES, Step

_FORKED = get_context("forkserver")
_FORKED.set_forkserver_preload(["__main__", "tests.killed.child"])
plugins()  # imported once, for all who are forked from here


@attrs.frozen
class Seen:
    """How a step went that nothing disturbed. `states` are the tables before it, and after each of its commits."""

    step: Step
    now: datetime
    requests: int
    done: list[str]
    states: list[Rows]


def run(work: Callable[..., None], *words: object) -> int | None:
    """Do something in a process of its own, and give how that ended."""
    process = _FORKED.Process(target=work, args=words)
    process.start()
    process.join(60)
    return process.exitcode


def see(folder: Path) -> list[Seen]:
    """Let the whole story happen. Beside its store lie copies of it, by number, as it was before each step."""
    assert run(_see, folder) == 0
    found: list[tuple[datetime, int, list[str], list[Rows]]] = pickle.loads((folder / "seen").read_bytes())
    return [Seen(step, *words) for step, words in zip(STORY, found, strict=True)]


def _see(folder: Path) -> None:
    (folder / "seen").write_bytes(pickle.dumps(asyncio.run(_seen(folder))))


async def _seen(folder: Path) -> list[tuple[datetime, int, list[str], list[Rows]]]:
    witness, found = Witness(), []
    with watched(witness), _nothing_random():
        world = World(folder, TABLES[STORY[0].table])
        for n, step in enumerate(STORY):
            await world.restart(TABLES[step.table])  # as a process does that is to be killed: nothing is known yet
            await world.host.store.backup(folder / f"{n}")
            world.now += step.later
            now, requests = world.now, world.requests
            witness.done, witness.states = [], [await world.look(tables)]
            await step.act(world)
            found.append((now, requests, witness.done, witness.states))
        await world.host.close()
    return found


def die(folder: Path, copy: Path, n: int, seen: Seen, point: Point, *, split: bool = False) -> bool:
    """Let a process do one step from a copy, and be killed at a point. Says whether the step was answered."""
    shutil.copyfile(copy, folder / STORE)
    assert run(_die, folder, n, seen.now, seen.requests, point, Split if split else Mortal) == -SIGKILL
    return (folder / "answered").exists()


def _die(folder: Path, n: int, now: datetime, requests: int, point: Point, kind: type[Mortal]) -> None:
    with watched(Killer(point), kind), _nothing_random():
        asyncio.run(_step(folder, STORY[n], now, requests))


async def _step(folder: Path, step: Step, now: datetime, requests: int) -> None:
    world = World(folder, TABLES[step.table])
    world.now, world.requests = now, requests
    await step.act(world)
    (folder / "answered").touch()
    await world.host.close()


def seen_doing(work: Callable[[Path], None], folder: Path) -> list[str]:
    """Let a process do something in a folder, and give the statements and acts on files that this took."""
    notes = folder.with_name("notes")
    assert run(_see_doing, work, folder, notes) == 0
    found: list[str] = pickle.loads(notes.read_bytes())
    return found


def _see_doing(work: Callable[[Path], None], folder: Path, notes: Path) -> None:
    witness = Witness()
    with watched(witness, files=True):
        work(folder)
    notes.write_bytes(pickle.dumps(witness.done[:]))


def killed_within(work: Callable[[Path], None], folder: Path, point: Point) -> None:
    """Let a process do something in a folder, and be killed at a point."""
    assert run(_die_doing, work, folder, point) == -SIGKILL


def _die_doing(work: Callable[[Path], None], folder: Path, point: Point) -> None:
    with watched(Killer(point), files=True):
        work(folder)


def _nothing_random() -> "patch[bytes]":  # type: ignore[type-arg]
    """The key of hashes is all that differs from one run to the next."""
    return patch.object(secrets, "token_bytes", lambda n: bytes(n))
