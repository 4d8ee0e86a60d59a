"""What this distribution brings to dirsync: the provider `entra`, its mapper, and a rehearsal. Start at `provider`."""

import click

from dirsync_core.api import MapperType, ProviderType, hookimpl
from dirsync_entra.mapping import ENTRA_MAPPER
from dirsync_entra.provider import ENTRA
from dirsync_entra.rehearsal.command import rehearse_command


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    """Declare Entra."""
    return [ENTRA]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """Declare the mapping of what Entra sends."""
    return [ENTRA_MAPPER]


@hookimpl
def dirsync_commands(cli: click.Group) -> None:
    """Add `dirsync entra`."""
    said = "Microsoft Entra: rehearse it before it is connected."
    cli.add_command(click.Group("entra", commands=[rehearse_command], help=said))
