"""`dirsync check`: whether everything is as it should be, without changing anything."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping

import attrs
import click

from dirsync_core.cli.failures import Told
from dirsync_core.cli.findings import Finding, of_quality, of_source
from dirsync_core.cli.output import json_option, plural, print_json
from dirsync_core.cli.session import Session
from dirsync_core.host.asked.intervals import interval
from dirsync_core.host.dialects import tolerations
from dirsync_core.host.plugins import Plugins, provider_settings
from dirsync_core.host.rules.applying import differs
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.rules.rulebook import Rulebook
from dirsync_core.host.secrets import secrets_in
from dirsync_core.host.settings import Settings, read_settings
from dirsync_core.model.errors import DirsyncError, SettingsError, StoreError
from dirsync_core.model.people import Json
from dirsync_core.store.contract import Transaction
from dirsync_core.store.sqlite.store import open_sqlite


@click.command()
@click.argument("provider", required=False)
@click.option("--quality", is_flag=True, help="Judge the plugins of the sources by a dozen rules of good ones.")
@json_option
@click.pass_obj
def check(session: Session, provider: str | None, quality: bool, as_json: bool) -> None:
    """Check settings, plugins, store and rules, without changing anything.

    With PROVIDER, of the sources only this one; and it is opened for real: one that is asked is read for a page, and
    what that would do is said. Nothing is written. Exits with 1 where there is a problem.
    """
    settings = read_settings(session.folder)
    if provider is not None and provider not in settings.providers:
        there = ", ".join(settings.providers) or "none"
        raise click.BadParameter(f"“{provider}” is no provider; there are {there}.", param_hint="'PROVIDER'")
    store = asyncio.run(_of_store(settings, session.plugins))
    found = _once([*_of_files(settings, session.plugins, provider), *store])
    if provider is not None and all(finding.state != "problem" for finding in found):
        found += session.run(lambda host: of_source(host, provider))
    if quality:
        found += of_quality(session.plugins, settings, provider)
    problems = sum(finding.state == "problem" for finding in found)
    if as_json:
        findings: list[Json] = [attrs.asdict(finding) for finding in found]
        print_json({"findings": findings})
    else:
        _print(found)
    if problems:
        raise Told(f"{plural(problems, 'problem', 'problems')} found.")


def _of_files(settings: Settings, plugins: Plugins, only: str | None) -> Iterator[Finding]:
    yield Finding("settings", "fine", "plugins.toml can be read.")
    for plugin in plugins.loaded:
        if plugin.state == "failed":
            yield Finding("plugins", "problem", f"{plugin.distribution} {plugin.version} failed: {plugin.because}")
        else:
            yield Finding("plugins", "fine", f"{plugin.distribution} {plugin.version} ({plugin.name})")
    for name in settings.providers if only is None else [only]:
        yield from _of_provider(settings, plugins, name)


def _of_provider(settings: Settings, plugins: Plugins, name: str) -> Iterator[Finding]:
    configured = settings.providers[name]
    try:
        own = provider_settings(plugins, name, configured.plugin, configured.own)
        tolerations(plugins.providers[configured.plugin], name, configured)
        interval(plugins.providers[configured.plugin], name, configured)
    except SettingsError as error:
        yield from (Finding("providers", "problem", problem) for problem in error.problems)
        return
    problems = [*_secret_problems(own, f"providers.{name}")]
    yield from (Finding("providers", "problem", problem) for problem in problems)
    if not problems:
        yield Finding("providers", "fine", f"{name}: its settings can be used.")


def _secret_problems(value: object, path: str) -> Iterator[str]:
    """Look whether each secret that settings point to is there; it is not kept."""
    for at, secret in secrets_in(value, path):
        try:
            secret.reveal()
        except SettingsError as error:
            yield from (f"{at}: {problem}" for problem in error.problems)


# --- store and rules -------------------------------------------------------------------------------------------------


async def _of_store(settings: Settings, plugins: Plugins) -> list[Finding]:
    wanted, problems = _drafted(settings, plugins)
    try:
        store = open_sqlite(settings.store_path)
    except StoreError as error:
        return [*problems, Finding("store", "problem", str(error))]
    try:
        rules = await store.read(lambda tx: _of_rules(tx, settings, plugins, wanted))
    finally:
        await store.close()
    return [*problems, Finding("store", "fine", f"{settings.store_path} can be read."), *rules]


def _drafted(settings: Settings, plugins: Plugins) -> tuple[Mapping[str, Json] | None, list[Finding]]:
    try:
        return draft(settings, plugins), []
    except SettingsError as error:
        return None, [Finding("rules", "problem", problem) for problem in error.problems]


def _of_rules(
    tx: Transaction, settings: Settings, plugins: Plugins, wanted: Mapping[str, Json] | None
) -> list[Finding]:
    try:
        version = Rulebook(settings, plugins)(tx).version
    except SettingsError as error:
        return [Finding("rules", "problem", f"What applies can't run now: {problem}") for problem in error.problems]
    except DirsyncError as error:
        return [Finding("rules", "problem", str(error))]
    if wanted is not None and differs(tx, wanted):
        sentence = f"plugins.toml says something else than what applies, version {version}. To see it: dirsync apply"
        return [Finding("rules", "note", sentence)]
    return [] if wanted is None else [Finding("rules", "fine", f"plugins.toml says what applies, version {version}.")]


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """A plugin that is missing is missed more than once; it is said once."""
    return list({finding.sentence: finding for finding in findings}.values())


def _print(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(f"{finding.about:<10}{finding.state:<9}{finding.sentence}", err=finding.state == "problem")
