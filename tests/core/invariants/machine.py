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
from tests.core.invariants.acts import Adopt, Decide, Erase, Release, Retire, record_of
from tests.core.invariants.picture import Picture, Rows, picture, tables
from tests.core.invariants.steps import Apply, Delete, Pull, Push, Restart, Step, happen, is_pushed
from tests.core.invariants.tables import TABLES, TENANTS
from tests.core.invariants.watching import Watch, held_rightly
from tests.core.world import World

EXAMPLES = int(os.environ.get("DIRSYNC_EXAMPLES", "0"))
USUALLY = 600
"""About as many examples the properties of this folder ask for together; DIRSYNC_EXAMPLES is shared out like them."""

_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def examples(usual: int) -> settings:
    """Give hypothesis its settings: the same examples in every run, or a share of as many others as are asked for."""
    return settings(
        max_examples=max(1, EXAMPLES * usual // USUALLY) if EXAMPLES else usual,
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
    watch: Watch = attrs.field(factory=Watch)
    thawed: bool = False
    away: str | None = None

    async def step(self, step: Step) -> None:
        """Let a step happen, and hold every law against what is there."""
        happened = await happen(step, self.world)
        if happened:
            await self._remember(step)
        broken = await self.world.host.store.try_out(lambda tx: list(self._broken(tx, step)))
        broken += [sentence for name in TENANTS for sentence in await self._misread(name)]
        if broken:
            raise Broken("\n".join(broken))

    async def _remember(self, step: Step) -> None:
        match step:
            case Push(provider, key, email, active, more):
                self.mirror[provider, key] = (active, ({} if email is None else {"email": email}) | dict(more))
            case Delete(provider, key):
                del self.mirror[provider, key]
            case Erase():
                there = [key for key in self.mirror if await record_of(self.world, *key) is not None]
                self.mirror = {key: self.mirror[key] for key in there}
            case _:
                pass

    def _broken(self, tx: Transaction, step: Step) -> Iterator[str]:
        rules, moment = self.world.host.rules(tx), Moment(self.world.now, self.world.by())
        before, now = self.before, picture(tx, rules, self.world.now)
        yield from self._broken_now(tx, now)
        if before is not None:
            yield from self._broken_since(tx, before, now, step)
        yield from _named("2", laws.settled(tx, rules, moment, thawed=self.thawed))
        yield from _named("2", laws.projected(tx, rules, moment, thawed=self.thawed))
        self.before = now

    def _broken_now(self, tx: Transaction, now: Picture) -> Iterator[str]:
        yield from _named("5", laws.seated(now))
        yield from _named("6", laws.placed(now))
        yield from _named("7", laws.separate(now))
        yield from _named("8", laws.upheld(now))
        yield from _named("14", held_rightly(now))
        yield from _named("19", laws.explained(tx, now))

    def _broken_since(self, tx: Transaction, before: Picture, now: Picture, step: Step) -> Iterator[str]:
        yield from _named("5", laws.kept(before, now))
        yield from _named("13", laws.told(tx, before, now, retold=isinstance(step, Erase)))
        if not isinstance(step, MOVING):
            yield from _named("7", laws.unmoved(before, now))
        if is_pushed(step):
            yield from _named("1", laws.untouched(before, now))
        yield from _named("14", self.watch.see(before, now, by_source=is_pushed(step), approving=_approves(step)))
        if isinstance(step, Pull) and not step.withdraws:
            yield from _named("17", laws.stayed(before, now, step.people))
        if isinstance(step, Restart) and self.away is None:
            yield from _named("18", laws.unchanged(before, now))
        self._note_plugins(step)

    def _note_plugins(self, step: Step) -> None:
        match step:
            case Restart(without):
                self.away, self.thawed = without, True
            case Apply():
                self.away = None
            case _:
                pass

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


MOVING = Adopt | Release | Decide | Retire | Erase
"""What people do that may give a record to somebody else."""


def _approves(step: Step) -> bool:
    return isinstance(step, Decide) and step.word == "approve"


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
    """Give every row that is stored, but for when a source last said again what was there, or was asked."""
    found: Rows = await w.look(tables)
    return {table: rows for table, rows in found.items() if table not in ("confirmation", "pull")}
