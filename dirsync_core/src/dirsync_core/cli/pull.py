"""`dirsync pull`: sources that are asked, asked once."""

from collections.abc import Callable, Sequence

import click

from dirsync_core.cli.failures import Told
from dirsync_core.cli.output import json_option, print_json
from dirsync_core.cli.plan_text import print_effects
from dirsync_core.cli.session import Session
from dirsync_core.host.asked.pull_trials import try_pull
from dirsync_core.host.asked.pulling import asked, pull
from dirsync_core.host.host import Host
from dirsync_core.model.errors import Refused
from dirsync_core.model.people import Json
from dirsync_core.query.pulls import PullPlan, pull_plan_shape, session_shape
from dirsync_core.store.contract import PullCounts, PullOutcome, PullSession, PullState

_PLENTY = 50
_STEP = 1000


@click.command("pull")
@click.argument("provider", required=False)
@click.option("--dry-run", is_flag=True, help="Ask, say what would change, and change nothing.")
@click.option("--full", is_flag=True, help="Let the source say everything, not only what changed since the last time.")
@json_option
@click.pass_obj
def pull_command(session: Session, provider: str | None, dry_run: bool, full: bool, as_json: bool) -> None:
    """Ask the sources that are asked, or only PROVIDER, once.

    Whoever a complete enumeration does not name any more is withdrawn. One that breaks off withdraws nobody; nor does
    one that brings nobody where there was somebody. Exits with 1 where a source could not be read to its end.
    """
    if dry_run:
        plans = session.run(lambda host: _try(host, provider, full))
        print_json({"plans": [pull_plan_shape(plan) for plan in plans]}) if as_json else _print_plans(plans)
        outcomes = [(plan.provider, plan.outcome, plan.because) for plan in plans]
    else:
        states = session.run(lambda host: _pull(host, provider, full))
        ended = [(state.provider, state.session) for state in states if state.session is not None]
        print_json({"sessions": [_shape(*each) for each in ended]}) if as_json else _print_sessions(ended)
        outcomes = [(name, last.outcome, last.because) for name, last in ended]
    bad = [f"{name}: {outcome.value}. {because}" for name, outcome, because in outcomes if outcome != PullOutcome.DONE]
    if bad:
        raise Told("\n".join(bad))


async def _pull(host: Host, provider: str | None, full: bool) -> list[PullState]:
    return [await pull(host, name, again=full, told=_progress(name)) for name in _names(host, provider)]


async def _try(host: Host, provider: str | None, full: bool) -> list[PullPlan]:
    return [await try_pull(host, name, again=full, told=_progress(name)) for name in _names(host, provider)]


def _names(host: Host, provider: str | None) -> Sequence[str]:
    names = [provider] if provider is not None else asked(host)
    if not names:
        raise Refused("No source in plugins.toml is asked.", ('One that is: [providers.hr] plugin = "csv"',))
    return names


def _progress(name: str) -> Callable[[PullCounts], None]:
    """Say on stderr how much was read, now and then."""
    said = 0

    def told(counts: PullCounts) -> None:
        nonlocal said
        if counts.read >= said + _STEP:
            said = counts.read
            click.echo(f"{name}: {counts.read:,} read", err=True)

    return told


def _shape(name: str, session: PullSession) -> dict[str, Json]:
    return {"provider": name, **session_shape(session)}


def _print_sessions(sessions: Sequence[tuple[str, PullSession]]) -> None:
    for name, session in sessions:
        click.echo(f"{name}: {counted(session.counts)}")


def _print_plans(plans: Sequence[PullPlan]) -> None:
    for plan in plans:
        click.echo(f"{plan.provider}: {counted(plan.counts)}")
        print_effects(plan.effects, most=_PLENTY)


def counted(counts: PullCounts) -> str:
    """Give what a session read and what became of it, in words."""
    told = (
        f"{counts.read:,} read: {counts.created:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged,"
        f" {counts.withdrawn:,} withdrawn"
    )
    held = f"; {counts.held:,} held by the guard, see dirsync cases" if counts.held else ""
    refused = f"; {counts.refused:,} refused, since they were erased on request" if counts.refused else ""
    return f"{told}{held}{refused}"
