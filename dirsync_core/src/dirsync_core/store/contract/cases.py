"""What waits for a person: losses, holds and cases. Facts, which a rebuild leaves alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dirsync_core.model.cases import Case, CaseKind, CaseRecord, Hold, Loss, Lost, Part
from dirsync_core.model.identifiers import RecordId


class CaseRoom(Protocol):
    """Losses that count, holds, cases, and how many records of each provider asked at once."""

    def note_asking(self, at: datetime) -> None:
        """Note how many linked records of each provider ask now, where the transaction has changed that."""

    def most_asking(self, provider: str, since: datetime) -> int:
        """Give the most linked records of a provider that asked at once since a time; to the hour, upwards."""

    def put_lost(self, lost: Lost) -> None:
        """Count a loss."""

    def lost(self, record: RecordId) -> Sequence[Lost]:
        """Give the losses of a record that count, or counted."""

    def end_lost(self, record: RecordId, loss: Loss) -> None:
        """Count a loss no longer."""

    def count_lost(self, provider: str, loss: Loss, since: datetime) -> int:
        """Count a provider's losses of a kind behind a time."""

    def lost_since(self, provider: str, loss: Loss, since: datetime) -> Sequence[Lost]:
        """Give a provider's losses of a kind behind a time, in their order."""

    def forget_lost(self, provider: str, loss: Loss, until: datetime) -> None:
        """Drop a provider's losses of a kind, and how many asked, up to a time: no window reaches them any more."""

    def holds(self, record: RecordId) -> Sequence[Hold]:
        """Give what is held of a record."""

    def held(self) -> Sequence[RecordId]:
        """Give the records of which something is held, or kept by somebody's decision."""

    def put_hold(self, hold: Hold) -> None:
        """Hold back."""

    def end_hold(self, record: RecordId, loss: Loss) -> None:
        """Hold back no longer."""

    def holds_of(self, case: str, limit: int | None = None) -> Sequence[Hold]:
        """Give what a case holds, by record."""

    def still_holds(self, case: str) -> bool:
        """Say whether a case holds anything that nobody has decided."""

    def count_held(self, provider: str | None = None) -> int:
        """Count the records that open cases hold, of one provider or of all."""

    def case(self, case: str) -> Case | None:
        """Give a case."""

    def put_case(self, case: Case) -> None:
        """Open, or decide."""

    def open_guard(self, provider: str, loss: Loss) -> Case | None:
        """Give the open case of a provider's losses of a kind."""

    def about(self, record: RecordId, kind: CaseKind | None = None) -> Sequence[Case]:
        """Give the open cases in which a record has a part."""

    def ever_about(self, record: RecordId, kind: CaseKind) -> Sequence[Case]:
        """Give the cases of a record, whatever became of them."""

    def cases(self, *, open_only: bool, limit: int, start: int = 0) -> Sequence[Case]:
        """Give cases: open ones by kind, guard first, then the newest first; or all, the newest first."""

    def count_open(self) -> Mapping[CaseKind, int]:
        """Count open cases."""

    def put_part(self, part: CaseRecord) -> None:
        """Give a record its part in a case."""

    def parts(
        self, case: str, *, part: Part | None = None, after: str = "", limit: int | None = None
    ) -> Sequence[CaseRecord]:
        """Give the records of a case, by id, behind one."""

    def count_parts(self, case: str) -> Mapping[Part, int]:
        """Count the records of a case by their part."""
