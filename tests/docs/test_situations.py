"""situations.md against the model."""

from dirsync_core.model.changes import ChangeType
from dirsync_core.model.people import Situation, Status
from tests.docs.markdown import first_column, page

SITUATIONS = page("docs/reference/situations.md")


def test_every_status_is_listed_and_no_other() -> None:
    assert list(Status) == first_column(SITUATIONS.section("Statuses of a person"))


def test_every_situation_is_listed_in_its_order_and_no_other() -> None:
    assert list(Situation) == first_column(SITUATIONS.section("Situations of a record"))


def test_every_type_of_change_is_listed_and_no_other() -> None:
    assert list(ChangeType) == first_column(SITUATIONS.section("Types of changes"))
