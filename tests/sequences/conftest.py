"""Companies, each in a folder of its own; at the end of each a rebuild finds nothing that differs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from dirsync_core.cli.logging import configure_logging
from tests.sequences.company import OKTA_AND_HAND, Company

Founded = Callable[..., Company]


@pytest.fixture
def founded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Founded]:
    """Give what founds a company with these settings."""
    companies: list[Company] = []
    configure_logging("warning")  # to stderr, as where a command runs by itself

    def found(settings: str = OKTA_AND_HAND) -> Company:
        companies.append(Company(tmp_path, settings, monkeypatch))
        return companies[-1]

    yield found
    for company in companies:
        company.close()
        company.done("rebuild", "--check")
    structlog.reset_defaults()


@pytest.fixture
def company(founded: Founded) -> Company:
    """A company with an Okta and contractors kept by hand."""
    return founded()
