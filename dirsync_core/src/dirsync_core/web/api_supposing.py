"""Supposing over `/api/v1`: what would become of a record if its source said something else of it."""

from aiohttp import web

from dirsync_core.api import REQUEST, Request
from dirsync_core.host.acts.supposing import suppose
from dirsync_core.web.keys import HOST
from dirsync_core.web.parameters import known, read_body


async def explain_with(request: web.Request) -> web.Response:
    """What would become of somebody's record if it said what the body says. Nothing of it remains."""
    params, body = known(request, "provider"), await read_body(request)
    by = Request(request[REQUEST].id, request[REQUEST].by)
    supposed = await suppose(request.app[HOST], by, request.match_info["who"], body, params.get("provider"))
    return web.json_response(supposed.shape)


def routes() -> list[web.RouteDef]:
    """Give the routes."""
    return [web.post("/api/v1/explain/{who}", explain_with)]
