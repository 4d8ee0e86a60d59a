"""Endings: a source that is retired, somebody who is erased, and an erasure that is lifted."""

from typing import cast

from aiohttp import web

from dirsync_core.model.errors import Refused
from dirsync_core.model.retirements import Fate
from dirsync_core.web.pages.cases_shapes import RetiringPage
from dirsync_core.web.pages.differences import Names
from dirsync_core.web.pages.queries import FATES, Plain, RetireQuery, UnknownValue
from dirsync_core.web.pages.sentences import people
from dirsync_core.web.pages.visits import Drawn, Visit, page, see_other


@page
async def retiring(visit: Visit) -> Drawn:
    """Ask what becomes of a source's people, then show what that would do."""
    query = visit.query(RetireQuery)
    return await _retiring(visit, query.fate, query.to)


async def _retiring(visit: Visit, fate: str | None, to: str | None, note: str = "") -> Drawn:
    chosen = cast(Fate, fate) if fate and (fate != "to" or to) else None
    data = await visit.desk.endings.retiring(visit.word("name"), chosen, to, by=visit.by)
    more = {
        "fate": chosen,
        "to": to,
        "note": note,
        "named": Names.of(data["shell"], data["names"]),
        "button": _button(data, chosen, to),
    }
    title = f"What becomes of {data['provider']}’s {people(data['people'])}?"
    return Drawn("retire.html", title, data, more, "providers", status=409 if note else 200)


def _button(data: RetiringPage, fate: Fate | None, to: str | None) -> str:
    leave = data["counts"].get("leaves", 0)
    match fate:
        case "leave":
            return f"Let {people(leave)} leave, and retire {data['provider']}"
        case "to":
            return f"Hand {people(data['people'])} over to {to}"
        case _:
            return f"Keep {people(data['people'])} as they are, for good"


@page
async def retire(visit: Visit) -> Drawn | web.Response:
    """Retire a source, if what was shown is what would happen now."""
    form = await visit.trusted_form()
    fate, to = form.get("fate", ""), form.get("to") or None
    if fate not in FATES:
        raise UnknownValue("fate", fate, FATES)
    if fate == "to" and to is None:
        raise UnknownValue("to", "", ("a provider kept by hand",))
    if fate == "leave" and (wrong := await _mistyped(visit, form.get("typed", ""))):
        return await _retiring(visit, fate, to, wrong)
    try:
        done = await visit.desk.endings.retire(
            visit.word("name"), cast(Fate, fate), to, form.get("mark", ""), by=visit.by
        )
    except Refused as refused:
        return await _retiring(visit, fate, to, str(refused))
    if not done:
        return await _retiring(visit, fate, to, "By now something else would happen. Nothing was done; look again.")
    return see_other(f"/providers/{visit.safe_word('name')}", done="retired")


async def _mistyped(visit: Visit, typed: str) -> str:
    data = await visit.desk.endings.retiring(visit.word("name"), "leave", None, by=visit.by)
    leave = data["counts"].get("leaves", 0)
    if leave > 10 and typed.strip().replace(",", "") != str(leave):
        return f"Nothing was done: type {leave:,} to go on."
    return ""


@page
async def erasing(visit: Visit) -> Drawn:
    """Ask whether to erase somebody: what goes, and who still names the address."""
    visit.query(Plain)
    return await _erasing(visit)


async def _erasing(visit: Visit, problem: str = "") -> Drawn:
    data = await visit.desk.endings.erasing(visit.word("id"), by=visit.by)
    more = {"problem": problem}
    title = f"Erase {data['displayName']}?"
    return Drawn("erase.html", title, data, more, "people", status=409 if problem else 200)


@page
async def erase(visit: Visit) -> Drawn | web.Response:
    """Forget somebody, once their address was typed."""
    form = await visit.trusted_form()
    data = await visit.desk.endings.erasing(visit.word("id"), by=visit.by)
    if form.get("typed", "").strip().casefold() != data["email"].casefold():
        return await _erasing(visit, f"Nothing was erased: type {data['email']} to go on.")
    await visit.desk.endings.erase(visit.word("id"), by=visit.by)
    return see_other("/people", done="erased")


@page
async def lift(visit: Visit) -> web.Response:
    """Let the address of somebody who was erased come back."""
    form = await visit.trusted_form()
    await visit.desk.endings.lift(form.get("who", ""), by=visit.by)
    return see_other("/people/why", who=form.get("who", ""), done="lifted")
