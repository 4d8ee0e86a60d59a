"""Lets histories happen in a fresh directory, and holds the laws against it after each step."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
from hypothesis import HealthCheck, settings

from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction
from tests.core.invariants import laws
from tests.core.invariants.laws import Picture
from tests.core.invariants.steps import (
    TABLES,
    TENANTS,
    Adopt,
    Delete,
    Push,
    Release,
    Restart,
    Step,
    happen,
    is_pushed,
)
from tests.core.world import World

EXAMPLES = int(os.environ.get("DIRSYNC_EXAMPLES", "0"))
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def examples(usual: int) -> settings:
    """Give hypothesis its settings: the same examples in every run, or as many others as DIRSYNC_EXAMPLES says."""
    return settings(
        max_examples=EXAMPLES or usual,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


class Broken(AssertionError):
    """Laws are broken: a line each, which begins with the number of the law."""


@attrs.define
class Machine:
    """A directory, the bodies that its tenants were told are stored, and how it looked before the last step."""

    world: World
    mirror: dict[tuple[str, str], tuple[bool, dict[str, Any]]] = attrs.field(factory=dict)
    before: Picture | None = None
    thawed: bool = False

    async def step(self, step: Step) -> None:
        """Let a step happen, and hold every law against what is there."""
        if await happen(step, self.world):
            self._remember(step)
        self.thawed = self.thawed or isinstance(step, Restart)
        broken = await self.world.host.store.try_out(lambda tx: list(self._broken(tx, step)))
        broken += [sentence for name in TENANTS for sentence in await self._misread(name)]
        if broken:
            raise Broken("\n".join(broken))

    def _remember(self, step: Step) -> None:
        match step:
            case Push(provider, key, email, active, more):
                self.mirror[provider, key] = (active, ({} if email is None else {"email": email}) | dict(more))
            case Delete(provider, key):
                del self.mirror[provider, key]

    def _broken(self, tx: Transaction, step: Step) -> Iterator[str]:
        rules = self.world.host.rules(tx)
        now = laws.picture(tx, rules)
        yield from _named("5", laws.seated(now))
        yield from _named("6", laws.placed(now))
        yield from _named("7", laws.separate(now))
        before, self.before = self.before, now
        if before is not None:
            yield from _named("5", laws.kept(before, now))
            yield from _named("7", () if isinstance(step, Adopt | Release) else laws.unmoved(before, now))
            yield from _named("13", laws.told(tx, before, now))
        if before is not None and is_pushed(step):
            yield from _named("1", laws.untouched(before, now))
        moment = Moment(self.world.now, self.world.by())
        yield from _named("2", laws.settled(tx, rules, moment))
        yield from _named("2", laws.projected(tx, rules, moment, thawed=self.thawed))

    async def _misread(self, provider: str) -> list[str]:
        """10, 11: a tenant reads what it wrote, and counts nothing else."""
        if provider not in self.world.host.providers:
            return []
        handle = self.world.host.providers[provider].records
        page, count = await handle.read(lambda view: (view.page("user"), view.count("user")))
        found = {record.key: (record.active, dict(record.content)) for record in page}
        wanted = {key: said for (name, key), said in self.mirror.items() if name == provider}
        sentences = [f"10: {provider} reads {found.get(key)} of {key}, and wrote {said}"
                     for key, said in wanted.items() if found.get(key) != said]  # fmt: skip
        strange = [record.id for record in page if record.provider != provider or record.key not in wanted]
        if strange or count != len(wanted):
            sentences.append(f"11: {provider} has {len(wanted)} records, is told of {count}, and reads {strange} too")
        return sentences


def _named(law: str, sentences: Iterable[str]) -> Iterator[str]:
    return (f"{law}: {sentence}" for sentence in sentences)


def run(history: Sequence[Step], table: str = "everybody") -> None:
    """Let a history happen.

    Raises:
        Broken: after the first step after which a law is broken.
    """
    finish(_run(history, table))


async def _run(history: Sequence[Step], table: str) -> None:
    async with fresh(table) as w:
        machine = Machine(w)
        for step in history:
            await machine.step(step)


def finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine from a test that hypothesis calls many times."""
    asyncio.run(coroutine)


@asynccontextmanager
async def fresh(table: str = "everybody") -> AsyncIterator[World]:
    """Give a new directory under the rules of that name; it lies in memory where the system has such a place."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        world = World(Path(folder), TABLES[table])
        try:
            await world.host.apply(world.by())
            yield world
        finally:
            await world.host.close()


async def all_tables(w: World) -> Mapping[str, Sequence[tuple[object, ...]]]:
    """Give every row that is stored, but for when a source last wrote again what was there already."""
    found: laws.Rows = await w.look(laws.tables)
    return {table: rows for table, rows in found.items() if table != "confirmation"}
