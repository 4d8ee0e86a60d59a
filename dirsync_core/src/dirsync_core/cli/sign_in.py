"""`dirsync sign-in`: the way into the pages."""

import click

from dirsync_core.cli.session import Session
from dirsync_core.host.doors import CODE_MINUTES, create_code
from dirsync_core.host.host import Host


@click.command("sign-in")
@click.option("--url", metavar="URL", help="Where the pages are reached; else [directory] url.")
@click.pass_obj
def sign_in(session: Session, url: str | None) -> None:
    """Print a link that signs you in to the pages, once, within ten minutes."""
    if url is not None and not url.startswith(("http://", "https://")):
        raise click.BadParameter("an address begins with http:// or https://", param_hint="'--url'")

    async def work(host: Host) -> str:
        return link(url or host.settings.directory.url, await new_code(host, session.request().by))

    click.echo(session.run(work))
    click.echo(f"It works once, within {CODE_MINUTES} minutes.", err=True)


async def new_code(host: Host, by: str) -> str:
    """Make a one-time code."""
    now = host.clock()
    return await host.store.write(lambda tx: create_code(tx, by, now))


def link(url: str, code: str) -> str:
    """Give the link that a code opens."""
    return f"{url.rstrip('/')}/sign-in?code={code}"
