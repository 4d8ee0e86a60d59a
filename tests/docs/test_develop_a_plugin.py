"""develop-a-plugin.md against the suites and fixtures that there are."""

from dirsync_core import pytest_plugin, testing
from dirsync_core.testing import Contract, ProviderContract, SettingsContract
from tests.docs.markdown import first_column, page

PAGE = page("docs/how-to/develop-a-plugin.md")
ROOTS = (Contract, SettingsContract, ProviderContract)


def test_every_suite_and_fixture_is_listed_and_no_other() -> None:
    suites = {name for name in testing.__all__ if name.endswith("Contract") and getattr(testing, name) not in ROOTS}
    fixtures = {name for name in vars(pytest_plugin) if name.startswith("dirsync_")}

    assert suites | fixtures == set(first_column(PAGE.section("Test it")))


def test_the_fixture_that_is_to_be_written_is_one_of_the_suite() -> None:
    for suite, fixture in (("PullContract", "source"), ("PushContract", "caller"), ("MapperContract", "bodies")):
        assert hasattr(getattr(testing, suite), fixture)
