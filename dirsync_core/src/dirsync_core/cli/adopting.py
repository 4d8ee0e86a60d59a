"""`dirsync adopt` and `dirsync release`: somebody kept by hand becomes a provider's, and back."""

import click

from dirsync_core.cli.session import Session
from dirsync_core.host.acts import adopting


@click.command()
@click.argument("who")
@click.option("--record", metavar="ID", help="Which record, where several ask for the address, or it has another one.")
@click.pass_obj
def adopt(session: Session, who: str, record: str | None) -> None:
    """Hand somebody kept by hand over to a source, with the same id.

    What was kept by hand sleeps, untouched; `dirsync release` wakes it.
    """
    session.edit(lambda _, tx, rules, moment: adopting.adopt(tx, rules, moment, who, record))
    click.echo(f"Handed {who} over. Take them back with: dirsync release {who}", err=True)


@click.command()
@click.argument("who")
@click.pass_obj
def release(session: Session, who: str) -> None:
    """Take somebody back who was handed over, as they were kept by hand.

    Afterwards the source's record is kept apart from them; only `dirsync adopt` joins the two again.
    """
    session.edit(lambda _, tx, rules, moment: adopting.release(tx, rules, moment, who))
    click.echo(f"Took {who} back. The source's record is kept apart from them.", err=True)
