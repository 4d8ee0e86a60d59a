"""Lets histories happen in a fresh directory, and holds the laws against it after each step."""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from hypothesis import HealthCheck, settings

from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction
from tests.core.invariants import laws
from tests.core.invariants.laws import Picture
from tests.core.invariants.steps import TABLES, TENANTS, Push, Restart, Step, happen, is_pushed
from tests.core.world import World

EXAMPLES = int(os.environ.get("DIRSYNC_EXAMPLES", "0"))
_MEMORY = Path("/dev/shm")


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
    """A law is broken: which one, and by what."""


@attrs.define
class Machine:
    """A directory, the bodies that its tenants were told are stored, and how it looked before the last step."""

    world: World
    mirror: dict[tuple[str, str], tuple[bool, dict[str, Any]]] = attrs.field(factory=dict)
    before: Picture | None = None
    thawed: bool = False

    async def step(self, step: Step) -> None:
        """Let a step happen, and hold every law against what is there."""
        done = await happen(step, self.world)
        self.thawed = self.thawed or isinstance(step, Restart)
        if done:
            self._remember(step)
        broken = await self.world.host.store.try_out(lambda tx: list(self._broken(tx, step)))
        broken += [f"10, 11 {sentence}" for sentence in await self._misread()]
        if broken:
            raise Broken("\n".join(broken))

    def _remember(self, step: Step) -> None:
        match step:
            case Push(provider, key, email, active, more):
                self.mirror[provider, key] = (active, ({} if email is None else {"email": email}) | dict(more))
            case _ if is_pushed(step) and hasattr(step, "key"):
                self.mirror.pop((step.provider, step.key))

    def _broken(self, tx: Transaction, step: Step) -> Iterator[str]:
        rules = self.world.host.rules(tx)
        now = laws.picture(tx, rules)
        yield from _named("5", laws.seated(now))
        yield from _named("6", laws.placed(now))
        yield from _named("7", laws.separate(now))
        before, self.before = self.before, now
        if before is not None:
            yield from _named("5", laws.kept(before, now))
            yield from _named("7", laws.unmoved(before, now))
            yield from _named("13", laws.told(tx, before, now))
        if before is not None and is_pushed(step):
            yield from _named("1", laws.untouched(before, now))
        moment = Moment(self.world.now, self.world.by())
        yield from _named("2", laws.settled(tx, rules, moment))
        yield from _named("2", laws.projected(tx, rules, moment, thawed=self.thawed))

    async def _misread(self) -> list[str]:
        return [s for name in TENANTS if name in self.world.host.providers for s in await self._misread_by(name)]

    async def _misread_by(self, provider: str) -> list[str]:
        handle = self.world.host.providers[provider].records
        page, count = await handle.read(lambda view: (view.page("user"), view.count("user")))
        found = {(record.key): (record.active, dict(record.content)) for record in page}
        wanted = {key: told for (name, key), told in self.mirror.items() if name == provider}
        sentences = [f"{provider} reads {found}, and was told {wanted}"] if found != wanted else []
        return sentences + ([f"{provider} is told of {count} records"] if count != len(wanted) else [])


def _named(law: str, sentences: Iterator[str]) -> Iterator[str]:
    return (f"{law}: {sentence}" for sentence in sentences)


def run(history: Sequence[Step], table: Mapping[str, Any] = TABLES["everybody"]) -> None:
    """Let a history happen.

    Raises:
        Broken: after the first step after which a law is broken.
    """
    asyncio.run(_run(history, table))


async def _run(history: Sequence[Step], table: Mapping[str, Any]) -> None:
    with folder() as path:
        w = World(path, table)
        try:
            await w.host.apply(w.by())
            machine = Machine(w)
            for step in history:
                await machine.step(step)
        finally:
            await w.host.close()


def folder() -> "tempfile.TemporaryDirectory[Any]":
    """Give a temporary folder, in memory where there is such a place."""
    return _Folder(dir=_MEMORY if _MEMORY.is_dir() else None)


class _Folder(tempfile.TemporaryDirectory[Any]):
    def __enter__(self) -> Path:  # type: ignore[override]
        return Path(super().__enter__())
