"""settings.md against the classes that settings are read into."""

import attrs
import pytest

from dirsync_core.builtin.csv_settings import ATTRIBUTES as CSV
from dirsync_core.builtin.csv_settings import CsvSettings
from dirsync_core.builtin.rule import Rule
from dirsync_core.host.settings import DirectorySettings, LocationSettings, ProviderSettings, Settings
from dirsync_manual.mapping import ATTRIBUTES as MANUAL
from dirsync_manual.provider import ManualSettings
from dirsync_okta.mapping import ATTRIBUTES as OKTA
from dirsync_okta.provider import OktaSettings
from tests.docs.markdown import Page, first_column, page, rows

SETTINGS: Page = page("docs/reference/settings.md")
CLASSES: list[tuple[str, type, set[str]]] = [
    ("The file", Settings, {"folder"}),
    ("`[directory]`", DirectorySettings, set()),
    ("`[providers.NAME]`", ProviderSettings, {"own"}),
    ('`plugin = "okta"`', OktaSettings, set()),
    ('`plugin = "manual"`', ManualSettings, set()),
    ('`plugin = "csv"`', CsvSettings, set()),
    ("`[locations.KEY]`", LocationSettings, set()),
    ('`type = "scim"`', Rule, set()),
]


@pytest.mark.parametrize(("heading", "cls", "aside"), CLASSES, ids=[heading for heading, _, _ in CLASSES])
def test_every_setting_is_listed_and_no_other(heading: str, cls: type, aside: set[str]) -> None:
    fields = {field.name for field in attrs.fields(cls)} - aside

    assert fields == set(first_column(SETTINGS.section(heading)))


@pytest.mark.parametrize(("heading", "cls"), [(heading, cls) for heading, cls, _ in CLASSES[1:]])
def test_defaults_are_as_listed(heading: str, cls: type) -> None:
    listed = {row[0].strip("`"): row[1] for row in rows(SETTINGS.section(heading))}

    for field in attrs.fields(cls):
        shown = listed.get(field.name, "")
        if isinstance(field.default, str):
            assert f'`"{field.default}"`' == shown
        elif field.default is attrs.NOTHING:
            assert "required" == shown


def test_every_attribute_of_our_mappers_is_listed_and_no_other() -> None:
    listed = {name for row in rows(SETTINGS.section("Attributes")) for name in row[0].replace("`", "").split(", ")}

    assert {attribute.name for attribute in (*OKTA, *MANUAL, *CSV)} == listed - {"groups", "your own"}
