"""Outside: what filters read when a draft is made. It is kept with the rules, and read again for another."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog

from dirsync_core.api import FilterType
from dirsync_core.host.plugin_errors import described
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.settings import FilterSetting, Settings, structure
from dirsync_core.model.errors import SettingsError
from dirsync_core.model.people import Json

log = structlog.get_logger()


def read_outside(settings: Settings, plugins: Plugins) -> Mapping[str, Mapping[str, Json]]:
    """Give `{"read": JSON}` by the path of each filter that reads; every one is read, so that all problems are told.

    Raises:
        SettingsError: one can't read what it needs.
    """
    problems: list[str] = []
    found: dict[str, Mapping[str, Json]] = {}
    for path, kind, setting in _reading(settings, plugins):
        try:
            found[path] = {"read": _read(kind, setting, settings.folder, path)}
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems)
    return found


def filter_settings(table: Mapping[str, Any], kind: FilterType, path: str) -> Any:
    """Structure a filter's table, which has its `type` besides.

    Raises:
        SettingsError: with the path of each problem.
    """
    own = {name: value for name, value in table.items() if name != "type"}
    return structure(own, kind.settings, path)


def _reading(settings: Settings, plugins: Plugins) -> Iterator[tuple[str, FilterType, Mapping[str, Any]]]:
    for path, setting in _filters(settings):
        if isinstance(setting, Mapping):
            kind = plugins.filters.get(setting["type"])
            if kind is not None and kind.read is not None:
                yield path, kind, setting


def _filters(settings: Settings) -> Iterator[tuple[str, FilterSetting | None]]:
    yield from ((f"providers.{name}.filter", provider.filter) for name, provider in settings.providers.items())
    yield from ((f"locations.{key}.filter", location.filter) for key, location in settings.locations.items())


def _read(kind: FilterType, setting: Mapping[str, Any], folder: Path, path: str) -> Json:
    own = filter_settings(setting, kind, path)
    assert kind.read is not None
    try:
        read: Json = json.loads(json.dumps(kind.read(own, folder)))
    except SettingsError as error:
        raise SettingsError([f"{path}.{problem}" for problem in error.problems]) from error
    except Exception as error:  # a plugin's code
        log.error("filter_not_read", filter=kind.name, path=path, error=described(error))
        raise SettingsError([f"{path}: the filter {kind.name} could not be read: {described(error)}"]) from error
    return read
