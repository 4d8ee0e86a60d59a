"""Headings and first sentences: each answers the question of its page, and is true in bad times too."""

from collections.abc import Iterable, Mapping

from dirsync_core.web.pages.queries import PeopleQuery
from dirsync_core.web.pages.shapes import (
    ChangesPage,
    Dialect,
    DialectPage,
    Explanation,
    LocationsPage,
    LocationVerdict,
    PeoplePage,
    PersonPage,
    ProviderLine,
    ProvidersPage,
    SetupPage,
    Shell,
    Source,
)
from dirsync_core.web.pages.times import Clock

GLOSSES = {
    "contested": "the address is someone else’s",
    "unkeyed": "no primary e-mail",
    "frozen": "its source is off or missing",
    "errored": "a mapper failed",
    "out_of_scope": "no location takes it",
    "inactive": "deactivated by its source",
    "dormant": "by hand, handed over",
    "tombstone": "deleted by its source",
    "linked": "is a person, or adds to one",
}
EXPLANATIONS = {
    "contested": "The address that these records ask for belongs to somebody. That person stays as they are.",
    "unkeyed": "These records have no primary e-mail. Each becomes a person the moment an address arrives.",
    "frozen": "The source of these records is off or missing. Their people stay as they were.",
    "errored": "A mapper failed on these records. What was accepted of them before still holds.",
    "out_of_scope": "No location takes these records, by rule or by placement.",
    "inactive": "Their source says that these people are not active.",
    "dormant": "Kept by hand once, and handed over to another source. The values sleep.",
    "tombstone": "Their source deleted these records.",
    "linked": "Each of these records is a person, or adds to one.",
}
WAITS = ("contested", "unkeyed", "frozen")
TROUBLE = ("errored",)
TYPES = {
    "joined": "joined",
    "changed": "changed",
    "deactivated": "deactivated",
    "reactivated": "active again",
    "left": "left",
    "returned": "returned",
    "deleted": "deleted",
    "erased": "erased",
}
LEAVERS = ("left", "deactivated", "deleted", "erased")
WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 person`, `1,322 records`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def people(number: int) -> str:
    """Write a number of people."""
    return count(number, "person", "people")


def listed(words: Iterable[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def number_word(number: int) -> str:
    """Write a small number as a word that may begin a sentence."""
    return WORDS[number] if number < len(WORDS) else f"{number:,}"


def directory(query: PeopleQuery, page: PeoplePage) -> str:
    """Say how many people there are, and whether that is all there is to say."""
    total = f"more than {page['total']:,} people" if page["totalIsFloor"] else people(page["total"])
    now = "" if query.at else _state(page["shell"])
    words = _narrowing(query, page["shell"]) if query.narrowed else now
    return f"{total}{words}"[:1].upper() + f"{total}{words}"[1:]


def as_of(at: str, clock: Clock) -> str:
    """Say the day that is looked back to, and the time where one was given: `1 March`, `1 March, 09:00`."""
    return clock.ends(at) if len(at) == 10 else f"{clock.day(at)}, {clock.time(at)}"


def _narrowing(query: PeopleQuery, shell: Shell) -> str:
    status = {"active": "", "all": ", whatever their status"}.get(query.status, f", {query.status}")
    place = f" in {shell['locations'].get(query.location, query.location)}" if query.location else ""
    source = f" from {query.source}" if query.source else ""
    called = f" found for “{query.q}”" if query.q else ""
    matching = " that the filter takes" if query.filter else ""
    return f"{place}{source}{called}{matching}{status}"


def _state(shell: Shell) -> str:
    broken = [source["name"] for source in shell["sources"] if source["state"] != "active"]
    if broken:
        return f", {listed(broken)} {'does' if len(broken) == 1 else 'do'} not work"
    if shell["held"]:
        return f", {shell['held']:,} held"
    waiting = sum(shell["situations"].get(situation, 0) for situation in (*WAITS, *TROUBLE))
    if waiting:
        return f", {count(waiting, 'record')} {'waits' if waiting == 1 else 'wait'}"
    called = [s["title"] for s in shell["sources"] if s["pushes"] and s["lastRequestAt"]]
    return f", in step with {listed(called)}" if called else ""


def origins(shell: Shell, clock: Clock) -> str:
    """Say when sources were last heard, and how many people come from each."""
    return " ".join(filter(None, [_last_calls(shell, clock), _shares(shell)]))


def _last_calls(shell: Shell, clock: Clock) -> str:
    said = [
        f"{s['title']} called {clock.ago(s['lastRequestAt'])}."
        if s["lastRequestAt"]
        else f"{s['title']} has not called yet."
        for s in shell["sources"]
        if s["pushes"] and s["state"] == "active"
    ]
    return " ".join(said)


def _shares(shell: Shell) -> str:
    parts = [_share(source, first=i == 0) for i, source in enumerate(s for s in shell["sources"] if s["people"])]
    return f"{', '.join(parts)}." if parts else ""


def _share(source: Source, *, first: bool) -> str:
    number, one = source["people"], source["people"] == 1
    who = people(number) if first else f"{number:,}"
    where = "" if source["state"] == "active" else f", which {'is off' if source['state'] == 'off' else 'failed'}"
    if source["byHand"]:
        return f"{who} {'is' if one else 'are'} kept by hand{where}"
    return f"{who} {'comes' if one else 'come'} from {source['title']}{where}"


def waiting(shell: Shell) -> list[tuple[str, str]]:
    """Say what waits for somebody that is no case, situation by situation."""
    cases = shell["cases"].get("address", 0)
    situations = shell["situations"] | {"contested": max(0, shell["situations"].get("contested", 0) - cases)}
    words = {
        "contested": ("address is claimed twice", "addresses are claimed twice"),
        "unkeyed": ("record has no primary e-mail", "records have no primary e-mail"),
        "errored": ("record could not be mapped", "records could not be mapped"),
        "frozen": ("record is frozen", "records are frozen"),
    }
    return [(s, count(situations[s], *pair)) for s, pair in words.items() if situations.get(s)]


def first_name(page: PersonPage) -> str:
    """Give the short name that a heading uses."""
    person = page["person"]
    return str(person.get("givenName") or person.get("displayName") or person.get("email"))


def person(page: PersonPage) -> str:
    """Say what somebody does, and where they are and why; or why they are not here."""
    doing = ", ".join(str(page["person"][name]) for name in ("title", "department") if page["person"].get(name))
    whole = _whereabouts(page) if page["person"]["status"] == "active" else page["explanation"]["sentence"]
    return f"{doing}. {whole}" if doing else whole


def _whereabouts(page: PersonPage) -> str:
    places = [place for place in page["locations"] if place["verdict"] == "in"]
    if not places:
        return page["explanation"]["sentence"]
    said = ", in ".join(f"{place['name']} {_reason(place, page)}" for place in places)
    return f"In {said}."


def _reason(place: LocationVerdict, page: PersonPage) -> str:
    if place["placement"] == "added":
        return "because you say so" if place["by"] == page["shell"]["by"] else f"because {place['by']} says so"
    title = _who_says(place["key"], page)
    return f"because {title} says so" if title else "by its rule"


def _who_says(location: str, page: PersonPage) -> str | None:
    titles = {source["name"]: source["title"] for source in page["shell"]["sources"] if not source["byHand"]}
    for record in page["explanation"]["records"]:
        takes = any(line["key"] == location and line["verdict"] == "in" for line in record["locations"])
        if takes and record["situation"] == "linked" and record["provider"] in titles:
            return titles[record["provider"]]
    return None


def why(explanation: Explanation) -> str:
    """Say whether the address is in the directory."""
    here = explanation["verdict"] == "active"
    return f"{explanation['who']} is {'' if here else 'not '}in the directory"


def records(shell: Shell, situations: Mapping[str, int], undetermined: int, held: int) -> str:
    """Say how many records there are and how many of them want a look."""
    total = sum(situations.values())
    attention = sum(situations.get(s, 0) for s in (*WAITS, *TROUBLE)) + undetermined
    if not total:
        return "No record yet"
    said = [f"{attention:,} waiting or in trouble"] if attention else []
    said += [f"{held:,} held"] if held else []
    return f"{count(total, 'record')}, {', '.join(said) or 'all in order'}"


def changes(page: ChangesPage) -> str:
    """Say how much changed today."""
    total = sum(page["today"].values())
    leavers = sum(page["today"].get(kind, 0) for kind in LEAVERS)
    if not total:
        return "Nothing changed today"
    tail = f", {leavers:,} of them {'a leaver' if leavers == 1 else 'leavers'}" if leavers else ", nobody left"
    return f"{count(total, 'change')} today{tail}"


def providers(page: ProvidersPage) -> str:
    """Say how many sources work."""
    total = len(page["providers"])
    work = sum(line["state"] == "active" for line in page["providers"])
    return f"{work} of {count(total, 'source')} {'works' if total == 1 else 'work'}" if total else "No source yet"


def providers_state(page: ProvidersPage) -> str:
    """Say what a silent or failed source means for people."""
    broken = [line for line in page["providers"] if line["state"] != "active"]
    if broken:
        return " ".join(f"{b['name']} {_state_word(b)}. Its {people(b['people'])} stay as they were." for b in broken)
    return "What each source sends is kept as it was sent; a source can write only its own records."


def _state_word(line: ProviderLine) -> str:
    return "is off" if line["state"] == "off" else "failed"


def provider(line: ProviderLine, clock: Clock) -> str:
    """Say whether a source works and when it was last heard."""
    if line["state"] != "active":
        return f"{line['name']} {_state_word(line)}"
    if line["byHand"]:
        return f"{people(line['people'])} kept by hand in {line['name']}"
    if line["lastRequestAt"]:
        return f"{line['name']} {'called' if line['pushes'] else 'was read'} {clock.ago(line['lastRequestAt'])}"
    return f"{line['name']} has not called yet" if line["pushes"] else f"{line['name']} was not read yet"


def dialect(page: DialectPage) -> str:
    """Say how much of what is tolerated a source needs."""
    name, tolerances = page["provider"]["name"], page["dialect"]["tolerances"]
    needed = sum(each["state"] == "needed" for each in tolerances)
    if needed:
        return f"{name} needed {needed} of {count(len(tolerances), 'tolerance')}"
    return f"{name} needed no tolerance so far" if page["dialect"]["since"] else f"{name} has not called yet"


def dialect_since(dialect: Dialect, clock: Clock) -> str:
    """Say from when on a dialect was listened to."""
    since = f", since {clock.day(dialect['since'])}" if dialect["since"] else ""
    return f"What this server had to be lenient about{since}. Nothing is lost by any of these."


def locations(page: LocationsPage) -> str:
    """Say who is synced where, in one line."""
    if not page["locations"]:
        return "Everybody, in one directory"
    return f"{people(page['shell']['people'])} in {count(len(page['locations']), 'location')}"


def setup(page: SetupPage) -> str:
    """Say whether the source has called."""
    title = page["provider"]["title"]
    return f"{title} is connected" if page["seen"]["call"] else f"Connect {title}"
