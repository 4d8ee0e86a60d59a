"""Errors of the server itself and of the API: `application/problem+json` (RFC 9457), with a `detail` that helps."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from dirsync_core.filtering import FilterError
from dirsync_core.model.errors import (
    AddressTaken,
    DirsyncError,
    Erased,
    NotFound,
    PluginUnavailable,
    Refused,
    SettingsError,
    StoreError,
    VersionMismatch,
)
from dirsync_core.query.changes import NotKept
from dirsync_core.query.people import BadCursor

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (FilterError, 400),
    (NotKept, 410),
    (BadCursor, 400),
    (SettingsError, 400),
    (NotFound, 404),
    (Erased, 403),
    (AddressTaken, 409),
    (VersionMismatch, 409),
    (Refused, 409),
    (PluginUnavailable, 503),
    (StoreError, 503),
    (DirsyncError, 400),
)


def status_of(error: Exception) -> int | None:
    """Give the status for one of dirsync's own errors; None for another's."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), None)


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with an error."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    kept = {"Retry-After": "30"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return web.Response(
        text=json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
        headers={**kept, **(headers or {})},
    )
