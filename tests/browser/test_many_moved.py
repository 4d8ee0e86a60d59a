"""A rule that moves thousands: its numbers at once, its plan as soon as it is there, in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from dirsync_core.host.rules import drafting
from tests.browser.conftest import Server, served, sign_in
from tests.browser.test_rules import accessible

PEOPLE = drafting.MANY + 500
LEAVE = PEOPLE - PEOPLE // 10
SETTINGS = """
[providers.hr]
plugin = "csv"
file = "people.csv"

[locations.oslo]
name = "Oslo"
filter = 'city eq "Oslo"'
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Thousands of people, all of them in Oslo."""
    folder = tmp_path_factory.mktemp("dirsync")
    there = Server("", folder)
    there.dirsync("init")
    (folder / "plugins.toml").write_text(SETTINGS)
    people = "\n".join(f"p{n}@x.example,Person {n},{'Lima' if n % 10 == 0 else 'Oslo'}" for n in range(PEOPLE))
    (folder / "people.csv").write_text(f"email,displayName,city\n{people}\n")
    there.dirsync("apply", "--yes")
    there.dirsync("pull", "hr")
    with served(folder) as started:
        yield started


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_its_numbers_are_there_before_its_plan(server: Server, new_page: Callable[..., Page], scripts: bool) -> None:
    page = sign_in(new_page(java_script_enabled=scripts), server)
    page.goto("/rules/draft")
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_label("Oslo, value 1").fill("Lima")
    page.get_by_role("button", name="See what it does").last.click()

    plan = page.get_by_role("complementary", name="If you apply this")
    expect(plan).to_contain_text(f"{LEAVE:,} records go out")
    expect(plan).to_contain_text("The plan is being worked out")
    if scripts:
        accessible(page)
        expect(plan).to_contain_text(f"{LEAVE:,} leave the directory", timeout=30_000)
        page.get_by_label("Type").fill("1")
        plan.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("alert")).to_contain_text(f"{LEAVE:,} people would leave, so nothing was applied.")
        accessible(page)
    else:
        expect(plan.get_by_role("link", name="Look again")).to_be_visible()
    page.get_by_role("button", name="Throw the draft away").click()
