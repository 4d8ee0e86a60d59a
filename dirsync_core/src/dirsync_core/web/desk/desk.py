"""The pages' desk over a real installation: each page one consistent read, each action one write."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

import attrs

from dirsync_core.host import doors
from dirsync_core.host.acts import by_hand, undoing
from dirsync_core.host.host import Host
from dirsync_core.model.claims import Value
from dirsync_core.model.errors import NotFound, Refused
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.model.moments import Moment, Request, written_time
from dirsync_core.query.exporting import lines, rows
from dirsync_core.query.people import BadCursor
from dirsync_core.query.reading import Reading
from dirsync_core.query.status import seen
from dirsync_core.query.undoing import is_undoable
from dirsync_core.store.contract import Transaction
from dirsync_core.web.desk import feed, forms, listing, requests
from dirsync_core.web.desk import person as persons
from dirsync_core.web.desk.cases import StoreCases
from dirsync_core.web.desk.deciding import StoreWords
from dirsync_core.web.desk.endings import StoreEndings
from dirsync_core.web.desk.rules import StoreRules, locations_page
from dirsync_core.web.desk.shell import check_provider, line, names, shell, tokens
from dirsync_core.web.pages import shapes
from dirsync_core.web.pages.desk import PlacementOp
from dirsync_core.web.pages.queries import ChangesQuery, PeopleQuery, RecordsQuery, UnknownValue

T = TypeVar("T")


class StoreDesk:
    """`Desk` over a host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.rules = StoreRules(host)
        self.words = StoreWords(host)
        self.cases = StoreCases(host)
        self.endings = StoreEndings(host)

    # --- what pages show --------------------

    async def shell(self, *, by: str) -> shapes.Shell:
        """Give what stands on every page."""
        return await self._read(lambda reading: shell(self._host, reading, by))

    async def people(self, query: PeopleQuery, *, by: str) -> shapes.PeoplePage:
        """Give one page of the directory."""
        return await self._read(lambda reading: listing.people(self._host, reading, query, by))

    async def export(self, query: PeopleQuery, *, by: str) -> AsyncIterator[str]:
        """Give everybody whom a query finds as CSV, a consistent look at some hundred people after the other."""
        names = await self._read(lambda reading: listing.heading(self._host, reading, query))
        yield lines([names])
        after, more = None, True
        while more:
            people, after = await self._read(
                lambda reading, after=after: listing.batch(self._host, reading, query, after)  # type: ignore[misc]  # mypy can't infer a lambda's default
            )
            yield rows(people, names)
            more = after is not None

    async def past_person(self, person: str, at: str, *, by: str) -> shapes.PastPersonPage:
        """Give one person as they were."""
        return await self._read(lambda reading: persons.past(self._host, reading, person, at, by))

    async def person(self, person: str, *, by: str) -> shapes.PersonPage:
        """Give one person."""
        return await self._read(lambda reading: persons.person(self._host, reading, person, by))

    async def history(self, person: str, cursor: str | None, *, by: str) -> shapes.HistoryPage:
        """Give a page of what was written about one person."""
        return await self._read(lambda reading: persons.history_page(self._host, reading, person, cursor, by))

    async def request(self, request: str, before: int | None, *, by: str) -> shapes.RequestPage:
        """Give what one request wrote, and a page of what people saw change by it."""
        return await self._read(lambda reading: requests.page(self._host, reading, request, before, by))

    async def can_undo(self, request: str, *, by: str) -> bool:
        """Say whether a request is theirs, and can be taken back."""

        def ask(reading: Reading) -> bool:
            own = any(event.by == by for event in reading.tx.events.of_request(request))
            return own and is_undoable(reading.tx, reading.rules, reading.now, request)

        return await self._read(ask)

    async def why(self, who: str, *, by: str) -> shapes.WhyPage:
        """Explain an address or id."""
        return await self._read(lambda reading: persons.why(self._host, reading, who, by))

    async def records(self, query: RecordsQuery, *, by: str) -> shapes.RecordsPage:
        """Give one page of records."""
        return await self._read(lambda reading: feed.records(self._host, reading, query, by))

    async def changes(self, query: ChangesQuery, *, by: str) -> shapes.ChangesPage:
        """Give one page of the feed."""
        return await self._read(lambda reading: feed.changes(self._host, reading, query, by))

    async def providers(self, *, by: str) -> shapes.ProvidersPage:
        """Give all sources and plugins."""

        def ask(reading: Reading) -> dict[str, Any]:
            lines = [line(self._host, reading, name) for name in names(self._host, reading)]
            plugins = self._host.plugins.shapes(self._host.settings)
            return {"shell": shell(self._host, reading, by), "providers": lines, "plugins": plugins}

        return cast(shapes.ProvidersPage, await self._read(ask))

    async def provider(self, name: str, *, by: str) -> shapes.ProviderPage:
        """Give one source."""

        def ask(reading: Reading) -> dict[str, Any]:
            check_provider(self._host, reading, name)
            source = line(self._host, reading, name)
            last = reading.tx.traffic.of(name, reading.now).last_error
            errors = [] if last is None else [
                {"at": written_time(last.at), "request": f"{last.method} {last.route}", "status": last.status,
                 "detail": last.detail or ""}
            ]  # fmt: skip
            return {
                "shell": shell(self._host, reading, by), "provider": source, "errors": errors,
                "tokens": tokens(reading, name),
            }  # fmt: skip

        return cast(shapes.ProviderPage, await self._read(ask))

    async def dialect(self, name: str, *, by: str) -> shapes.DialectPage:
        """Give how one source speaks."""

        def ask(reading: Reading) -> dict[str, Any]:
            check_provider(self._host, reading, name)
            source = line(self._host, reading, name)
            if source["dialect"] is None:
                raise NotFound(f"Nothing is known of how {name} speaks: it does not call, or it is off.")
            return {"shell": shell(self._host, reading, by), "provider": source, "dialect": source["dialect"]}

        return cast(shapes.DialectPage, await self._read(ask))

    async def setup(self, name: str, *, by: str) -> shapes.SetupPage:
        """Give the guide to connect a source."""

        def ask(reading: Reading) -> dict[str, Any]:
            configured = self._host.settings.providers.get(name)
            kind = self._host.plugins.providers.get(configured.plugin) if configured else None
            if kind is None or kind.guide is None:
                raise NotFound(f"There is no guide to connect “{name}”.")
            return {
                "shell": shell(self._host, reading, by),
                "guide": attrs.asdict(
                    kind.guide, value_serializer=lambda _i, _f, v: list(v) if isinstance(v, tuple) else v
                ),
                "baseUrl": self._host.base_url(name),
                "provider": line(self._host, reading, name),
                "token": None,
                "tokens": tokens(reading, name),
                "seen": dict(seen(reading, name)),
            }

        return cast(shapes.SetupPage, await self._read(ask))

    async def locations(self, *, by: str) -> shapes.LocationsPage:
        """Give the locations as applied."""

        return await self._read(lambda reading: locations_page(self._host, reading, by))

    async def form(self, person: str | None, *, by: str) -> shapes.FormPage:
        """Give what is kept by hand of somebody, or an empty form."""
        return cast(shapes.FormPage, await self._read(lambda reading: forms.form(self._host, reading, person, by)))

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
        texts = {name: forms.text(value) for name, value in values.items()}
        email = texts.pop("email", "")
        day = until.isoformat() if until else None
        added, request = await self._noted(
            by, lambda tx, moment: by_hand.add(tx, self._host.rules(tx), moment, chosen, email, texts, locations, day)
        )
        return {"person": added.person, "request": request, "notes": list(added.notes)}

    async def change_person(
        self, person: str, values: Mapping[str, Value], *, until: date | None, by: str, version: int
    ) -> str:
        """Write somebody kept by hand anew."""
        texts = {name: forms.text(value) for name, value in values.items()} | {
            "until": until.isoformat() if until else ""
        }

        def job(tx: Transaction, moment: Moment) -> None:
            rules = self._host.rules(tx)
            record, provider = by_hand.kept_by_hand(tx, rules, self._host.by_hand, person)
            given = dict.fromkeys(provider.values(record), "") | texts
            by_hand.change(tx, rules, moment, self._host.by_hand, person, given, version)

        return (await self._noted(by, job))[1]

    async def remove_person(self, person: str, *, by: str) -> str:
        """Remove somebody kept by hand."""
        _, request = await self._noted(
            by, lambda tx, moment: by_hand.remove(tx, self._host.rules(tx), moment, self._host.by_hand, person)
        )
        return request

    async def place(self, who: str, location: str, op: PlacementOp, *, by: str) -> str:
        """Place somebody in a location, hide them from it, or give it back to the rules."""
        _, request = await self._noted(
            by, lambda tx, moment: by_hand.place(tx, self._host.rules(tx), moment, who, location, op)
        )
        return request

    async def undo(self, request: str, *, by: str) -> shapes.Undone:
        """Take back a request made by hand."""
        people, new = await self._noted(by, lambda tx, moment: undoing.undo(tx, self._host.rules(tx), moment, request))
        return {"people": list(people), "request": new}

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
        return (await self._noted(by, job))[0]

    async def _noted(self, by: str, job: Callable[[Transaction, Moment], T]) -> tuple[T, str]:
        """Write, and give the request beside the answer."""
        at, request = self._host.clock(), Request(new_request_id(), by)
        return await self._host.store.write(lambda tx: job(tx, Moment(at, request))), request.id
