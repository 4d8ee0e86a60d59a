"""What a source that is asked has to be. Start at `PullContract`; `Source` is what its author writes for it."""

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import aclosing, suppress

import attrs
import pytest

from dirsync_core.api import Complete, Provider, Pulled, Upsert
from dirsync_core.host.opening import opened
from dirsync_core.model.people import Json, Person
from dirsync_core.model.records import fold_key
from dirsync_core.store.contract import PullOutcome, PullState
from dirsync_core.testing.contract import asynchronous, missing
from dirsync_core.testing.people import Employee, employees
from dirsync_core.testing.providing import SOURCE, ProviderContract, Start, see_that_nothing_runs
from dirsync_core.testing.scratch import Scratch
from dirsync_core.testing.watching import WAITING, watched

PEOPLE = employees(7)
SUFFIX = "@halden.example"


class Source(ABC):
    """What stands in for the real source: a file, or a small server that answers as the vendor's does.

    Both methods may be `async def`.
    """

    @abstractmethod
    def has(self, people: Sequence[Employee]) -> Awaitable[None] | None:
        """Have exactly these people from now on, in this order; whatever was broken is mended."""

    @abstractmethod
    def breaks(self) -> Awaitable[None] | None:
        """Break from now on as it would in life: half a file, an error behind the first page."""


class PullContract(ProviderContract):
    """What a source that is asked has to be. Besides those of `ProviderContract` it needs the fixture `source`.

    `keys_outlive_addresses = False` says that the source knows people by nothing but their address.
    """

    keys_outlive_addresses = True

    @pytest.fixture
    def source(self) -> Source:
        """What stands in for the real source."""
        raise NotImplementedError(missing(self, "source", "return an object derived from dirsync_core.testing.Source"))

    # --- who comes and goes ------------------------------------------------------------------------------------------

    @asynchronous
    async def test_whom_the_source_has_is_in_the_directory(self, scratch: Scratch, source: Source) -> None:
        """Everybody, under the address that the source has of them."""
        await _pulled(scratch, source, PEOPLE)

        assert {person.email for person in PEOPLE} == await scratch.active(), (
            "Not exactly those are in the directory whom the source has. Does pull() yield an Upsert for each, and does"
            " the mapper set email?"
        )

    @asynchronous
    async def test_whom_the_source_has_no_more_leaves(self, scratch: Scratch, source: Source) -> None:
        """Said by Delete, or by not being in a full enumeration any more."""
        await _pulled(scratch, source, PEOPLE)
        await _pulled(scratch, source, PEOPLE[1:])

        assert PEOPLE[0].email not in await scratch.active(), (
            "Who is gone from the source is still in the directory. End a pull that said everything with"
            " Complete(full=True), or yield Delete(key) for those who went"
        )

    @asynchronous
    async def test_a_second_sync_changes_nothing(self, scratch: Scratch, source: Source) -> None:
        """No version, no event and no change, whether from the cursor on or all over again."""
        await _pulled(scratch, source, PEOPLE)
        before = await picture(scratch)

        await _done(scratch)
        await _done(scratch, again=True)

        assert before == await picture(scratch), (
            "Asking again changed something, though the source is as it was. The body of an Upsert must not hold what"
            " differs from time to time: when it was read, a counter, a set in no order"
        )

    @asynchronous
    async def test_the_order_of_the_source_does_not_matter(self, start: Start, source: Source) -> None:
        """A source may list its people in any order, and in another one tomorrow."""
        one, other = await start(), await start()
        await _pulled(one, source, PEOPLE)
        await _pulled(other, source, PEOPLE[::-1])

        assert await shown(one) == await shown(other), "What is published depends on the order of the source"

    @asynchronous
    async def test_another_provider_and_who_is_kept_by_hand_are_left_alone(
        self, scratch: Scratch, source: Source
    ) -> None:
        """Also where they have an address that the source has too."""
        await with_neighbours(scratch)
        before = await theirs(scratch)

        await _pulled(scratch, source, PEOPLE)
        await _pulled(scratch, source, PEOPLE[2:])

        assert before == await theirs(scratch), "What belongs to others was changed; write through self.records only"

    # --- keys --------------------------------------------------------------------------------------------------------

    @asynchronous
    async def test_keys_are_unique_and_stable(self, scratch: Scratch, source: Source) -> None:
        """A record is known again by its key; one that is yielded twice ends the pull."""
        first = await _upserts(scratch, source, PEOPLE)
        second = await _upserts(scratch, source, PEOPLE[::-1])
        folded = [fold_key(each.key) for each in first]

        assert len(PEOPLE) == len(set(folded)) == len(folded), (
            f"{len(PEOPLE)} people came under {len(set(folded))} keys in {len(folded)} Upserts. A key names one record,"
            " compared without case; take the source's own id"
        )
        assert {fold_key(each.key) for each in second} == set(folded), (
            "The same people came under other keys the second time. A key is the source's own id, never a line number"
        )

    @asynchronous
    async def test_a_key_outlives_an_address(self, scratch: Scratch, source: Source) -> None:
        """Who marries, and gets another address, stays the same person."""
        if not self.keys_outlive_addresses:
            return
        before = await _upserts(scratch, source, PEOPLE)
        renamed = (attrs.evolve(PEOPLE[0], email=f"renamed{SUFFIX}"), *PEOPLE[1:])
        after = await _upserts(scratch, source, renamed)

        assert {each.key for each in before} == {each.key for each in after}, (
            "Another address made another key, so one person becomes two. Take an id that never changes; where the"
            " source has none, say keys_outlive_addresses = False, and tell your users"
        )

    # --- what goes wrong ---------------------------------------------------------------------------------------------

    @asynchronous
    async def test_an_enumeration_that_is_cut_short_withdraws_nobody(self, scratch: Scratch, source: Source) -> None:
        """A source that breaks off has said nothing of those whom it did not get to."""
        await _pulled(scratch, source, PEOPLE)
        before = await scratch.active()
        await _maybe(source.breaks())

        state = await scratch.pull(SOURCE)

        assert before == await scratch.active(), (
            "Somebody left because the source broke off. Let the error out of pull(), or end without Complete; never"
            " catch it and go on to Complete"
        )
        assert _outcome(state) is not PullOutcome.DONE, (
            "The source broke off, and the pull says that it is done. Let the error out of pull()"
        )

    @asynchronous
    async def test_an_empty_enumeration_withdraws_nobody(self, scratch: Scratch, source: Source) -> None:
        """Nobody where there was somebody is held, or an error."""
        await _pulled(scratch, source, PEOPLE)
        before = await scratch.active()
        await _maybe(source.has(()))

        await scratch.pull(SOURCE, again=True)

        assert before == await scratch.active(), (
            "An empty source emptied the directory; yield no Delete for all of them"
        )

    @asynchronous
    async def test_a_source_that_is_mended_goes_on(self, scratch: Scratch, source: Source) -> None:
        """What broke off is said again; nothing is lost between."""
        await _pulled(scratch, source, PEOPLE[:4])
        await _maybe(source.breaks())
        await scratch.pull(SOURCE)
        await _pulled(scratch, source, PEOPLE)

        assert {person.email for person in PEOPLE} == await scratch.active(), (
            "Somebody is missing since the source broke off. A cursor is only moved on with what was yielded before it"
        )

    @asynchronous
    async def test_no_secret_is_logged_or_told(
        self,
        scratch: Scratch,
        source: Source,
        caplog: pytest.LogCaptureFixture,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Neither when all goes well nor in the words of an error."""
        caplog.set_level(0)
        await _pulled(scratch, source, PEOPLE)
        await _maybe(source.breaks())
        state = await scratch.pull(SOURCE)
        printed = capsys.readouterr()
        said = "\n".join([caplog.text, printed.out, printed.err, str(state.last_error)])

        for secret in self._secrets(scratch):
            assert secret not in said, (
                "A secret was logged or told. Leave it out of what you log, of URLs, and of the words of errors: an"
                " error of an HTTP library may hold the whole request"
            )

    # --- how it behaves in the server --------------------------------------------------------------------------------

    @asynchronous
    async def test_it_only_yields(self, scratch: Scratch, source: Source) -> None:
        """A pull never writes; what it yields is stored for it."""
        await _maybe(source.has(PEOPLE))
        await _everything(scratch)

        assert not await scratch.records(SOURCE), "pull() wrote records itself; yield an Upsert for each instead"

    @asynchronous
    async def test_complete_is_its_last_word(self, scratch: Scratch, source: Source) -> None:
        """Without Complete nobody is ever withdrawn, and no cursor kept."""
        await _maybe(source.has(PEOPLE))
        yielded = await _everything(scratch)

        assert isinstance(yielded[-1], Complete), "pull() ended without Complete(); yield one when all was said"
        assert not any(isinstance(each, Complete) for each in yielded[:-1]), (
            "Something came behind Complete, where nobody reads any more"
        )

    @asynchronous
    async def test_it_does_not_block_the_server(self, scratch: Scratch, source: Source) -> None:
        """A pull runs in the server's event loop, beside everything else."""
        await _maybe(source.has(PEOPLE))
        with watched(WAITING) as seen:
            await _everything(scratch)

        assert not seen, (
            f"pull() blocks the event loop with {', '.join(sorted(set(seen)))}. Use an asynchronous library, or put"
            " what blocks into await asyncio.to_thread(…)"
        )

    @asynchronous
    async def test_a_pull_that_is_cancelled_leaves_no_task(self, scratch: Scratch, source: Source) -> None:
        """The server stops in the middle of a pull."""
        await _maybe(source.has(PEOPLE))
        provider, before = scratch.provider(SOURCE), asyncio.all_tasks()
        reached = asyncio.Event()
        task = asyncio.create_task(_begin(provider, reached))
        await asyncio.wait([task, waiter := asyncio.create_task(reached.wait())], return_when="FIRST_COMPLETED")
        task.cancel()
        waiter.cancel()
        with suppress(asyncio.CancelledError):
            await task

        await see_that_nothing_runs(before, "a pull that was cancelled")


# --- asking ----------------------------------------------------------------------------------------------------------


async def _maybe(said: Awaitable[None] | None) -> None:
    if inspect.isawaitable(said):
        await said


async def _pulled(scratch: Scratch, source: Source, people: Sequence[Employee]) -> None:
    await _maybe(source.has(people))
    await _done(scratch)


async def _done(scratch: Scratch, *, again: bool = False) -> None:
    state = await scratch.pull(SOURCE, again=again)
    session = state.session
    assert session is not None and session.outcome is PullOutcome.DONE, (  # noqa: PT018
        f"The pull should have worked, and did not: {session and session.because}"
    )


def _outcome(state: PullState) -> PullOutcome | None:
    return state.session.outcome if state.session is not None else None


async def _everything(scratch: Scratch) -> list[Pulled]:
    """Give what a pull yields, of which nothing is stored."""
    provider = scratch.provider(SOURCE)
    async with opened(SOURCE, provider):
        return [each async for each in provider.pull(None)]


async def _upserts(scratch: Scratch, source: Source, people: Sequence[Employee]) -> list[Upsert]:
    await _maybe(source.has(people))
    yielded = await _everything(scratch)
    return [each for each in yielded if isinstance(each, Upsert) and each.kind == "user"]


async def _begin(provider: Provider, reached: asyncio.Event) -> None:
    """Ask, and wait for ever at the first thing that is said."""
    async with opened(SOURCE, provider), aclosing(provider.pull(None)) as pulled:  # type: ignore[type-var]  # a generator
        async for _ in pulled:
            reached.set()
            await asyncio.get_running_loop().create_future()


# --- what is there ---------------------------------------------------------------------------------------------------


async def picture(scratch: Scratch) -> object:
    """Give all that must not change where nothing happened."""
    return await scratch.records(SOURCE), await scratch.people(), await scratch.changes()


async def shown(scratch: Scratch) -> Mapping[str, Mapping[str, Json]]:
    """Give what is published of everybody, by address."""
    return {person.email: person.values for person in await scratch.people()}


async def with_neighbours(scratch: Scratch) -> None:
    """Record somebody of another source and somebody kept by hand, who have addresses of people of the source."""
    theirs = {"email": PEOPLE[0].email, "displayName": "Of the neighbour"}
    await scratch.write("neighbour", lambda edit: edit.create("user", PEOPLE[0].number, theirs))
    await scratch.add_by_hand("by-hand", PEOPLE[1].email, displayName="Kept by hand")


async def theirs(scratch: Scratch) -> object:
    """Give all that belongs to others than the source."""
    records = [*await scratch.records("neighbour"), *await scratch.records("by-hand")]
    people: list[Person] = [person for person in await scratch.people() if SOURCE not in person.sources]
    return records, people
