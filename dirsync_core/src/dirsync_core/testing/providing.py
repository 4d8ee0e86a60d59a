"""What every source has to be, whether it is asked, calls us, or is kept by hand. Start at `ProviderContract`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest
import pytest_asyncio

from dirsync_core.api import ByHandProvider, Provider, ProviderType
from dirsync_core.host.opening import opened
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.secrets import secrets_in
from dirsync_core.host.settings import ProviderSettings
from dirsync_core.testing.contract import asynchronous, missing
from dirsync_core.testing.neighbours import BY_HAND, NEIGHBOUR
from dirsync_core.testing.scratch import Scratch, plugins_of
from dirsync_core.testing.typed import SettingsContract
from dirsync_core.testing.watching import TALKING, watched

SOURCE = "source"
"""The name under which the provider stands in the settings of a test."""
_CORE = {field.name for field in attrs.fields(ProviderSettings)} - {"own"}

Start = Callable[..., Awaitable[Scratch]]
"""Opens a directory with the provider in it; again and again, each on a store of its own."""


class ProviderContract(SettingsContract):
    """What every provider type has to be; `PullContract` and `PushContract` go on from it.

    `plugin` is the module that has the hooks, `provider_type` the name of the type; the fixture `settings` gives its
    table in `plugins.toml` (`every`, `mappers` and the core's other settings may stand there too).
    """

    provider_type: str = ""

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        """The provider's table in `plugins.toml`, without `plugin`. Nothing, unless the author says otherwise."""
        return {}

    @pytest.fixture(autouse=True)
    def _told_settings(self, settings: Mapping[str, Any]) -> None:
        self._table = settings

    @pytest.fixture
    def plugins(self) -> Plugins:
        """The plugin under test, beside the core's own and the neighbours."""
        plugins = plugins_of(self._module())
        failed = [f"{plugin.name}: {plugin.because}" for plugin in plugins.loaded if plugin.state == "failed"]
        assert not failed, f"The plugin can't be loaded. {'; '.join(failed)}"
        return plugins

    @pytest_asyncio.fixture
    async def start(self, tmp_path: Path, plugins: Plugins) -> AsyncIterator[Start]:
        """Open a directory with the provider, another source and people kept by hand; again and again."""
        async with AsyncExitStack() as stack:
            opened = 0

            async def start(**more: Any) -> Scratch:
                nonlocal opened
                opened += 1
                table = self._whole_table(more)
                return await stack.enter_async_context(Scratch(tmp_path / f"directory-{opened}", table, plugins))

            yield start

    @pytest_asyncio.fixture
    async def scratch(self, start: Start) -> Scratch:
        """A directory with the provider, another source and people kept by hand."""
        return await start()

    # --- the standard tests ------------------------------------------------------------------------------------------

    def test_it_can_be_fed_in_one_way_at_least(self, plugins: Plugins) -> None:
        """By being asked, by calling us, or by hand; else nobody would ever come of it."""
        kind = self._kind(plugins)
        assert kind.pulls or kind.pushes or kind.by_hand, (
            f"Nothing feeds {kind.name}. Give its class a pull() and pulls=True where `create` is not the class, or an"
            " app() and pushes=True, or derive it from ByHandProvider with by_hand=True"
        )

    def test_the_mappers_it_names_are_there(self, plugins: Plugins) -> None:
        """Without a mapper no record becomes a person."""
        kind = self._kind(plugins)
        unknown = [name for name in kind.mappers if name not in plugins.mappers]
        assert not unknown, (
            f"{kind.name} names the mapper {', '.join(unknown)}, which nothing brings; declare it in dirsync_mappers,"
            " under the very same name"
        )

    @asynchronous
    async def test_making_it_talks_to_nobody(self, start: Start) -> None:
        """Every command makes the providers; only `serve` and `dirsync pull` open them."""
        await start()

        with watched(TALKING) as seen:
            scratch = await start()
        assert not seen, f"__init__ talks to the outside ({', '.join(seen)}); do that in open()"
        scratch.provider(SOURCE)

    @asynchronous
    async def test_it_opens_and_closes(self, scratch: Scratch) -> None:
        """As `serve` and `dirsync pull` do it."""
        async with opened(SOURCE, scratch.provider(SOURCE)):
            pass

    @asynchronous
    async def test_it_closes_after_open_failed_at_once(self, scratch: Scratch) -> None:
        """`close` is called after a failed `open` too, when nothing of it was made."""
        provider = scratch.provider(SOURCE)
        try:
            await provider.close()
            await provider.close()
        except Exception as error:
            raise AssertionError(
                f"close() raised {error!r} though nothing was open. Set in __init__ what open() sets later (to None),"
                " and close only what is there"
            ) from error

    @asynchronous
    async def test_nothing_runs_on_after_close(self, scratch: Scratch) -> None:
        """Whoever starts a task awaits it."""
        before = asyncio.all_tasks()
        async with opened(SOURCE, scratch.provider(SOURCE)):
            pass
        await see_that_nothing_runs(before, "close()")

    @asynchronous
    async def test_no_secret_shows_in_its_repr(self, scratch: Scratch) -> None:
        """A provider stands in tracebacks."""
        provider = scratch.provider(SOURCE)
        async with opened(SOURCE, provider):
            for secret in self._secrets(scratch):
                assert secret not in repr(provider), (
                    "A secret shows in repr() of the provider; leave it out there: attrs.field(repr=False)"
                )

    # --- what the suites go on from ----------------------------------------------------------------------------------

    def _settings_class(self) -> type[Any]:
        return self._kind(plugins_of(self._module())).settings

    def _good(self) -> Mapping[str, Any]:
        return {name: value for name, value in self._table.items() if name not in _CORE}

    def _kind(self, plugins: Plugins) -> ProviderType:
        there = ", ".join(sorted(set(plugins.providers) - {NEIGHBOUR, BY_HAND}))
        assert self.provider_type in plugins.providers, (
            f"{self.plugin} declares no provider type “{self.provider_type}”; there are {there}. Set provider_type to"
            " the name that your ProviderType has"
        )
        return plugins.providers[self.provider_type]

    def _whole_table(self, more: Mapping[str, Any]) -> Mapping[str, Any]:
        source = {"plugin": self.provider_type, **self._table}
        neighbours = {"neighbour": {"plugin": NEIGHBOUR}, "by-hand": {"plugin": BY_HAND}}
        return {
            "directory": {"precedence": [SOURCE, "neighbour"]},
            "providers": {SOURCE: source, **neighbours},
            **more,
        }

    def _secrets(self, scratch: Scratch) -> list[str]:
        settings = getattr(scratch.provider(SOURCE), "settings", None)
        return [secret.reveal() for _, secret in secrets_in(settings, SOURCE)]


class ByHandContract(ProviderContract):
    """A source whose records are kept by people. The fixture `values` gives what somebody may be recorded with."""

    @pytest.fixture
    def values(self) -> Mapping[str, Any]:
        """What somebody is recorded with, `email` among them."""
        raise NotImplementedError(missing(self, "values", 'return {"email": "ann@halden.example", "city": "Oslo"}'))

    def _whole_table(self, more: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"providers": {SOURCE: {"plugin": self.provider_type, **self._table}}, **more}

    def _by_hand(self, scratch: Scratch) -> ByHandProvider:
        provider: Provider = scratch.provider(SOURCE)
        assert isinstance(provider, ByHandProvider), "A type with by_hand=True makes a ByHandProvider; derive from it"
        return provider

    @asynchronous
    async def test_values_come_back_as_they_were_composed(self, scratch: Scratch, values: Mapping[str, Any]) -> None:
        """What a person typed is what the next form shows them."""
        provider = self._by_hand(scratch)
        composed = provider.compose(values)
        record = await scratch.write(
            SOURCE, lambda edit: edit.create("user", composed.key, composed.body, active=composed.active)
        )

        assert dict(values) == dict(provider.values(record)), "values() has to give back what compose() was given"

    @asynchronous
    async def test_composing_is_deterministic(self, scratch: Scratch, values: Mapping[str, Any]) -> None:
        """The same values in another order make the same record."""
        provider = self._by_hand(scratch)

        assert provider.compose(values) == provider.compose(dict(reversed([*values.items()]))), (
            "compose() depends on the order of the values; sort them"
        )

    @asynchronous
    async def test_who_is_recorded_is_in_the_directory(self, scratch: Scratch, values: Mapping[str, Any]) -> None:
        """From values over a record and the mappers to a person."""
        await scratch.add_by_hand(SOURCE, **values)

        assert {values["email"]} == set(await scratch.active()), "The mappers of the type have to set email"


async def see_that_nothing_runs(before: "set[asyncio.Task[Any]]", behind: str) -> None:
    """See that no task is left but those of before.

    Raises:
        AssertionError: one is; names it.
    """
    await asyncio.sleep(0)  # what was cancelled ends now
    left = [task for task in asyncio.all_tasks() - before if not task.done()]
    names = ", ".join(getattr(task.get_coro(), "__qualname__", task.get_name()) for task in left)
    assert not left, f"{names} still runs behind {behind}; await what you start, best in an asyncio.TaskGroup"
