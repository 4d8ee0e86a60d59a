"""`dirsync apply`: what plugins.toml says becomes what decides."""

import sys

import click

from dirsync_core.cli.failures import Told
from dirsync_core.cli.session import Session
from dirsync_core.host.applying import Effect
from dirsync_core.host.host import Host


@click.command()
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def apply(session: Session, yes: bool) -> None:
    """Apply what plugins.toml says to everybody.

    Prints how many people join, leave and change, and asks before it does anything.
    """
    effect = session.run(lambda host: _tried(host, session))
    if effect is None:
        click.echo("Nothing to do: plugins.toml says what applies already.", err=True)
        return
    if not yes:
        click.echo(_in_words(effect))
        _ask()
    done = session.run(lambda host: host.apply(session.request()))
    if yes or done != effect:
        click.echo(_in_words(done))
    click.echo(f"Applied. The rules are at version {done.version}.", err=True)


async def _tried(host: Host, session: Session) -> Effect | None:
    """Try it out; None where the same applies already."""
    version = await host.store.read(lambda tx: tx.facts.rules_version())
    effect = await host.try_out(session.request())
    return effect if effect.version != version else None


def _ask() -> None:
    if not sys.stdin.isatty():
        raise Told("Nothing was applied, since nobody can be asked here. To go ahead: dirsync apply --yes")
    click.confirm("Apply this?", abort=True, err=True)


def _in_words(effect: Effect) -> str:
    parts = [
        f"{effect.joins:,} {'joins' if effect.joins == 1 else 'join'}",
        f"{effect.leaves:,} {'leaves' if effect.leaves == 1 else 'leave'}",
        f"{effect.changes:,} {'changes' if effect.changes == 1 else 'change'}",
    ]
    return ", ".join(parts)
