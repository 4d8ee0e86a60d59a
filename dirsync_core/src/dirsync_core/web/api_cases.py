"""Cases over `/api/v1`: what waits for a person, and what they decide."""

from collections.abc import Callable, Sequence

from aiohttp import web

from dirsync_core.api import REQUEST, Request
from dirsync_core.engine.rules import Rules
from dirsync_core.host.acts import casework
from dirsync_core.host.acts.casework import Decided
from dirsync_core.host.asking import ask
from dirsync_core.model.moments import Moment
from dirsync_core.query.cases import case_named, case_shape, cases_shape
from dirsync_core.store.contract import Transaction
from dirsync_core.web.keys import HOST
from dirsync_core.web.parameters import BadParameter, known, number, read_body

_MOST = 500
_STATES = ("open", "all")

Decide = Callable[[Transaction, Rules, Moment, str, Sequence[str]], Decided]


async def cases(request: web.Request) -> web.Response:
    """What waits for a person, or with `state=all` also what was decided."""
    params = known(request, "state", "limit", "cursor")
    state = params.get("state", "open")
    if state not in _STATES:
        raise BadParameter(f"“{state[:80]}” is no state of a list. There are {', '.join(_STATES)}.")
    limit, start = min(number(params, "limit", _MOST), _MOST), number(params, "cursor", 0)
    found = await ask(
        request.app[HOST],
        lambda reading: cases_shape(reading, open_only=state == "open", limit=limit + 1, start=start),
    )
    following = str(start + limit) if len(found) > limit else None
    return web.json_response({"cases": found[:limit], "nextCursor": following})


async def case(request: web.Request) -> web.Response:
    """One case, with all its people."""
    known(request)
    return await _case(request, request.match_info["id"])


async def approve(request: web.Request) -> web.Response:
    """Let go, or say that it is the same person: `{"people": [WHO…]}`, or none for all."""
    return await _decided(request, casework.approve)


async def keep(request: web.Request) -> web.Response:
    """Keep, or say that it is somebody else: `{"people": [WHO…]}`, or none for all."""
    return await _decided(request, casework.keep)


def routes() -> list[web.RouteDef]:
    """Give the routes."""
    return [
        web.get("/api/v1/cases", cases),
        web.get("/api/v1/cases/{id}", case),
        web.post("/api/v1/cases/{id}/approve", approve),
        web.post("/api/v1/cases/{id}/keep", keep),
    ]


async def _decided(request: web.Request, decide: Decide) -> web.Response:
    host, who, found = request.app[HOST], await _people(request), request.match_info["id"]
    at, by = host.clock(), Request(request[REQUEST].id, request[REQUEST].by)
    await host.store.write(lambda tx: decide(tx, host.rules(tx), Moment(at, by), found, who))
    return await _case(request, found)


async def _case(request: web.Request, found: str) -> web.Response:
    return web.json_response(
        await ask(request.app[HOST], lambda reading: case_shape(reading, case_named(reading, found)))
    )


async def _people(request: web.Request) -> Sequence[str]:
    body = await read_body(request) if request.can_read_body else {}
    people = body.get("people", [])
    if body.keys() - {"people"} or not isinstance(people, list) or not all(isinstance(who, str) for who in people):
        raise BadParameter('Give {"people": [WHO…]}, or nothing for all.')
    if "people" in body and not people:
        raise BadParameter("people names nobody. Leave it out if all are meant.")
    return people
