"""The first day, in a real browser, against a real server to which Okta has pushed."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, sideways_scroll


@pytest.fixture(scope="module")
def pushed(server: Server) -> Server:
    """The server, with a small company from Okta and a contractor whom Okta pushes too."""
    settings = server.folder / "plugins.toml"
    settings.write_text(
        settings.read_text() + '\n[locations.oslo]\nname = "Oslo"\nfilter = \'city eq "Oslo"\'\n'
        '[locations.rest]\nname = "Everywhere else"\nfilter = \'not (city eq "Oslo")\'\n'
    )
    server.dirsync("apply", "--yes")
    server.dirsync("manual", "add", "nora@agency.example", "displayName=Nora Lie", "--location", "oslo")
    server.dirsync(
        "okta", "rehearse", "--people", "60", "--url", server.url, "--also", "nora@agency.example", "--no-day"
    )
    return server


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert 0 == found.violations_count, found.generate_report()
    assert not sideways_scroll(page)


def test_somebody_is_found_and_their_page_says_why(pushed: Server, signed_in: Page) -> None:
    signed_in.goto("/people")
    expect(signed_in.get_by_role("heading", level=1)).to_contain_text("people")
    accessible(signed_in)

    signed_in.get_by_role("searchbox").fill("nora")
    signed_in.keyboard.press("Enter")
    signed_in.get_by_role("link", name="Nora Lie").click()

    expect(signed_in.get_by_role("heading", level=1)).to_contain_text("Nora Lie")
    expect(signed_in.get_by_text("placed").first).to_be_visible()
    accessible(signed_in)


def test_who_is_not_there_is_explained(pushed: Server, signed_in: Page) -> None:
    signed_in.goto("/records?situation=out_of_scope")
    accessible(signed_in)
    address = signed_in.get_by_text(re.compile(r"@halden\.example")).first.inner_text()

    signed_in.goto(f"/people/why?who={address}")

    expect(signed_in.get_by_role("heading", level=1)).to_contain_text("is not in the directory")
    expect(signed_in.get_by_text("city is missing").first).to_be_visible()
    accessible(signed_in)


def test_a_contested_record_is_shown_first(pushed: Server, signed_in: Page) -> None:
    signed_in.goto("/records")

    expect(signed_in.get_by_text("Nora Lie has the address").first).to_be_visible()
    accessible(signed_in)


def test_a_contractor_is_added_changed_and_removed(pushed: Server, signed_in: Page) -> None:
    signed_in.goto("/people/new")
    accessible(signed_in)
    signed_in.get_by_label("email", exact=True).fill("sam@agency.example")
    signed_in.get_by_label("displayName").fill("Sam Roe")
    signed_in.get_by_role("button", name=re.compile("^Add")).click()
    expect(signed_in.get_by_role("heading", level=1)).to_contain_text("Sam Roe")
    accessible(signed_in)

    signed_in.get_by_role("link", name="Change", exact=True).click()
    signed_in.get_by_label("title", exact=True).fill("Receptionist")
    signed_in.get_by_role("button", name="Save").click()
    expect(signed_in.get_by_text("Receptionist").first).to_be_visible()

    assert "Receptionist" in pushed.dirsync("show", "sam@agency.example")


def test_an_address_that_is_taken_is_refused_at_the_field(pushed: Server, signed_in: Page) -> None:
    signed_in.goto("/people/new")
    signed_in.get_by_label("email", exact=True).fill("nora@agency.example")
    signed_in.get_by_role("button", name=re.compile("^Add")).click()

    expect(signed_in.get_by_text("Nora Lie").first).to_be_visible()
    expect(signed_in.get_by_label("email", exact=True)).to_have_value("nora@agency.example")
    accessible(signed_in)


def test_a_token_is_made_once_and_opens_the_door(pushed: Server, signed_in: Page) -> None:
    signed_in.goto("/providers/okta/setup")
    accessible(signed_in)
    signed_in.get_by_role("button", name=re.compile("token")).click()

    secret = signed_in.get_by_text(re.compile(r"^dsk_okta_")).first.inner_text()
    accessible(signed_in)
    users = signed_in.request.get(
        f"{pushed.url}/providers/okta/scim/v2/Users", headers={"Authorization": f"Bearer {secret}"}
    )
    assert users.ok
    signed_in.goto("/providers/okta/setup")
    assert secret not in signed_in.content()


@pytest.mark.parametrize(
    "path", ["/people", "/records", "/changes", "/locations", "/providers", "/providers/okta/setup"]
)
def test_every_page_fits_a_phone(pushed: Server, signed_in: Page, path: str) -> None:
    signed_in.set_viewport_size({"width": 390, "height": 844})

    signed_in.goto(path)

    accessible(signed_in)


def test_a_page_needs_a_sign_in_and_leads_back(pushed: Server, page: Page) -> None:
    page.goto("/changes")

    assert "/sign-in" in page.url
