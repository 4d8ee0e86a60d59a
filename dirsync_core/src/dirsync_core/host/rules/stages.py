"""Stages: what plugins make of mappers and filters, checked, and under the name of the plugin when they fail.

`made_mapper` and `made_filter` see that what a plugin makes can be used at all; `named_mapper` and `named_filter` say
of one that fails at work which it was, and to whom it belongs.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence

import attrs

from dirsync_core.api import FilterType, Mapper, MapperType, Record
from dirsync_core.engine.mapping import checked
from dirsync_core.engine.rules import CompiledMapper, FilterFailed, Judge
from dirsync_core.filtering import FilterError, Judgement
from dirsync_core.host.plugin_errors import described
from dirsync_core.host.plugins import Plugins
from dirsync_core.model.claims import Attribute, Claims
from dirsync_core.model.errors import SettingsError


def made_mapper(plugins: Plugins, kind: MapperType, settings: object, path: str) -> Mapper:
    """Have a plugin make its mapper.

    Raises:
        SettingsError: it can't, or makes something else; with the path of the setting.
    """
    try:
        made = kind.create(settings)
    except SettingsError:
        raise
    except Exception as error:  # a plugin's code
        raise _unmade(plugins, f"mapper {kind.name}", path, f"can't be made: {described(error)}") from error
    if not callable(made) or inspect.iscoroutinefunction(made):
        is_ = f"is {_named(made)}; create gives a plain function of record and claims"
        raise _unmade(plugins, f"mapper {kind.name}", path, is_)
    return made


def made_filter(
    plugins: Plugins, kind: FilterType, settings: object, attributes: Sequence[Attribute], path: str
) -> Judge:
    """Have a plugin make its filter.

    Raises:
        FilterError: what it was given is none of the filter language.
        SettingsError: it can't, or makes something else; with the path of the setting.
    """
    try:
        made = kind.create(settings, attributes)
    except SettingsError as error:
        raise SettingsError([f"{path}.{problem}" for problem in error.problems]) from error
    except FilterError:
        raise
    except Exception as error:  # a plugin's code
        raise _unmade(plugins, f"filter {kind.name}", path, f"can't be made: {described(error)}") from error
    judge = getattr(made, "judge", None)
    if not callable(judge) or inspect.iscoroutinefunction(judge):
        is_ = f"is {_named(made)}; create gives an object with a plain def judge"
        raise _unmade(plugins, f"filter {kind.name}", path, is_)
    return made


def _unmade(plugins: Plugins, brought: str, path: str, because: str) -> SettingsError:
    problem = f"{path}: the {brought} {because}"
    plugins.failed(brought, problem)
    return SettingsError([problem])


def named_mapper(plugins: Plugins, mapper: CompiledMapper) -> CompiledMapper:
    """Give a mapper that says to whom it belongs where it fails, which is what strict mode ends with."""

    def map_named(record: Record, claims: Claims) -> Claims:
        try:
            return checked(mapper, mapper.map(record, claims))
        except Exception as error:
            of = f"the mapper {mapper.name}, of the record “{record.key}” of {record.provider}"
            plugins.failed(f"mapper {mapper.name}", f"{of}: {described(error)}")
            raise

    return attrs.evolve(mapper, map=map_named) if plugins.strict else mapper


def named_filter(plugins: Plugins, kind: str, path: str, judge: Judge) -> Judge:
    """Give a filter that says which it is, and of which setting, where it fails."""
    return _NamedFilter(plugins, kind, path, judge)


@attrs.frozen
class _NamedFilter:
    plugins: Plugins
    kind: str
    path: str
    inner: Judge

    def judge(
        self, values: Mapping[str, object], *, undetermined: Callable[[str, str], bool] | None = None
    ) -> Judgement:
        try:
            return _judgement(self.inner.judge(values, undetermined=undetermined))
        except Exception as error:  # a plugin's code
            because = f"The filter {self.kind} of {self.path} failed: {described(error)}"
            of = f", of {email}" if (email := values.get("email")) else ""
            self.plugins.failed(f"filter {self.kind}", f"the filter {self.kind} of {self.path}{of}: {described(error)}")
            raise FilterFailed(because) from error


def _judgement(given: object) -> Judgement:
    if not isinstance(given, Judgement):
        raise TypeError(f"judge gave {_named(given)}; it gives Judgement(verdict, term, saw)")
    return given


def _named(given: object) -> str:
    return "nothing" if given is None else getattr(given, "__name__", None) or f"a {type(given).__name__}"
