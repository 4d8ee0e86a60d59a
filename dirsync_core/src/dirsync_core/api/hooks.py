"""The hooks: what plugins declare, and what they are told."""

from collections.abc import Awaitable, Sequence

import click
import pluggy

from dirsync_core.api.provider import ProviderType
from dirsync_core.api.rules import FilterType, MapperType
from dirsync_core.model.changes import Change

hookspec = pluggy.HookspecMarker("dirsync")
hookimpl = pluggy.HookimplMarker("dirsync")


@hookspec
def dirsync_providers() -> list[ProviderType]:  # type: ignore[empty-body]  # a hook spec has no body
    """Declare provider types."""


@hookspec
def dirsync_filters() -> list[FilterType]:  # type: ignore[empty-body]
    """Declare filters other than the filter language."""


@hookspec
def dirsync_mappers() -> list[MapperType]:  # type: ignore[empty-body]
    """Declare mappers."""


@hookspec
def dirsync_commands(cli: click.Group) -> None:
    """Add commands to `dirsync`."""


@hookspec
def dirsync_changed(changes: Sequence[Change]) -> Awaitable[None] | None:
    """Be told of changes: in order, at least once, by the serving process; may be `async def`."""
