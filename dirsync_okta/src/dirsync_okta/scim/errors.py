"""What the service refuses, as RFC 7644 3.12 wants it said: every error is a `ScimError`, and every answer is JSON.

A detail says what happened and what to do now. `topic` names the refusal, so that whoever mounts the service can add
advice in a client's own words (`Advice`); this module knows no client.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from aiohttp import web

from dirsync_core.api import DirsyncError, Json

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MEDIA_TYPE = "application/scim+json"

ScimType = Literal[
    "expiredCursor",
    "invalidCount",
    "invalidCursor",
    "invalidFilter",
    "invalidPath",
    "invalidSyntax",
    "invalidValue",
    "mutability",
    "noTarget",
    "tooMany",
    "uniqueness",
]
Topic = Literal[
    "body",
    "bulk",
    "content",
    "cursor",
    "filter",
    "missing",
    "mutability",
    "nowhere",
    "patch",
    "size",
    "taken",
    "value",
    "version",
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
        self.about: str | None = None


@contextmanager
def about(noun: str, name: str | None) -> Iterator[None]:
    """Have a refusal that comes out of here say whom it is about, unless it does so already."""
    try:
        yield
    except ScimError as error:
        if error.about is None and name is not None and name not in error.detail:
            error.about = f"{noun.capitalize()} “{clip(name)}”"
        raise


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
    body = json.dumps(_document(status, detail, scim_type), ensure_ascii=False)
    return web.Response(status=status, body=body.encode(), content_type=MEDIA_TYPE, headers=headers)


def rendered(error: ScimError, advice: Advice) -> web.Response:
    """Give the answer for an error, with the advice that there is on its topic."""
    return error_response(error.status, _said(error, advice), error.scim_type, headers=error.headers)


def error_document(error: ScimError, advice: Advice) -> dict[str, Json]:
    """Give an error as JSON, as it stands in the answer to a bulk request."""
    return _document(error.status, _said(error, advice), error.scim_type)


def _document(status: int, detail: str, scim_type: str | None) -> dict[str, Json]:
    named: dict[str, Json] = {"scimType": scim_type} if scim_type is not None else {}
    return {"schemas": [ERROR], "status": str(status), **named, "detail": detail}


def _said(error: ScimError, advice: Advice) -> str:
    extra = advice.get(error.topic) if error.topic else None
    said = f"{error.about}: {error.detail}" if error.about else error.detail
    return f"{said} {extra}" if extra else said


def clip(text: str, length: int = 80) -> str:
    """Shorten a client's text for a sentence."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
