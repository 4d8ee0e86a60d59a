"""The page where nobody is there yet offers what the source's type declares, whatever the source is called."""

import pytest

from dirsync_core.host import doors
from dirsync_core.web.pages import COOKIE
from tests.web.conftest import Serve


async def first_page(serve: Serve, plugin: str) -> str:
    site = await serve({"providers": {"sales": {"plugin": plugin}, "contractors": {"plugin": "manual"}}})
    now = site.host.clock()
    code = await site.host.store.write(lambda tx: doors.create_code(tx, "sofie", now))
    secret = await site.host.store.write(lambda tx: doors.sign_in(tx, code, now))
    site.client.session.cookie_jar.update_cookies({COOKIE: secret or ""})
    async with site.client.get("/people") as answer:
        assert 200 == answer.status
        return await answer.text()


async def test_a_source_with_a_guide_is_connected_and_rehearsed_under_its_name(serve: Serve) -> None:
    shown = await first_page(serve, "okta")

    assert 'href="/providers/sales/setup"' in shown
    assert "dirsync okta rehearse --people 200 --provider sales" in shown


@pytest.mark.parametrize("offered", ["/setup", "rehears"])
async def test_of_a_source_without_a_guide_nothing_is_offered_that_is_not_there(serve: Serve, offered: str) -> None:
    shown = await first_page(serve, "crashing")

    assert "Nobody here yet" in shown
    assert offered not in shown
