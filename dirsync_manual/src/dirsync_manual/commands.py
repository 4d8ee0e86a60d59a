"""`dirsync manual …`: people recorded by hand, from the command line."""

import json
from pathlib import Path

import click

from dirsync_core.api import Directory, Imported, Json
from dirsync_manual.importing import effect_lines, read_entries, told

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


@manual.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--encoding", default="utf-8-sig", show_default=True, metavar="NAME", help="Such as cp1252, as Excel writes."
)
@click.option("--delimiter", metavar="SIGN", help="What parts the cells, where it is not plain: comma, semicolon, tab.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@_PROVIDER
@click.pass_obj
def import_(
    directory: Directory,
    file: Path,
    dry_run: bool,
    encoding: str,
    delimiter: str | None,
    as_json: bool,
    provider: str | None,
) -> None:
    """Add and change everybody in a CSV file, by their e-mail addresses. Nobody is removed.

    The first line names the columns: attributes, email among them, locations, until. An empty cell takes a value away.
    The whole file is taken or nothing; every line that can't be used is named.
    """
    entries = read_entries(file, encoding=encoding, delimiter=delimiter)
    done = directory.import_by_hand(entries, provider=provider, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(_shape(done), ensure_ascii=False, indent=2))
    elif dry_run:
        for line in effect_lines(done):
            click.echo(line)
    for note in done.notes:
        click.echo(note, err=True)
    click.echo(told(done, dry_run=dry_run), err=True)


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


def _shape(done: Imported) -> dict[str, Json]:
    counts: dict[str, Json] = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    return {
        "request": done.request,
        **counts,
        "effects": [dict(effect) for effect in done.effects],
        "notes": list(done.notes),
    }


def _shown(value: Json) -> str:
    return "" if value is None else str(value)
