"""Ten thousand of the requests of `make fuzz`, always the same ones."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import structlog

from tests.okta.proof.fuzz import Fuzz, memory
from tests.okta.proof.installation import quiet, served
from tests.okta.proof.mutations import Known, mutated, raw_bytes

REQUESTS = 10_000
MOST_GROWTH = 64 << 20


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    quiet()
    yield
    structlog.reset_defaults()


async def test_no_request_breaks_the_server_or_touches_what_is_another_s(tmp_path: Path) -> None:
    async with served(tmp_path) as installation:
        fuzz = Fuzz(installation, Random(20261124))
        await fuzz.prepare()
        await fuzz.run(REQUESTS // 5)
        held = memory()
        await fuzz.run(REQUESTS - REQUESTS // 5)
        grown = memory() - held

    assert grown < MOST_GROWTH
    assert {200, 201, 204, 400, 401, 404, 405, 409, 415} <= fuzz.statuses.keys()
    # Most of what is sent gets far: a fuzz that is only ever refused at the door proves nothing.
    assert sum(count for status, count in fuzz.statuses.items() if 200 <= status < 300) > REQUESTS / 10


def test_a_seed_gives_the_same_requests() -> None:
    known = Known(["a", "b"], ["c"], ["d"])
    first, second = ([mutated(dice, known).written("t") for _ in range(200)] for dice in (Random(1), Random(1)))

    assert first == second
    assert raw_bytes(Random(1), known, "t") == raw_bytes(Random(1), known, "t")
