"""`dirsync retire`: what becomes of the people of a source that is gone for good."""

import click

from dirsync_core.cli.confirming import confirm
from dirsync_core.cli.output import json_option, plural, print_json
from dirsync_core.cli.plan_text import print_plan
from dirsync_core.cli.session import Session
from dirsync_core.host.acts import retiring
from dirsync_core.model.plans import EffectKind, Plan
from dirsync_core.model.retirements import Fate
from dirsync_core.query.plans import effects_shape

_SHOWN = 50


@click.command()
@click.argument("provider")
@click.option("--freeze", is_flag=True, help="Its people stay as they are, for good.")
@click.option("--leave", is_flag=True, help="Its people leave, unless another source knows them.")
@click.option("--to", "successor", metavar="PROVIDER", help="Its people are handed over to a provider kept by hand.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@click.pass_obj
def retire(
    session: Session, provider: str, freeze: bool, leave: bool, successor: str | None, yes: bool, as_json: bool
) -> None:
    """Say what becomes of the people of a source that was taken out of plugins.toml.

    Shows who leaves or changes, and asks before it does anything. Back in plugins.toml and applied, the source is
    retired no longer.
    """
    if sum([freeze, leave, successor is not None]) != 1:
        raise click.UsageError("Say one of --freeze, --leave and --to PROVIDER.")
    fate: Fate = "freeze" if freeze else "leave" if leave else "to"
    told = f"--to {successor}" if successor is not None else f"--{fate}"
    reviewed = None
    if not yes:
        reviewed = session.run(lambda host: retiring.plan(host, session.request(), provider, fate, successor))
        _tell(reviewed, as_json)
        confirm(f"Retire {provider}?", "Nothing was changed", f"dirsync retire {provider} {told} --yes")
    done = session.run(lambda host: retiring.do(host, session.request(), provider, fate, successor, reviewed))
    if yes:
        _tell(done, as_json)
    click.echo(f"Retired {provider}.", err=True)


def _tell(plan: Plan, as_json: bool) -> None:
    if as_json:
        print_json(effects_shape(plan))
    elif plan.effects:
        print_plan(plan, most=_SHOWN)
    else:
        click.echo(f"{plural(plan.counts[EffectKind.LEAVES], 'person leaves', 'people leave')}; nobody changes.")
