"""`dirsync token …`: what opens a source's address, or the API."""

from datetime import timedelta
from typing import Any

import click

from dirsync_core.cli.output import json_option, print_json, print_table, when
from dirsync_core.cli.session import Session, known_provider
from dirsync_core.engine.rules import Rules
from dirsync_core.host.doors import create_token, revoke_token, rotate_tokens
from dirsync_core.host.host import Host
from dirsync_core.model.durations import read_duration
from dirsync_core.model.errors import NotFound, Refused
from dirsync_core.model.moments import Moment
from dirsync_core.query.status import token_shape
from dirsync_core.store.contract import Transaction


class Duration(click.ParamType[timedelta]):
    """`30s`, `30m`, `24h`, `90d`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a duration."""
        try:
            return read_duration(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


@click.group()
def token() -> None:
    """Make, list, rotate and revoke tokens. A secret is shown once; only its hash is kept."""


@token.command()
@click.argument("provider", required=False)
@click.option("--api", metavar="NAME", help="For /api/v1 instead of a source; NAME says whose it is.")
@click.option("--write", is_flag=True, help="With --api: it may also write.")
@click.option("--name", default="", metavar="NAME", help="What it is called in lists and in the history.")
@click.option("--expires", type=Duration(), metavar="DURATION", help="When it ends by itself: 30m, 24h, 90d.")
@click.pass_obj
def create(
    session: Session, provider: str | None, api: str | None, write: bool, name: str, expires: timedelta | None
) -> None:
    """Make a token for PROVIDER, or with --api for the API; prints its secret, once.

    \b
    dirsync token create okta --name "production" --expires 365d
    dirsync token create --api intranet
    """
    if (provider is None) == (api is None):
        raise click.UsageError("Say either PROVIDER, as in “dirsync token create okta”, or --api NAME.")
    if write and api is None:
        raise click.UsageError("--write goes with --api: a source's token may always write its own records.")

    def job(host: Host, tx: Transaction, _: Rules, moment: Moment) -> str:
        if provider is not None:
            _check_provider(host, provider)
        end = moment.at + expires if expires is not None else None
        return create_token(tx, moment, provider=provider, api=api, write=write, name=name, expires_at=end)

    click.echo(session.edit(job))
    click.echo("This is shown once. Keep it where secrets are kept.", err=True)


@token.command("list")
@json_option
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the tokens, without their secrets."""
    lines: list[Any] = session.read(lambda reading: [token_shape(token) for token in reading.tx.access.tokens()])
    if as_json:
        print_json({"tokens": lines})
        return
    print_table(
        ("id", "opens", "name", "ends in", "made", "expires", "last used"),
        [
            (t["id"], _opens(t), t["name"], t["last4"], when(t["createdAt"]), when(t["expiresAt"]) or "never",
             when(t["lastUsedAt"]) or "never")
            for t in lines
        ],
    )  # fmt: skip
    if not lines:
        click.echo("There are none yet. Make one with: dirsync token create PROVIDER", err=True)


@token.command()
@click.argument("provider")
@click.option(
    "--overlap",
    type=Duration(),
    default="24h",
    show_default=True,
    metavar="DURATION",
    help="How long the tokens before it still open the door.",
)
@click.pass_obj
def rotate(session: Session, provider: str, overlap: timedelta) -> None:
    """Make a new token for PROVIDER, and let the others end after a while; prints its secret, once."""

    def job(host: Host, tx: Transaction, _: Rules, moment: Moment) -> str:
        _check_provider(host, provider)
        return rotate_tokens(tx, moment, provider, overlap)

    click.echo(session.edit(job))
    click.echo("This is shown once. Give it to the source before the others end.", err=True)


@token.command()
@click.argument("token", metavar="ID")
@click.pass_obj
def revoke(session: Session, token: str) -> None:
    """End a token at once. `dirsync token list` has the ids."""
    if not session.write(lambda tx, moment: revoke_token(tx, moment, token)):
        raise NotFound(f"There is no token {token}. Which there are: dirsync token list")
    click.echo(f"Revoked {token}.", err=True)


def _check_provider(host: Host, provider: str) -> None:
    known_provider(host, provider)
    kind = host.plugins.providers.get(host.settings.providers[provider].plugin)
    if kind is not None and kind.by_hand:
        raise Refused(f"{provider} is kept by hand: nobody calls it, so it has no tokens.")


def _opens(token: Any) -> str:
    if token["provider"]:
        return str(token["provider"])
    return "API, read and write" if token["write"] else "API, read"
