"""The program `dirsync`: its commands, those of plugins, and what holds for all of them."""

import gc
import os
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click

from dirsync_core.cli.adopting import adopt, release
from dirsync_core.cli.backup import backup
from dirsync_core.cli.cases import case, cases
from dirsync_core.cli.changes import changes
from dirsync_core.cli.checking import check
from dirsync_core.cli.erase import erase
from dirsync_core.cli.explain import explain
from dirsync_core.cli.export import export
from dirsync_core.cli.failures import Program
from dirsync_core.cli.health import plugins as plugins_command
from dirsync_core.cli.health import providers, status
from dirsync_core.cli.history import history, undo
from dirsync_core.cli.init import init
from dirsync_core.cli.limits import limits_of
from dirsync_core.cli.locations import location
from dirsync_core.cli.logging import configure_logging
from dirsync_core.cli.new_plugin import new_plugin
from dirsync_core.cli.overrides import override
from dirsync_core.cli.people import people, show
from dirsync_core.cli.pull import pull_command
from dirsync_core.cli.rebuild import rebuild
from dirsync_core.cli.records import records
from dirsync_core.cli.retire import retire
from dirsync_core.cli.rules import apply, plan, rules
from dirsync_core.cli.serve import serve
from dirsync_core.cli.session import Session, author
from dirsync_core.cli.sign_in import sign_in
from dirsync_core.cli.tokens import token
from dirsync_core.host.plugins import Plugins, load_plugins
from dirsync_core.host.strictness import PluginFailed

_HELP = """Keep an employee directory in step with the identity providers that a company already runs.

Commands work in the folder of plugins.toml, also while a server runs there. Begin with:

\b
  dirsync init                  plugins.toml and a store, in this folder
  dirsync token create okta     what Okta is given to come in
  dirsync serve                 SCIM, API and pages

Exit status: 0 done; 1 refused, not found, or a problem found; 2 wrong usage, or settings that can't be read.
"""
_COMMANDS: tuple[click.Command, ...] = (
    init, serve, status, providers, plugins_command, check, token, sign_in, people, show, explain, records, location,
    override, adopt, release, cases, case, plan, apply, rules, pull_command, changes, history, undo, erase, retire,
    rebuild, export, backup, new_plugin,
)  # fmt: skip


def main() -> None:
    """Run `dirsync`, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a quotation mark must not stop a command
    collect_seldom()
    try:
        configure_logging("warning")
        command_line(_loaded()).main(prog_name="dirsync")
    except KeyboardInterrupt:
        sys.exit(130)


def collect_seldom() -> None:
    """Look for garbage in cycles seldom: an engine's transaction makes many objects, and hardly a cycle.

    It takes a fifth off what a large plan takes, and off its application.
    """
    gc.set_threshold(50_000, 20, 100)


def _loaded() -> Plugins:
    """Load the plugins that may be, as the settings and the environment say."""
    limits = limits_of(sys.argv[1:], os.environ)
    try:
        return load_plugins(enabled=limits.enabled, strict=limits.strict)
    except PluginFailed as error:
        sys.exit(str(error))


def command_line(plugins: Plugins) -> click.Group:
    """Give the program: the core's commands, then those that plugins add."""
    session = Session(plugins, by=author())
    settings = {"obj": session, "help_option_names": ["-h", "--help"]}
    program = Program("dirsync", help=_HELP, context_settings=settings, params=[_version_option()])
    for command in _COMMANDS:
        program.add_command(command)
    plugins.add_commands(program)
    for command in _all(program):
        _offer_folder(command)
    return program


def _all(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _all(inner)


def _offer_folder(command: click.Command) -> None:
    """Let `--dir` stand before and behind the command's name."""
    if any("--dir" in param.opts for param in command.params):
        return
    command.params.append(
        click.Option(
            ["--dir"], metavar="DIR", type=click.Path(file_okay=False, path_type=Path), expose_value=False,
            callback=_use_folder, hidden=not isinstance(command, Program),
            help="The folder of plugins.toml; else DIRSYNC_DIR, else the current one.",
        )
    )  # fmt: skip


def _use_folder(context: click.Context, _: click.Parameter, folder: Path | None) -> None:
    session = context.find_object(Session)
    if session is None:  # a plugin's command, run by itself
        return
    chosen = folder or (_from_environment() if context.parent is None else None)
    if chosen is not None:
        session.folder = chosen.absolute()


def _from_environment() -> Path | None:
    folder = os.environ.get("DIRSYNC_DIR")
    return Path(folder) if folder else None


def _version_option() -> click.Option:
    return click.Option(
        ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
        help="The version of dirsync-core.",
    )  # fmt: skip


def _show_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"dirsync {metadata.version('dirsync-core')}")
        context.exit()
