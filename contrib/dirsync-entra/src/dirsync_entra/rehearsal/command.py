"""`dirsync entra rehearse`: the rehearsal at a prompt."""

import asyncio
import json
import os

import click

from dirsync_core.api import Directory, SettingsError
from dirsync_entra.rehearsal.client import RehearsalError
from dirsync_entra.rehearsal.cycles import rehearse

TOKEN = "DIRSYNC_ENTRA_TOKEN"


@click.command("rehearse")
@click.option("--people", type=click.IntRange(min=6), default=50, show_default=True, help="How many to invent.")
@click.option("--url", default="http://127.0.0.1:8080", show_default=True, help="Where dirsync serves.")
@click.option("--provider", default="entra", show_default=True, help="The provider to push to.")
@click.option("--flag/--no-flag", default=True, show_default=True, help="As with aadOptscim062020 in the Tenant URL.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same people.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.pass_context
def rehearse_command(
    context: click.Context, people: int, url: str, provider: str, flag: bool, seed: int, as_json: bool
) -> None:
    """Play an Entra tenant against a running server, over HTTP.

    Looks for invented people and groups and makes them as Entra does, lives through a day of changes, and reads
    everything back. In the server's folder it makes itself a token for an hour; elsewhere it takes DIRSYNC_ENTRA_TOKEN.
    """
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("an address begins with http:// or https://", param_hint="--url")
    base = f"{url.rstrip('/')}/providers/{provider}/scim/v2"
    token = os.environ.get(TOKEN, "").strip() or _minted(context.obj, provider)
    try:
        report = asyncio.run(rehearse(url=base, token=token, people=people, flag=flag, seed=seed))
    except RehearsalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2) if as_json else report.text())
    context.exit(0 if report.ok else 1)


def _minted(directory: object, provider: str) -> str:
    if not isinstance(directory, Directory):
        raise click.ClickException(
            f"no token: set {TOKEN} to one made by `dirsync token create {provider}`,"
            " or run this in the folder of the server's plugins.toml"
        )
    try:
        return directory.mint_token(provider, hours=1)
    except SettingsError as error:
        elsewhere = f"Elsewhere set {TOKEN} to a token made in the server's folder: dirsync token create {provider}"
        raise SettingsError([*error.problems, elsewhere]) from error
