"""Providers: what a source of people is, what it is given, and how its type is declared."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
from aiohttp import web

from dirsync_core.api.guide import Guide
from dirsync_core.api.pulling import Pulled, Upsert
from dirsync_core.api.records import Records
from dirsync_core.model.claims import Value
from dirsync_core.model.dialects import Dialect
from dirsync_core.model.records import Record


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

    `base_url` is the outside address of the provider's own application, without a slash at the end. `folder` is where
    `plugins.toml` lies: paths in the settings begin there.
    """

    name: str
    records: Records
    base_url: str
    dialects: Dialects = attrs.field(factory=Dialects)
    folder: Path = attrs.field(factory=Path)


class Provider(ABC):  # noqa: B024 (nothing is asked of every provider)
    """One configured source of records. Override what it can do; the server opens it once and closes it once."""

    def __init__(self, settings: Any, context: Context) -> None:
        self.settings = settings
        self.name = context.name
        self.records = context.records
        self.base_url = context.base_url
        self.dialects = context.dialects
        self.folder = context.folder

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

    def pull(self, cursor: str | None) -> AsyncIterator[Pulled]:
        """Yield what the source has: everything where `cursor` is None, else what changed since that cursor.

        Usually an `async def` that yields. It never writes: what it yields is stored for it, some hundred records at a
        time, unchanged ones without a trace. `Complete` is its last word. An exception, or an end without `Complete`,
        leaves what was not yielded as it was: only `Complete(full=True)`, of a pull that was given no cursor, lets
        absence mean gone. A key that is yielded twice is an error.
        """
        raise NotImplementedError(f"{type(self).__name__} has no pull")

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
    `pulls` says that we ask the source; where `create` is the provider's class, it is known from its `pull`.
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
    pulls: bool = attrs.field()

    @pulls.default
    def _has_pull(self) -> bool:
        return getattr(self.create, "pull", Provider.pull) is not Provider.pull
