"""What is wrong with settings before any rule is made of them: plugins, mappers and an order that are not there.

Start at `problems_of`.
"""

from collections.abc import Iterator

from dirsync_core.host.asked.intervals import interval
from dirsync_core.host.plugins import Plugins, provider_settings
from dirsync_core.host.settings import ProviderSettings, Settings
from dirsync_core.model.claims import SET_BY_DIRSYNC
from dirsync_core.model.errors import SettingsError


def problems_of(settings: Settings, plugins: Plugins) -> list[str]:
    """Give each problem as `path: what is wrong`."""
    return [*_precedence_problems(settings, plugins), *_plugin_problems(settings, plugins)]


def _plugin_problems(settings: Settings, plugins: Plugins) -> list[str]:
    problems = []
    for name, provider in settings.providers.items():
        if provider.plugin not in plugins.providers:
            problems.append(f"providers.{name}.plugin: {plugins.why_missing('provider', provider.plugin)}")
        else:
            problems += _own_problems(plugins, name, provider)
        problems += _mapper_problems(plugins, name, provider)
        problems += [
            f"providers.{name}.attributes.{attribute}: dirsync sets that itself; take another name"
            for attribute in provider.attributes
            if attribute in SET_BY_DIRSYNC
        ]
        problems += _unused_settings(plugins, name, provider)
    return problems


def _mapper_problems(plugins: Plugins, name: str, provider: ProviderSettings) -> Iterator[str]:
    kind, named, path = plugins.providers.get(provider.plugin), provider.mappers, f"providers.{name}.mappers"
    if named is None:
        named = kind.mappers if kind is not None else ()
        path = f"providers.{name}.plugin: {provider.plugin} names a mapper that is not here"
    for mapper in named:
        if mapper not in plugins.mappers:
            yield f"{path}: {plugins.why_missing('mapper', mapper)}"


def _unused_settings(plugins: Plugins, name: str, provider: ProviderSettings) -> Iterator[str]:
    kind = plugins.providers.get(provider.plugin)
    used = provider.mappers if provider.mappers is not None else kind.mappers if kind is not None else ()
    for mapper in provider.mapper_settings:
        if mapper not in used:
            there = ", ".join(used) or "none"
            yield f"providers.{name}.mapper_settings.{mapper}: is no mapper of this source; those are: {there}"


def _own_problems(plugins: Plugins, name: str, provider: ProviderSettings) -> list[str]:
    try:
        provider_settings(plugins, name, provider.plugin, provider.own)
        interval(plugins.providers[provider.plugin], name, provider)
    except SettingsError as error:
        return error.problems
    return []


def _precedence_problems(settings: Settings, plugins: Plugins) -> list[str]:
    types = plugins.providers
    managed = [name for name, p in settings.providers.items() if not (p.plugin in types and types[p.plugin].by_hand)]
    named = settings.directory.precedence
    there = ", ".join(settings.providers) or "none"
    problems = [
        f"directory.precedence: {name} is no provider; there are {there}"
        for name in named
        if name not in settings.providers
    ]
    unnamed = [name for name in managed if name not in named]
    if len(managed) > 1 and unnamed:
        problems.append(
            f"directory.precedence: does not name {', '.join(unnamed)}; with several sources it says whose values win,"
            f" for instance precedence = [{', '.join(repr(name) for name in managed)}]".replace("'", '"')
        )
    for attribute, order in settings.precedence.items():
        known = {*settings.providers, "local"}
        problems += [f"precedence.{attribute}: {name} is no provider" for name in order if name not in known]
    return problems
