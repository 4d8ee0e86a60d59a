"""`dirsync history`, `undo`: what was written about somebody, and one write made by hand taken back."""

from typing import Any

import click

from dirsync_core.cli.output import json_option, plural, print_json, print_table, when
from dirsync_core.cli.session import Session
from dirsync_core.engine.rules import Rules
from dirsync_core.host.acts.undoing import undo as take_back
from dirsync_core.host.host import Host
from dirsync_core.model.moments import Moment
from dirsync_core.query.history import events_shape
from dirsync_core.store.contract import Transaction


@click.command()
@click.argument("who")
@json_option
@click.pass_obj
def history(session: Session, who: str, as_json: bool) -> None:
    """Show every accepted write about somebody, newest first.

    WHO is an e-mail address or an id; also the id, userName or external id of a record. What a request carried
    and was left out on purpose, such as a password, is named as ignored.
    """
    shape: Any = session.read(lambda reading: events_shape(reading, who))
    if as_json:
        print_json(shape)
        return
    print_table(("at", "what", "provider", "by", "request", ""), [_row(event) for event in shape["events"]])
    click.echo(plural(len(shape["events"]), "write", "writes"), err=True)


def _row(event: Any) -> list[str]:
    told = ["undo"] if event["undoable"] else []
    told += [f"ignored: {', '.join(event['ignored'])}"] if event["ignored"] else []
    return [when(event["at"]), event["kind"], event["provider"] or "", event["by"], event["request"], "; ".join(told)]


@click.command()
@click.argument("request")
@click.pass_obj
def undo(session: Session, request: str) -> None:
    """Take one request made by hand back, as a new write. `dirsync history WHO` shows the requests.

    Refused where something was built on it since, and for what a source wrote.
    """

    def job(_: Host, tx: Transaction, rules: Rules, moment: Moment) -> tuple[str, list[str]]:
        people = [tx.people.get(person) for person in take_back(tx, rules, moment, request)]
        return moment.request.id, [person.email for person in people if person is not None]

    new, emails = session.edit(job)
    who = ", ".join(emails[:3]) + (f" and {len(emails) - 3} more" if len(emails) > 3 else "")
    click.echo(f"Took back {request}{f': {who}' if who else ''}. It is request {new}.", err=True)
