"""A person and why; and why somebody is not there, with the ways to bring them in."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

from dirsync_core.host.host import Host
from dirsync_core.model.addresses import fold
from dirsync_core.model.errors import NotFound
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Situation, Status
from dirsync_core.query import history
from dirsync_core.query.explaining import explanation
from dirsync_core.query.people import BadCursor
from dirsync_core.query.reading import Reading, called, person_shape
from dirsync_core.query.records import situations
from dirsync_core.web.desk import cases, words
from dirsync_core.web.desk.listing import back_at
from dirsync_core.web.desk.naming import names_in
from dirsync_core.web.desk.shell import shell
from dirsync_core.web.pages import shapes

_HISTORY = 20


def person(host: Host, reading: Reading, person_id: str, by: str) -> shapes.PersonPage:
    """Give one person."""
    found = reading.person(PersonId(person_id))
    if found is None:
        raise NotFound(f"Nobody has the id “{person_id}”.")
    told = explanation(reading, found.id)
    lines, _ = history.written(reading, found.id, _HISTORY)
    shape = person_shape(found)
    own = [r for r in cast(list[Any], told["records"]) if _is_of(reading, r, found.id)]
    return cast(
        shapes.PersonPage,
        {
            "shell": shell(host, reading, by),
            "person": shape,
            "explanation": told,
            "assists": _assists(reading, found.id),
            "names": names_in(reading, [shape, *lines]),
            "history": lines,
            "historyTotal": history.count(reading, found.id),
            "locations": own[0]["locations"] if own else [],
            "byHand": keeper(host, reading, found.id),
            "words": words.words(reading, found.id),
            "contenders": words.contenders(reading, found.id) if keeper(host, reading, found.id) else [],
            "handedTo": words.handed_to(reading, found.id),
            "cases": cases.told(reading, cast(list[str], told["cases"])),
        },
    )


def past(host: Host, reading: Reading, person_id: str, at: str, by: str) -> shapes.PastPersonPage:
    """Give one person as they were."""
    then, found = back_at(reading, at), reading.person(PersonId(person_id))
    assert then is not None
    was = then.person(found) if found is not None else None
    if was is None:
        raise NotFound(f"Nobody had the id “{person_id}” then.")
    shape = person_shape(was)
    return cast(
        shapes.PastPersonPage,
        {
            "shell": shell(host, reading, by),
            "at": written_time(then.at),
            "person": shape,
            "names": names_in(reading, shape),
        },
    )


def history_page(host: Host, reading: Reading, person_id: str, cursor: str | None, by: str) -> shapes.HistoryPage:
    """Give a page of what was written about one person."""
    found = reading.person(PersonId(person_id))
    if found is None:
        raise NotFound(f"Nobody has the id “{person_id}”.")
    lines, after = history.written(reading, found.id, _HISTORY, _read_cursor(cursor))
    return cast(
        shapes.HistoryPage,
        {
            "shell": shell(host, reading, by),
            "person": found.id,
            "displayName": called(found),
            "history": lines,
            "names": names_in(reading, lines),
            "total": history.count(reading, found.id),
            "nextCursor": f"{after.event or ''}-{after.change or ''}" if after else None,
        },
    )


def _read_cursor(text: str | None) -> history.Cursor | None:
    if text is None:
        return None
    parts = text.split("-")
    if len(parts) != 2 or not all(
        part == "" or (part.isascii() and part.isdigit() and len(part) < 19) for part in parts
    ):
        raise BadCursor("This cursor is not one that was given out here. Begin without one.")
    event, change = (int(part) if part else None for part in parts)
    return history.Cursor(event, change)


def why(host: Host, reading: Reading, who: str, by: str) -> shapes.WhyPage:
    """Explain an address or id."""
    told: dict[str, Any] = explanation(reading, who)
    records: list[dict[str, Any]] = told["records"]
    return cast(
        shapes.WhyPage,
        {
            "shell": shell(host, reading, by),
            "explanation": told,
            "locations": {record["id"]: record["locations"] for record in records},
            "ways": _ways(host, reading, told),
            "similar": _similar(reading, records[0]) if records else 0,
            "cases": cases.told(reading, told["cases"]),
            "erased": _erased(reading, who),
        },
    )


def _erased(reading: Reading, who: str) -> dict[str, str] | None:
    erasure = reading.tx.erasures.of_address(fold(who))
    return {"at": written_time(erasure.at), "by": erasure.by} if erasure is not None else None


def _assists(reading: Reading, person: PersonId) -> list[dict[str, Any]]:
    named = (r.person for r in reading.tx.people.naming(person) if r.attribute == "assistants" and r.person != person)
    people = [reading.person(one) for one in named]
    return [
        {"person": p.id, "displayName": called(p), "email": p.email, "source": next(iter(p.sources), None)}
        for p in people
        if p is not None and p.status is Status.ACTIVE
    ]


def _is_of(reading: Reading, record: Mapping[str, Any], person: PersonId) -> bool:
    link = reading.tx.facts.link(record["id"])
    return link is not None and link.person == person


def keeper(host: Host, reading: Reading, person: PersonId) -> str | None:
    """Give the provider that keeps somebody by hand."""
    records = (reading.tx.records.any(link.record) for link in reading.tx.facts.links(person))
    return next((r.provider for r in records if r and r.deleted_at is None and r.provider in host.by_hand), None)


def _ways(host: Host, reading: Reading, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the ways to bring somebody in who is not there."""
    if told["verdict"] == "active":
        return []
    if not told["records"]:
        if _erased(reading, told["who"]) is not None:
            return []
        address = f"?email={quote(told['who'])}" if "@" in told["who"] else ""
        add = {
            "label": "Add a person…",
            "href": f"/people/new{address}",
            "consequence": "Recorded by hand. Sync never overwrites them.",
        }
        return [add] if host.by_hand else []
    record = told["records"][0]
    title = reading.title(record["provider"])
    ways: list[dict[str, Any]] = _ways_by_hand(host, reading, record)
    if record["situation"] == Situation.OUT_OF_SCOPE.value and record["locations"]:
        ways.append({"label": "Place in a location…", "href": f"/people/place?who={record['id']}",
                     "consequence": "By hand, for this person only. Rules never undo a placement."})  # fmt: skip
        ways.append({"label": "Change a rule…", "href": "/rules/draft",
                     "consequence": "The plan shows who would come along, before anything is applied."})  # fmt: skip
    ways.append({"label": f"In {title}", "href": None, "consequence": _there(record["situation"], title)})
    return ways


def _ways_by_hand(host: Host, reading: Reading, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what can be done where the address of a record is that of somebody kept by hand."""
    outcome = reading.tx.outcomes.get(RecordId(record["id"])) if record["situation"] == "contested" else None
    holder = outcome.contender if outcome is not None else None
    if holder is None or keeper(host, reading, holder) is None:
        return []
    name, title = reading.called(holder), reading.title(record["provider"])
    case = next(iter(reading.tx.cases.about(RecordId(record["id"]), "address")), None)
    apart = [] if case is None else [
        {"label": "Keep them apart…", "href": f"/cases/{case.id}/keep",
         "consequence": f"{name} keeps the address. This record waits, and only a hand-over joins the two."}
    ]  # fmt: skip
    return [
        {"label": f"Hand over to {title}…", "href": f"/people/{holder}/adopt?record={record['id']}",
         "consequence": f"{name} and this record become one person. What is kept by hand sleeps."},
        {"label": "Another address…", "href": f"/people/{holder}/edit",
         "consequence": f"{name} gets another one, and this record becomes a person of its own."},
        *apart,
    ]  # fmt: skip


def _there(situation: str, title: str) -> str:
    match situation:
        case "unkeyed":
            return f"Give the person a primary e-mail in {title}. They appear with its next push."
        case "out_of_scope":
            return f"Correct the value that the rule looks at. The person appears with {title}’s next push."
        case "contested":
            return f"Give one of the two another address in {title}, or change the person who has it."
        case "inactive" | "tombstone":
            return f"Assign the person again in {title}. They come back as the same person."
        case _:
            return f"See to it that {title} works again. Meanwhile everybody stays as they were."


def _similar(reading: Reading, record: Mapping[str, Any]) -> int:
    counts = situations(reading, record["provider"])
    return max(0, counts.get(Situation(record["situation"]), 0) - 1)
