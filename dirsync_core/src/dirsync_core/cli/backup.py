"""`dirsync backup`: a consistent copy, while a server runs."""

from pathlib import Path

import click

from dirsync_core.cli.session import Session


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--overwrite", is_flag=True, help="Also where a file of that name is; it stays until the new one is whole."
)
@click.pass_obj
def backup(session: Session, file: Path, overwrite: bool) -> None:
    """Copy everything into FILE as it is now, also while a server runs.

    `dirsync init --from FILE` starts from it. plugins.toml is not in it: keep that beside it.
    """
    session.run(lambda host: host.store.backup(file.absolute(), overwrite=overwrite))
    click.echo(f"Wrote {file}.", err=True)
