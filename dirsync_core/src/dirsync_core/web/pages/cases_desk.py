"""What the pages of cases, of retiring a source and of erasing somebody ask of the rest."""

from collections.abc import Sequence
from typing import Literal, Protocol

from dirsync_core.model.retirements import Fate
from dirsync_core.web.pages.cases_shapes import CasePage, CasesPage, DecisionPage, ErasingPage, RetiringPage, Show

Verb = Literal["approve", "keep"]
"""Guard: let them go, or they stay. Rehire: the same person, or somebody else. Address: `keep` keeps apart."""


class CasesDesk(Protocol):
    """What waits for a person, and what they decide."""

    async def cases(self, *, open_only: bool, start: int, by: str) -> CasesPage:
        """Give a page of cases."""

    async def case(self, case: str, show: Show | None, after: str | None, *, by: str) -> CasePage:
        """Give one case, with some of the records of one part; without `show` of the first part that there is.

        Raises:
            NotFound: there is no such case.
        """

    async def decision(self, case: str, verb: Verb, who: Sequence[str], *, by: str) -> DecisionPage:
        """Give whom deciding a case would be for: the records named, or all.

        Raises:
            NotFound: there is no such case, or none of the records is in it.
            Refused: it was decided already, or ends in another way.
        """

    async def decide(self, case: str, verb: Verb, who: Sequence[str], seen: int, *, by: str) -> None:
        """Decide a case for the records named, or for all; `seen` is for how many whoever decides was told.

        Raises:
            NotFound: there is no such case, or none of the records is in it.
            Refused: it was decided already, ends in another way, or is by now about others.
        """


class EndingsDesk(Protocol):
    """Sources that go for good, and people who are forgotten."""

    async def retiring(self, provider: str, fate: Fate | None, to: str | None, *, by: str) -> RetiringPage:
        """Give what retiring a source would do; where it can't be done, why.

        Raises:
            NotFound: there never was such a source.
        """

    async def retire(self, provider: str, fate: Fate, to: str | None, mark: str, *, by: str) -> bool:
        """Retire a source; False, and nothing is done, where `mark` is not that of what would happen now.

        Raises:
            NotFound: there never was such a source.
            Refused: it can't be done.
        """

    async def erasing(self, person: str, *, by: str) -> ErasingPage:
        """Give what erasing somebody would take away.

        Raises:
            NotFound: nobody has that id.
        """

    async def erase(self, person: str, *, by: str) -> None:
        """Forget somebody, in history too. It can't be taken back.

        Raises:
            NotFound: nobody has that id.
        """

    async def lift(self, email: str, *, by: str) -> None:
        """Let an address of somebody who was erased come back.

        Raises:
            NotFound: nobody of that address was erased.
        """
