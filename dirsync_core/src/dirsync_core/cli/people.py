"""`dirsync people`, `show`: the directory, and one person in it."""

from typing import Any

import attrs
import click

from dirsync_core.cli.output import json_option, plural, print_json, print_table, shown, when
from dirsync_core.cli.session import EVERYTHING, Session
from dirsync_core.filtering import BoundFilter, FilterError
from dirsync_core.host.asking import ask
from dirsync_core.host.host import Host
from dirsync_core.model.people import Status
from dirsync_core.query.as_of import AsOf, BadTime, read_when
from dirsync_core.query.people import PeopleSearch, people_shape
from dirsync_core.query.reading import Reading, Shape, person_shape
from dirsync_core.query.who import person_of

_ALL = "all"
_AT = click.option(
    "--at", metavar="TIME", help="As it was at a time, 2026-03-01T09:00:00Z, or at the end of a day, 2026-03-01."
)


@click.command()
@click.option("--location", metavar="KEY", help="Only those in this location.")
@click.option(
    "--status",
    type=click.Choice([*(status.value for status in Status), _ALL]),
    default=Status.ACTIVE.value,
    show_default=True,
)
@click.option("--filter", "text", metavar="FILTER", help="Only those whom a filter takes in.")
@click.option("--sort", default="displayName", show_default=True, metavar="NAME", help="By which attribute.")
@_AT
@json_option
@click.pass_obj
def people(
    session: Session, location: str | None, status: str, text: str | None, sort: str, at: str | None, as_json: bool
) -> None:
    """List the directory.

    \b
    dirsync people --location oslo
    dirsync people --filter 'department eq "Sales" and not (userType eq "intern")'
    dirsync people --status all --sort email --json
    dirsync people --at 2026-03-01
    """
    wanted = None if status == _ALL else Status(status)

    def question(host: Host, reading: Reading) -> Shape:
        bound = _filter(host, reading, text) if text is not None else None
        _check(reading, location, sort)
        search = PeopleSearch(wanted, location, filter=bound, sort=sort)
        return whole(reading, search) if at is None else _whole_at(reading, search, at)

    shape = session.run(lambda host: ask(host, lambda reading: question(host, reading)))
    print_json(shape) if as_json else _print_people(
        shape, narrowed=bool(location or text or at or wanted != Status.ACTIVE)
    )


@click.command()
@click.argument("who")
@_AT
@json_option
@click.pass_obj
def show(session: Session, who: str, at: str | None, as_json: bool) -> None:
    """Show one person, and where each value comes from. WHO is an e-mail address or an id.

    With --at, whoever had the address then; where values came from is not kept.
    """
    shape = session.read(lambda reading: person_shape(
        person_of(reading.tx, who) if at is None else _back_at(reading, at).named(who)
    ))  # fmt: skip
    print_json(shape) if as_json else _print_person(shape)


def whole(reading: Reading, search: PeopleSearch) -> Shape:
    """Give all people of a search, on one page."""
    shape: Any = people_shape(reading, PeopleSearch(
        search.status, search.location, filter=search.filter, sort=search.sort, limit=EVERYTHING
    ))  # fmt: skip
    return {**shape, "total": len(shape["people"])}


def _whole_at(reading: Reading, search: PeopleSearch, at: str) -> Shape:
    return _back_at(reading, at).shape(attrs.evolve(search, limit=EVERYTHING))


def _back_at(reading: Reading, text: str) -> AsOf:
    try:
        return AsOf.of(reading, read_when(text, reading.rules.timezone, reading.now))
    except BadTime as error:
        raise click.BadParameter(str(error), param_hint="'--at'") from error


def check_location(reading: Reading, location: str | None) -> None:
    """See that a location is one; else the usage is wrong."""
    known = [rule.key for rule in reading.rules.locations]
    if location is not None and location not in known:
        there = f"there are {', '.join(known)}" if known else "there are none: everybody is in one directory"
        raise click.BadParameter(f"“{location}” is no location; {there}.", param_hint="'--location'")


def _check(reading: Reading, location: str | None, sort: str) -> None:
    check_location(reading, location)
    known = sorted({"displayName", "changedAt", *reading.rules.schema})
    if sort not in known:
        raise click.BadParameter(f"“{sort}” is no attribute; there are {', '.join(known)}.", param_hint="'--sort'")


def _filter(host: Host, reading: Reading, text: str) -> BoundFilter:
    try:
        return host.filter(reading.rules, text)
    except FilterError as error:
        pointed = f"  {shown(text)}\n  {' ' * (error.column - 1)}^"
        raise click.BadParameter(f"{error}\n{pointed}", param_hint="'--filter'") from error


def _print_people(shape: Any, *, narrowed: bool) -> None:
    print_table(
        ("name", "email", "phone", "locations", "status"),
        [[p.get(name) for name in ("displayName", "email", "phone", "locations", "status")] for p in shape["people"]],
    )
    if shape["people"]:
        click.echo(plural(shape["total"], "person", "people"), err=True)
    elif narrowed:
        click.echo("Nobody.", err=True)
    else:
        click.echo("Nobody is in the directory. To connect a source: dirsync serve, then its set-up page.", err=True)


def _print_person(shape: Any) -> None:
    told = ("displayName", "id", "status", "provenance", "version", "createdAt", "changedAt")
    name = f"{shape['displayName']} " if shape.get("displayName") else ""
    click.echo(shown(f"{name}<{shape['email']}>"))
    click.echo(f"{shape['status']} · {shape['id']} · version {shape['version']}, {when(shape['changedAt'])}\n")
    rows = []
    for attribute, value in shape.items():
        source = shape["provenance"].get(attribute, {})
        if (attribute not in told or source) and value not in (None, []):
            rows.append((attribute, value, source.get("provider"), when(source.get("since"))))
    print_table(("attribute", "value", "from", "since"), rows)
