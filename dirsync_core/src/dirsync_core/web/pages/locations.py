"""Locations as applied: all of them, and one with those who are placed there by hand."""

from aiohttp import web

from dirsync_core.model.errors import Ambiguous, NotFound, Refused
from dirsync_core.web.pages import sentences
from dirsync_core.web.pages.notices import notices, offered
from dirsync_core.web.pages.queries import LocationQuery, Plain
from dirsync_core.web.pages.visits import Drawn, Visit, page, see_other


@page
async def locations(visit: Visit) -> Drawn:
    """Show who is synced where, as applied."""
    query = visit.query(Plain)
    data = await visit.desk.locations(by=visit.by)
    messages = notices(query, data["shell"])
    return Drawn("locations.html", sentences.locations(data), data, section="locations", messages=messages)


@page
async def location(visit: Visit) -> Drawn:
    """Show one location, and who is placed there or hidden from it."""
    return await _location(visit, visit.query(LocationQuery), "", "")


@page
async def place(visit: Visit) -> Drawn | web.Response:
    """Place whoever has an address here, hide them, or give them back to the rules."""
    query = visit.query(LocationQuery)
    form = await visit.trusted_form()
    who, key, op = form.get("who", "").strip(), visit.word("key"), form.get("op", "")
    done = {"add": "placed", "mask": "masked", "clear": "cleared"}.get(op)
    if done is None or not who:
        return await _location(visit, query, who, "Say who: an address, or an id.")
    try:
        request = await visit.desk.place(who, key, op, by=visit.by)  # type: ignore[arg-type]  # one of the three
    except (NotFound, Refused, Ambiguous) as error:
        return await _location(visit, query, who, str(error))
    return see_other(f"/locations/{visit.safe_word('key')}", done=done, where=key, request=request)


async def _location(visit: Visit, query: LocationQuery, who: str, problem: str) -> Drawn:
    data = await visit.desk.rules.location(visit.word("key"), query.placed, query.cursor, by=visit.by)
    line = data["location"]
    title = f"{sentences.people(line['people'])} in {line['name']}"
    more = {"query": query, "who": who, "problem": problem}
    messages = () if problem else notices(query, data["shell"], await offered(visit, query))
    status = 409 if problem else 200
    return Drawn("location.html", title, data, more, "locations", status=status, messages=messages)
