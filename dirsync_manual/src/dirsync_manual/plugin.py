"""What the plugin declares: a provider type whose records are kept by people, a mapper, the commands `manual …`."""

import click

from dirsync_core.api import MapperType, ProviderType, hookimpl
from dirsync_manual.commands import manual as manual_commands
from dirsync_manual.mapping import ATTRIBUTES, manual
from dirsync_manual.provider import Manual, ManualSettings


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    """The provider type `manual`."""
    return [ProviderType("manual", ManualSettings, Manual, by_hand=True, mappers=("manual",), title="By hand")]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """The mapper `manual`."""
    return [MapperType("manual", ATTRIBUTES, manual)]


@hookimpl
def dirsync_commands(cli: click.Group) -> None:
    """`dirsync manual …`."""
    cli.add_command(manual_commands)
