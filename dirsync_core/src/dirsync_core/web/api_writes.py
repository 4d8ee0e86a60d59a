"""Writes of `/api/v1`: people recorded by hand, overrides, placements; refused where the commands would refuse.

A token must have been made with `--write`; a signed-in admin may always.
"""

from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from dirsync_core.api import REQUEST, Request
from dirsync_core.engine.rules import Rules
from dirsync_core.host.acts import adopting, by_hand, overriding
from dirsync_core.host.asking import ask
from dirsync_core.host.host import Host
from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.query.reading import person_shape
from dirsync_core.query.who import person_of
from dirsync_core.store.contract import Transaction
from dirsync_core.web.keys import HOST
from dirsync_core.web.parameters import BadParameter, Body, read_body

T = TypeVar("T")
Job = Callable[[Transaction, Rules, Moment], T]

_BESIDE = ("email", "locations", "until", "provider")


async def add_person(request: web.Request) -> web.Response:
    """Record somebody by hand: `{"email", NAME: value…, "locations": […], "until": DATE}`."""
    host, body = request.app[HOST], await read_body(request)
    chosen = host.by_hand_provider(_text(body, "provider"))
    email, until = _text(body, "email") or "", _text(body, "until")
    values = {name: _typed(name, value) for name, value in body.items() if name not in _BESIDE}
    places = _texts(body, "locations")
    added = await _write(request, lambda tx, rules, m: by_hand.add(tx, rules, m, chosen, email, values, places, until))
    return await _person(host, added.person, status=201, more={"notes": list(added.notes)})


async def change_person(request: web.Request) -> web.Response:
    """Change values of somebody kept by hand; null takes one away."""
    host, body, who = request.app[HOST], await read_body(request), request.match_info["who"]
    values = {name: "" if value is None else _typed(name, value) for name, value in body.items()}
    person = await _write(request, lambda tx, rules, m: by_hand.change(tx, rules, m, host.by_hand, who, values))
    return await _person(host, person)


async def remove_person(request: web.Request) -> web.Response:
    """Remove somebody kept by hand."""
    host, who = request.app[HOST], request.match_info["who"]
    person = await _write(request, lambda tx, rules, m: by_hand.remove(tx, rules, m, host.by_hand, who))
    return await _person(host, person)


async def adopt(request: web.Request) -> web.Response:
    """Hand somebody kept by hand over to a provider: `{"record": ID}`, or none where only one asks."""
    body = await read_body(request) if request.can_read_body else {}
    who, record = request.match_info["who"], _text(body, "record")
    person = await _write(request, lambda tx, rules, moment: adopting.adopt(tx, rules, moment, who, record))
    return await _person(request.app[HOST], person)


async def release(request: web.Request) -> web.Response:
    """Take somebody back who was handed over."""
    who = request.match_info["who"]
    person = await _write(request, lambda tx, rules, moment: adopting.release(tx, rules, moment, who))
    return await _person(request.app[HOST], person)


async def override(request: web.Request) -> web.Response:
    """`{"pin": v}`, `{"pin": null}` for empty, or `{"add": […], "mask": […]}`: all that is said of the attribute."""
    body, who, name = await read_body(request), request.match_info["who"], request.match_info["name"]
    unknown = set(body) - {"pin", "add", "mask", "note"}
    if unknown or not body.keys() & {"pin", "add", "mask"}:
        raise BadParameter('Give {"pin": value}, {"pin": null}, or {"add": […], "mask": […]}.')

    def job(tx: Transaction, rules: Rules, moment: Moment) -> str:
        if "pin" in body:
            text = None if body["pin"] is None else _typed("pin", body["pin"])
            return overriding.pin(tx, rules, moment, who, name, text, _text(body, "note") or "")
        person = overriding.clear(tx, rules, moment, who, name)
        for text in _texts(body, "add"):
            overriding.add(tx, rules, moment, who, name, text)
        for text in _texts(body, "mask"):
            overriding.mask(tx, rules, moment, who, name, text)
        return person

    return await _person(request.app[HOST], await _write(request, job))


async def give_back(request: web.Request) -> web.Response:
    """Take back every word on an attribute."""
    who, name = request.match_info["who"], request.match_info["name"]
    person = await _write(request, lambda tx, rules, moment: overriding.clear(tx, rules, moment, who, name))
    return await _person(request.app[HOST], person)


async def place(request: web.Request) -> web.Response:
    """Place somebody in a location, or with `{"mask": true}` hide them from it."""
    body = await read_body(request) if request.can_read_body else {}
    op = "mask" if body.get("mask") is True else "add"
    return await _placed(request, op)


async def unplace(request: web.Request) -> web.Response:
    """Give a location of somebody back to the rules."""
    return await _placed(request, "clear")


def routes() -> list[web.RouteDef]:
    """Give the routes."""
    return [
        web.post("/api/v1/people", add_person),
        web.patch("/api/v1/people/{who}", change_person),
        web.delete("/api/v1/people/{who}", remove_person),
        web.post("/api/v1/people/{who}/adopt", adopt),
        web.post("/api/v1/people/{who}/release", release),
        web.put("/api/v1/people/{who}/overrides/{name}", override),
        web.delete("/api/v1/people/{who}/overrides/{name}", give_back),
        web.put("/api/v1/people/{who}/locations/{key}", place),
        web.delete("/api/v1/people/{who}/locations/{key}", unplace),
    ]


# --- parts -----------------------------------------------------------------------------------------------------------


async def _write(request: web.Request, job: Job[T]) -> T:
    host = request.app[HOST]
    at, by = host.clock(), Request(request[REQUEST].id, request[REQUEST].by)
    return await host.store.write(lambda tx: job(tx, host.rules(tx), Moment(at, by)))


async def _placed(request: web.Request, op: str) -> web.Response:
    who, key = request.match_info["who"], request.match_info["key"]
    subject = await _write(request, lambda tx, rules, moment: by_hand.place(tx, rules, moment, who, key, op))
    return await _person(request.app[HOST], await _now(request.app[HOST], subject))


async def _now(host: Host, subject: str) -> str:
    """A record that was placed is somebody now; one that was given back may be nobody again."""
    link = await ask(host, lambda reading: reading.tx.facts.link(RecordId(subject)))
    return link.person if link is not None else subject


async def _person(host: Host, who: str, *, status: int = 200, more: Body | None = None) -> web.Response:
    shape = await ask(host, lambda reading: person_shape(person_of(reading.tx, who)))
    return web.json_response({**shape, **(more or {})}, status=status)


def _text(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise BadParameter(f"{name} is a text.")
    return value


def _texts(body: Body, name: str) -> list[str]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadParameter(f"{name} is a list of texts.")
    return value


def _typed(name: str, value: object) -> str:
    """Write a JSON value as it is typed at a prompt."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
        case list() if all(isinstance(item, str) for item in value):
            return ", ".join(value)
        case _:
            raise BadParameter(f"{name} is a text, true or false, or a list of texts.")
