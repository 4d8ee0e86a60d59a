"""A draft of the rules that is made on a page, with its plan, and what records say that rules can be made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from dirsync_core.model.people import Json


@attrs.frozen
class KeptDraft:
    """Rules that wait in the store until they are applied or thrown away.

    `mark` is another one after every write, so that whoever writes can say what they had seen. `base` is the version
    that applied when the draft was begun. `told` is what its page shows of the plan: counts and first names; its
    `sketch` alone while the plan is worked out; empty where the plan was forgotten, since somebody was erased.
    """

    mark: str
    base: int
    rules: Mapping[str, Json]
    told: Mapping[str, Json]
    by: str
    at: datetime


@attrs.frozen
class SaidValue:
    """How many records say a value of an attribute; a set counts once for each of its values."""

    name: str
    value: str
    records: int


class DraftRoom(Protocol):
    """The one draft that there can be."""

    def get(self) -> KeptDraft | None:
        """Give the draft, without the whole of its plan."""

    def plan(self) -> str | None:
        """Give the whole plan of the draft, as it was written; None where it was forgotten or is to come."""

    def put(self, draft: KeptDraft, plan: str) -> None:
        """Keep a draft with its plan, in the place of the one before."""

    def forget_plan(self) -> None:
        """Keep the draft without its plan, which may name somebody who was erased."""

    def end(self) -> None:
        """Throw the draft away."""

    def said(self, most: int) -> Sequence[SaidValue]:
        """Give the values that live records say most often, so many of each attribute; looks at every record."""

    def saying(self) -> Mapping[str, int]:
        """Count the live records that say anything of each attribute; under the empty name all there are."""
