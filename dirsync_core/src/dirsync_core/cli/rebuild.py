"""`dirsync rebuild`: everything derived, again from the facts."""

import click

from dirsync_core.cli.failures import Told
from dirsync_core.cli.output import json_option, plural, print_json, shown
from dirsync_core.cli.session import Session
from dirsync_core.engine.rebuild import Difference
from dirsync_core.engine.rebuild import rebuild as rebuild_tables
from dirsync_core.engine.settle import settle_clock
from dirsync_core.host.host import Host
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json
from dirsync_core.store.contract import Transaction

_SHOWN = 20


@click.command()
@click.option("--check", is_flag=True, help="Change nothing, and exit with 1 where anything differs.")
@json_option
@click.pass_obj
def rebuild(session: Session, check: bool, as_json: bool) -> None:
    """Make everything that is derived again, from the facts.

    Normally nothing differs: what people see was made from the same facts in the same way.
    """
    found = session.run(lambda host: _rebuilt(host, session, keep=not check))
    if as_json:
        print_json({"differences": [_shape(difference) for difference in found]})
    else:
        _print(found)
    if found and check:
        raise Told(f"{plural(len(found), 'row differs', 'rows differ')}. Put it right with: dirsync rebuild")
    done = "Made again" if found else "Nothing differs"
    click.echo(f"{done}: {plural(len(found), 'row', 'rows')}." if found else f"{done}.", err=True)


async def _rebuilt(host: Host, session: Session, *, keep: bool) -> list[Difference]:
    at, request = host.clock(), session.request()

    def job(tx: Transaction) -> list[Difference]:
        rules = host.rules(tx)
        settle_clock(tx, rules, Moment(at, request))
        return rebuild_tables(tx, rules, Moment(at, request))

    if keep:
        return await host.store.write(job)
    async with host.store.aside() as trials:
        return await trials.try_out(job)


def _shape(difference: Difference) -> Json:
    row: list[Json] = [cell if isinstance(cell, str | int | float | None) else str(cell) for cell in difference.row]
    return {"table": difference.table, "which": difference.which, "row": row}


def _print(found: list[Difference]) -> None:
    for difference in found[:_SHOWN]:
        cells = shown(" ".join(str(cell) for cell in difference.row))
        click.echo(f"{difference.table}, {difference.which}: {cells[:160]}")
    if len(found) > _SHOWN:
        click.echo(f"… and {len(found) - _SHOWN:,} more; --json has them all")
