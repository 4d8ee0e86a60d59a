"""`dirsync export`: the directory, out."""

import csv
import io
from typing import Any

import click

from dirsync_core.cli.output import print_json
from dirsync_core.cli.people import check_location, whole
from dirsync_core.cli.session import Session
from dirsync_core.model.people import Json
from dirsync_core.query.people import PeopleSearch
from dirsync_core.query.reading import Reading

_FIRST = ("id", "status", "email", "displayName")
_LAST = ("createdAt", "changedAt")


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
        return whole(reading, PeopleSearch(location=location)), _columns(reading)

    shape, columns = session.read(question)
    if form == "json":
        print_json({"people": shape["people"], "seq": shape["seq"]})
    else:
        click.echo(_csv(shape["people"], columns), nl=False)


def _columns(reading: Reading) -> list[str]:
    others = sorted({*reading.rules.schema, "locations"} - {*_FIRST, *_LAST})
    return [*_FIRST, *others, *_LAST]


def _csv(people: list[Any], columns: list[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for person in people:
        writer.writerow([_cell(person.get(column)) for column in columns])
    return text.getvalue()


def _cell(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return ";".join(_cell(item) for item in value)
        case dict():
            return str(value.get("email") or value.get("written") or "")
        case _:
            return str(value)
