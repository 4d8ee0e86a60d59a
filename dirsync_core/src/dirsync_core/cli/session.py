"""The installation as commands use it: opened when first needed, in the folder that was asked for, and closed again.

`Session` is also what plugins' commands get (`api.Directory`). Nothing is opened before a command asks for something,
so help and what talks to another machine work anywhere.
"""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from dirsync_core.api import ByHandProvider, Directory, Entry, Imported
from dirsync_core.engine.rules import Rules
from dirsync_core.host.acts import by_hand
from dirsync_core.host.acts.importing import import_people
from dirsync_core.host.asking import ask
from dirsync_core.host.doors import create_token
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.settings import Settings, read_settings
from dirsync_core.model.errors import NotFound
from dirsync_core.model.identifiers import PersonId, new_request_id
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, person_shape
from dirsync_core.store.contract import Transaction
from dirsync_core.store.sqlite.store import open_sqlite

T = TypeVar("T")

EVERYTHING = 1_000_000_000
"""The limit of lists that have no pages: a number that every store can count to."""


class Session(Directory):
    """One use of the command line: the folder of `plugins.toml`, the plugins, and who is at the prompt."""

    def __init__(self, plugins: Plugins, *, by: str, folder: Path | None = None) -> None:
        self.plugins = plugins
        self.folder = (folder or Path()).absolute()
        self._by = by

    def request(self) -> Request:
        """Give a new request of whoever is at the prompt."""
        return Request(new_request_id(), self._by)

    # --- what commands are written with ------------------------------------------------------------------------------

    def run(self, work: Callable[[Host], Awaitable[T]], settings: Settings | None = None) -> T:
        """Open the installation, do the work, close it. `settings` are those of the folder, where none are given.

        Raises:
            SettingsError: its settings can't be read.
            StoreError: its store can't be opened.
        """
        return asyncio.run(self._run(work, settings or read_settings(self.folder)))

    async def _run(self, work: Callable[[Host], Awaitable[T]], settings: Settings) -> T:
        host = Host(settings, self.plugins, open_sqlite(settings.store_path))
        try:
            return await work(host)
        finally:
            await host.close()

    def read(self, question: Callable[[Reading], T]) -> T:
        """Answer a question on one consistent view."""
        return self.run(lambda host: ask(host, question))

    def write(self, job: Callable[[Transaction, Moment], T]) -> T:
        """Write in one transaction, as whoever is at the prompt."""
        return self.run(lambda host: _write(host, self.request(), job))

    def edit(self, job: Callable[[Host, Transaction, Rules, Moment], T]) -> T:
        """Write in one transaction something that the rules judge."""
        return self.run(lambda host: _write(host, self.request(), lambda tx, m: job(host, tx, host.rules(tx), m)))

    # --- what plugins' commands can do (`api.Directory`) -------------------------------------------------------------

    def add_by_hand(
        self,
        email: str,
        values: Mapping[str, str],
        *,
        locations: Sequence[str] = (),
        until: str | None = None,
        provider: str | None = None,
    ) -> tuple[PersonId, Sequence[str]]:
        """Record somebody by hand. Gives the person's id, and sentences worth telling."""

        def job(host: Host, tx: Transaction, rules: Rules, moment: Moment) -> by_hand.Added:
            chosen = host.by_hand_provider(provider)
            return by_hand.add(tx, rules, moment, chosen, email, values, locations, until)

        added = self.edit(job)
        return added.person, added.notes

    def set_by_hand(self, who: str, values: Mapping[str, str], *, provider: str | None = None) -> None:
        """Change values of somebody kept by hand; an empty text takes a value away."""
        self.edit(lambda host, tx, rules, moment: by_hand.change(
            tx, rules, moment, _kept_by(host, provider), who, values
        ))  # fmt: skip

    def remove_by_hand(self, who: str, *, provider: str | None = None) -> None:
        """Remove somebody kept by hand; they come back as the same person when added again."""
        self.edit(lambda host, tx, rules, moment: by_hand.remove(tx, rules, moment, _kept_by(host, provider), who))

    def import_by_hand(
        self, entries: Sequence[Entry], *, provider: str | None = None, dry_run: bool = False
    ) -> Imported:
        """Add and change many people by hand, by their addresses: all of them, or nobody."""

        async def work(host: Host) -> Imported:
            chosen, at, request = host.by_hand_provider(provider), host.clock(), self.request()
            run = host.store.try_out if dry_run else host.store.write
            return await run(lambda tx: import_people(tx, host.rules(tx), Moment(at, request), chosen, entries))

        return self.run(work)

    def list_by_hand(self, *, provider: str | None = None) -> Sequence[Mapping[str, Json]]:
        """Give the people kept by hand, in the interface's shape."""

        async def work(host: Host) -> Sequence[Mapping[str, Json]]:
            names = list(_kept_by(host, provider))
            return await ask(host, lambda reading: _kept(reading, names))

        return self.run(work)

    def mint_token(self, provider: str, *, hours: float = 1) -> str:
        """Make a token for a provider that expires by itself."""

        async def work(host: Host) -> str:
            known_provider(host, provider)
            request = self.request()
            until = host.clock() + timedelta(hours=hours)
            name = f"{request.by}, for a while ({request.id})"
            return await _write(
                host, request, lambda tx, m: create_token(tx, m, provider=provider, name=name, expires_at=until)
            )

        return self.run(work)


def author() -> str:
    """Give the name of whoever is at the prompt, as the operating system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id that no account has, as in a container
        return "command line"


def known_provider(host: Host, name: str) -> None:
    """See that a provider is in the settings.

    Raises:
        NotFound: it is not; says which are.
    """
    if name not in host.settings.providers:
        there = ", ".join(host.settings.providers) or "none"
        raise NotFound(f"There is no provider “{name}” in plugins.toml; there are {there}.")


async def _write(host: Host, request: Request, job: Callable[[Transaction, Moment], T]) -> T:
    at = host.clock()
    return await host.store.write(lambda tx: job(tx, Moment(at, request)))


def _kept_by(host: Host, provider: str | None) -> Mapping[str, ByHandProvider]:
    if provider is None:
        return host.by_hand
    chosen = host.by_hand_provider(provider)
    return {chosen.name: chosen}


def _kept(reading: Reading, providers: Sequence[str]) -> list[Mapping[str, Json]]:
    tx = reading.tx
    pages = (tx.records.page(name, "user", after=None, start=0, limit=EVERYTHING) for name in providers)
    links = [link for page in pages for record in page if (link := tx.facts.link(record.id)) is not None]
    people = [person for link in links if (person := reading.person(link.person)) is not None]
    return [person_shape(person) for person in people]
