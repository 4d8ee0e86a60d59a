"""`dirsync explain`: who is, or is not, in the directory, and why."""

import json
from collections.abc import Mapping
from typing import IO, Any

import click

from dirsync_core.cli.output import json_option, print_json, print_table, shown
from dirsync_core.cli.plan_text import print_effects
from dirsync_core.cli.session import Session
from dirsync_core.host.acts.supposing import suppose
from dirsync_core.model.people import Json
from dirsync_core.query.explaining import explanation

_SHOWN = 50
_PLACED = {"added": "placed", "masked": "hidden"}


@click.command()
@click.argument("who")
@click.option("--with", "body", type=click.File("rb"), metavar="FILE", help="As if their record said this; - is stdin.")
@click.option("--provider", metavar="NAME", help="With --with: of which source the record is.")
@json_option
@click.pass_obj
def explain(session: Session, who: str, body: IO[bytes] | None, provider: str | None, as_json: bool) -> None:
    """Say why somebody is, or is not, in the directory.

    WHO is an e-mail address or an id; also a record's id, userName or external id, and an address that was never
    anybody's. With a JSON object in FILE it says what would become of their record if their source sent that, and
    changes nothing.
    """
    if body is not None:
        _suppose(session, who, _read(body), provider, as_json)
        return
    if provider is not None:
        raise click.UsageError("--provider says of which source the record in --with is.")
    shape: Any = session.read(lambda reading: explanation(reading, who))
    if as_json:
        print_json(shape)
        return
    _print(shape)


def _suppose(session: Session, who: str, body: Mapping[str, Json], provider: str | None, as_json: bool) -> None:
    supposed = session.run(lambda host: suppose(host, session.request(), who, body, provider))
    if as_json:
        print_json(supposed.shape)
        return
    _print(supposed.explanation)
    click.echo("\nNothing was changed. This would be published:")
    print_effects(supposed.effects, most=_SHOWN)


def _read(file: IO[bytes]) -> Mapping[str, Json]:
    try:
        body = json.loads(file.read())
    except ValueError as error:
        raise click.BadParameter(f"it is no JSON: {error}.", param_hint="'--with'") from error
    if not isinstance(body, dict):
        raise click.BadParameter("it is no JSON object, as a source sends one.", param_hint="'--with'")
    return body


def _print(shape: Any) -> None:
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
