"""`dirsync changes`: the feed."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import click

from dirsync_core.cli.output import json_option, print_json, shown, when
from dirsync_core.cli.session import EVERYTHING, Session
from dirsync_core.host.host import Host
from dirsync_core.model.changes import Change
from dirsync_core.query.changes import NotKept, change_shape, changes_shape
from dirsync_core.store.contract import Transaction

_BATCH = 1000
_PAUSE_SECONDS = 0.3


@click.command()
@click.option("--after", type=click.IntRange(0), metavar="SEQ", help="Only those behind this number.")
@click.option("--follow", is_flag=True, help="Go on as they come, until Ctrl-C; with --json one document a line.")
@json_option
@click.pass_obj
def changes(session: Session, after: int | None, follow: bool, as_json: bool) -> None:
    """Print what changed in the directory, oldest first."""
    if as_json and not follow:
        print_json(session.read(lambda reading: changes_shape(reading, _begin(reading.tx, after), EVERYTHING)))
        return
    session.run(lambda host: _print_all(host, after, follow=follow, as_json=as_json))


def _begin(tx: Transaction, after: int | None) -> int:
    """Give the number behind which to begin: without one, behind what is no longer kept.

    Raises:
        NotKept: it is older than what is kept.
    """
    first = tx.feed.first()
    if after is not None and after < first - 1:
        raise NotKept(first)
    return max(first - 1, 0) if after is None else after


async def _print_all(host: Host, after: int | None, *, follow: bool, as_json: bool) -> None:
    begin = await host.store.read(lambda tx: _begin(tx, after))
    async for change in _read(host, begin, follow=follow):
        shape = change_shape(change)
        click.echo(json.dumps(shape, ensure_ascii=False) if as_json else _line(shape))


async def _read(host: Host, after: int, *, follow: bool) -> AsyncIterator[Change]:
    """Give changes batch by batch; another process may write them meanwhile."""
    while True:
        batch = await host.store.read(lambda tx, seq=after: tx.feed.after(seq, _BATCH))  # type: ignore[misc]  # mypy can't infer a lambda's default
        for change in batch:
            yield change
            after = change.seq
        if len(batch) < _BATCH:
            if not follow:
                return
            await asyncio.sleep(_PAUSE_SECONDS)


def _line(change: Any) -> str:
    by = change["cause"]["provider"] or change["cause"]["by"]
    return shown(
        f"{change['seq']:>6}  {when(change['at'])}  {change['type']:<11}  {change['email']}  {_what(change)}  by {by}"
    )


def _what(change: Any) -> str:
    if change["type"] != "changed":
        n = len(change["changed"])
        return f"{n} values" if n != 1 else "1 value"
    return "; ".join(f"{name}: {_side(old)} → {_side(new)}" for name, (old, new) in change["changed"].items())


def _side(value: Any) -> str:
    return shown(value) or "–"
