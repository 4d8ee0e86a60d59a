"""The pages as people meet them: in a real browser, wide and narrow, light and dark, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, sideways_scroll
from tests.browser.pages.conftest import Site
from tests.browser.pages.fake_desk import REQUEST

Visit = Callable[..., Page]
PERSON = f"/people/01JD{2:022d}"
CONTESTED = f"/people/01JD{31:022d}"
LONG = f"/people/01JD{3:022d}"
BY_HAND = f"/people/01JD{4:022d}"
PATHS = [
    "/people",
    "/people?status=left",
    "/people?q=oskar",
    '/people?filter=city+eqq+"Oslo"',
    "/people?at=2027-03-01",
    PERSON,
    f"{PERSON}?at=2027-03-01",
    f"{PERSON}/history",
    f"{PERSON}?done=removed&request={REQUEST}",
    CONTESTED,
    LONG,
    "/people/why?who=oskar.lindgrensen@halden.example",
    "/people/why?who=nobody@halden.example",
    "/records",
    "/records?situation=out_of_scope",
    "/changes",
    "/providers",
    "/providers/okta",
    "/providers/okta/dialect",
    "/providers/okta/setup",
    "/locations",
    "/people/new",
    f"{BY_HAND}/edit",
    f"{BY_HAND}/remove",
    f"{PERSON}/locations",
    "/more",
    "/people/nobody",
    "/people?location=nowhere",
    "/sign-in",
    "/sign-in?code=once",
]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(visit: Visit, site: Site, width: int, scheme: str) -> None:
    page = visit("/people", width=width, color_scheme=scheme)

    for path in PATHS:
        page.goto(site.url + path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_nothing_scrolls_sideways(visit: Visit, site: Site) -> None:
    page = visit("/people")

    for path in PATHS:
        page.goto(site.url + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert (path, width, 0) == (path, width, sideways_scroll(page))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_minute(visit: Visit, empty_site: Site, width: int) -> None:
    page = visit("/people", at=empty_site, width=width)

    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody here yet")
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="Connect Okta").click()
    expect(page.get_by_text("Waiting for Okta’s first call")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_find_somebody_and_read_why(visit: Visit, site: Site, scripts: bool) -> None:
    email = site.desk.company.people[PERSON.removeprefix("/people/")]["email"]
    page = visit("/people", java_script_enabled=scripts)

    page.get_by_role("searchbox").fill(email)
    page.get_by_role("searchbox").press("Enter")
    page.locator("tbody a").first.click()

    expect(page).to_have_url(re.compile(PERSON))
    expect(page.get_by_role("heading", name=re.compile("^Why .* is here$"))).to_be_visible()
    expect(page.locator(".way.wide td.merge .v")).to_have_text("13 values")


def test_a_narrow_screen_has_the_way_upright(visit: Visit) -> None:
    page = visit(PERSON, width=390)

    expect(page.locator(".way.narrow")).to_be_visible()
    expect(page.locator(".way.wide")).to_be_hidden()


def test_a_search_for_somebody_who_is_not_here_leads_to_why(visit: Visit) -> None:
    page = visit("/people?q=oskar.lindgrensen@halden.example")

    page.get_by_role("link", name="Why?").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "oskar.lindgrensen@halden.example is not in the directory"
    )
    expect(page.locator(".way.wide td.stop")).to_contain_text("in no location")


def test_facets_change_one_thing_and_keep_the_rest(visit: Visit) -> None:
    page = visit("/people?q=ann&sort=changedAt")

    page.get_by_role("navigation", name="Narrow the list").get_by_role("link", name=re.compile("^Oslo")).click()

    expect(page).to_have_url(re.compile(r"/people\?q=ann&location=oslo&sort=changedAt$"))


def test_add_a_contractor_without_scripts(visit: Visit) -> None:
    page = visit("/people/new", java_script_enabled=False)

    page.get_by_label("email").fill("kari@tangstad.example")
    page.get_by_label("displayName").fill("Kari Tangstad")
    page.get_by_label("Oslo").check()
    page.get_by_role("button", name="Add this person").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Kari Tangstad")
    expect(page.get_by_role("status")).to_contain_text("Added by hand.")


def test_sign_in_by_the_one_button(visit: Visit, site: Site) -> None:
    site.desk.code = "fresh"
    page = visit("/sign-in?code=fresh&next=/records", cookie=False)

    page.get_by_role("button").click()

    expect(page).to_have_url(re.compile("/records$"))


def test_copy_a_token(visit: Visit) -> None:
    page = visit("/providers/okta/setup", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Make a token").click()

    page.get_by_role("button", name=re.compile("^Copy API token")).click()

    expect(page.get_by_role("button", name=re.compile("^Copied"))).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("dsk_okta_")


def test_the_live_line_turns_without_touching_the_rest(visit: Visit, site: Site) -> None:
    site.desk.seen_call = False
    page = visit("/providers/okta/setup")
    page.clock.install()
    page.reload()
    expect(page.get_by_text("Waiting for Okta’s first call")).to_be_visible()

    site.desk.seen_call = True
    page.clock.fast_forward(5000)

    expect(page.get_by_text("Okta called 12 s ago")).to_be_visible()
    expect(page.locator("#step-1")).to_have_class("done")


def test_keys(visit: Visit) -> None:
    page = visit("/people")

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").blur()
    page.keyboard.press("j")
    expect(page.locator("tbody a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/records$"))


def test_the_focus_can_be_seen_on_each_stop_of_the_tab_key(visit: Visit) -> None:
    page = visit("/people")

    for _ in range(30):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => [null, '::after'].some(
                 part => parseFloat(getComputedStyle(document.activeElement, part).outlineWidth) >= 2)"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")


def test_targets_on_a_phone_are_large_enough(visit: Visit) -> None:
    page = visit("/people", width=390)

    small = page.evaluate(
        """[...document.querySelectorAll('.tabs a, .b, main input:not([type=hidden])')]
             .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
    )

    assert small == []
