"""Providers: what a source of people is, what it is given, and how its type is declared."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import attrs
from aiohttp import web

from dirsync_core.api.guide import Guide
from dirsync_core.api.records import Records
from dirsync_core.model.claims import Value
from dirsync_core.model.dialects import Dialect
from dirsync_core.model.people import Json
from dirsync_core.model.records import Record


@attrs.frozen
class Upsert:
    """One record as a provider has it: `key` is what the provider knows it by."""

    key: str
    body: Mapping[str, Json]
    external_id: str | None = None
    active: bool = True


class Dialects:
    """What the settings (`tolerate`, `strict`) say of a provider's dialects, and where it counts that one was needed.

    The server hands each provider its own. This one knows no settings: all are on, and nothing is counted. May be used
    from any thread.
    """

    def allows(self, name: str) -> bool:
        """Say whether a tolerance is on."""
        return True

    def count(self, name: str, example: str = "") -> None:
        """Count that a tolerance was needed. `example` is kept and shown, so it says nothing of values."""


@attrs.frozen
class Context:
    """What a provider is given when it is made: its name in the settings and the handle to its records.

    `base_url` is the outside address of the provider's own application, without a slash at the end.
    """

    name: str
    records: Records
    base_url: str
    dialects: Dialects = attrs.field(factory=Dialects)


class Provider(ABC):  # noqa: B024 (nothing is asked of every provider)
    """One configured source of records. Override what it can do; the server opens it once and closes it once."""

    def __init__(self, settings: Any, context: Context) -> None:
        self.settings = settings
        self.name = context.name
        self.records = context.records
        self.base_url = context.base_url
        self.dialects = context.dialects

    async def open(self) -> None:  # noqa: B027 (a provider that needs nothing overrides nothing)
        """Get ready; an exception here makes the provider *failed*, with its text as the reason."""

    async def close(self) -> None:  # noqa: B027
        """Let go of what `open` took. Called also after a failed `open`."""

    def app(self) -> web.Application | None:
        """Give the application that is served under `/providers/NAME/`, or None.

        The server has checked the provider's token and its own limits before a request arrives. Paths in it begin at
        the provider's own root.
        """
        return None

    def error(self, status: int, detail: str) -> web.Response | None:
        """Give an error in the form that the source understands, for what the server refuses before `app` is asked.

        None: the server's own form, `application/problem+json`.
        """
        return None


class ByHandProvider(Provider):
    """A source whose records are kept by people: from the pages, from commands, over the API.

    It says only how a person's values lie in a record; adding, changing, refusing and history are the core's.
    """

    @abstractmethod
    def compose(self, values: Mapping[str, Value]) -> Upsert:
        """Turn values by attribute name (`email` among them) into a record.

        Raises:
            SettingsError: a value can't be used; each problem begins with the attribute's name and a colon.
        """

    @abstractmethod
    def values(self, record: Record) -> Mapping[str, Value]:
        """Turn a record back into the values that `compose` was given."""


@attrs.frozen
class ProviderType:
    """A kind of source. `settings` is an attrs class, structured from the provider's table in `plugins.toml`.

    `create` is called with the settings and a `Context`, usually the provider's class itself. `mappers` are used in
    this order where the settings name none. `pushes` says that the source calls us; `title` is its name in sentences.
    `dialects` are the tolerances that a source that pushes may need; the settings can switch them off by name.
    """

    name: str
    settings: type
    create: Callable[[Any, Context], Provider]
    by_hand: bool = False
    pushes: bool = False
    mappers: tuple[str, ...] = ()
    title: str = ""
    guide: Guide | None = None
    dialects: tuple[Dialect, ...] = ()
