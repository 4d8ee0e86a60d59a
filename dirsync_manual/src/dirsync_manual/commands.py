"""`dirsync manual …`: people recorded by hand, from the command line."""

import json

import click

from dirsync_core.api import Directory, Json

_PROVIDER = click.option("--provider", metavar="NAME", help="Which provider kept by hand, where there are several.")
_VALUES = click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")


@click.group()
def manual() -> None:
    """People recorded by hand: contractors, temps and others. Sync never overwrites them."""


@manual.command()
@click.argument("email")
@_VALUES
@click.option("--location", "locations", multiple=True, metavar="KEY", help="Place the person there; may be repeated.")
@click.option("--until", metavar="DATE", help="The last day, as 2027-01-31.")
@_PROVIDER
@click.pass_obj
def add(
    directory: Directory,
    email: str,
    values: tuple[str, ...],
    locations: tuple[str, ...],
    until: str | None,
    provider: str | None,
) -> None:
    """Record somebody; prints their id.

    Example: dirsync manual add sam@agency.example displayName="Sam Roe" city=Oslo --until 2027-01-31
    """
    person, notes = directory.add_by_hand(
        email, _pairs(values), locations=locations, until=until, provider=provider
    )  # fmt: skip
    for note in notes:
        click.echo(note, err=True)
    click.echo(person)


@manual.command("set")
@click.argument("who")
@click.argument("values", nargs=-1, required=True, metavar="NAME=VALUE...")
@_PROVIDER
@click.pass_obj
def set_(directory: Directory, who: str, values: tuple[str, ...], provider: str | None) -> None:
    """Change values of somebody; NAME= takes a value away. `email=` and `until=` can be changed too."""
    directory.set_by_hand(who, _pairs(values), provider=provider)
    click.echo(f"Changed {who}.", err=True)


@manual.command()
@click.argument("who")
@_PROVIDER
@click.pass_obj
def remove(directory: Directory, who: str, provider: str | None) -> None:
    """Remove somebody. Added again, they come back as the same person."""
    directory.remove_by_hand(who, provider=provider)
    click.echo(f"Removed {who}.", err=True)


@manual.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@_PROVIDER
@click.pass_obj
def list_(directory: Directory, as_json: bool, provider: str | None) -> None:
    """Who is recorded by hand."""
    people = directory.list_by_hand(provider=provider)
    if as_json:
        click.echo(json.dumps({"people": list(people)}, ensure_ascii=False, indent=2))
        return
    for person in people:
        click.echo("  ".join(_shown(person.get(name)) for name in ("email", "displayName", "status", "until")).rstrip())
    if not people:
        click.echo("Nobody is recorded by hand yet. Add somebody with: dirsync manual add EMAIL", err=True)


def _pairs(values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(f"“{text}” is not NAME=VALUE, as in city=Oslo.")
        pairs[name] = value
    return pairs


def _shown(value: Json) -> str:
    return "" if value is None else str(value)
