"""`dirsync plan`, `apply`, `rules`: what a draft would change, changing it, and the versions that there were."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from dirsync_core.cli.failures import Told
from dirsync_core.cli.output import json_option, json_text, print_json, print_table, when
from dirsync_core.cli.plan_text import counted, print_difference, print_plan
from dirsync_core.cli.session import Session
from dirsync_core.host.host import Host
from dirsync_core.host.rules import planning
from dirsync_core.host.rules.differing import differences
from dirsync_core.host.rules.plan_files import plan_document, read_plan
from dirsync_core.host.rules.planning import Draft
from dirsync_core.host.rules.rule_text import rule_text
from dirsync_core.host.settings import FILE, read_settings
from dirsync_core.model.errors import NotFound, NotInPlan
from dirsync_core.model.facts import AppliedRules
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Plan
from dirsync_core.query.plans import version_shape, versions_shape
from dirsync_core.query.reading import Reading

_FIRST = 5
_PLENTY = 50
_FILE = click.Path(dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)

Drafted = Callable[[Host], Awaitable[Draft]]


@click.command()
@click.option("--settings", type=_EXISTING, metavar="FILE", help="Plan the rules in FILE instead of plugins.toml.")
@click.option("--rules", "version", type=click.IntRange(min=1), metavar="N", help="Plan to go back to version N.")
@click.option("--out", type=_FILE, metavar="FILE", help="Keep the plan, for: dirsync apply FILE")
@json_option
@click.pass_obj
def plan(session: Session, settings: Path | None, version: int | None, out: Path | None, as_json: bool) -> None:
    """Say what a draft of the rules would change, and change nothing.

    Who joins, leaves or changes, where, and by which setting; which records become contested, or are out for want of a
    value. It is computed from the records that are stored.
    """
    if settings is not None and version is not None:
        raise click.UsageError("--settings and --rules are two different drafts; name one of them.")
    made = session.run(lambda host: _planned(host, session, _drafted(settings, version)))
    document = plan_document(made)
    if out is not None:
        out.write_text(json_text(document) + "\n", encoding="utf-8")
    if as_json:
        print_json(document)
    elif made.version == made.base:
        click.echo(f"Nothing would change: {_name(settings, version)} says what applies already.", err=True)
    else:
        print_plan(made, most=_PLENTY)
    if out is not None:
        click.echo(f"Kept in {out}. To do exactly that: dirsync apply {out}", err=True)


@click.command()
@click.argument("file", required=False, type=_EXISTING)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def apply(session: Session, file: Path | None, yes: bool) -> None:
    """Apply what plugins.toml says to everybody, or what a plan says that was reviewed.

    Without FILE it prints the plan and asks before it does anything. With FILE, a plan that `dirsync plan --out FILE`
    kept, it does what that plan says and does not ask; where more would be done by now, it does nothing and prints the
    difference.
    """
    if file is not None:
        _apply_reviewed(session, read_plan(file.read_text(encoding="utf-8", errors="replace"), str(file)))
    else:
        _apply(session, _drafted(None, None), FILE, "dirsync apply --yes", yes=yes)


@click.group()
def rules() -> None:
    """List the versions of the rules, show one, go back to one."""


@rules.command("list")
@json_option
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List every version of the rules: when, by whom, and which one applies."""
    versions = session.read(versions_shape)
    print_json({"rules": versions}) if as_json else _print_versions(versions)


@rules.command()
@click.argument("version", type=click.IntRange(min=1), metavar="N")
@click.option("--toml", is_flag=True, help="Only the text for plugins.toml.")
@json_option
@click.pass_obj
def show(session: Session, version: int, toml: bool, as_json: bool) -> None:
    """Show version N of the rules: what it changed, and its text.

    The text is the rules alone. Paste it over the tables of the same names in plugins.toml; what is no rule, the store
    for instance and what a source needs to be reached, stays as it is there.
    """
    found, before, newest = session.read(lambda reading: _version(reading, version))
    changed = differences(before.settings if before is not None else None, found.settings)
    text = rule_text(found.settings, session.plugins)
    if as_json:
        told: list[Json] = [{"path": d.altered.path, "before": d.altered.before, "after": d.altered.after}
                            for d in changed]  # fmt: skip
        print_json({**version_shape(found, newest), "changed": told, "settings": dict(found.settings), "toml": text})
        return
    if not toml:
        _print_versions([version_shape(found, newest)])
        click.echo(f"changed: {', '.join(d.altered.path for d in changed) or 'nothing'}\n")
    click.echo(text, nl=False)


@rules.command()
@click.argument("version", type=click.IntRange(min=1), metavar="N")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def rollback(session: Session, version: int, yes: bool) -> None:
    """Apply version N of the rules again, as a new version.

    Prints the plan, and asks before it does anything. plugins.toml stays as it is: it is not taken up by itself until
    it says something new.
    """
    name = f"version {version}"
    _apply(session, _drafted(None, version), name, f"dirsync rules rollback {version} --yes", yes=yes)


# --- planning and applying -------------------------------------------------------------------------------------------


def _drafted(settings: Path | None, version: int | None) -> Drafted:
    async def drafted(host: Host) -> Draft:
        if version is not None:
            return await planning.draft_again(host, version)
        return planning.draft_of(host, read_settings(host.settings.folder, settings) if settings is not None else None)

    return drafted


async def _planned(host: Host, session: Session, drafted: Drafted) -> Plan:
    return await planning.plan(host, await drafted(host), session.request())


def _apply(session: Session, drafted: Drafted, name: str, again: str, *, yes: bool) -> None:
    """Plan, ask, and do what was planned."""

    async def planned(host: Host) -> tuple[Draft, Plan]:
        draft = await drafted(host)
        return draft, await planning.plan(host, draft, session.request())

    draft, made = session.run(planned)
    if made.version == made.base:
        click.echo(f"Nothing to do: {name} says what applies already.", err=True)
        return
    print_plan(made, most=_FIRST)
    planning.refuse_putting_everybody_out(draft, made)
    if not yes:
        _ask(again)
        _apply_reviewed(session, made)
        return
    done, differs = session.run(lambda host: _done(host, session, made, None))
    if done.counts != made.counts:
        click.echo(counted(done))
    _tell(done, differs)


def _apply_reviewed(session: Session, reviewed: Plan) -> None:
    if reviewed.version == reviewed.base:
        click.echo("Nothing to do: the plan changes no setting.", err=True)
        return
    try:
        done, differs = session.run(lambda host: _done(host, session, reviewed, reviewed))
    except NotInPlan:
        now = session.run(lambda host: planning.plan(host, planning.draft_in(host, reviewed), session.request()))
        print_difference(reviewed, now, most=_PLENTY)
        raise
    _tell(done, differs)


async def _done(host: Host, session: Session, made: Plan, reviewed: Plan | None) -> tuple[Plan, bool]:
    done = await planning.apply(host, planning.draft_in(host, made), session.request(), reviewed)
    return done, await host.store.read(host.file_differs)


def _tell(done: Plan, differs: bool) -> None:
    click.echo(f"Applied. The rules are at version {done.version}.", err=True)
    if differs:
        text = f"dirsync rules show {done.version} --toml"
        click.echo(f"{FILE} says something else. The text for it: {text}", err=True)


def _ask(again: str) -> None:
    if not sys.stdin.isatty():
        raise Told(f"Nothing was applied, since nobody can be asked here. To go ahead: {again}")
    click.confirm("Apply this?", abort=True, err=True)


def _name(settings: Path | None, version: int | None) -> str:
    return f"version {version}" if version is not None else str(settings or FILE)


# --- versions --------------------------------------------------------------------------------------------------------


def _version(reading: Reading, version: int) -> tuple[AppliedRules, AppliedRules | None, int]:
    newest, found = reading.rules.version, reading.tx.facts.rules(version)
    if found is None:
        raise NotFound(f"There is no version {version} of the rules; there are 1 to {newest}.")
    return found, reading.tx.facts.rules(version - 1) if version > 1 else None, newest


def _print_versions(versions: list[Json]) -> None:
    rows = [line for line in versions if isinstance(line, dict)]
    print_table(
        ("version", "at", "by", ""),
        [(line["version"], when(line["at"]), line["by"], "applies" if line["applied"] else "") for line in rows],
    )
