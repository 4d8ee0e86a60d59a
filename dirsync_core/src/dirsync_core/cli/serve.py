"""`dirsync serve`: SCIM, API and pages, until told to stop."""

import sys
from collections.abc import Iterator
from ipaddress import ip_address

import attrs
import click

from dirsync_core.cli.logging import configure_logging
from dirsync_core.cli.session import Session
from dirsync_core.cli.sign_in import link, new_code
from dirsync_core.host.host import Host
from dirsync_core.host.settings import DirectorySettings, Settings, read_settings
from dirsync_core.model.errors import SettingsError
from dirsync_core.web.server import serve as serve_host

_GOES_ON = "dirsync goes on with the rules that apply, version {version}."


@click.command()
@click.option("--host", "address", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="On which port.")
@click.pass_obj
def serve(session: Session, address: str, port: int) -> None:
    """Serve SCIM for the sources, the API and the pages.

    Rules that would change people wait for `dirsync apply`; until then those that apply go on. Ends with Ctrl-C.
    """
    configure_logging("info")
    settings = _reached_at(read_settings(session.folder), _local(address, port))

    async def work(host: Host) -> None:
        await _bring_rules(host, session)
        lines = [*_addresses(host, _local(address, port))]
        if sys.stdout.isatty():
            code = await new_code(host, session.request().by)
            lines.append(("sign in", link(_local(address, port), code)))
        await serve_host(host, address=address, port=port, ready=lambda: _print(host, lines))

    session.run(work, settings)


def _local(address: str, port: int) -> str:
    """Give the address under which this machine reaches what listens on `address`."""
    try:
        listened = ip_address(address)
    except ValueError:  # a name
        return f"http://{address}:{port}"
    if listened.is_unspecified:
        return f"http://127.0.0.1:{port}"
    return f"http://[{listened}]:{port}" if listened.version == 6 else f"http://{listened}:{port}"


def _reached_at(settings: Settings, local: str) -> Settings:
    """Where the settings say nothing of an outside address, it is the one that is listened on."""
    if settings.directory.url != DirectorySettings().url:
        return settings
    return attrs.evolve(settings, directory=attrs.evolve(settings.directory, url=local))


async def _bring_rules(host: Host, session: Session) -> None:
    """Apply the first rules, or such as change nobody; else say that those that apply go on."""
    version = await host.store.read(lambda tx: tx.facts.rules_version())
    try:
        if await host.apply_what_changes_nobody(session.request()):
            return
        said = (
            "plugins.toml says something else than the rules that apply. What it would change: dirsync plan. To do it:"
            " dirsync apply"
        )
    except SettingsError as error:
        if version == 0:
            raise
        said = "\n".join(error.problems)
    click.echo(f"{said}\n{_GOES_ON.format(version=version)}", err=True)


def _addresses(host: Host, local: str) -> Iterator[tuple[str, str]]:
    yield "pages", f"{local}/"
    for name, provider in host.settings.providers.items():
        kind = host.plugins.providers.get(provider.plugin)
        if kind is not None and kind.pushes:
            yield name, _base_address(host, name)
    yield "API", f"{local}/api/v1/"


def _base_address(host: Host, name: str) -> str:
    """Give what a source is told to call: the first address of its guide, or where its application is."""
    base = host.base_url(name)
    guide = host.plugins.providers[host.settings.providers[name].plugin].guide
    tabs = guide.tabs if guide is not None else ()
    fields = (field.value for tab in tabs for step in tab.steps for field in step.fields)
    return next((value.replace("{base_url}", base) for value in fields if "{base_url}" in value), f"{base}/")


def _print(host: Host, lines: list[tuple[str, str]]) -> None:
    click.echo(f"dirsync {host.version} serves {host.settings.folder.resolve()}")
    width = max(len(name) for name, _ in lines)
    for name, address in lines:
        click.echo(f"  {name.ljust(width)}  {address}")
    sys.stdout.flush()
