"""The pages' desk over a real installation: each page one consistent read, each action one write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

import attrs

from dirsync_core.host import by_hand, doors
from dirsync_core.host.host import Host
from dirsync_core.model.changes import ChangeType
from dirsync_core.model.claims import Value
from dirsync_core.model.errors import NotFound, Refused
from dirsync_core.model.identifiers import PersonId, new_request_id
from dirsync_core.model.moments import Moment, Request, written_time
from dirsync_core.model.people import Person, Situation, Status
from dirsync_core.query.changes import change_shape, history
from dirsync_core.query.explaining import explanation
from dirsync_core.query.people import BadCursor, PeopleSearch, select_people
from dirsync_core.query.reading import Reading, called, person_shape
from dirsync_core.query.records import RecordsSearch, records_shape, situations, undetermined
from dirsync_core.query.status import locations_shape, provider_shape, seen, token_shape
from dirsync_core.query.who import person_named, records_named
from dirsync_core.store.contract import Transaction
from dirsync_core.web.pages import shapes
from dirsync_core.web.pages.desk import PlacementOp
from dirsync_core.web.pages.queries import ChangesQuery, PeopleQuery, RecordsQuery, UnknownValue

T = TypeVar("T")

_SCAN_SECONDS = 0.2
_PAGE = 50
_LETTERS_FROM = 1000
_SECOND_LETTERS_FROM = 500
_HISTORY = 20
_NOT_ON_FORMS = ("email", "until", "groups", "locations")


class StoreDesk:
    """`Desk` over a host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    # --- what pages show --------------------

    async def shell(self, *, by: str) -> shapes.Shell:
        """Give what stands on every page."""
        return await self._read(lambda reading: self._shell(reading, by))

    async def people(self, query: PeopleQuery, *, by: str) -> shapes.PeoplePage:
        """Give one page of the directory."""
        return await self._read(lambda reading: self._people(reading, query, by))

    async def person(self, person: str, *, by: str) -> shapes.PersonPage:
        """Give one person."""
        return await self._read(lambda reading: self._person(reading, person, by))

    async def why(self, who: str, *, by: str) -> shapes.WhyPage:
        """Explain an address or id."""
        return await self._read(lambda reading: self._why(reading, who, by))

    async def records(self, query: RecordsQuery, *, by: str) -> shapes.RecordsPage:
        """Give one page of records."""
        return await self._read(lambda reading: self._records(reading, query, by))

    async def changes(self, query: ChangesQuery, *, by: str) -> shapes.ChangesPage:
        """Give one page of the feed."""
        return await self._read(lambda reading: self._changes(reading, query, by))

    async def providers(self, *, by: str) -> shapes.ProvidersPage:
        """Give all sources and plugins."""

        def ask(reading: Reading) -> dict[str, Any]:
            lines = [self._line(reading, name) for name in self._names(reading)]
            return {"shell": self._shell(reading, by), "providers": lines, "plugins": self._host.plugins.shapes()}

        return cast(shapes.ProvidersPage, await self._read(ask))

    async def provider(self, name: str, *, by: str) -> shapes.ProviderPage:
        """Give one source."""

        def ask(reading: Reading) -> dict[str, Any]:
            self._check_provider(reading, name)
            line = self._line(reading, name)
            last = reading.tx.traffic.of(name, reading.now).last_error
            errors = [] if last is None else [
                {"at": written_time(last.at), "request": f"{last.method} {last.route}", "status": last.status,
                 "detail": last.detail or ""}
            ]  # fmt: skip
            return {
                "shell": self._shell(reading, by), "provider": line, "errors": errors,
                "tokens": self._tokens(reading, name),
            }  # fmt: skip

        return cast(shapes.ProviderPage, await self._read(ask))

    async def setup(self, name: str, *, by: str) -> shapes.SetupPage:
        """Give the guide to connect a source."""

        def ask(reading: Reading) -> dict[str, Any]:
            configured = self._host.settings.providers.get(name)
            kind = self._host.plugins.providers.get(configured.plugin) if configured else None
            if kind is None or kind.guide is None:
                raise NotFound(f"There is no guide to connect “{name}”.")
            return {
                "shell": self._shell(reading, by),
                "guide": attrs.asdict(
                    kind.guide, value_serializer=lambda _i, _f, v: list(v) if isinstance(v, tuple) else v
                ),
                "baseUrl": self._host.base_url(name),
                "provider": self._line(reading, name),
                "token": None,
                "tokens": self._tokens(reading, name),
                "seen": dict(seen(reading, name)),
            }

        return cast(shapes.SetupPage, await self._read(ask))

    async def locations(self, *, by: str) -> shapes.LocationsPage:
        """Give the locations as applied."""

        def ask(reading: Reading) -> dict[str, Any]:
            return {"shell": self._shell(reading, by), "locations": locations_shape(reading)}

        return cast(shapes.LocationsPage, await self._read(ask))

    async def form(self, person: str | None, *, by: str) -> shapes.FormPage:
        """Give what is kept by hand of somebody, or an empty form."""
        return cast(shapes.FormPage, await self._read(lambda reading: self._form(reading, person, by)))

    # --- what pages do --------------------

    async def add_person(
        self,
        values: Mapping[str, Value],
        *,
        locations: Sequence[str],
        until: date | None,
        provider: str | None,
        by: str,
    ) -> shapes.Added:
        """Record somebody by hand."""
        chosen = self._host.by_hand_provider(provider)
        texts = {name: _text(value) for name, value in values.items()}
        email = texts.pop("email", "")
        day = until.isoformat() if until else None
        added = await self._write(
            by, lambda tx, moment: by_hand.add(tx, self._host.rules(tx), moment, chosen, email, texts, locations, day)
        )
        return {"person": added.person, "notes": list(added.notes)}

    async def change_person(
        self, person: str, values: Mapping[str, Value], *, until: date | None, by: str, version: int
    ) -> None:
        """Write somebody kept by hand anew."""
        texts = {name: _text(value) for name, value in values.items()} | {"until": until.isoformat() if until else ""}

        def job(tx: Transaction, moment: Moment) -> None:
            rules = self._host.rules(tx)
            record, provider = by_hand.kept_by_hand(tx, rules, self._host.by_hand, person)
            given = dict.fromkeys(provider.values(record), "") | texts
            by_hand.change(tx, rules, moment, self._host.by_hand, person, given, version)

        await self._write(by, job)

    async def remove_person(self, person: str, *, by: str) -> None:
        """Remove somebody kept by hand."""
        await self._write(
            by, lambda tx, moment: by_hand.remove(tx, self._host.rules(tx), moment, self._host.by_hand, person)
        )

    async def place(self, who: str, location: str, op: PlacementOp, *, by: str) -> None:
        """Place somebody in a location, hide them from it, or give it back to the rules."""
        await self._write(by, lambda tx, moment: by_hand.place(tx, self._host.rules(tx), moment, who, location, op))

    async def create_token(self, provider: str, name: str, *, by: str) -> str:
        """Make a token and give its secret."""
        if provider not in self._host.settings.providers:
            raise NotFound(f"There is no provider “{provider}”.")
        if not name.strip():
            raise Refused("A token has a name, so that it can be told from others.")
        return await self._write(by, lambda tx, moment: doors.create_token(tx, moment, provider=provider, name=name))

    async def revoke_token(self, token: str, *, by: str) -> None:
        """End a token at once."""
        if not await self._write(by, lambda tx, moment: doors.revoke_token(tx, moment, token)):
            raise NotFound("There is no such token; it was revoked already.")

    # --- who asks --------------------

    async def sign_in(self, code: str) -> str | None:
        """Use a one-time code up."""
        now = self._host.clock()
        return await self._host.store.write(lambda tx: doors.sign_in(tx, code, now))

    async def session(self, secret: str) -> shapes.Session | None:
        """Give the session of a secret."""
        if not secret:
            return None
        now = self._host.clock()
        found = await self._host.store.read(lambda tx: tx.access.session(secret, now))
        return {"by": found.by, "csrf": found.csrf} if found else None

    async def sign_out(self, secret: str) -> None:
        """End a session."""
        await self._host.store.write(lambda tx: tx.access.end_session(secret))

    async def organisation(self) -> str | None:
        """Give the organisation's name."""
        return self._host.settings.organisation

    # --- parts --------------------

    async def _read(self, ask: Callable[[Reading], T]) -> T:
        now = self._host.clock()
        try:
            return await self._host.store.read(lambda tx: ask(Reading(tx, self._host.rules(tx), now)))
        except BadCursor as error:
            raise UnknownValue("cursor", "") from error

    async def _write(self, by: str, job: Callable[[Transaction, Moment], T]) -> T:
        at, request = self._host.clock(), Request(new_request_id(), by)
        return await self._host.store.write(lambda tx: job(tx, Moment(at, request)))

    def _names(self, reading: Reading) -> list[str]:
        configured = self._host.settings.providers
        return [*configured, *(name for name in reading.known if name not in configured)]

    def _shell(self, reading: Reading, by: str) -> shapes.Shell:
        configured = self._host.settings.providers
        sources = [provider_shape(reading, name, name in configured) for name in self._names(reading)]
        counts = situations(reading)
        differs = self._host.file_differs(reading.tx)
        return cast(
            shapes.Shell,
            {
                "organisation": self._host.settings.organisation,
                "by": by,
                "people": reading.tx.people.counts("status").get("active", 0),
                "records": sum(counts.values()),
                "situations": {situation.value: n for situation, n in counts.items()},
                "locations": {rule.key: rule.name for rule in reading.rules.locations},
                "sources": sources,
                "rules": {"version": reading.rules.version, "fileDiffers": differs, "toml": None},
            },
        )

    def _line(self, reading: Reading, name: str) -> dict[str, Any]:
        configured = self._host.settings.providers.get(name)
        kind = self._host.plugins.providers.get(configured.plugin) if configured else None
        shape: dict[str, Any] = provider_shape(reading, name, configured is not None)
        return shape | {"guide": kind is not None and kind.guide is not None}

    def _tokens(self, reading: Reading, name: str) -> list[dict[str, Any]]:
        tokens = (token for token in reading.tx.access.tokens() if token.provider == name)
        return [dict(token_shape(token)) for token in tokens]

    def _check_provider(self, reading: Reading, name: str) -> None:
        if name not in self._names(reading):
            raise NotFound(f"There is no provider “{name}”. There are {', '.join(self._names(reading))}.")

    def _people(self, reading: Reading, query: PeopleQuery, by: str) -> shapes.PeoplePage:
        search = self._search(reading, query)
        page = select_people(reading, search, seconds=_SCAN_SECONDS)
        lines = [_listed(reading, person) for person in page.people]
        return cast(
            shapes.PeoplePage,
            {
                "shell": self._shell(reading, by),
                "people": lines,
                "names": _names_in(reading, lines),
                "total": page.total,
                "totalIsFloor": page.floor,
                "nextCursor": page.next,
                "previousCursor": page.previous,
                "seq": reading.tx.feed.end(),
                "facets": _facets(reading, self._names(reading)),
                "letters": _letters(reading) if search.status is Status.ACTIVE else [],
                "recordsCalled": len(records_named(reading.tx, query.q)) if query.q and not page.people else 0,
            },
        )

    def _search(self, reading: Reading, query: PeopleQuery) -> PeopleSearch:
        keys = [rule.key for rule in reading.rules.locations]
        if query.location is not None and query.location not in keys:
            raise UnknownValue("location", query.location, keys)
        if query.source is not None and query.source not in reading.known:
            raise UnknownValue("source", query.source, list(reading.known))
        return PeopleSearch(
            status=None if query.status == "all" else Status(query.status),
            location=query.location,
            source=query.source,
            text=query.q,
            filter=self._host.filter(reading.rules, query.filter) if query.filter else None,
            sort=query.sort,
            starts=query.from_,
            cursor=query.cursor,
            limit=_PAGE,
        )

    def _person(self, reading: Reading, person: str, by: str) -> shapes.PersonPage:
        found = reading.person(PersonId(person))
        if found is None:
            raise NotFound(f"Nobody has the id “{person}”.")
        told = explanation(reading, found.id)
        lines, total = history(reading, found.id, _HISTORY)
        shape = person_shape(found)
        own = [r for r in cast(list[Any], told["records"]) if _is_of(reading, r, found.id)]
        return cast(
            shapes.PersonPage,
            {
                "shell": self._shell(reading, by),
                "person": shape,
                "explanation": told,
                "assists": _assists(reading, found.id),
                "names": _names_in(reading, [shape, *lines]),
                "history": lines,
                "historyTotal": total,
                "locations": own[0]["locations"] if own else [],
                "byHand": self._keeper(reading, found.id),
            },
        )

    def _keeper(self, reading: Reading, person: PersonId) -> str | None:
        records = (reading.tx.records.any(link.record) for link in reading.tx.facts.links(person))
        return next(
            (r.provider for r in records if r and r.deleted_at is None and r.provider in self._host.by_hand), None
        )

    def _why(self, reading: Reading, who: str, by: str) -> shapes.WhyPage:
        told: dict[str, Any] = explanation(reading, who)
        records: list[dict[str, Any]] = told["records"]
        return cast(
            shapes.WhyPage,
            {
                "shell": self._shell(reading, by),
                "explanation": told,
                "locations": {record["id"]: record["locations"] for record in records},
                "ways": self._ways(reading, told),
                "similar": _similar(reading, records[0]) if records else 0,
            },
        )

    def _ways(self, reading: Reading, told: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Give the ways to bring somebody in who is not there."""
        if told["verdict"] == "active":
            return []
        if not told["records"]:
            add = {"label": "Add a person…", "href": f"/people/new?email={told['who']}" if "@" in told["who"] else "/people/new",
                   "consequence": "Recorded by hand. Sync never overwrites them."}  # fmt: skip
            return [add] if self._host.by_hand else []
        record = told["records"][0]
        title = reading.title(record["provider"])
        ways: list[dict[str, Any]] = []
        if record["situation"] == Situation.OUT_OF_SCOPE.value and record["locations"]:
            ways.append({"label": "Place in a location…", "href": f"/people/place?who={record['id']}",
                         "consequence": "By hand, for this person only. Rules never undo a placement."})  # fmt: skip
        ways.append({"label": f"In {title}", "href": None, "consequence": _there(record["situation"], title)})
        return ways

    def _records(self, reading: Reading, query: RecordsQuery, by: str) -> shapes.RecordsPage:
        if query.provider is not None and query.provider not in reading.known:
            raise UnknownValue("provider", query.provider, list(reading.known))
        search = RecordsSearch(
            query.provider,
            Situation(query.situation) if query.situation else None,
            {"value": True, "other": False}.get(query.want or ""),
            query.cursor,
            _PAGE,
        )
        counts = situations(reading, query.provider)
        return cast(
            shapes.RecordsPage,
            {
                "shell": self._shell(reading, by),
                **records_shape(reading, search),
                "situations": {situation.value: n for situation, n in counts.items()},
                "undetermined": undetermined(reading, query.provider),
                "held": 0,
                "byProvider": {name: sum(situations(reading, name).values()) for name in reading.known},
                "cause": None,
            },
        )

    def _changes(self, reading: Reading, query: ChangesQuery, by: str) -> shapes.ChangesPage:
        feed = reading.tx.feed
        person = None
        if query.person is not None:
            person = person_named(reading.tx, query.person)
            if person is None:
                raise NotFound(f"Nobody is, or was, “{query.person}”.")
        if query.source is not None and query.source not in reading.known:
            raise UnknownValue("source", query.source, list(reading.known))
        found = feed.before(
            query.before, _PAGE + 1, type=ChangeType(query.type) if query.type else None, provider=query.source,
            person=person,
        )  # fmt: skip
        shown = [change for change in found[:_PAGE] if query.after is None or change.seq > query.after]
        lines = [
            {**change_shape(c), "displayName": reading.called(c.person), "shape": reading.shape(c.cause.provider)}
            for c in shown
        ]
        midnight = reading.now.astimezone(reading.rules.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
        return cast(
            shapes.ChangesPage,
            {
                "shell": self._shell(reading, by),
                "changes": lines,
                "names": _names_in(reading, lines),
                "older": shown[-1].seq if len(found) > _PAGE and shown else None,
                "end": feed.end(),
                "today": {kind.value: n for kind, n in feed.counts_since(midnight).items()},
            },
        )

    def _form(self, reading: Reading, person: str | None, by: str) -> dict[str, Any]:
        attributes = [
            {"name": a.name, "kind": a.kind.value, "description": a.description}
            for a in reading.rules.schema.values()
            if a.name not in _NOT_ON_FORMS
        ]
        page: dict[str, Any] = {
            "shell": self._shell(reading, by), "person": None, "values": {}, "locations": [], "until": None,
            "provider": None, "version": 0, "attributes": attributes,
        }  # fmt: skip
        if person is None:
            return page
        record, provider = by_hand.kept_by_hand(reading.tx, reading.rules, self._host.by_hand, person)
        values = {n: list(v) if isinstance(v, tuple) else v for n, v in provider.values(record).items()}
        until = values.pop("until", None)
        placed = [p.location for p in reading.tx.facts.placements(PersonId(person)) if p.op == "add"]
        return page | {
            "person": person, "values": values, "locations": placed, "until": until, "provider": provider.name,
            "version": record.version,
        }  # fmt: skip


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else value


def _listed(reading: Reading, person: Person) -> dict[str, Any]:
    changes = reading.tx.feed.after(person.last_change - 1, 1)
    names = list(changes[0].changed) if changes and changes[0].type == "changed" else []
    kind = [changes[0].type.value] if changes and not names else names
    return {
        **person_shape(person),
        "sources": list(person.sources),
        "local": bool(reading.tx.facts.placements(person.id)),
        "changedNames": kind,
        "tag": _tag(reading, person),
    }


def _tag(reading: Reading, person: Person) -> str | None:
    """Say why a row is not ordinary: frozen, or its address claimed by another record."""
    off = next((source for source in person.sources if source in reading.frozen), None)
    if off is not None:
        return f"frozen: {off} is off"
    seat = reading.tx.facts.seat_of(person.id)
    for asking in reading.tx.facts.asking(seat.address) if seat else ():
        link = reading.tx.facts.link(asking.record)
        if link is None or link.person != person.id:
            return f"{reading.title(asking.provider)} claims the address"
    return None


def _names_in(reading: Reading, data: object) -> dict[str, Any]:
    """Give what the people are called whom references in the data name."""
    return {
        target: {"displayName": called(person), "email": person.email, "source": next(iter(person.sources), None)}
        for target in sorted(_targets(data))
        if (person := reading.person(PersonId(target))) is not None
    }


def _targets(data: object) -> set[str]:
    if isinstance(data, dict):
        own = {str(data["person"])} if "written" in data and "person" in data else set()
        return own.union(*(_targets(value) for value in data.values()))
    if isinstance(data, list | tuple):
        return set().union(*(_targets(value) for value in data))
    return set()


def _facets(reading: Reading, names: Sequence[str]) -> dict[str, Any]:
    people = reading.tx.people
    statuses, locations, sources = people.counts("status"), people.counts("location"), people.counts("source")
    return {
        "locations": [
            {"key": rule.key, "name": rule.name, "people": locations.get(rule.key, 0)}
            for rule in reading.rules.locations
        ],
        "statuses": [{"status": status.value, "people": statuses.get(status.value, 0)} for status in Status],
        "sources": [{"name": name, "people": sources.get(name, 0)} for name in names],
    }


def _letters(reading: Reading) -> list[dict[str, Any]]:
    people = reading.tx.people
    if people.counts("status").get("active", 0) < _LETTERS_FROM:
        return []
    found: dict[str, int] = {}
    for letter, n in people.letters().items():
        found |= people.letters(letter) if n > _SECOND_LETTERS_FROM else {letter: n}
    return [{"letter": letter.capitalize(), "people": n} for letter, n in found.items()]


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


def _similar(reading: Reading, record: Mapping[str, Any]) -> int:
    counts = situations(reading, record["provider"])
    return max(0, counts.get(Situation(record["situation"]), 0) - 1)


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
