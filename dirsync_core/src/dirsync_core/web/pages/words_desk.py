"""What the pages of an admin's word ask of the rest: pins and the like, and handing people over."""

from typing import Literal, Protocol

from dirsync_core.web.pages.shapes import HandingPage, WordsPage

WordOp = Literal["pin", "empty", "add", "mask", "clear"]
"""What can be said of an attribute: a value, that there is none, a value of a set more or less, or nothing."""


class WordsDesk(Protocol):
    """An admin's word on a person. What acts gives the request, to be taken back by."""

    async def page(self, person: str, *, by: str) -> WordsPage:
        """Give an admin's words on a person, and what sources say.

        Raises:
            NotFound: nobody has that id.
        """

    async def handing(self, person: str, record: str | None, *, by: str) -> HandingPage:
        """Give what handing somebody over to a record would do; without one, to the only one that asks.

        Raises:
            NotFound: nobody has that id.
        """

    async def taking_back(self, person: str, *, by: str) -> HandingPage:
        """Give what taking back somebody who was handed over would do.

        Raises:
            NotFound: nobody has that id.
        """

    async def say(self, person: str, name: str, op: WordOp, value: str, note: str, *, by: str) -> str:
        """Say something of an attribute over the providers, or take it back.

        Raises:
            NotFound: nobody has that id.
            Refused: it can't be said of that attribute.
        """

    async def adopt(self, person: str, record: str, *, by: str) -> str:
        """Hand somebody kept by hand over to a provider's record.

        Raises:
            NotFound: there is nobody, or no record, of that id.
            Refused: it can't be done.
        """

    async def release(self, person: str, *, by: str) -> str:
        """Take back somebody who was handed over.

        Raises:
            NotFound: nobody has that id.
            Refused: it can't be done.
        """
