"""Sampling: a source is opened for real and asked for a page, and what it would do is tried out and undone."""

from collections.abc import Sequence
from contextlib import aclosing

import attrs

from dirsync_core.api import Provider
from dirsync_core.host.asked.enumerating import Enumeration, Item
from dirsync_core.host.asked.pulling import author
from dirsync_core.host.asked.taking import settled, take
from dirsync_core.host.handle import begin
from dirsync_core.host.host import Host
from dirsync_core.host.opening import application_of, opened
from dirsync_core.host.rules.applying import apply_rules, kept
from dirsync_core.host.rules.compiling import draft
from dirsync_core.host.rules.effects import effects_of, waiting
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.plans import Effect
from dirsync_core.store.contract import PullCounts, Transaction


@attrs.frozen
class Sample:
    """What a page of a source would do, with the rules of the settings; `whole`: it is all that the source has."""

    counts: PullCounts
    effects: Sequence[Effect]
    whole: bool


async def sample(host: Host, name: str) -> Sample:
    """Ask a source for its first page, and say what that would do. Nobody is withdrawn, and nothing is written.

    Raises:
        SettingsError: the rules of the settings can't be made.
        Exception: whatever the source raises.
    """
    wanted = draft(host.settings, host.plugins)
    items, whole = await _first_page(name, host.providers[name])
    at, request = host.clock(), Request(new_request_id(), author(name))

    def job(tx: Transaction) -> Sample:
        apply_rules(tx, host.rules, wanted, at, request)
        rules = host.rules.compiled(tx, tx.facts.rules_version(), kept(tx, wanted))
        waited = waiting(tx)
        edit = begin(tx, rules, Moment(at, request, name), name)
        counts = take(edit, items)
        changes, held = settled(tx, edit)
        effects = [seen.effect for seen in effects_of(tx, changes, waited)]
        return Sample(counts + held, effects, whole)

    return await host.store.try_out(job)


async def routes(name: str, provider: Provider) -> Sequence[tuple[str, str]]:
    """Open a source that calls, and give the methods and paths that it may call; empty where it has none."""
    async with opened(name, provider):
        app = application_of(provider)
    found = app.router.routes() if app is not None else ()
    return [
        (route.method, f"/providers/{name}{route.resource.canonical}")
        for route in found
        if route.resource is not None and route.method != "HEAD"
    ]


async def _first_page(name: str, provider: Provider) -> tuple[Sequence[Item], bool]:
    said = Enumeration()
    async with opened(name, provider), aclosing(said.batches(provider, None)) as batches:
        async for batch in batches:
            return batch, said.complete is not None
    return (), said.complete is not None
