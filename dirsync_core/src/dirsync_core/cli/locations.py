"""`dirsync location …`: who is where, on top of the rules."""

from typing import Any

import click

from dirsync_core.cli.output import json_option, print_json, print_table
from dirsync_core.cli.session import Session
from dirsync_core.engine.rules import Rules
from dirsync_core.host.acts import by_hand
from dirsync_core.host.host import Host
from dirsync_core.model.moments import Moment
from dirsync_core.query.status import locations_shape
from dirsync_core.store.contract import Transaction

_WHO = click.argument("who")
_LOCATIONS = click.argument("locations", nargs=-1, required=True, metavar="LOCATION...")


@click.group()
def location() -> None:
    """List the locations, and place people in them by hand, on top of the rules."""


@location.command("list")
@json_option
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the locations, with their filter and how many people are there."""
    lines: list[Any] = session.read(locations_shape)
    if as_json:
        print_json({"locations": lines})
        return
    columns = ("key", "name", "people", "filter")
    print_table(columns, [[line[column] for column in columns] for line in lines])
    if not lines:
        click.echo("There are none: everybody is in one directory. plugins.toml names them.", err=True)


@location.command()
@_WHO
@_LOCATIONS
@click.pass_obj
def add(session: Session, who: str, locations: tuple[str, ...]) -> None:
    """Place somebody in locations, also a record that no location takes in: that brings the person in."""
    _place(session, who, locations, "add")
    click.echo(f"Placed {who} in {', '.join(locations)}.", err=True)


@location.command()
@_WHO
@_LOCATIONS
@click.pass_obj
def mask(session: Session, who: str, locations: tuple[str, ...]) -> None:
    """Hide somebody from locations, whatever the rules say."""
    _place(session, who, locations, "mask")
    click.echo(f"Hid {who} from {', '.join(locations)}.", err=True)


@location.command()
@_WHO
@_LOCATIONS
@click.pass_obj
def clear(session: Session, who: str, locations: tuple[str, ...]) -> None:
    """Give locations of somebody back to the rules."""
    _place(session, who, locations, "clear")
    click.echo(f"The rules decide again whether {who} is in {', '.join(locations)}.", err=True)


def _place(session: Session, who: str, locations: tuple[str, ...], op: str) -> None:
    """All of the locations, or none."""

    def job(_: Host, tx: Transaction, rules: Rules, moment: Moment) -> None:
        for key in locations:
            by_hand.place(tx, rules, moment, who, key, op)

    session.edit(job)
