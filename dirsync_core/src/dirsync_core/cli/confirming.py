"""Asking before something is done that can't be taken back; where nobody can be asked, it is refused."""

import sys

import click

from dirsync_core.cli.failures import Told


def confirm(question: str, nothing_done: str, again: str) -> None:
    """Ask at a terminal, and go on only after a yes.

    Raises:
        Told: there is no terminal; it says that nothing was done, and with which command it would be.
    """
    if not sys.stdin.isatty():
        raise Told(f"{nothing_done}, since nobody can be asked here. To go ahead: {again}")
    click.confirm(question, abort=True, err=True)
