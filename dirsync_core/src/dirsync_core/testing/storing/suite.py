"""The whole of what a store has to be: jobs, and each of its rooms."""

import pytest

from dirsync_core.store.contract import Store
from dirsync_core.testing.contract import missing
from dirsync_core.testing.storing.doors import DoorsContract
from dirsync_core.testing.storing.drafts import DraftsContract
from dirsync_core.testing.storing.facts import FactsContract
from dirsync_core.testing.storing.feed import FeedContract
from dirsync_core.testing.storing.jobs import JobsContract
from dirsync_core.testing.storing.outcomes import OutcomesContract
from dirsync_core.testing.storing.people import PeopleContract
from dirsync_core.testing.storing.pulls import PullsContract
from dirsync_core.testing.storing.records import RecordsContract


class StoreContract(
    JobsContract,
    RecordsContract,
    FactsContract,
    OutcomesContract,
    PeopleContract,
    FeedContract,
    PullsContract,
    DoorsContract,
    DraftsContract,
):
    """What a store has to be, whatever it keeps its tables in. The fixture `store` gives an empty one, opened.

    It is no plugin so far: the settings know `sqlite:///` only. Whoever writes another one for dirsync begins here.
    """

    @pytest.fixture
    def store(self) -> Store:
        """An empty store; close it behind the test."""
        raise NotImplementedError(missing(self, "store", "yield an opened, empty Store, and close it"))
