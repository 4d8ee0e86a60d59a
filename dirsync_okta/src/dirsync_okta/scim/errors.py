"""What the service refuses, as RFC 7644 3.12 wants it said: every error is a `ScimError`, and every answer is JSON.

A detail says what happened and what to do now. `topic` names the refusal, so that whoever mounts the service can add
advice in a client's own words (`Advice`); this module knows no client.
"""

import json
from collections.abc import Mapping
from typing import Literal

from aiohttp import web

from dirsync_core.api import DirsyncError

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MEDIA_TYPE = "application/scim+json"

ScimType = Literal[
    "invalidFilter", "invalidPath", "invalidSyntax", "invalidValue", "mutability", "noTarget", "tooMany", "uniqueness"
]
Topic = Literal[
    "address", "body", "content", "filter", "missing", "mutability", "nowhere", "patch", "size", "taken", "value"
]
Advice = Mapping[Topic, str]
"""Topic → a sentence or two for the administrator of the client that is refused."""


class ScimError(DirsyncError):
    """A request that is refused; nothing of it was written."""

    def __init__(
        self,
        status: int,
        detail: str,
        scim_type: ScimType | None = None,
        *,
        topic: Topic | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.scim_type = scim_type
        self.topic = topic
        self.headers = dict(headers or {})


def invalid_value(detail: str) -> ScimError:
    """Say that a value doesn't fit its attribute."""
    return ScimError(400, detail, "invalidValue", topic="value")


def invalid_syntax(detail: str) -> ScimError:
    """Say that the body isn't what the operation wants."""
    return ScimError(400, detail, "invalidSyntax", topic="body")


def unchangeable(detail: str) -> ScimError:
    """Say that an attribute can't be changed that way."""
    return ScimError(400, detail, "mutability", topic="mutability")


def no_target(detail: str) -> ScimError:
    """Say that a PATCH path leads to nothing."""
    return ScimError(400, detail, "noTarget", topic="patch")


def invalid_path(detail: str) -> ScimError:
    """Say that a PATCH path names no attribute."""
    return ScimError(400, detail, "invalidPath", topic="patch")


def not_found(noun: str, resource: str) -> ScimError:
    """Say that there is no such resource, without a hint whether there is one elsewhere."""
    return ScimError(
        404, f"There is no {noun} “{clip(resource)}” here. It was deleted, or never existed.", topic="missing"
    )


def error_response(
    status: int, detail: str, scim_type: str | None = None, *, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Give the answer that tells a client of a refusal."""
    document = {"schemas": [ERROR], "status": str(status), "scimType": scim_type, "detail": detail}
    body = json.dumps({name: value for name, value in document.items() if value is not None}, ensure_ascii=False)
    return web.Response(status=status, body=body.encode(), content_type=MEDIA_TYPE, headers=headers)


def rendered(error: ScimError, advice: Advice) -> web.Response:
    """Give the answer for an error, with the advice that there is on its topic."""
    extra = advice.get(error.topic) if error.topic else None
    detail = f"{error.detail} {extra}" if extra else error.detail
    return error_response(error.status, detail, error.scim_type, headers=error.headers)


def clip(text: str, length: int = 80) -> str:
    """Shorten a client's text for a sentence."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
