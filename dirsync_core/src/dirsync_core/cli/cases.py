"""`dirsync cases` and `dirsync case …`: what waits for a person, and what they decide."""

import click

from dirsync_core.cli.confirming import confirm
from dirsync_core.cli.output import json_option, plural, print_json, print_table, when
from dirsync_core.cli.session import EVERYTHING, Session
from dirsync_core.host.acts import casework
from dirsync_core.host.acts.casework import Decided
from dirsync_core.model.people import Json
from dirsync_core.query.cases import case_named, case_shape, cases_shape
from dirsync_core.query.reading import Reading, Shape

MANY = 10
"""More people than these are not let go without being asked."""


@click.command()
@click.option("--all", "everything", is_flag=True, help="Those that were decided, or are gone, too.")
@json_option
@click.pass_obj
def cases(session: Session, everything: bool, as_json: bool) -> None:
    """List what waits for a person to decide, the newest danger first."""

    def question(reading: Reading) -> list[Json]:
        return cases_shape(reading, open_only=not everything, limit=EVERYTHING)

    found = session.read(question)
    if as_json:
        print_json({"cases": found})
        return
    rows = [(c["id"], c["kind"], c["state"], when(c["openedAt"]), c["sentence"]) for c in found if isinstance(c, dict)]
    print_table(("case", "kind", "state", "since", ""), rows)
    click.echo(plural(len(found), "case", "cases") if found else "Nothing waits for anybody.", err=True)


@click.group()
def case() -> None:
    """Show a case, and decide it."""


@case.command()
@click.argument("case_id", metavar="ID")
@json_option
@click.pass_obj
def show(session: Session, case_id: str, as_json: bool) -> None:
    """Show what a case is about, who is in it, and the ways out."""
    shape = session.read(lambda reading: case_shape(reading, case_named(reading, case_id)))
    print_json(shape) if as_json else _print(shape)


@case.command()
@click.argument("case_id", metavar="ID")
@click.argument("who", nargs=-1)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@click.pass_obj
def approve(session: Session, case_id: str, who: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Let go whom the guard holds, all or those named; or say of a rehire that it is the same person."""
    shape = session.read(lambda reading: case_shape(reading, case_named(reading, case_id), named=0))
    counts = shape["counts"]
    assert isinstance(counts, dict)
    held = len(who) or counts.get("held", 0)
    if isinstance(held, int) and held > MANY and not yes:
        again = " ".join(["dirsync case approve", case_id, *who, "--yes"])
        confirm(f"Let {held:,} people go?", "Nobody was let go", again)
    decided = session.edit(lambda _, tx, rules, moment: casework.approve(tx, rules, moment, case_id, who))
    _tell(session, decided, as_json, "let go" if shape["kind"] == "guard" else "the same person as before")


@case.command()
@click.argument("case_id", metavar="ID")
@click.argument("who", nargs=-1)
@json_option
@click.pass_obj
def keep(session: Session, case_id: str, who: tuple[str, ...], as_json: bool) -> None:
    """Keep whom the guard holds, and bring back those already out; or say that it is somebody else.

    Whom the guard has kept stays until their source says anything new of them. Of an address it means that the two are
    kept apart.
    """
    decided = session.edit(lambda _, tx, rules, moment: casework.keep(tx, rules, moment, case_id, who))
    _tell(session, decided, as_json, "kept" if decided.case.kind == "guard" else "kept apart")


def _tell(session: Session, decided: Decided, as_json: bool, what: str) -> None:
    if as_json:
        print_json(session.read(lambda reading: case_shape(reading, decided.case)))
        return
    records = plural(len(decided.records), "record", "records")
    still = "" if decided.case.state != "open" else " The case stays open for the others."
    click.echo(f"{records}: {what}.{still}", err=True)


def _print(shape: Shape) -> None:
    click.echo(shape["sentence"])
    contrast = shape["contrast"]
    if isinstance(contrast, dict):
        others = contrast["others"]
        assert isinstance(others, list)
        click.echo(f"Likely cause: {contrast['sentence']}; of others of that source, {others[0]} of {others[1]}.")
    if shape["limit"] is not None:
        click.echo(f"The guard lets {shape['limit']} go, of {shape['asked']} who asked at once.")
    if shape["closedAt"] is not None:
        click.echo(f"{shape['state']} at {when(shape['closedAt'])} by {shape['closedBy']}")
    people, ways = shape["people"], shape["ways"]
    assert isinstance(people, list)
    assert isinstance(ways, list)
    rows = [(p["email"], p["displayName"], p["state"], p["record"]) for p in people if isinstance(p, dict)]
    click.echo("")
    print_table(("email", "name", "state", "record"), rows)
    for way in ways:
        assert isinstance(way, dict)
        command = f"\n    {way['command']}" if way["command"] else ""
        click.echo(f"\n{way['label']}: {way['consequence']}{command}")
