"""dialects.md against what plugins and the server declare."""

import pytest

from dirsync_core.api import Dialect
from dirsync_core.host.dialects import TOKEN_WITHOUT_BEARER
from dirsync_okta.provider import OKTA
from tests.docs.markdown import Page, page, rows

DIALECTS: Page = page("docs/reference/dialects.md")


def _row(dialect: Dialect) -> list[str]:
    who = ", ".join(dialect.serves)
    return [f"`{dialect.name}`", dialect.description, f"{who}; *always*" if dialect.always else who]


@pytest.mark.parametrize(
    ("heading", "declared"),
    [("Tolerances of SCIM", OKTA.dialects), ("Tolerances of the server", (TOKEN_WITHOUT_BEARER,))],
)
def test_every_dialect_is_listed_with_whom_it_serves_and_no_other(heading: str, declared: tuple[Dialect, ...]) -> None:
    assert [_row(each) for each in declared] == rows(DIALECTS.section(heading))
