"""What was done by hand is taken back, and a day is looked back to: in a real browser, against a real server."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, sideways_scroll


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not sideways_scroll(page)


@pytest.fixture
def nora(server: Server) -> str:
    """The id of somebody kept by hand."""
    if "nora@agency.example" not in server.dirsync("people"):
        server.dirsync("manual", "add", "nora@agency.example", "displayName=Nora Lie", "phone=1")
    return server.dirsync("export").partition('"id": "')[2].partition('"')[0]


def test_a_change_is_taken_back_from_its_message(nora: str, signed_in: Page) -> None:
    signed_in.goto(f"/people/{nora}/edit")
    signed_in.get_by_label("phone").fill("2")
    signed_in.get_by_role("button", name="Save").click()
    toast = signed_in.get_by_role("status")
    expect(toast).to_contain_text("Changed.")
    accessible(signed_in)

    toast.get_by_role("button", name="Undo").click()

    expect(signed_in.get_by_role("status")).to_contain_text("Taken back")
    expect(signed_in.get_by_text("taken back:", exact=True)).to_be_visible()
    accessible(signed_in)


def test_the_history_takes_back_too(nora: str, server: Server, signed_in: Page) -> None:
    server.dirsync("manual", "set", "nora@agency.example", "phone=3")
    signed_in.goto(f"/people/{nora}/history")
    accessible(signed_in)

    signed_in.get_by_role("button", name="Undo").first.click()

    expect(signed_in.get_by_role("status")).to_contain_text("Taken back")


def test_a_day_is_looked_back_to_and_left_again(nora: str, server: Server, signed_in: Page) -> None:
    today = datetime.now(UTC).date().isoformat()
    signed_in.goto("/people")
    signed_in.get_by_label("More", exact=True).click()
    accessible(signed_in)
    signed_in.get_by_label("As it was on").fill(today)
    signed_in.get_by_role("button", name="Look back").click()
    expect(signed_in.get_by_text("As it was on")).to_be_visible()
    accessible(signed_in)

    signed_in.get_by_role("link", name="Nora Lie").click()
    expect(signed_in.get_by_text("As it was on")).to_be_visible()
    expect(signed_in.get_by_role("link", name="Change", exact=True)).to_have_count(0)
    accessible(signed_in)
    signed_in.get_by_role("link", name="Back to now").click()

    expect(signed_in.get_by_role("link", name="Change", exact=True)).to_be_visible()


def test_the_list_is_downloaded(nora: str, signed_in: Page, tmp_path: Path) -> None:
    signed_in.goto("/people")
    signed_in.get_by_label("More", exact=True).click()

    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="Export as CSV").click()

    with Path(download.value.path()).open(newline="") as file:
        assert [row["displayName"] for row in csv.DictReader(file)] == ["Nora Lie"]
