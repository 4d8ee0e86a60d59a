"""`dirsync export`: the directory, out."""

from typing import Any

import click

from dirsync_core.cli.output import print_json
from dirsync_core.cli.people import check_location, whole
from dirsync_core.cli.session import Session
from dirsync_core.query.exporting import columns, lines, rows
from dirsync_core.query.people import PeopleSearch
from dirsync_core.query.reading import Reading


@click.command()
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="json", show_default=True)
@click.option("--location", metavar="KEY", help="Only those in this location.")
@click.pass_obj
def export(session: Session, form: str, location: str | None) -> None:
    """Print everybody in the directory, for other programs.

    In CSV several values of one attribute are parted by semicolons, and people are e-mail addresses.
    """

    def question(reading: Reading) -> tuple[Any, list[str]]:
        check_location(reading, location)
        return whole(reading, PeopleSearch(location=location)), columns(reading)

    shape, names = session.read(question)
    if form == "json":
        print_json({"people": shape["people"], "seq": shape["seq"]})
    else:
        click.echo(lines([names]) + rows(shape["people"], names), nl=False)
