"""`dirsync init`: a folder becomes an installation."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import click

from dirsync_core.cli.session import Session
from dirsync_core.host.host import Host
from dirsync_core.host.settings import FILE, Settings, read_settings
from dirsync_core.store.sqlite.restoring import check_backup, refuse_taken, restore_sqlite
from dirsync_core.store.sqlite.store import make_sqlite

_WAITING = (
    f"{FILE} says something else than the rules that apply, so it waits. What it would change: dirsync plan. To do it:"
    " dirsync apply"
)


@click.command()
@click.option(
    "--from", "backup", metavar="BACKUP", type=click.Path(path_type=Path),
    help="Start from what dirsync backup wrote; only where no store is yet.",
)  # fmt: skip
@click.pass_obj
def init(session: Session, backup: Path | None) -> None:
    """Make this folder ready: plugins.toml, a store, the first rules.

    Writes a commented plugins.toml where there is none, makes or migrates the store, and applies the first rules.
    Doing it again changes nothing. A store with people in it is copied beside itself before it is migrated.
    """
    if backup is not None:
        check_backup(backup)
        refuse_taken(_store_path(session.folder))
    written = _write_settings(session.folder)
    settings = read_settings(session.folder)
    if backup is not None:
        restore_sqlite(backup, settings.store_path)
        click.echo(f"Started from {backup}.", err=True)
    made = make_sqlite(settings.store_path, backed_up=_say_backed_up)
    first = session.run(_no_rules)
    applied = session.run(lambda host: host.apply_what_changes_nobody(session.request()))
    if written:
        click.echo(f"Wrote {session.folder / FILE}.", err=True)
    if made:
        click.echo(f"Made the store {settings.store_path} ready.", err=True)
    if not applied:
        click.echo(_WAITING, err=True)
    elif first:
        click.echo("\n".join(_next(session, settings)), err=True)
    elif not (written or made):
        click.echo("Everything is here already; nothing was changed.", err=True)


def _next(session: Session, settings: Settings) -> Iterator[str]:
    """Say what is done next, with the sources of the settings that call."""
    yield "Next:"
    steps = []
    for name, provider in settings.providers.items():
        kind = session.plugins.providers.get(provider.plugin)
        if kind is not None and kind.pushes:
            steps.append(
                (f"dirsync token create {name}", f"a token for {kind.title or name}; the secret is shown once")
            )
    steps.append(("dirsync serve", "what its sources call, the API, and pages that say how to connect them"))
    width = max(len(command) for command, _ in steps)
    yield from (f"  {command:<{width}}    {what}" for command, what in steps)


def _store_path(folder: Path) -> Path:
    """Give where the store is, or will be once the settings are written."""
    return (read_settings(folder) if (folder / FILE).exists() else Settings(folder)).store_path


def _say_backed_up(copy: Path) -> None:
    click.echo(f"Migrating the store. As it was it lies in {copy}.", err=True)


async def _no_rules(host: Host) -> bool:
    return await host.store.read(lambda tx: tx.facts.rules_version() == 0)


def _write_settings(folder: Path) -> bool:
    """Write the template, never over a file that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    template = resources.files("dirsync_core.cli").joinpath(FILE).read_text(encoding="utf-8")
    try:
        with (folder / FILE).open("x", encoding="utf-8") as file:
            file.write(template)
    except FileExistsError:
        return False
    return True
