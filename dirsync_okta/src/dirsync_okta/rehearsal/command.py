"""`dirsync okta rehearse`: the rehearsal at a prompt."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Protocol, runtime_checkable

import click

from dirsync_core.api import SettingsError
from dirsync_okta.rehearsal.errors import RehearsalError
from dirsync_okta.rehearsal.personality import STYLES
from dirsync_okta.rehearsal.rehearsal import rehearse
from dirsync_okta.rehearsal.report import Progress, summary

TOKEN = "DIRSYNC_OKTA_TOKEN"


@runtime_checkable
class Mint(Protocol):
    """Makes tokens, in the folder of the server; `click.Context.obj` is one there."""

    def mint_token(self, provider: str, *, hours: float = 1) -> str:
        """Make a token for a provider that expires by itself."""


class ProgressLine:
    """Progress on stderr: one line that is written over on a terminal, else a line every ten per cent."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._told: tuple[str, int] = ("", -1)

    def __call__(self, progress: Progress) -> None:
        percent = 100 * progress.done // progress.total
        told = (progress.phase, percent if self._terminal else percent // 10)
        if told == self._told or (not self._terminal and percent < 10):
            return
        self._told = told
        line = f"{progress.phase}: {progress.done} of {progress.total} ({percent} %)"
        click.echo(f"\r\x1b[K{line}" if self._terminal else line, err=True, nl=not self._terminal)

    def close(self) -> None:
        """Take the line off the terminal."""
        if self._terminal and self._told[0]:
            click.echo("\r\x1b[K", err=True, nl=False)


@click.command("rehearse")
@click.option("--people", type=click.IntRange(min=1), default=200, show_default=True, help="How many to invent.")
@click.option("--style", type=click.Choice(list(STYLES)), default="oin", show_default=True, help="How the app writes.")
@click.option("--url", default="http://127.0.0.1:8080", show_default=True, help="Where dirsync serves.")
@click.option("--provider", default="okta", show_default=True, help="The provider to push to.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same people.")
@click.option("--also", multiple=True, metavar="EMAIL", help="Somebody to push among the invented ones; repeatable.")
@click.option("--no-day", is_flag=True, help="Only the first push, without the day of changes.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.pass_context
def rehearse_command(
    context: click.Context,
    people: int,
    style: str,
    url: str,
    provider: str,
    seed: int,
    also: tuple[str, ...],
    no_day: bool,
    as_json: bool,
) -> None:
    """Play an Okta tenant against a running server, over HTTP.

    Pushes invented people and groups as Okta does, lives through a day of changes, and reads everything back.
    In the server's folder it makes itself a token for an hour; elsewhere it takes DIRSYNC_OKTA_TOKEN.
    """
    base = _base(url, provider)
    token = os.environ.get(TOKEN, "").strip() or _minted(context.obj, provider)
    line = ProgressLine(terminal=sys.stderr.isatty())
    try:
        report = asyncio.run(
            rehearse(
                url=base,
                token=token,
                people=people,
                style=style,
                seed=seed,
                progress=line,
                day=not no_day,
                also=also,
            )
        )
    except RehearsalError as error:
        raise click.ClickException(str(error)) from error
    finally:
        line.close()
    click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2) if as_json else summary(report))
    context.exit(0 if report.ok else 1)


def _base(url: str, provider: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("an address begins with http:// or https://", param_hint="--url")
    return f"{url.rstrip('/')}/providers/{provider}/scim/v2"


def _minted(obj: object, provider: str) -> str:
    if not isinstance(obj, Mint):
        raise click.ClickException(
            f"no token: set {TOKEN} to one made by `dirsync token create {provider}`, "
            "or run this in the folder of the server's plugins.toml"
        )
    try:
        return obj.mint_token(provider, hours=1)
    except SettingsError as error:
        elsewhere = f"Elsewhere set {TOKEN} to a token made in the server's folder: dirsync token create {provider}"
        raise SettingsError([*error.problems, elsewhere]) from error
