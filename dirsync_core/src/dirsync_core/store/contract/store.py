"""The store as a whole: jobs, and the transaction that they are given."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.store.contract.cases import CaseRoom
from dirsync_core.store.contract.doors import AccessRoom, TrafficRoom
from dirsync_core.store.contract.drafts import DraftRoom
from dirsync_core.store.contract.erasures import ErasureRoom
from dirsync_core.store.contract.facts import FactRoom
from dirsync_core.store.contract.feed import EventRoom, FeedRoom
from dirsync_core.store.contract.outcomes import OutcomeRoom
from dirsync_core.store.contract.people import PeopleRoom
from dirsync_core.store.contract.pulls import PullRoom
from dirsync_core.store.contract.records import RecordRoom
from dirsync_core.store.contract.retirements import RetirementRoom

T = TypeVar("T")


class Transaction(Protocol):
    """One consistent view of everything; of a write job also the means to change it."""

    @property
    def records(self) -> RecordRoom: ...
    @property
    def facts(self) -> FactRoom: ...
    @property
    def cases(self) -> CaseRoom: ...
    @property
    def people(self) -> PeopleRoom: ...
    @property
    def outcomes(self) -> OutcomeRoom: ...
    @property
    def feed(self) -> FeedRoom: ...
    @property
    def events(self) -> EventRoom: ...
    @property
    def drafts(self) -> DraftRoom: ...
    @property
    def pulls(self) -> PullRoom: ...
    @property
    def erasures(self) -> ErasureRoom: ...
    @property
    def retirements(self) -> RetirementRoom: ...
    @property
    def access(self) -> AccessRoom: ...
    @property
    def traffic(self) -> TrafficRoom: ...

    def read_ahead(self, people: Sequence[PersonId], records: Sequence[RecordId] = ()) -> None:
        """Read, in a few statements, what is about to be asked of a page of people and records.

        Of people: who they are, their links, seats, placements and holds, and who asks for their address. Of records:
        what was said, accepted and held of them, and whose they are. The verbs that tell it answer the same, sooner.
        """

    def forget_derived(self) -> None:
        """Drop everything that can be computed again from facts, records and feed."""

    def derived_rows(self) -> Mapping[str, Iterable[tuple[object, ...]]]:
        """Give every derived table's rows in a fixed order, to be compared."""


class Trials(Protocol):
    """Where things can be read and tried out. Jobs are synchronous, take clock and ids as arguments, may run twice."""

    async def read(self, job: Callable[[Transaction], T]) -> T:
        """Run a job on one consistent view. It must not write."""

    async def try_out(self, job: Callable[[Transaction], T]) -> T:
        """Run a job as `write` would, and undo it."""


class Store(Trials, Protocol):
    """Where everything lies."""

    async def write(self, job: Callable[[Transaction], T]) -> T:
        """Run a job alone; give its answer when its writes are safe on disk. An exception undoes all of it.

        Raises:
            StoreBusy: another process has been writing for too long; nothing was written.
            StoreError: the disk is full or broken; nothing was written.
        """

    def aside(self) -> AbstractAsyncContextManager[Trials]:
        """Give a copy of everything as it is now, for what takes long to try out: others write meanwhile."""

    async def backup(self, path: Path, *, overwrite: bool = False) -> None:
        """Copy everything as it is at one moment into a file, while others read and write.

        When it is answered the copy is whole, checked and safe on disk; else there is none.

        Raises:
            Refused: there is a file already, and it is not to be overwritten.
            StoreError: it can't be written, or the disk is full.
        """

    async def scrub(self) -> bool:
        """Take what was deleted out of the files too; False where a part of it stays for now, since it is being read.

        Raises:
            StoreError: the disk is full, or another process has been writing for too long.
        """

    async def close(self) -> None:
        """Finish what was begun, and let go of the store."""
