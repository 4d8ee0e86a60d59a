from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from aiohttp.test_utils import TestServer

from dirsync_okta.rehearsal import Report, rehearse
from tests.okta.rehearsal.fake_scim import TOKEN, FakeScim

Rehearse = Callable[..., Awaitable[Report]]


@pytest.fixture
def fake() -> FakeScim:
    return FakeScim()


@pytest.fixture
async def root(fake: FakeScim) -> AsyncIterator[str]:
    async with TestServer(fake.app()) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
def play(root: str) -> Rehearse:
    """The rehearsal against the fake, small, one request at a time."""
    base = f"{root}/providers/okta/scim/v2"
    return partial(rehearse, url=base, token=TOKEN, people=12, concurrency=1)
