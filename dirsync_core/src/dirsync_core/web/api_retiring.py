"""Retiring a source over `/api/v1`: what would become of its people, and doing it."""

from typing import cast, get_args

from aiohttp import web

from dirsync_core.api import REQUEST, Request
from dirsync_core.host.acts import retiring
from dirsync_core.model.retirements import Fate
from dirsync_core.query.plans import effects_shape
from dirsync_core.web.keys import HOST
from dirsync_core.web.parameters import BadParameter, Body, read_body

_WANTED = 'Give {"fate": "freeze"}, {"fate": "leave"} or {"fate": "to", "to": PROVIDER}; and "dryRun": true to look.'


async def retire(request: web.Request) -> web.Response:
    """Retire a source that is out of the settings, or with `"dryRun": true` say what that would do."""
    host, body, name = request.app[HOST], await read_body(request), request.match_info["name"]
    fate, successor, dry_run = _read(body)
    by = Request(request[REQUEST].id, request[REQUEST].by)
    verb = retiring.plan if dry_run else retiring.do
    return web.json_response(effects_shape(await verb(host, by, name, fate, successor)))


def routes() -> list[web.RouteDef]:
    """Give the routes."""
    return [web.post("/api/v1/providers/{name}/retire", retire)]


def _read(body: Body) -> tuple[Fate, str | None, bool]:
    fate, successor, dry_run = body.get("fate"), body.get("to"), body.get("dryRun", False)
    named = isinstance(successor, str) if fate == "to" else successor is None
    known = body.keys() <= {"fate", "to", "dryRun"} and isinstance(dry_run, bool)
    if fate not in get_args(Fate) or not named or not known:
        raise BadParameter(_WANTED)
    return cast(Fate, fate), successor, dry_run
