"""Cases: what waits for a person, and the pages on which it is decided."""

from collections.abc import Mapping, Sequence
from typing import cast

from aiohttp import web

from dirsync_core.model.errors import Refused
from dirsync_core.web.pages import case_words
from dirsync_core.web.pages.cases_desk import Verb
from dirsync_core.web.pages.cases_shapes import DecisionPage, Show
from dirsync_core.web.pages.notices import notices
from dirsync_core.web.pages.queries import CaseQuery, CasesQuery, DecisionQuery
from dirsync_core.web.pages.visits import Drawn, Visit, page, see_other

TYPED_FROM = 11
"""From how many people on their number must be typed."""
_DONE = {
    ("guard", "approve"): "let-go",
    ("guard", "keep"): "kept",
    ("rehire", "approve"): "same",
    ("rehire", "keep"): "another",
    ("address", "keep"): "apart",
}


@page
async def cases(visit: Visit) -> Drawn:
    """Show what waits for a person, newest danger first; or all cases."""
    query = visit.query(CasesQuery)
    everything = query.state == "all"
    data = await visit.desk.cases.cases(open_only=not everything, start=query.after or 0, by=visit.by)
    heading = case_words.heading(sum(data["shell"]["cases"].values()), everything=everything)
    more = {"query": query, "words": case_words}
    return Drawn("cases.html", heading, data, more, "cases", messages=notices(query, data["shell"]))


@page
async def case(visit: Visit) -> Drawn:
    """Show one case, and whom it is about."""
    query = visit.query(CaseQuery)
    data = await visit.desk.cases.case(visit.word("id"), cast(Show, query.show), query.cursor, by=visit.by)
    more = {"query": query, "words": case_words}
    return Drawn(
        "case.html", case_words.title(data["case"]), data, more, "cases", messages=notices(query, data["shell"])
    )


@page
async def approve(visit: Visit) -> Drawn:
    """Ask whether to let go, or whether it is the same person."""
    return await _ask(visit, "approve")


@page
async def keep(visit: Visit) -> Drawn:
    """Ask whether to keep, or whether it is somebody else."""
    return await _ask(visit, "keep")


@page
async def do_approve(visit: Visit) -> Drawn | web.Response:
    """Let go, or say that it is the same person."""
    return await _decide(visit, "approve")


@page
async def do_keep(visit: Visit) -> Drawn | web.Response:
    """Keep, or say that it is somebody else."""
    return await _decide(visit, "keep")


async def _ask(visit: Visit, verb: Verb) -> Drawn:
    visit.query(DecisionQuery)
    return await _question(visit, verb, visit.request.query.getall("who", []))


async def _question(visit: Visit, verb: Verb, who: Sequence[str], problem: str = "") -> Drawn:
    data = await visit.desk.cases.decision(visit.word("id"), verb, who, by=visit.by)
    found, held, back = data["case"], data["count"], data["back"]
    more = {
        "verb": verb,
        "who": who,
        "problem": problem,
        "words": case_words,
        "type": _to_type(data),
        "button": case_words.verb(found, verb, held, back),
    }
    title = case_words.question(found, verb, held, back)
    return Drawn("decision.html", title, data, more, "cases", status=409 if problem else 200)


def _to_type(data: DecisionPage) -> int | None:
    """Give the number that must be typed, None for few."""
    number = data["count"] or data["back"]
    return number if number >= TYPED_FROM else None


async def _decide(visit: Visit, verb: Verb) -> Drawn | web.Response:
    form, case_id = await visit.trusted_form(), visit.word("id")
    who = form["who"].split("\n") if form.get("who") else []
    data = await visit.desk.cases.decision(case_id, verb, who, by=visit.by)
    number = _to_type(data)
    if number is not None and form.get("typed", "").strip().replace(",", "") != str(number):
        return await _question(visit, verb, who, f"Nothing was decided: type {number:,} to go on.")
    try:
        await visit.desk.cases.decide(case_id, verb, who, _seen(form), by=visit.by)
    except Refused as refused:
        return await _question(visit, verb, who, str(refused))
    return see_other(f"/cases/{visit.safe_word('id')}", done=_DONE[data["case"]["kind"], verb])


def _seen(form: Mapping[str, str]) -> int:
    text = form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
