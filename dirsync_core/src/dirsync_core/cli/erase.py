"""`dirsync erase`: somebody is forgotten, in history too; and who was."""

from collections.abc import Callable

import click

from dirsync_core.cli.confirming import confirm
from dirsync_core.cli.output import json_option, plural, print_json, print_table, when
from dirsync_core.cli.session import Session
from dirsync_core.host.acts import erasing
from dirsync_core.host.acts.ageing import age
from dirsync_core.host.acts.erasing import Forgotten, forgotten_shape
from dirsync_core.host.host import Host
from dirsync_core.model.moments import Moment, Request
from dirsync_core.query.erasures import erasures_shape

_NOT_REWRITTEN = (
    "What was deleted may still lie in unused parts of the store's files, since another process was using them."
    " Take it out with: dirsync erase --rewrite"
)


@click.command()
@click.argument("who", required=False)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--lift", metavar="EMAIL", help="Let an address that was erased come back.")
@click.option("--list", "listed", is_flag=True, help="Who was erased: when, by whom, and hashes of the addresses.")
@click.option("--rewrite", is_flag=True, help="Only take out of the store's files what was deleted before.")
@click.option("--by-age", is_flag=True, help="Whatever is older than [directory] keep_leavers and keep_history.")
@json_option
@click.pass_obj
def erase(
    session: Session,
    who: str | None,
    yes: bool,
    lift: str | None,
    listed: bool,
    rewrite: bool,
    by_age: bool,
    as_json: bool,
) -> None:
    """Forget somebody: records, values and addresses, in history and feed too.

    Opaque ids stay, and keyed hashes of their addresses, by which a later push is refused. It can't be taken back, only
    lifted, so that the address may be pushed again. Backups made before still have everything.
    """
    if sum([who is not None, lift is not None, listed, rewrite, by_age]) != 1:
        raise click.UsageError("Say whom to erase, or one of --lift, --list, --rewrite and --by-age.")
    if listed:
        _list(session, as_json)
    elif lift is not None:
        _lift(session, lift)
    elif rewrite:
        _rewrite(session)
    elif by_age:
        _age(session, as_json)
    else:
        _erase(session, who or "", yes, as_json)


def _erase(session: Session, who: str, yes: bool, as_json: bool) -> None:
    request = session.request()
    if not yes:
        tried = session.run(lambda host: host.store.try_out(
            lambda tx: erasing.erase(tx, host.rules(tx), _moment(host, request)(), who)
        ))  # fmt: skip
        _tell(tried, "would go")
        confirm("Erase this for good?", "Nobody was erased", f"dirsync erase {who} --yes")
    done, rewritten = session.run(
        lambda host: erasing.forget(host.store, host.rules, _moment(host, request), who)
    )  # fmt: skip
    if as_json:
        print_json(forgotten_shape(done, rewritten=rewritten))
        return
    _tell(done, "went")
    click.echo(f"Erased. What is left of them is the id {done.subject}.", err=True)
    if not rewritten:
        click.echo(_NOT_REWRITTEN, err=True)


def _moment(host: Host, request: Request) -> Callable[[], Moment]:
    at = host.clock()
    return lambda: Moment(at, request)


def _tell(forgotten: Forgotten, went: str) -> None:
    records = plural(forgotten.records, "record", "records")
    addresses = plural(forgotten.addresses, "address", "addresses")
    click.echo(f"{records} and {addresses} {went}, and what history says of them.", err=True)
    if forgotten.shared:
        shared = plural(forgotten.shared, "address is", "addresses are")
        click.echo(f"{shared} somebody else’s by now, and stays theirs.", err=True)
    if forgotten.naming:
        click.echo("The address still stands in these records, as their sources wrote them; it is not shown:", err=True)
        rows = [(n.email or "", n.provider, n.record) for n in forgotten.naming]
        print_table(("person", "provider", "record"), rows)


def _lift(session: Session, email: str) -> None:
    lifted = session.edit(lambda _, tx, rules, moment: erasing.lift(tx, rules, moment, email))
    count = plural(len(lifted), "erasure is", "erasures are")
    click.echo(f"{count} lifted: whoever is pushed with that address is somebody new.", err=True)


def _rewrite(session: Session) -> None:
    if not session.run(lambda host: host.store.scrub()):
        raise click.ClickException("Another process is reading the store’s files. Try again when it is done.")
    click.echo("What was deleted is gone from the store’s files.", err=True)


def _age(session: Session, as_json: bool) -> None:
    aged = session.run(lambda host: age(host, session.request()))
    if as_json:
        print_json({"leavers": aged.leavers, "changes": aged.changes, "events": aged.events})
        return
    people = plural(aged.leavers, "leaver was", "leavers were")
    click.echo(f"{people} forgotten, {aged.changes:,} changes, and what {aged.events:,} writes wrote.", err=True)


def _list(session: Session, as_json: bool) -> None:
    shape = session.read(erasures_shape)
    if as_json:
        print_json(shape)
        return
    found = shape["erasures"]
    assert isinstance(found, list)
    rows = [(e["subject"], when(e["at"]), e["by"], e["hashes"]) for e in found if isinstance(e, dict)]
    print_table(("who", "at", "by", "hashes of addresses"), rows)
    if not found:
        click.echo("Nobody was erased.", err=True)
