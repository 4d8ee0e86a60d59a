"""Erasing over `/api/v1`: somebody is forgotten, who was, and lifting that."""

from aiohttp import web

from dirsync_core.api import REQUEST, Request
from dirsync_core.host.acts import erasing
from dirsync_core.host.asking import ask
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json
from dirsync_core.query.erasures import erasure_shape, erasures_shape
from dirsync_core.web.keys import HOST
from dirsync_core.web.parameters import BadParameter, known, read_body


async def erase(request: web.Request) -> web.Response:
    """Forget somebody. The body repeats whom, `{"erase": WHO}`, since it can't be taken back."""
    host, body, who = request.app[HOST], await read_body(request), request.match_info["who"]
    if body != {"erase": who}:
        raise BadParameter(f'This can’t be taken back. If it is meant, send {{"erase": WHO}} with the same WHO: {who}')
    at, by = host.clock(), _author(request)
    done, rewritten = await erasing.forget(host.store, host.rules, lambda: Moment(at, by), who)
    return web.json_response(erasing.forgotten_shape(done, rewritten=rewritten))


async def erasures(request: web.Request) -> web.Response:
    """Who was erased: when, by whom, and the keyed hashes of the addresses."""
    known(request)
    return web.json_response(await ask(request.app[HOST], erasures_shape))


async def lift(request: web.Request) -> web.Response:
    """Let an address come back: `{"email": EMAIL}`."""
    host, body = request.app[HOST], await read_body(request)
    email = body.get("email")
    if not isinstance(email, str) or len(body) != 1:
        raise BadParameter('Give {"email": EMAIL}.')
    at, by = host.clock(), _author(request)
    lifted = await host.store.write(lambda tx: erasing.lift(tx, host.rules(tx), Moment(at, by), email))
    shapes: list[Json] = [erasure_shape(erasure) for erasure in lifted]
    return web.json_response({"erasures": shapes})


def routes() -> list[web.RouteDef]:
    """Give the routes."""
    return [
        web.post("/api/v1/people/{who}/erase", erase),
        web.get("/api/v1/erasures", erasures),
        web.post("/api/v1/erasures/lift", lift),
    ]


def _author(request: web.Request) -> Request:
    return Request(request[REQUEST].id, request[REQUEST].by)
