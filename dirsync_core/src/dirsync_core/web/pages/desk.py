"""The desk: all that the pages ask of the rest, one method a page.

Each method that draws a page is told who asks (`by`) and hands back everything the page shows, `shell` included, in
the shapes of `shapes`. Each method that acts either does the whole of it or raises and changes nothing.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Literal, Protocol

from dirsync_core.model.claims import Value
from dirsync_core.web.pages.cases_desk import CasesDesk, EndingsDesk
from dirsync_core.web.pages.queries import ChangesQuery, PeopleQuery, RecordsQuery
from dirsync_core.web.pages.rules_desk import RulesDesk
from dirsync_core.web.pages.shapes import (
    Added,
    ChangesPage,
    DialectPage,
    FormPage,
    HistoryPage,
    LocationsPage,
    PastPersonPage,
    PeoplePage,
    PersonPage,
    ProviderPage,
    ProvidersPage,
    RecordsPage,
    RequestPage,
    Session,
    SetupPage,
    Shell,
    Undone,
    WhyPage,
)
from dirsync_core.web.pages.words_desk import WordsDesk

PlacementOp = Literal["add", "mask", "clear"]


class Desk(Protocol):
    """What stands between the pages and the directory."""

    @property
    def rules(self) -> RulesDesk:
        """What the pages of locations and rules ask."""

    @property
    def words(self) -> WordsDesk:
        """What the pages of pins and of handing people over ask."""

    @property
    def cases(self) -> CasesDesk:
        """What the pages of cases ask."""

    @property
    def endings(self) -> EndingsDesk:
        """What the pages of retiring and of erasing ask."""

    # --- what pages show ---------------------------------------------------------------------------------------------

    async def shell(self, *, by: str) -> Shell:
        """Give what stands on every page; for pages that have nothing else, and for error pages."""

    async def people(self, query: PeopleQuery, *, by: str) -> PeoplePage:
        """Give one page of the directory, by keyset.

        Raises:
            FilterError: the filter can't be read, or names an attribute that there is not.
            UnknownValue: the cursor is not one of ours, or the time is none that is gone by.
        """

    def export(self, query: PeopleQuery, *, by: str) -> AsyncIterator[str]:
        """Give everybody whom a query finds as CSV, part by part; the first part is the line of names.

        Raises:
            FilterError, UnknownValue: as for `people`, before the first part.
        """

    async def past_person(self, person: str, at: str, *, by: str) -> PastPersonPage:
        """Give one person as they were.

        Raises:
            NotFound: nobody had that id then.
            UnknownValue: the time is none that is gone by.
        """

    async def person(self, person: str, *, by: str) -> PersonPage:
        """Give one person.

        Raises:
            NotFound: nobody has that id.
        """

    async def history(self, person: str, cursor: str | None, *, by: str) -> HistoryPage:
        """Give a page of what was written about one person.

        Raises:
            NotFound: nobody has that id.
            UnknownValue: the cursor is not one of ours.
        """

    async def request(self, request: str, before: int | None, *, by: str) -> RequestPage:
        """Give what one request wrote, and a page of what people saw change by it.

        Raises:
            NotFound: no such request wrote anything.
        """

    async def can_undo(self, request: str, *, by: str) -> bool:
        """Say whether a request is one that they made themselves and that can be taken back."""

    async def why(self, who: str, *, by: str) -> WhyPage:
        """Explain an address or id; also for one that is nobody's.

        Raises:
            Ambiguous: the words name several.
        """

    async def records(self, query: RecordsQuery, *, by: str) -> RecordsPage:
        """Give one page of records: without a situation in the order of `SITUATIONS`, contested first.

        Raises:
            UnknownValue: the cursor is not one of ours.
        """

    async def changes(self, query: ChangesQuery, *, by: str) -> ChangesPage:
        """Give one page of the feed, newest first.

        Raises:
            NotFound: the person asked for is unknown.
        """

    async def providers(self, *, by: str) -> ProvidersPage:
        """Give all sources and plugins."""

    async def provider(self, name: str, *, by: str) -> ProviderPage:
        """Give one source.

        Raises:
            NotFound: there is no provider of that name.
        """

    async def dialect(self, name: str, *, by: str) -> DialectPage:
        """Give how one source speaks.

        Raises:
            NotFound: there is no provider of that name, or nothing calls it.
        """

    async def setup(self, name: str, *, by: str) -> SetupPage:
        """Give the guide to connect a source, and what was seen of it; `token` is None.

        Raises:
            NotFound: there is no such provider, or its type has no guide.
        """

    async def locations(self, *, by: str) -> LocationsPage:
        """Give the locations as applied."""

    async def form(self, person: str | None, *, by: str) -> FormPage:
        """Give what is kept by hand of somebody, or an empty form for None.

        Raises:
            NotFound: nobody has that id, or nothing is kept of them by hand.
        """

    # --- what pages do -----------------------------------------------------------------------------------------------

    async def add_person(
        self,
        values: Mapping[str, Value],
        *,
        locations: Sequence[str],
        until: date | None,
        provider: str | None,
        by: str,
    ) -> Added:
        """Record somebody by hand.

        Raises:
            AddressTaken: the address belongs to somebody.
            SettingsError: values can't be used; each problem begins with the attribute's name and a colon.
            Refused: a location is unknown, or it is not clear which provider is meant.
        """

    async def change_person(
        self, person: str, values: Mapping[str, Value], *, until: date | None, by: str, version: int
    ) -> str:
        """Write somebody kept by hand anew: `values` are all there are, one that lacks is taken away.

        Gives the request, as the others that act do.

        Raises:
            VersionMismatch: somebody else wrote since `version`.
            AddressTaken, SettingsError, Refused: as for `add_person`.
            NotFound: nothing is kept of them by hand.
        """

    async def remove_person(self, person: str, *, by: str) -> str:
        """Remove somebody kept by hand; they come back as the same person when added again.

        Raises:
            NotFound: nothing is kept of them by hand.
        """

    async def place(self, who: str, location: str, op: PlacementOp, *, by: str) -> str:
        """Place somebody in a location, hide them from it, or give it back to the rules.

        Raises:
            NotFound: nobody, or no location of that name.
            Refused: it can't be done; the ways out are in the error.
        """

    async def undo(self, request: str, *, by: str) -> Undone:
        """Take back a request made by hand.

        Raises:
            NotFound: there is no such request.
            Refused: it can't be taken back; the ways out are in the error.
        """

    async def create_token(self, provider: str, name: str, *, by: str) -> str:
        """Make a token and give its secret, which is kept nowhere.

        Raises:
            Refused: the name is taken or empty.
            NotFound: there is no provider of that name, or it takes no tokens.
        """

    async def revoke_token(self, token: str, *, by: str) -> None:
        """End a token at once.

        Raises:
            NotFound: there is no such token.
        """

    # --- who asks ----------------------------------------------------------------------------------------------------

    async def sign_in(self, code: str) -> str | None:
        """Use a one-time code up and give the secret of a new session; None where it is used, old or unknown."""

    async def session(self, secret: str) -> Session | None:
        """Give the session of a secret; None where it has ended."""

    async def sign_out(self, secret: str) -> None:
        """End a session; an unknown one is no error."""

    async def organisation(self) -> str | None:
        """Give the organisation's name for the sign-in page, before anybody has signed in."""
