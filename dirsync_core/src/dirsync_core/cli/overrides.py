"""`dirsync override …`: an admin's word over the providers'."""

from collections.abc import Callable
from typing import Any

import click

from dirsync_core.cli.output import json_option, print_json, print_table
from dirsync_core.cli.session import Session
from dirsync_core.engine.rules import Rules
from dirsync_core.host.acts import overriding
from dirsync_core.host.host import Host
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import Moment
from dirsync_core.query.overrides import override_shapes
from dirsync_core.query.who import person_of
from dirsync_core.store.contract import Transaction

_WHO = click.argument("who")
_VALUE = click.argument("value", metavar="NAME=VALUE")


@click.group()
def override() -> None:
    """Pin a value, add to a set, mask what is in one; sources keep saying what they say, and are not shown."""


@override.command("list")
@click.argument("who", required=False)
@json_option
@click.pass_obj
def list_(session: Session, who: str | None, as_json: bool) -> None:
    """List the overrides, of everybody or of one person."""
    lines: list[Any] = session.read(
        lambda reading: override_shapes(reading, person_of(reading.tx, who).id if who is not None else None)
    )
    if as_json:
        print_json({"overrides": lines})
        return
    rows = [
        [line["email"], line["name"], line["op"], _shown(line["value"]), line["by"], "asleep" if line["asleep"] else ""]
        for line in lines
    ]
    print_table(("email", "name", "op", "value", "by", ""), rows)
    if not lines:
        click.echo("There are none.", err=True)


@override.command()
@_WHO
@_VALUE
@click.option("--empty", is_flag=True, help="Pin that there is no value: a private phone, say. NAME stands alone.")
@click.option("--note", default="", metavar="TEXT", help="Why; shown beside the value.")
@click.pass_obj
def pin(session: Session, who: str, value: str, empty: bool, note: str) -> None:
    """Pin a single value, or with --empty that there is none.

    Example: dirsync override pin ann@halden.example phone="+47 900 11 222" --note "On call until June"
    """
    name, text = (_alone(value), None) if empty else _pair(value)
    _say(session, lambda tx, rules, moment: overriding.pin(tx, rules, moment, who, name, text, note))
    click.echo(f"Pinned {name} of {who}. Give it back with: dirsync override clear {who} {name}", err=True)


@override.command()
@_WHO
@_VALUE
@click.pass_obj
def add(session: Session, who: str, value: str) -> None:
    """Add a value to a set, such as assistants=bo@halden.example."""
    name, text = _pair(value)
    _say(session, lambda tx, rules, moment: overriding.add(tx, rules, moment, who, name, text))
    click.echo(f"Added {text} to {name} of {who}.", err=True)


@override.command()
@_WHO
@_VALUE
@click.pass_obj
def mask(session: Session, who: str, value: str) -> None:
    """Hide a value of a set, whoever says it."""
    name, text = _pair(value)
    _say(session, lambda tx, rules, moment: overriding.mask(tx, rules, moment, who, name, text))
    click.echo(f"Hid {text} among {name} of {who}.", err=True)


@override.command()
@_WHO
@click.argument("value", metavar="NAME[=VALUE]")
@click.pass_obj
def clear(session: Session, who: str, value: str) -> None:
    """Take back every word on an attribute, or those on one value of a set."""
    name, equals, text = value.partition("=")
    _say(session, lambda tx, rules, moment: overriding.clear(tx, rules, moment, who, name, text if equals else None))
    click.echo(f"The sources decide again what {value} of {who} is.", err=True)


Word = Callable[[Transaction, Rules, Moment], PersonId]


def _say(session: Session, word: Word) -> None:
    def job(_: Host, tx: Transaction, rules: Rules, moment: Moment) -> None:
        word(tx, rules, moment)

    session.edit(job)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"“{text}” is not NAME=VALUE, as in title=Chef.")
    return name, value


def _alone(text: str) -> str:
    name, _, value = text.partition("=")
    if value:
        raise click.UsageError(f"With --empty NAME stands alone: “{name}”, not “{text}”.")
    return name


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
