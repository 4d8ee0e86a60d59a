"""429: Okta waits as long as it is told, and gives up after ten attempts."""

import asyncio

import pytest
from aiohttp import web

from dirsync_okta.rehearsal.client import ATTEMPTS, PAUSE, pause
from tests.okta.rehearsal.conftest import Rehearse
from tests.okta.rehearsal.fake_scim import FakeScim, Refuse, Seen, error


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def patient(play: Rehearse, slept: list[float]) -> Rehearse:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    return lambda **more: play(sleep=sleep, day=False, **more)


def _busy(times: int, headers: dict[str, str] | None = None) -> Refuse:
    left = [times]

    def refuse(seen: Seen) -> web.Response | None:
        if (seen.method, seen.path) != ("POST", "/Users") or not left[0]:
            return None
        left[0] -= 1
        return error(429, "Slow down.", headers=headers)

    return refuse


async def test_the_seconds_of_retry_after_are_waited_exactly(
    patient: Rehearse, fake: FakeScim, slept: list[float]
) -> None:
    fake.refuse = _busy(2, {"Retry-After": "7"})

    report = await patient()

    assert slept == [7.0, 7.0]
    assert report.failures == ()
    assert report.pauses == 2


async def test_without_retry_after_five_minutes_double_each_time(
    patient: Rehearse, fake: FakeScim, slept: list[float]
) -> None:
    fake.refuse = _busy(3)

    await patient()

    assert slept == [300.0, 600.0, 1200.0]


async def test_ten_attempts_are_made_and_then_it_is_a_failure(
    patient: Rehearse, fake: FakeScim, slept: list[float]
) -> None:
    fake.refuse = _busy(10, {"Retry-After": "1"})

    report = await patient()

    assert ATTEMPTS == 10
    assert len(slept) == 9
    assert [(failure.status, failure.detail) for failure in report.failures] == [(429, "Slow down.")]
    assert report.done["people created"] == 11


@pytest.mark.parametrize("header", [None, "", "1.5", "null", "-3", "Tue, 24 Nov 2026 09:00:00 GMT", "²"])
def test_a_retry_after_that_is_no_whole_number_means_five_minutes(header: str | None) -> None:
    assert pause(header, 0) == PAUSE
