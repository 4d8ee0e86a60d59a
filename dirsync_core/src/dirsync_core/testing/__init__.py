"""Contract suites for authors of plugins: subclass one, give it a few fixtures, and pytest says what is missing.

    from dirsync_core.testing import PullContract, Source

    class TestAcme(PullContract):
        plugin = "dirsync_acme"
        provider_type = "acme"

        @pytest.fixture
        def source(self, tmp_path): return AcmeFile(tmp_path / "people.json")

        @pytest.fixture
        def settings(self, source): return {"file": str(source.path)}

Start at `PullContract` for a source that is asked, `PushContract` for one that calls, `ByHandContract` for people kept
by hand, `MapperContract`, `FilterContract`. They need pytest and pytest-asyncio: `pip install dirsync-core[testing]`.
With them come fixtures for tests of one's own: `dirsync_server`, `dirsync_door`, `dirsync_clock`, `dirsync_people`.
"""

from dirsync_core.testing.clock import Clock
from dirsync_core.testing.contract import Contract
from dirsync_core.testing.judging import FilterContract
from dirsync_core.testing.mapping import MapperContract, record_of
from dirsync_core.testing.people import Employee, employees
from dirsync_core.testing.providing import SOURCE, ByHandContract, ProviderContract
from dirsync_core.testing.pulling import PullContract, Source
from dirsync_core.testing.pushing import Caller, PushContract
from dirsync_core.testing.scratch import Door, Scratch, Server, plugins_of
from dirsync_core.testing.typed import SettingsContract

__all__ = [
    "SOURCE",
    "ByHandContract",
    "Caller",
    "Clock",
    "Contract",
    "Door",
    "Employee",
    "FilterContract",
    "MapperContract",
    "ProviderContract",
    "PullContract",
    "PushContract",
    "Scratch",
    "Server",
    "SettingsContract",
    "Source",
    "employees",
    "plugins_of",
    "record_of",
]
