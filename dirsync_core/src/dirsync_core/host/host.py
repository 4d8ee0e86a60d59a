"""One installation: settings, plugins, store, applied rules, and the provider objects on top of them.

Commands and server open the same thing; only the server opens providers, which may then talk to the outside.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import structlog

from dirsync_core.api import ByHandProvider, Context, Provider
from dirsync_core.engine.rules import Rules
from dirsync_core.filtering import BoundFilter
from dirsync_core.host.asked.intervals import interval
from dirsync_core.host.dialects import DialectCounts, ProviderDialects, tolerations
from dirsync_core.host.handle import RecordsHandle
from dirsync_core.host.plugin_errors import described, words_of
from dirsync_core.host.plugins import Plugins, load_plugins, provider_settings
from dirsync_core.host.rules.applying import Applied, Counts, apply_rules, differs, mark_of
from dirsync_core.host.rules.compiling import RuleData, draft, make_filter
from dirsync_core.host.rules.rulebook import Rulebook
from dirsync_core.host.settings import Settings, read_settings
from dirsync_core.model.claims import Attribute, AttributeKind
from dirsync_core.model.errors import Refused, SettingsError
from dirsync_core.model.moments import Request
from dirsync_core.model.people import Json
from dirsync_core.store.contract import Store, Transaction
from dirsync_core.store.sqlite.store import open_sqlite

log = structlog.get_logger()

T = TypeVar("T")


def utc_now() -> datetime:
    """Give the time, aware and in UTC, to the millisecond as it is stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Host:
    """An opened installation. `providers` has those that could be made; `rules.failed` says why others could not.

    `spoken` has what each of them tolerates, `dialects` what of it was needed and is not written yet; `intervals` has
    how often those are asked that are asked by themselves. `drafted` is set when there is another draft of the rules.
    """

    def __init__(
        self, settings: Settings, plugins: Plugins, store: Store, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.store = store
        self.clock = clock
        self.rules = Rulebook(settings, plugins)
        self.drafted = asyncio.Event()
        self.dialects = DialectCounts(clock)
        self.spoken: dict[str, ProviderDialects] = {}
        self.intervals: dict[str, timedelta] = {}
        self.providers = self._made()

    @classmethod
    async def open(cls, folder: Path, plugins: Plugins | None = None) -> "Host":
        """Open the installation in a folder.

        Raises:
            SettingsError: its settings can't be read.
            StoreError: its store can't be opened.
        """
        settings = read_settings(folder)
        return cls(settings, plugins or load_plugins(), open_sqlite(settings.store_path))

    async def close(self) -> None:
        """Close the store. Providers are closed by whoever opened them."""
        await self.store.close()

    @property
    def version(self) -> str:
        """The version of the core."""
        return metadata.version("dirsync-core")

    def filter(self, rules: Rules, text: str) -> BoundFilter:
        """Bind a filter over people, whose status counts as an attribute too.

        Raises:
            FilterError: it can't be parsed, or names an attribute that nothing sets.
        """
        attributes = (*rules.schema.values(), Attribute("status"), Attribute("locations", AttributeKind.TEXTS))
        made = make_filter(text, attributes, self.plugins, "filter")
        assert isinstance(made, BoundFilter)
        return made

    # --- rules -----------------------------------------------------------------------------------------------------

    async def try_out(self, by: Request) -> Counts:
        """Say what applying the settings would do, in numbers."""
        async with self.store.aside() as trials:
            return (await trials.try_out(self._apply(by))).counts

    async def apply(self, by: Request) -> Counts:
        """Apply the settings."""
        return (await self.store.write(self._apply(by))).counts

    async def apply_what_changes_nobody(self, by: Request) -> bool:
        """Apply the first rules, or later ones that change nothing published. False: they wait for `apply`.

        So do settings that somebody has set aside, by going back to an older version for instance, until the file
        says something new.
        """
        apply = self._apply(by)

        def quietly(tx: Transaction) -> bool:
            applied = tx.facts.rules()
            if applied is not None and applied.set_aside == self.mark:
                return False
            if not apply(tx).counts.nobody and applied is not None:
                raise _WouldChange
            return True

        with suppress(_WouldChange):
            return await self.store.write(quietly)
        return False

    def file_differs(self, tx: Transaction) -> bool:
        """Say whether the settings file says something else than the rules that apply."""
        return self._draft is None or differs(tx, self._draft)

    @property
    def mark(self) -> str | None:
        """The mark of what the settings file says; None where it can't be compiled."""
        return mark_of(self._draft) if self._draft is not None else None

    def set_aside(self, data: RuleData) -> str | None:
        """Give the mark of the file where it says something else than these rules, which are applied instead of it."""
        return self.mark if self.mark != mark_of(data) else None

    @cached_property
    def _draft(self) -> Mapping[str, Json] | None:
        """What the settings say, as rules; None where they can't be compiled."""
        try:
            return draft(self.settings, self.plugins)
        except SettingsError:
            return None

    def _apply(self, by: Request) -> Callable[[Transaction], Applied]:
        at, wanted = self.clock(), draft(self.settings, self.plugins)
        return lambda tx: apply_rules(tx, self.rules, wanted, at, by)

    # --- providers -------------------------------------------------------------------------------------------------

    def base_url(self, provider: str) -> str:
        """Give the outside address of a provider's own application."""
        return f"{self.settings.directory.url.rstrip('/')}/providers/{provider}"

    @property
    def by_hand(self) -> Mapping[str, ByHandProvider]:
        """The providers whose records are kept by people."""
        return {name: p for name, p in self.providers.items() if isinstance(p, ByHandProvider)}

    def by_hand_provider(self, name: str | None) -> ByHandProvider:
        """Give the provider kept by hand of that name, or the only one.

        Raises:
            Refused: there is none of that name, none at all, or it is not clear which is meant.
        """
        names = list(self.by_hand)
        if name is None and len(names) == 1:
            return self.by_hand[names[0]]
        if name is not None and name in self.by_hand:
            return self.by_hand[name]
        if not names:
            raise Refused(
                "No provider is kept by hand.", ('Add one to plugins.toml: [providers.contractors] plugin = "manual"',)
            )
        asked = f"“{name}” is not kept by hand." if name else "Several providers are kept by hand."
        raise Refused(asked, (f"Name one of {', '.join(names)}.",))

    def failed(self, provider: str, because: str) -> None:
        """Note, in strict mode, that the plugin of a provider failed at work."""
        self.plugins.failed(f"provider {self.settings.providers[provider].plugin}", because)

    def _made(self) -> dict[str, Provider]:
        made = {}
        for name in self.settings.providers:
            provider = self._make(name)
            if provider is not None:
                made[name] = provider
        return made

    def _make(self, name: str) -> Provider | None:
        configured = self.settings.providers[name]
        kind = self.plugins.providers.get(configured.plugin)
        if kind is None:
            self.rules.fail(name, self.plugins.why_missing("provider", configured.plugin))
            return None
        handle = RecordsHandle(self.store, name, self.rules, self.clock)
        try:
            own = provider_settings(self.plugins, name, configured.plugin, configured.own)
            every = interval(kind, name, configured)
            if every is not None:
                self.intervals[name] = every
            self.spoken[name] = ProviderDialects(name, tolerations(kind, name, configured), self.dialects)
            return kind.create(own, Context(name, handle, self.base_url(name), self.spoken[name], self.settings.folder))
        except Exception as error:  # a plugin's code, or its settings
            log.error("provider_failed", provider=name, plugin=configured.plugin, error=described(error))
            self.rules.fail(name, words_of(error))
            return None


class _WouldChange(Exception):
    """Undoes a try; never leaves this module."""
