"""Loading plugins: entry points of group `dirsync`, one by one, sorted by name.

One that fails to import, to declare, or that needs another core is *failed* with its reason; everything else runs. In
strict mode, for continuous integration, every failure is fatal. Start at `load_plugins`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import attrs
import click
import pluggy
import structlog

from dirsync_core import api
from dirsync_core.host.declaring import DECLARING, Misdeclared, called, check_hooks, declared_by, near
from dirsync_core.host.plugin_errors import described
from dirsync_core.host.series import unfit
from dirsync_core.host.settings import Settings, structure
from dirsync_core.host.strictness import Failures, PluginFailed
from dirsync_core.host.tracing import traced
from dirsync_core.model.errors import SettingsError
from dirsync_core.model.people import Json

log = structlog.get_logger()

GROUP = "dirsync"
CORE = "core"
_OFF = "it is not among those that are enabled: [plugins] enabled in plugins.toml, or DIRSYNC_PLUGINS"


@attrs.frozen
class LoadedPlugin:
    """A plugin as `dirsync plugins` shows it."""

    name: str
    distribution: str
    version: str
    state: Literal["active", "failed", "off"]
    because: str | None = None
    provides: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()

    def brings(self, kind: str) -> list[str]:
        """Give the names of the provider types, mappers or filters that it brings."""
        return [name for brought in self.provides for k, _, name in [brought.partition(" ")] if k == kind]


@attrs.frozen
class Plugins:
    """Everything that plugins declared, by the name under which settings select it. `strict`: no failure is taken."""

    loaded: tuple[LoadedPlugin, ...]
    providers: Mapping[str, api.ProviderType]
    filters: Mapping[str, api.FilterType]
    mappers: Mapping[str, api.MapperType]
    brought_by: Mapping[str, LoadedPlugin]
    """`provider okta`, `mapper okta`, … → the plugin that brings it."""
    manager: pluggy.PluginManager
    strict: bool = False
    failures: Failures = attrs.field(factory=Failures, eq=False)

    def failed(self, brought: str, because: str) -> None:
        """Note, in strict mode, that a plugin failed at work; `brought` is its name, or `mapper okta` and the like."""
        if self.strict:
            plugin = self.brought_by.get(brought)
            self.failures.note(PluginFailed(plugin.name if plugin is not None else brought, because))

    def add_commands(self, cli: click.Group) -> None:
        """Let each plugin add its commands; one that fails is logged and left out.

        Raises:
            PluginFailed: one fails, in strict mode.
        """
        for name, plugin in sorted(self.manager.list_name_plugin()):
            for hook in self.manager.get_hookcallers(plugin) or ():
                if hook.name == "dirsync_commands":
                    self._add_commands(name, plugin, cli)

    def shapes(self, settings: Settings | None = None) -> list[Json]:
        """Give every plugin in the interface's shape; `usedBy` are the providers of the settings that need it."""
        return [self._shape(plugin, settings) for plugin in self.loaded]

    def listeners(self) -> Sequence[tuple[str, Callable[..., Any]]]:
        """Give the plugins that want to be told of changes, by name."""
        found = ((impl.plugin_name, impl.function) for impl in self.manager.hook.dirsync_changed.get_hookimpls())
        return sorted(found, key=lambda pair: pair[0])

    def why_missing(self, kind: str, name: str) -> str:
        """Say why a provider type, filter or mapper is not there, and what to do."""
        for plugin in self.loaded:
            if plugin.state != "active" and name in (plugin.name, plugin.distribution.removeprefix("dirsync-")):
                return f"The plugin {plugin.distribution} {plugin.version} {_is(plugin.state)}: {plugin.because}"
        known = [brought for plugin in self.loaded for brought in plugin.brings(kind)]
        hint = near(name, known)
        return (
            f"There is no {kind} “{name}”; {hint}{'' if hint.endswith('?') else '.'} Install the plugin that brings it."
        )

    def _shape(self, plugin: LoadedPlugin, settings: Settings | None) -> Json:
        providers = settings.providers if settings is not None else {}
        used: list[Json] = [name for name, p in providers.items() if self._needs(p.plugin, p.mappers, plugin)]
        return {
            "name": plugin.name,
            "distribution": plugin.distribution,
            "version": plugin.version,
            "state": plugin.state,
            "because": plugin.because,
            "hooks": list(plugin.hooks),
            "provides": list(plugin.provides),
            "usedBy": used,
        }

    def _needs(self, provider: str, mappers: Sequence[str] | None, plugin: LoadedPlugin) -> bool:
        kind = self.providers.get(provider)
        named = mappers if mappers is not None else kind.mappers if kind is not None else ()
        return provider in plugin.brings("provider") or any(mapper in plugin.brings("mapper") for mapper in named)

    def _add_commands(self, name: str, plugin: object, cli: click.Group) -> None:
        try:
            with traced("hook dirsync_commands", plugin=name):
                called(plugin.dirsync_commands, cli=cli)  # type: ignore[attr-defined]  # pluggy has found it there
        except Exception as error:  # a plugin's code
            log.error("plugin_commands_failed", plugin=name, error=described(error))
            if self.strict:
                raise PluginFailed(name, f"dirsync_commands: {described(error)}") from error


def load_plugins(
    points: Iterable[EntryPoint] | None = None, *, enabled: Sequence[str] | None = None, strict: bool = False
) -> Plugins:
    """Load every plugin that is installed, or those of the given entry points.

    `enabled` names those that may be loaded, beside the core's own; the others are not even imported.

    Raises:
        PluginFailed: one fails, in strict mode.
    """
    loading = _Loading()
    found = sorted(entry_points(group=GROUP) if points is None else points, key=lambda point: point.name)
    loaded = []
    for point in found:
        is_off = enabled is not None and point.name not in (*enabled, CORE)
        plugin = _described(point, "off", _OFF) if is_off else loading.load(point)
        if strict and plugin.state == "failed":
            raise PluginFailed(plugin.name, str(plugin.because))
        loaded.append(plugin)
    declared = loading.declared
    return Plugins(
        tuple(loaded), declared["dirsync_providers"], declared["dirsync_filters"], declared["dirsync_mappers"],
        loading.brought, loading.manager, strict,
    )  # fmt: skip


@attrs.define
class _Loading:
    """Loads one plugin after the other, and gathers what they declare."""

    manager: pluggy.PluginManager = attrs.field()
    declared: dict[str, dict[str, Any]] = attrs.field(factory=lambda: {hook: {} for hook in DECLARING})
    brought: dict[str, LoadedPlugin] = attrs.field(factory=dict)

    @manager.default
    def _new_manager(self) -> pluggy.PluginManager:
        manager = pluggy.PluginManager(GROUP)
        manager.add_hookspecs(api)
        return manager

    def load(self, point: EntryPoint) -> LoadedPlugin:
        """Import a plugin, ask what it declares, and check it; one that fails leaves nothing behind."""
        try:
            _check_series(point)
            module = point.load()
            hooks = check_hooks(module)
            if self.manager.has_plugin(point.name):
                raise Misdeclared(f"another plugin is called {point.name} already; give the entry point another name")
            items = self._registered(point.name, module)
        except Exception as error:  # a plugin's code
            because = str(error) if isinstance(error, Misdeclared) else described(error)
            plugin = _described(point, "failed", because)
            log.error("plugin_failed", plugin=point.name, distribution=plugin.distribution, error=because)
            return plugin
        for hook, item in items:
            self.declared[hook][item.name] = item
        provides = tuple(f"{DECLARING[hook][1]} {item.name}" for hook, item in items)
        plugin = attrs.evolve(_described(point, "active"), provides=provides, hooks=hooks)
        self.brought.update(dict.fromkeys(provides, plugin))
        return plugin

    def _registered(self, name: str, module: object) -> list[tuple[str, Any]]:
        self.manager.register(module, name=name)
        try:
            return [*self._items(name, module)]
        except BaseException:
            self.manager.unregister(name=name)
            raise

    def _items(self, name: str, module: object) -> Iterable[tuple[str, Any]]:
        for hook, (_, kind) in DECLARING.items():
            names = set(self.declared[hook])
            for implementation in getattr(self.manager.hook, hook).get_hookimpls():
                if implementation.plugin is module:
                    for item in declared_by(hook, _asked(hook, name, implementation.function)):
                        if item.name in names:
                            raise Misdeclared(f"the {kind} “{item.name}” is declared already; take another name")
                        names.add(item.name)
                        yield hook, item


def _asked(hook: str, plugin: str, function: Callable[..., object]) -> object:
    with traced(f"hook {hook}", plugin=plugin):
        return function()


def _check_series(point: EntryPoint) -> None:
    here = metadata.version("dirsync-core")
    asked = unfit(point.dist.requires or [], here) if point.dist is not None else None
    if asked is not None:
        raise Misdeclared(
            f"it needs {asked}, and dirsync-core is {here}; install a release of it for this series, or that core"
        )


def _described(
    point: EntryPoint, state: Literal["active", "failed", "off"], because: str | None = None
) -> LoadedPlugin:
    name, version = (point.dist.name, point.dist.version) if point.dist else (point.name, "0")
    return LoadedPlugin(point.name, name, version, state, because)


def _is(state: str) -> str:
    return "failed" if state == "failed" else "is off"


def provider_settings(plugins: Plugins, name: str, type_name: str, own: Mapping[str, Any]) -> object:
    """Structure a provider's own settings with its plugin's class.

    Raises:
        SettingsError: with the path of each problem.
    """
    kind = plugins.providers.get(type_name)
    if kind is None:
        raise SettingsError([f"providers.{name}.plugin: {plugins.why_missing('provider', type_name)}"])
    return structure(own, kind.settings, f"providers.{name}")
