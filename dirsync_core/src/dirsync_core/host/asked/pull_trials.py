"""What a pull would do: the source is asked, and what it says is tried out and undone."""

from collections.abc import Callable, Sequence
from contextlib import aclosing

from dirsync_core.host.asked.enumerating import Enumeration, Item
from dirsync_core.host.asked.pulling import EMPTIED, UNFINISHED, Told, author, gone_of, note_failure, source
from dirsync_core.host.asked.taking import settled, take, withdraw
from dirsync_core.host.handle import ProviderEdit, begin
from dirsync_core.host.host import Host
from dirsync_core.host.opening import opened
from dirsync_core.host.plugin_errors import words_of
from dirsync_core.host.rules.effects import effects_of, waiting
from dirsync_core.model.changes import Change
from dirsync_core.model.errors import Refused
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.model.moments import Moment, Request
from dirsync_core.query.pulls import PullPlan
from dirsync_core.store.contract import PullCounts, PullOutcome, Transaction


async def try_pull(host: Host, name: str, *, again: bool = False, told: Told = lambda counts: None) -> PullPlan:
    """Say what `pull` would do now.

    Raises:
        NotFound, Refused: there is no source of that name that is asked, or it could not be read.
        PluginUnavailable: its records can't be mapped or judged now.
    """
    provider, said = source(host, name), Enumeration()
    state = await host.store.read(lambda tx: tx.pulls.get(name))
    cursor = None if again else state.cursor
    batches: list[Sequence[Item]] = []
    try:
        async with opened(name, provider), aclosing(said.batches(provider, cursor)) as read:
            async for batch in read:
                batches.append(batch)
                told(PullCounts(read=sum(map(len, batches))))
    except Exception as error:  # a plugin's code
        note_failure(name, error)
        raise Refused(f"{name} could not be read: {words_of(error)}") from error
    at, request = host.clock(), Request(new_request_id(), author(name))

    def job(tx: Transaction) -> PullPlan:
        moment = Moment(at, request, name)
        return _tried(tx, name, lambda: begin(tx, host.rules(tx), moment, name), said, batches, cursor)

    async with host.store.aside() as trials:
        return await trials.try_out(job)


def _tried(
    tx: Transaction,
    name: str,
    begun: Callable[[], ProviderEdit],
    said: Enumeration,
    batches: Sequence[Sequence[Item]],
    cursor: str | None,
) -> PullPlan:
    """Do what a session would do, in one transaction."""
    waited, changes, counts = waiting(tx), list[Change](), PullCounts()
    for batch in batches:
        edit = begun()
        counts += take(edit, batch)
        done, held = settled(tx, edit)
        changes, counts = [*changes, *done], counts + held
    edit = begun()
    gone = gone_of(edit, said, cursor)
    counts += withdraw(edit, gone)
    done, held = settled(tx, edit, emptied=gone.emptied)
    changes, counts = [*changes, *done], counts + held
    effects = tuple(seen.effect for seen in effects_of(tx, changes, waited))
    outcome, because = _outcome(said, emptied=gone.emptied)
    return PullPlan(name, outcome, counts, effects, because)


def _outcome(said: Enumeration, *, emptied: bool) -> tuple[PullOutcome, str | None]:
    if said.complete is None:
        return PullOutcome.FAILED, UNFINISHED
    return (PullOutcome.HELD, EMPTIED) if emptied else (PullOutcome.DONE, None)
