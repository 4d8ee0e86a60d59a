"""Who was forgotten on request, and the means to forget them: what no other room may ever do to the past."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from dirsync_core.model.addresses import Address
from dirsync_core.model.changes import Change
from dirsync_core.model.erasures import Erasure
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json


class ErasureRoom(Protocol):
    """Erasures, and forgetting. Addresses come in as they are and are kept as hashes, keyed with the store's secret."""

    def any(self) -> bool:
        """Say whether anybody was erased; costs next to nothing."""

    def of_address(self, address: Address) -> Erasure | None:
        """Give the erasure of whom an address was."""

    def of_record(self, provider: str, record: RecordId) -> Erasure | None:
        """Give the erasure that a provider's record went with."""

    def all(self) -> Sequence[Erasure]:
        """Give every erasure, the newest first."""

    def put(self, erasure: Erasure, addresses: Iterable[Address], records: Mapping[RecordId, str]) -> None:
        """Note an erasure, with the addresses and the records (with their providers) that were theirs."""

    def lift(self, address: Address) -> Sequence[Erasure]:
        """Take back the erasures of whom an address was, their other addresses and records too; gives them."""

    def held(self, person: PersonId) -> Sequence[str]:
        """Give every address that a person ever held, in the form in which it was shown."""

    def naming(self, words: Iterable[str]) -> Sequence[RecordId]:
        """Give the user records, tombstones too, whose body has one of the words somewhere, case aside."""

    def accepting(self, words: Iterable[str]) -> Sequence[RecordId]:
        """Give the records of which something is or was accepted, or is held back, that has one of the words."""

    def forget_record(self, record: RecordId) -> None:
        """Drop a record and everything that was decided of it; its events stay, without what they said."""

    def forget_person(self, person: PersonId) -> None:
        """Drop a person and everything that was decided of them; their changes stay, without what they said."""

    def forget_words(self, words: Iterable[str]) -> None:
        """Drop what events, refused calls and failed pulls said, where they have one of the words."""

    def telling(self, words: Iterable[str]) -> Sequence[Change]:
        """Give the changes that have one of the words among the values, case aside; oldest first."""

    def based_on(self, words: Iterable[str]) -> Sequence[PersonId]:
        """Give the people of whom what is no longer kept of the feed had led to one of the words."""

    def retell(self, seq: int, changed: Mapping[str, tuple[Json, Json]]) -> None:
        """Have a change say something else."""
