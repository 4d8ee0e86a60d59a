"""What this distribution brings to dirsync: the provider `okta`, its mapper, and a rehearsal."""

import click

from dirsync_core.api import MapperType, ProviderType, hookimpl
from dirsync_okta.mapping import OKTA_MAPPER
from dirsync_okta.provider import OKTA
from dirsync_okta.rehearsal.command import rehearse_command


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    """Declare Okta."""
    return [OKTA]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """Declare the mapping of Okta profiles."""
    return [OKTA_MAPPER]


@hookimpl
def dirsync_commands(cli: click.Group) -> None:
    """Add `dirsync okta`."""
    cli.add_command(click.Group("okta", commands=[rehearse_command], help="Okta: rehearse it before it is connected."))
