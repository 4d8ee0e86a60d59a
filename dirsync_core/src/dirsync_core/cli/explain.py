"""`dirsync explain`: who is, or is not, in the directory, and why."""

from typing import Any

import click

from dirsync_core.cli.output import json_option, print_json, print_table, shown
from dirsync_core.cli.session import Session
from dirsync_core.query.explaining import explanation

_PLACED = {"added": "placed", "masked": "hidden"}


@click.command()
@click.argument("who")
@json_option
@click.pass_obj
def explain(session: Session, who: str, as_json: bool) -> None:
    """Say why somebody is, or is not, in the directory.

    WHO is an e-mail address or an id; also a record's id, userName or external id, and an address that was never
    anybody's.
    """
    shape: Any = session.read(lambda reading: explanation(reading, who))
    if as_json:
        print_json(shape)
        return
    click.echo(shown(shape["sentence"]))
    for record in shape["records"]:
        _print_record(record)
    _print_attributes(shape["attributes"])


def _print_record(record: Any) -> None:
    click.echo(f"\n{record['provider']} · record {record['id']} · {record['situation'].replace('_', ' ')}")
    click.echo(f"  {shown(record['sentence'])}")
    for stage in record["stages"]:
        if stage["state"] != "not_reached":
            _print_stage(stage)
    for location in record["locations"]:
        _print_location(location)


def _print_stage(stage: Any) -> None:
    stopped = "  ← the way ends here" if stage["state"] == "stopped" else ""
    said = " · ".join(text for text in (stage["verdict"], stage["reason"]) if text)
    click.echo(f"    {stage['stage']:<9}{shown(said)}{stopped}")


def _print_location(location: Any) -> None:
    """A placement stands above the rule, whose verdict is said too."""
    ruled = f"{location['verdict']}, {location['because']}"
    placed = _PLACED.get(location["placement"])
    said = f"{placed} by {location['by']} (by rule {ruled})" if placed else ruled
    click.echo(shown(f"    location {location['key']}: {said}"))


def _print_attributes(attributes: list[Any]) -> None:
    if attributes:
        click.echo()
    rows = [[a["name"], a["value"], a["provider"], a["because"]] for a in attributes]
    print_table(("attribute", "value", "from", "because"), rows)
