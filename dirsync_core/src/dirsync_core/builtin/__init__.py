"""The core's own filter and mapper: a plugin on the same hooks as any other."""

from dirsync_core.api import FilterType, MapperType, hookimpl
from dirsync_core.builtin.paths import paths
from dirsync_core.builtin.rule import Rule, rule


@hookimpl
def dirsync_filters() -> list[FilterType]:
    """The filter language."""
    return [FilterType("scim", rule, Rule)]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """Paths of the settings; which attributes they set stands there."""
    return [MapperType("paths", (), paths)]
