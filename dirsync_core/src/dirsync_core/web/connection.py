"""A connection: what can't be read as HTTP is refused in the form that its caller understands, as all else is.

aiohttp answers such a request before any application is asked, in plain text, of which Okta only says “Invalid JSON”;
and it logs what it read, which may be a token.
"""

import asyncio
import re
from collections.abc import Callable

import structlog
from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError

from dirsync_core.api import new_request_id

log = structlog.get_logger()

# aiohttp's own 8,190 bytes are fewer than a filter of 4,096 characters takes once they are escaped.
LONGEST_LINE = 32_768
_LINE = re.compile(rb"[A-Z]+ (/[^ ?#]*)")

Refuse = Callable[[str, int, str], web.Response]
"""Path, as far as it can be told, status and detail → the answer."""


async def listen(runner: web.AppRunner, refuse: Refuse, address: str, port: int) -> asyncio.Server:
    """Listen for what a runner is set up to serve; connections that are open at the end are the runner's to close.

    Raises:
        OSError: the address or port can't be had.
    """
    loop, server = asyncio.get_running_loop(), runner.server
    if server is None:
        raise RuntimeError("The runner is not set up.")
    return await loop.create_server(lambda: Connection(server, refuse, loop=loop), address, port)


class Connection(web.RequestHandler):
    """The server's end of a connection. It remembers which path was asked for last."""

    __slots__ = ("_path", "_refuse")

    def __init__(self, server: web.Server, refuse: Refuse, *, loop: asyncio.AbstractEventLoop) -> None:
        # None is none, as for a runner.
        super().__init__(server, loop=loop, access_log=None, max_line_size=LONGEST_LINE)  # type: ignore[arg-type]
        self._refuse = refuse
        self._path = ""

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        if line := _LINE.match(data):
            self._path = line[1].decode("ascii", "replace")
        super().data_received(data)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read; every other failure is answered as ever."""
        if status != 400 or request.writer.output_size:
            return super().handle_error(request, status, exc, message)
        told = new_request_id()
        log.info("request_unreadable", request=told, error=type(exc).__name__)
        response = self._refuse(self._path, _status(exc), _detail(message or ""))
        response.headers["X-Request-Id"] = told
        response.force_close()
        return response


def _status(exc: BaseException | None) -> int:
    # RFC 9110 8.4.1: a coding that the server does not have is 415.
    return 415 if isinstance(exc, ContentEncodingError) else 400


def _detail(message: str) -> str:
    # Behind the colon the parser quotes what it read.
    reason = message.partition(":")[0].strip(" .")
    return f"The request can't be read as HTTP: {reason}. See what sends it, or stands between, such as a proxy."
