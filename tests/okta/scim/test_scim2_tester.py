"""An independent SCIM client, scim2-tester, against the service."""

import asyncio
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from scim2_client import BaseSyncSCIMClient
from scim2_client.engines.inprocess import InProcessResponse, _prepare_request
from scim2_tester import Status, check_server

from tests.okta.conversation import DIRSYNC
from tests.okta.proof.installation import served


class UrllibClient(BaseSyncSCIMClient):
    """scim2-client over the standard library: its own engine wants another HTTP client than ours."""

    def __init__(self, base_url: str, token: str = "") -> None:
        super().__init__()
        self.base_url = base_url
        self.token = token

    def _stays_under_base_url(self, endpoint: str) -> bool:
        return True

    def _parse_json(self, response: Any) -> Any:
        return response.json()

    def request(self, method: str, url: str, **more: Any) -> InProcessResponse:
        prepared = _prepare_request(urlsplit(self.base_url).geturl(), None, method, url, **more)
        request = urllib.request.Request(
            prepared.url.geturl(), data=prepared.body or None, headers=dict(prepared.headers), method=method
        )
        request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return _response(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return _response(refused)


def _response(answer: Any) -> InProcessResponse:
    response = InProcessResponse(answer.status)
    for name, value in answer.headers.items():
        response.headers[name] = value
    response.content = answer.read()
    return response


# It adds the whole extension, then adds another value to `assistants` in it, and expects the first to be gone; RFC 7644
# 3.5.2.1 has "add" to a multi-valued attribute append.
_APPENDS = f"PATCH modify() returned unexpected value for '{DIRSYNC}:assistants'"


async def findings(client: UrllibClient) -> list[str]:
    """Give what scim2-tester finds wrong, of all that it looks at."""
    results = await asyncio.to_thread(check_server, client)
    assert len(results) > 100
    others = [str(each.reason) for each in results if each.status is not Status.SUCCESS]
    return [each for each in others if not each.startswith(_APPENDS)]


async def test_scim2_tester_finds_nothing(scim):
    assert await findings(UrllibClient(str(scim.client.make_url("/providers/okta/scim/v2")))) == []


async def test_scim2_tester_finds_nothing_in_an_installation(tmp_path):
    async with served(tmp_path) as there:
        base = str(there.client.make_url(there.okta.base))

        assert await findings(UrllibClient(base, there.okta.token)) == []
