"""Loading plugins: entry points of group `dirsync`, one by one, sorted by name.

One that fails to import, to declare, or that needs another core is *failed* with its reason; everything else runs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import attrs
import click
import pluggy
import structlog

from dirsync_core import api
from dirsync_core.host.settings import structure
from dirsync_core.model.errors import SettingsError
from dirsync_core.model.people import Json

log = structlog.get_logger()

GROUP = "dirsync"
_DECLARING: Mapping[str, tuple[type[Any], str]] = {
    "dirsync_providers": (api.ProviderType, "provider"),
    "dirsync_filters": (api.FilterType, "filter"),
    "dirsync_mappers": (api.MapperType, "mapper"),
}


@attrs.frozen
class LoadedPlugin:
    """A plugin as `dirsync plugins` shows it."""

    name: str
    distribution: str
    version: str
    state: Literal["active", "failed"]
    because: str | None = None
    provides: tuple[str, ...] = ()


@attrs.frozen
class Plugins:
    """Everything that plugins declared, by the name under which settings select it."""

    loaded: tuple[LoadedPlugin, ...]
    providers: Mapping[str, api.ProviderType]
    filters: Mapping[str, api.FilterType]
    mappers: Mapping[str, api.MapperType]
    brought_by: Mapping[str, LoadedPlugin]
    """`provider okta`, `mapper okta`, … → the plugin that brings it."""
    manager: pluggy.PluginManager

    def add_commands(self, cli: click.Group) -> None:
        """Let each plugin add its commands; one that fails is logged and left out."""
        for name, plugin in sorted(self.manager.list_name_plugin()):
            for hook in self.manager.get_hookcallers(plugin) or ():
                if hook.name == "dirsync_commands":
                    _add_commands(name, plugin, cli)

    def shapes(self) -> list[Json]:
        """Give every plugin in the interface's shape."""
        return [{**attrs.asdict(plugin), "provides": list(plugin.provides)} for plugin in self.loaded]

    def listeners(self) -> Sequence[tuple[str, Callable[..., Any]]]:
        """Give the plugins that want to be told of changes, by name."""
        found = ((impl.plugin_name, impl.function) for impl in self.manager.hook.dirsync_changed.get_hookimpls())
        return sorted(found, key=lambda pair: pair[0])

    def why_missing(self, kind: str, name: str) -> str:
        """Say why a provider type, filter or mapper is not there, and what to do."""
        failed = [p for p in self.loaded if p.state == "failed"]
        known = sorted(brought.partition(" ")[2] for brought in self.brought_by if brought.startswith(kind))
        hint = (
            f"There is no {kind} “{name}”; there are {', '.join(known) or 'none'}. Install the plugin that brings it."
        )
        for plugin in failed:
            if name in (plugin.name, plugin.distribution.removeprefix("dirsync-")):
                return f"The plugin {plugin.distribution} {plugin.version} failed: {plugin.because}"
        return hint


def load_plugins(points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load every plugin that is installed, or those of the given entry points."""
    manager = pluggy.PluginManager("dirsync")
    manager.add_hookspecs(api)
    found = sorted(entry_points(group=GROUP) if points is None else points, key=lambda point: point.name)
    declared: dict[str, dict[str, Any]] = {hook: {} for hook in _DECLARING}
    brought: dict[str, LoadedPlugin] = {}
    loaded = []
    for point in found:
        plugin = _load(manager, point, declared, brought)
        loaded.append(plugin)
    return Plugins(
        tuple(loaded), declared["dirsync_providers"], declared["dirsync_filters"], declared["dirsync_mappers"],
        brought, manager,
    )  # fmt: skip


def _load(
    manager: pluggy.PluginManager,
    point: EntryPoint,
    declared: dict[str, dict[str, Any]],
    brought: dict[str, LoadedPlugin],
) -> LoadedPlugin:
    name, version = (point.dist.name, point.dist.version) if point.dist else (point.name, "0")
    try:
        module = point.load()
        manager.register(module, name=point.name)
        manager.check_pending()
        items = _declared(manager, module, declared)
    except Exception as error:  # a plugin's code
        log.error("plugin_failed", plugin=point.name, distribution=name, error=repr(error))
        if manager.has_plugin(point.name):
            manager.unregister(name=point.name)
        return LoadedPlugin(point.name, name, version, "failed", f"{type(error).__name__}: {error}")
    for hook, item in items:
        declared[hook][item.name] = item
    provides = tuple(f"{_DECLARING[hook][1]} {item.name}" for hook, item in items)
    plugin = LoadedPlugin(point.name, name, version, "active", None, provides)
    brought.update(dict.fromkeys(provides, plugin))
    return plugin


def _declared(
    manager: pluggy.PluginManager, module: object, declared: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Any]]:
    """Ask one plugin what it declares, and check it."""
    items: list[tuple[str, Any]] = []
    for hook, (cls, kind) in _DECLARING.items():
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            if implementation.plugin is not module:
                continue
            item: Any
            for item in implementation.function():
                if not isinstance(item, cls):
                    raise TypeError(f"{hook} gave {item!r}; it gives {cls.__name__} objects")
                if item.name in declared[hook]:
                    raise ValueError(f"the {kind} “{item.name}” is declared by another plugin already")
                if getattr(item, "settings", None) is not None and not attrs.has(item.settings):
                    raise TypeError(f"the settings of {kind} “{item.name}” are no attrs class; add @attrs.frozen")
                items.append((hook, item))
    return items


def _add_commands(name: str, plugin: object, cli: click.Group) -> None:
    try:
        plugin.dirsync_commands(cli)  # type: ignore[attr-defined]  # pluggy has found it there
    except Exception as error:  # a plugin's code
        log.error("plugin_commands_failed", plugin=name, error=repr(error))


def provider_settings(plugins: Plugins, name: str, type_name: str, own: Mapping[str, Any]) -> object:
    """Structure a provider's own settings with its plugin's class.

    Raises:
        SettingsError: with the path of each problem.
    """
    kind = plugins.providers.get(type_name)
    if kind is None:
        raise SettingsError([f"providers.{name}.plugin: {plugins.why_missing('provider', type_name)}"])
    return structure(own, kind.settings, f"providers.{name}")
