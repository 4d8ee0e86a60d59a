"""A service over records in memory, and a conversation with it."""

import pytest
from aiohttp import web

from dirsync_core.api import Context
from dirsync_okta.provider import Okta, OktaSettings
from tests.okta.conversation import BASE, Conversation, mounted
from tests.okta.memory import MemoryRecords


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def okta(records) -> Okta:
    return Okta(OktaSettings(), Context("okta", records, BASE))


@pytest.fixture
def app(okta) -> web.Application:
    application = okta.app()
    assert application is not None
    return mounted(application)


@pytest.fixture
async def scim(aiohttp_client, app) -> Conversation:
    return Conversation(await aiohttp_client(app))
