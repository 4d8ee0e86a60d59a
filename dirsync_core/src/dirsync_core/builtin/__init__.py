"""The core's own filter, mappers and provider: a plugin on the same hooks as any other."""

from dirsync_core.api import FilterType, MapperType, ProviderType, hookimpl
from dirsync_core.builtin.csv_provider import CSV, CSV_MAPPER
from dirsync_core.builtin.paths import paths
from dirsync_core.builtin.rule import Rule, rule


@hookimpl
def dirsync_filters() -> list[FilterType]:
    """The filter language."""
    return [FilterType("scim", rule, Rule)]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """Columns of a file; and paths of the settings, where it stands which attributes they set."""
    return [CSV_MAPPER, MapperType("paths", (), paths)]


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    """Files."""
    return [CSV]
