"""When sources are asked while serving; time passes only where a test lets it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from dirsync_core.api import Complete
from dirsync_core.host.asked import schedule
from dirsync_core.host.asked.pulling import AlreadyPulling, pull
from dirsync_core.host.asked.schedule import FIRST_PAUSE, keep_asking, next_time
from dirsync_core.host.host import Host
from dirsync_core.model.errors import StoreBusy
from dirsync_core.store.contract import PullOutcome, PullSession, PullState
from dirsync_core.testing.storing.making import AT, later
from tests.core.asked import Asked, everybody
from tests.core.world import World

HOUR = timedelta(hours=1)
HR = {"providers": {"hr": {"plugin": "asked", "every": "1h"}, "contractors": {"plugin": "manual"}}}
DONE = PullState("hr", PullSession("r1", "pull:hr", AT, PullOutcome.DONE, ended_at=later(10)))


@attrs.define
class Nights:
    """A sleep that turns the world's clock, and ends the test at the last of its nights."""

    world: World
    left: int
    slept: list[int] = attrs.field(factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds))
        self.world.now += timedelta(seconds=seconds)
        self.left -= 1
        if not self.left:
            raise asyncio.CancelledError


async def live(w: World, nights: int) -> list[int]:
    """Let a source be asked for some nights; gives how long they were."""
    passing = Nights(w, nights)
    with pytest.raises(asyncio.CancelledError):
        await keep_asking(w.host, "hr", HOUR, sleep=passing.sleep, lucky=lambda: 0.5)
    return passing.slept


def source(w: World) -> Asked:
    provider = w.host.providers["hr"]
    assert isinstance(provider, Asked)
    provider.opened = 1
    return provider


def test_a_source_that_was_never_asked_is_asked_at_once() -> None:
    assert AT == next_time(PullState("hr"), HOUR, AT, 0.5)


def test_the_next_time_is_counted_from_the_end_of_the_last_and_moved_by_luck() -> None:
    times = [next_time(DONE, HOUR, AT, luck) for luck in (0.0, 0.5, 1.0)]

    assert [later(10 + 54), later(10 + 60), later(10 + 66)] == times


def test_a_time_that_has_passed_is_now() -> None:
    assert later(500) == next_time(DONE, HOUR, later(500), 0.5)


@pytest.mark.parametrize(("failures", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (5000, 60)])
def test_after_failures_it_is_sooner_at_first_and_never_rarer_than_usual(failures: int, minutes: int) -> None:
    failed = attrs.evolve(DONE, failures=failures)

    assert later(10 + minutes) == next_time(failed, HOUR, AT, 0.5)


async def test_a_source_is_asked_again_and_again(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        source(w).says = [*everybody("ann")]

        slept = await live(w, 3)

        assert [3600.0] * 3 == slept
        assert 3 == len(source(w).given)
        assert {"ann@x.example"} == await w.active()


async def test_the_next_time_is_kept_where_others_see_it(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        source(w).says = [Complete()]

        await live(w, 1)

        assert w.now == (await w.look(lambda tx: tx.pulls.get("hr"))).next_at


async def test_one_that_fails_is_asked_sooner_and_that_survives_a_restart(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        source(w).says = [OSError("cut")]
        assert [60.0, 120.0] == await live(w, 2)

        await w.restart(HR)
        source(w).says = [OSError("cut")]

        assert [240.0] == await live(w, 1)


async def test_a_restart_asks_no_sooner(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        source(w).says = [Complete()]
        await live(w, 1)
        w.now -= HOUR / 2
        await w.restart(HR)

        slept = await live(w, 1)

        assert ([1800.0], []) == (slept, source(w).given)


async def test_a_store_that_is_busy_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(job: object) -> None:
        raise StoreBusy("Another process has been writing.")

    async with World(tmp_path, HR) as w:
        source(w).says = [Complete()]
        with monkeypatch.context() as patched:
            patched.setattr(w.host.store, "write", busy)
            slept = await live(w, 2)

        assert [FIRST_PAUSE.total_seconds()] * 2 == slept
        assert [3600.0] == await live(w, 1)


async def test_somebody_else_who_asks_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(host: Host, name: str, *, is_open: bool) -> None:
        raise AlreadyPulling("hr is being asked already.")

    async with World(tmp_path, HR) as w:
        monkeypatch.setattr(schedule, "pull", taken)

        assert [60.0, 60.0] == await live(w, 2)


async def test_whoever_was_asked_meanwhile_is_left_alone(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        source(w).says = [Complete()]
        passing = Nights(w, 2)

        async def sleep(seconds: float) -> None:
            await passing.sleep(seconds / 2)
            await pull(w.host, "hr", is_open=True)
            w.now += timedelta(seconds=seconds / 2)

        with pytest.raises(asyncio.CancelledError):
            await keep_asking(w.host, "hr", HOUR, sleep=sleep, lucky=lambda: 0.5)

        assert 2 == len(source(w).given)
