"""`dirsync records`: what sources said, and what became of it."""

from datetime import datetime
from typing import Any

import click

from dirsync_core.cli.output import json_option, plural, print_json, print_table, when
from dirsync_core.cli.session import EVERYTHING, Session
from dirsync_core.model.people import Situation
from dirsync_core.query.as_of import BadTime
from dirsync_core.query.drift import DriftSearch, drift_shape, read_since
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.query.records import RecordsSearch, records_shape


@click.command()
@click.option("--provider", metavar="NAME", help="Only those of this source.")
@click.option(
    "--situation", type=click.Choice([situation.value for situation in Situation]), help="Only those in this situation."
)
@click.option("--not-since", metavar="TIME", help="Only those that their source has not written since; also 30d.")
@json_option
@click.pass_obj
def records(
    session: Session, provider: str | None, situation: str | None, not_since: str | None, as_json: bool
) -> None:
    """List records and what became of them, what waits for somebody first.

    With --not-since, those of sources that push which their source has not confirmed since, by writing them, be it the
    same again: perhaps they are gone there.
    """
    wanted = Situation(situation) if situation is not None else None

    def question(reading: Reading) -> Shape:
        _check_provider(reading, provider)
        if not_since is not None:
            since = _since(reading, not_since)
            return drift_shape(reading, DriftSearch(since, provider, wanted, limit=EVERYTHING))
        return records_shape(reading, RecordsSearch(provider, wanted, limit=EVERYTHING))

    shape: Any = session.read(question)
    if as_json:
        print_json(shape)
        return
    columns = ("email", "displayName", "provider", "situation", "why", "id")
    header: tuple[str, ...] = ("email", "name", "provider", "situation", "why", "record")
    rows = [[record[column] for column in columns] for record in shape["records"]]
    if not_since is not None:
        header = (*header, "last written")
        rows = [[*row, when(record["confirmedAt"])] for row, record in zip(rows, shape["records"], strict=True)]
    print_table(header, rows)
    click.echo(plural(len(shape["records"]), "record", "records"), err=True)


def _since(reading: Reading, text: str) -> datetime:
    try:
        return read_since(text, reading.rules.timezone, reading.now)
    except BadTime as error:
        raise click.BadParameter(str(error), param_hint="'--not-since'") from error


def _check_provider(reading: Reading, provider: str | None) -> None:
    if provider is not None and provider not in reading.known:
        there = ", ".join(reading.known) or "none"
        raise click.BadParameter(f"“{provider}” is no provider; there are {there}.", param_hint="'--provider'")
