"""What a request of `/api/v1` carries: parameters of its query, and a JSON object."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from dirsync_core.model.errors import DirsyncError

Params = Mapping[str, str]
Body = Mapping[str, Any]


class BadParameter(DirsyncError, ValueError):
    """A parameter of the query, or a body, that can't be used."""


def known(request: web.Request, *names: str) -> Params:
    """Give the parameters of a query.

    Raises:
        BadParameter: there is one that has no meaning here.
    """
    for name in request.query:
        if name not in names:
            there = f"There are {', '.join(names)}." if names else "There are none."
            raise BadParameter(f"“{name[:80]}” is no parameter here. {there}")
    return request.query


async def read_body(request: web.Request) -> Body:
    """Give the JSON object that a request carries.

    Raises:
        BadParameter: it carries none.
    """
    try:
        body = await request.json()
    except ValueError as error:
        raise BadParameter(f"The body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise BadParameter("The body is a JSON object.")
    return body


def number(params: Params, name: str, default: int) -> int:
    """Give a parameter that is a number.

    Raises:
        BadParameter: it is none.
    """
    text = params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadParameter(f"{name} is a whole number from 0 on, and “{text[:80]}” is not.")
    return int(text)
