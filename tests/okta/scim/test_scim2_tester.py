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


class UrllibClient(BaseSyncSCIMClient):
    """scim2-client over the standard library: its own engine wants another HTTP client than ours."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url

    def _stays_under_base_url(self, endpoint: str) -> bool:
        return True

    def _parse_json(self, response: Any) -> Any:
        return response.json()

    def request(self, method: str, url: str, **more: Any) -> InProcessResponse:
        prepared = _prepare_request(urlsplit(self.base_url).geturl(), None, method, url, **more)
        request = urllib.request.Request(
            prepared.url.geturl(), data=prepared.body or None, headers=dict(prepared.headers), method=method
        )
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


async def test_scim2_tester_finds_nothing(scim):
    base = str(scim.client.make_url("/providers/okta/scim/v2"))

    results = await asyncio.to_thread(check_server, UrllibClient(base))

    others = [each for each in results if each.status is not Status.SUCCESS]
    found = [str(each.reason) for each in others if not str(each.reason).startswith(_APPENDS)]
    assert found == []
    assert len(results) > 100
