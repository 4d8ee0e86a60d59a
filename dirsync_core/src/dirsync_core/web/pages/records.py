"""Records by situation, and the changes that came of them: the two long lists beside the directory."""

from dirsync_core.web.pages import sentences
from dirsync_core.web.pages.differences import Names, differences
from dirsync_core.web.pages.folding import by_day, fold
from dirsync_core.web.pages.queries import SITUATIONS, ChangesQuery, RecordsQuery, RequestQuery, UnknownValue
from dirsync_core.web.pages.shapes import RecordsPage, Shell
from dirsync_core.web.pages.visits import Drawn, Visit, page

CATEGORIES = {
    "linked": "fine",
    "contested": "wait",
    "unkeyed": "wait",
    "frozen": "wait",
    "errored": "bad",
    "out_of_scope": "off",
    "inactive": "off",
    "dormant": "off",
    "tombstone": "off",
}


@page
async def records(visit: Visit) -> Drawn:
    """Show one page of records."""
    query = visit.query(RecordsQuery)
    data = await visit.desk.records(query, by=visit.by)
    _known("provider", query.provider, data["shell"])
    more = {
        "query": query,
        "order": [s for s in SITUATIONS if data["situations"].get(s)] or list(SITUATIONS),
        "categories": CATEGORIES,
        "sums": _sums(data),
    }
    heading = sentences.records(data["shell"], data["situations"], data["undetermined"], data["held"])
    return Drawn("records.html", heading, data, more, section="records")


def _sums(data: RecordsPage) -> list[tuple[str, str, int]]:
    of = dict.fromkeys(("fine", "wait", "bad", "off"), 0)
    for situation, number in data["situations"].items():
        of[CATEGORIES.get(situation, "off")] += number
    of["wait"] += data["undetermined"]
    of["off"] -= data["undetermined"]
    words = {"fine": "in use", "wait": "waiting", "bad": "in trouble", "off": "rightly not"}
    return [(tone, words[tone], number) for tone, number in of.items()]


def _known(parameter: str, name: str | None, shell: Shell) -> None:
    known = [source["name"] for source in shell["sources"]]
    if name is not None and name not in known:
        raise UnknownValue(parameter, name, known)


@page
async def changes(visit: Visit) -> Drawn:
    """Show one page of the feed, bursts folded."""
    query = visit.query(ChangesQuery)
    data = await visit.desk.changes(query, by=visit.by)
    _known("source", query.source, data["shell"])
    names = Names.of(data["shell"], data["names"])
    more = {
        "query": query,
        "days": by_day(fold(data["changes"]), visit.clock),
        "told": {change["seq"]: differences(change["changed"], names) for change in data["changes"]},
    }
    return Drawn("changes.html", sentences.changes(data), data, more, section="changes")


@page
async def request(visit: Visit) -> Drawn:
    """Show what one request wrote, and what people saw change by it."""
    query = visit.query(RequestQuery)
    data = await visit.desk.request(visit.word("id"), query.before, by=visit.by)
    names = Names.of(data["shell"], data["names"])
    more = {
        "query": query,
        "told": {change["seq"]: differences(change["changed"], names) for change in data["changes"]},
    }
    return Drawn("request.html", f"What {data['by']} wrote", data, more, section="changes")
