"""Rules: from settings to the JSON that is applied and kept, and from there to what the engine is given.

`draft` makes the rules out of settings and plugins; `compile_rules` binds filters and makes mappers. The engine sees
only the result. A provider whose plugin is missing is compiled as unavailable, and its records are frozen.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

import attrs

from dirsync_core.api import MapperType
from dirsync_core.engine.rules import CompiledMapper, GuardRule, Judge, LocationRule, ProviderRules, Rules
from dirsync_core.filtering import BoundFilter, FilterError
from dirsync_core.host.outside import filter_settings, read_outside
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.rules.problems import problems_of
from dirsync_core.host.rules.stages import made_filter, made_mapper, named_filter, named_mapper
from dirsync_core.host.series import older
from dirsync_core.host.settings import FilterSetting, GuardSettings, ProviderSettings, Settings, structure
from dirsync_core.host.tracing import traced_filter, traced_mapper
from dirsync_core.model.addresses import fold
from dirsync_core.model.claims import CORE_ATTRIBUTES, Attribute, AttributeKind
from dirsync_core.model.durations import read_duration
from dirsync_core.model.errors import SettingsError
from dirsync_core.model.facts import KnownProvider
from dirsync_core.model.people import Json
from dirsync_core.model.records import fold_key

RuleData = Mapping[str, Any]

_PATHS = "paths"
"""The mapper of `[providers.NAME.attributes]`: last, where the settings do not name its place among the others."""


def draft(settings: Settings, plugins: Plugins) -> dict[str, Json]:
    """Give the part of the settings that waits for `apply`, with the versions of the plugins that map and judge.

    Raises:
        SettingsError: a filter can't be parsed, names no known attribute, or can't read what it needs; or a plugin that
            is needed is missing.
    """
    problems = problems_of(settings, plugins)
    if problems:
        raise SettingsError(problems)
    read = read_outside(settings, plugins)
    data: dict[str, Json] = {
        "providers": {
            name: {**_provider_data(plugins, provider, settings.guard), **read.get(f"providers.{name}.filter", {})}
            for name, provider in settings.providers.items()
        },
        "locations": {
            key: {
                "name": location.name or key,
                "filter": _plain(location.filter),
                "missing": location.missing,
                **read.get(f"locations.{key}.filter", {}),
            }
            for key, location in settings.locations.items()
        },
        "precedence": list(settings.directory.precedence),
        "attributePrecedence": {name: list(order) for name, order in settings.precedence.items()},
    }
    schema = _schema_data(data, plugins)
    data["schema"] = schema
    unknown = [name for name in settings.precedence if name not in schema]
    if unknown:
        raise SettingsError([f"precedence.{name}: is no attribute that anything sets" for name in unknown])
    compile_rules(0, data, plugins, settings.timezone, [], settings.providers)
    return data


def renewed(data: RuleData, plugins: Plugins) -> dict[str, Json]:
    """Give rules of another day as they would be applied now: mapped and judged by the plugins that are here.

    What a plugin that is not here any more had declared stays known.
    """
    now = {
        **data,
        "providers": {name: _renewed(plugins, item) for name, item in data["providers"].items()},
        "locations": {key: _without_needless(item) for key, item in data["locations"].items()},
    }
    whole = all(mapper in plugins.mappers for item in now["providers"].values() for mapper in item["mappers"])
    return {**now, "schema": {**({} if whole else data["schema"]), **_schema_data(now, plugins)}}


def compile_rules(
    version: int,
    data: RuleData,
    plugins: Plugins,
    timezone: tzinfo,
    known: Sequence[KnownProvider],
    configured: Mapping[str, ProviderSettings],
    failed: Mapping[str, str] | None = None,
    *,
    freezing: bool = False,
) -> Rules:
    """Turn applied rules into what the engine is given.

    `known` are the providers that the store remembers, `configured` those in the settings now, `failed` those that
    could not be opened, with the reason. `freezing` has a filter that can't be made freeze what it judges: the records
    of a provider, or, where it is a location's, all of them. A stage that can't run says nothing, and never "no".

    Raises:
        SettingsError: a filter does not bind, and nothing is to freeze; with the path of the setting.
    """
    problems: list[str] = []
    schema = {name: Attribute(name, AttributeKind(a["kind"]), a["description"]) for name, a in data["schema"].items()}
    bound = _Binder(tuple(schema.values()), plugins, problems)
    providers = {k.name: _gone(k) for k in known} | {
        name: _provider_rules(name, provider, plugins, bound, configured, failed or {})
        for name, provider in data["providers"].items()
    }
    locations = tuple(
        LocationRule(
            key, item["name"], bound.filter(item, f"locations.{key}.filter"), _text(item["filter"]), item["missing"],
        )
        for key, item in data["locations"].items()
    )  # fmt: skip
    if problems and not freezing:
        raise SettingsError(problems)
    providers = {name: _frozen(provider, problems) for name, provider in providers.items()}
    orders = data.get("places", data)  # with those that were taken out of the settings, where there are any
    order = {name: tuple(names) for name, names in orders["attributePrecedence"].items()}
    return Rules(
        version, providers, locations, tuple(orders["precedence"]), order, schema, timezone, bound.groups_named()
    )


# --- the parts -----------------------------------------------------------------------------------------------------


@attrs.define
class _Binder:
    """Makes filters, and remembers those in the filter language for the group names that they compare with."""

    attributes: tuple[Attribute, ...]
    plugins: Plugins
    problems: list[str]
    bound: list[BoundFilter] = attrs.field(factory=list)

    def filter(self, item: RuleData, path: str) -> Judge | None:
        """Make the filter of a provider or location; what is wrong with it becomes a problem."""
        if item["filter"] is None:
            return None
        try:
            made = make_filter(item["filter"], self.attributes, self.plugins, path, item.get("read"))
        except FilterError as error:
            self.problems.append(f"{path}: {error}")
            return None
        except SettingsError as error:
            self.problems += error.problems
            return None
        if isinstance(made, BoundFilter):
            self.bound.append(made)
            return traced_filter(path, made)
        return named_filter(self.plugins, item["filter"]["type"], path, traced_filter(path, made))

    def mapper(self, name: str, own: Mapping[str, Any], provider: str) -> CompiledMapper:
        """Make a mapper; what is wrong with its settings becomes a problem."""
        kind, path = self.plugins.mappers[name], f"providers.{provider}.mapper_settings.{name}"
        attributes = {attribute.name: attribute.kind for attribute in kind.attributes}
        try:
            made = made_mapper(self.plugins, kind, _mapper_settings(kind, own, path), f"providers.{provider}.mappers")
            return named_mapper(self.plugins, CompiledMapper(name, traced_mapper(name, made), attributes))
        except SettingsError as error:
            self.problems += error.problems
            return CompiledMapper(name, lambda record, claims: {}, attributes)

    def groups_named(self) -> frozenset[str]:
        compared = (value for bound in self.bound for value in bound.comparisons("groups"))
        return frozenset(fold_key(value) for value in compared if isinstance(value, str))


def make_filter(
    setting: FilterSetting, attributes: Sequence[Attribute], plugins: Plugins, path: str, read: Json = None
) -> Judge:
    """Make a filter from a setting; one that is a text is in the filter language.

    `read` is what it read from outside when its draft was made, where it is a filter that reads.

    Raises:
        FilterError: the text does not parse or bind.
        SettingsError: there is no filter of that type, or its settings can't be used; with the path of each problem.
    """
    table = {"type": "scim", "filter": setting} if isinstance(setting, str) else setting
    kind = plugins.filters.get(table["type"])
    if kind is None:
        raise SettingsError([f"{path}.type: {plugins.why_missing('filter', table['type'])}"])
    if kind.read is None:
        read = filter_settings(table, kind, path)
    elif read is None:
        raise SettingsError([f"{path}: nothing of what it reads is among these rules; read it with: dirsync apply"])
    return made_filter(plugins, kind, read, attributes, path)


def _provider_rules(
    name: str,
    data: RuleData,
    plugins: Plugins,
    bound: _Binder,
    configured: Mapping[str, ProviderSettings],
    failed: Mapping[str, str],
) -> ProviderRules:
    why = _unavailable(name, data, plugins, configured) or failed.get(name)
    if why is not None:
        return ProviderRules(name, data["title"], data["byHand"], unavailable=why, guard=_guard(data))
    named = [*data["mappers"], *([_PATHS] if data["attributes"] and _PATHS not in data["mappers"] else [])]
    paths = _paths(data["attributes"], f"providers.{name}.attributes", bound)
    own = data.get("mapperSettings", {})
    mappers = [paths if mapper == _PATHS else bound.mapper(mapper, own.get(mapper, {}), name) for mapper in named]
    admit = bound.filter(data, f"providers.{name}.filter")
    domains = frozenset(fold(domain) for domain in data["domains"])
    return ProviderRules(
        name, data["title"], data["byHand"], tuple(mappers), admit, domains, data["onMatch"], guard=_guard(data)
    )


def _unavailable(name: str, data: RuleData, plugins: Plugins, configured: Mapping[str, ProviderSettings]) -> str | None:
    if name not in configured:
        return f"{name} is not in plugins.toml"
    wanted = [("provider", data["plugin"]), *(("mapper", mapper) for mapper in data["mappers"])]
    for kind, item in wanted:
        if f"{kind} {item}" not in plugins.brought_by:
            return plugins.why_missing(kind, item)
    return next(_made_by_newer(data, plugins), None)


def _made_by_newer(data: RuleData, plugins: Plugins) -> Iterator[str]:
    """Say which mappers are older than those with which these rules were applied: they might misread what is there."""
    for mapper, version in data.get("versions", {}).items():
        here = plugins.brought_by.get(f"mapper {mapper}")
        if here is not None and older(here.version, version):
            yield (
                f"{here.distribution} {version} made what applies, and {here.version} is installed; install that one"
                " again, or see what this one makes of it with: dirsync plan"
            )


def _frozen(provider: ProviderRules, problems: Sequence[str]) -> ProviderRules:
    """Freeze a provider whose filter, or the filter of some location, can't be made."""
    its_own = f"providers.{provider.name}."
    why = next((p for p in problems if p.startswith(its_own) or not p.startswith("providers.")), None)
    if why is None or provider.unavailable is not None:
        return provider
    return attrs.evolve(provider, unavailable=why)


def _gone(known: KnownProvider) -> ProviderRules:
    return ProviderRules(
        known.name, known.title, known.by_hand, unavailable=f"{known.name} is not among the applied rules"
    )


def _mapper_settings(kind: MapperType, own: Mapping[str, Any], path: str) -> object:
    """Structure a mapper's own settings.

    Raises:
        SettingsError: they can't be used, or it has none.
    """
    if kind.settings is not None:
        return structure(own, kind.settings, path)
    if own:
        raise SettingsError([f"{path}: the mapper {kind.name} has no settings; leave this table out"])
    return None


def _paths(attributes: Mapping[str, str], path: str, bound: _Binder) -> CompiledMapper:
    try:
        made = bound.plugins.mappers[_PATHS].create(attributes)
    except FilterError as error:
        bound.problems.append(f"{path}: {error}")
        return CompiledMapper(_PATHS, lambda record, claims: {}, {})
    return CompiledMapper(_PATHS, made, dict.fromkeys(attributes, AttributeKind.TEXT))


def _provider_data(plugins: Plugins, provider: ProviderSettings, guard: GuardSettings) -> dict[str, Json]:
    kind = plugins.providers[provider.plugin]
    mappers = provider.mappers if provider.mappers is not None else kind.mappers
    versions = {m: plugins.brought_by[f"mapper {m}"].version for m in mappers}
    return {
        "plugin": provider.plugin,
        "title": kind.title or kind.name,
        "byHand": kind.by_hand,
        "filter": _plain(provider.filter),
        "mappers": list(mappers),
        **_told_mappers(provider),
        "versions": dict(versions),
        "attributes": dict(provider.attributes),
        "domains": list(provider.domains),
        "onMatch": provider.on_match,
        "guard": _guard_data(provider.guard, guard),
    }


def _told_mappers(provider: ProviderSettings) -> dict[str, Json]:
    """Give what mappers are told, where they are; rules of a time before they could be have none of it."""
    told: Json = {name: dict(own) for name, own in provider.mapper_settings.items()}
    return {"mapperSettings": told} if told else {}


def _guard_data(own: GuardSettings, common: GuardSettings) -> Json:
    """Give what is not as usual: a provider's own word, else that of `[guard]`."""
    values = {**attrs.asdict(common), **{name: value for name, value in attrs.asdict(own).items() if value is not None}}
    return {name: value for name, value in values.items() if value is not None}


def _guard(data: RuleData) -> GuardRule:
    """Read what `_guard_data` wrote; rules of a time before there was a guard have none of it."""
    said = dict(data.get("guard", {}))
    if "window" in said:
        said["window"] = read_duration(said["window"])
    return GuardRule(**said)


def _renewed(plugins: Plugins, item: RuleData) -> dict[str, Json]:
    kind = plugins.providers.get(item["plugin"])
    traits: dict[str, Json] = {"title": kind.title or kind.name, "byHand": kind.by_hand} if kind is not None else {}
    here = {m: brought.version for m in item["mappers"] if (brought := plugins.brought_by.get(f"mapper {m}"))}
    return {**_without_needless(item), **traits, "versions": {**item["versions"], **here}}


def _without_needless(item: RuleData) -> dict[str, Json]:
    """Leave out what a filter had read which has another in its place now."""
    return {name: value for name, value in item.items() if name != "read" or isinstance(item["filter"], Mapping)}


def _schema_data(data: RuleData, plugins: Plugins) -> dict[str, Json]:
    """Give every attribute that the rules can set, so that it stays known while its plugin is missing."""
    found = {attribute.name: attribute for attribute in CORE_ATTRIBUTES}
    for provider in data["providers"].values():
        for name in provider["mappers"]:
            mapper = plugins.mappers.get(name)
            found |= {attribute.name: attribute for attribute in mapper.attributes} if mapper is not None else {}
        for name, path in provider["attributes"].items():
            found.setdefault(name, Attribute(name, AttributeKind.TEXT, path))
    return {
        name: {"kind": attribute.kind.value, "description": attribute.description} for name, attribute in found.items()
    }


def _plain(setting: FilterSetting | None) -> Json:
    return dict(setting) if isinstance(setting, Mapping) else setting


def _text(setting: Any) -> str:
    if isinstance(setting, Mapping):
        return ", ".join(f"{name} = {value!r}" for name, value in setting.items())
    return str(setting or "")
