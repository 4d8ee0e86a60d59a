"""Who is synced where, what is pinned, who is handed over: in a real browser, against a real server that Okta calls."""

import json
import re
import urllib.request
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, sideways_scroll, sign_in

PEOPLE = {"ann": "Oslo", "bo": "Oslo", "cy": "Bergen", "di": "Stord", "nora": "Oslo"}
LOCATIONS = """
[locations.oslo]
name = "Oslo"
filter = 'city eq "Oslo"'

[locations.bergen]
name = "Bergen"
filter = 'city eq "Bergen"'
"""


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not sideways_scroll(page)


@pytest.fixture(scope="module", autouse=True)
def pushed(server: Server) -> None:
    """Two locations, four people pushed by Okta, and one kept by hand whose address Okta claims."""
    with (server.folder / "plugins.toml").open("a") as file:
        file.write(LOCATIONS)
    server.dirsync("apply", "--yes")
    server.dirsync("manual", "add", "nora@x.example", "displayName=Nora Lie", "phone=7")
    token = server.dirsync("token", "create", "okta").strip()
    for name, city in PEOPLE.items():
        push(server, token, name, city)


def push(server: Server, token: str, name: str, city: str) -> None:
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"{name}@x.example",
        "displayName": name.capitalize(),
        "emails": [{"value": f"{name}@x.example", "primary": True}],
        "phoneNumbers": [{"type": "work", "value": "+47 221 04 556", "primary": True}],
        "addresses": [{"type": "work", "locality": city}],
        "active": True,
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    request = urllib.request.Request(
        f"{server.url}/providers/okta/scim/v2/Users", json.dumps(body).encode(), headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201


def person(server: Server, email: str) -> str:
    found = re.search(r'"id": "([^"]+)"', server.dirsync("show", email, "--json"))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_rule_is_changed_its_plan_seen_and_applied(
    server: Server, new_page: Callable[..., Page], scripts: bool
) -> None:
    page = sign_in(new_page(java_script_enabled=scripts), server)
    before, after = ("Bergen", "Stord") if scripts else ("Stord", "Bergen")
    page.goto("/locations")
    page.get_by_role("button", name="Change the rules").click()
    expect(page.get_by_text("the draft says what applies already")).to_be_visible()

    page.get_by_label("Bergen, value 1").fill(after)
    page.get_by_role("button", name="See what it does").last.click()

    plan = page.get_by_role("complementary", name="If you apply this")
    expect(plan).to_contain_text("1 joins the directory")
    expect(plan).to_contain_text("was in Bergen")
    if scripts:
        accessible(page)
    plan.get_by_role("button", name="Apply: 1 joins, 1 leaves").click()

    expect(page.get_by_role("status")).to_contain_text("Applied.")
    assert f'city eq "{after}"' in server.dirsync("location", "list")
    assert f'city eq "{before}"' not in server.dirsync("location", "list")


def test_a_rule_is_written_as_text_and_its_mistake_pointed_at(signed_in: Page) -> None:
    signed_in.goto("/rules/draft?edit=oslo&as=text")
    signed_in.get_by_role("button", name="Begin a draft").click()
    signed_in.goto("/rules/draft?edit=oslo&as=text")
    signed_in.get_by_label("Who is in it, as a filter").fill('city eqq "Oslo"')
    signed_in.get_by_role("button", name="See what it does").last.click()
    expect(signed_in.get_by_text("Column 6.")).to_be_visible()
    accessible(signed_in)

    signed_in.get_by_label("Who is in it, as a filter").fill('city eq "Oslo" or city eq "Stord"')
    signed_in.get_by_role("button", name="See what it does").last.click()

    signed_in.goto("/rules/draft?edit=oslo")
    expect(signed_in.get_by_label("Oslo, value 2")).to_have_value("Stord")
    accessible(signed_in)
    signed_in.get_by_role("button", name="Throw the draft away").click()
    expect(signed_in.get_by_role("status")).to_contain_text("thrown away")


def test_drafts_fit_every_screen(page: Page, server: Server, width: int) -> None:
    sign_in(page, server)
    page.goto("/rules/draft")
    if page.get_by_role("button", name="Begin a draft").count():
        page.get_by_role("button", name="Begin a draft").click()
    for path in ("/rules/draft", "/rules/draft?edit=bergen", "/rules", "/rules/1", "/locations/oslo", "/locations"):
        page.goto(path)
        assert (path, 0) == (path, sideways_scroll(page))


def test_a_phone_edits_one_location_at_a_time(server: Server, new_page: Callable[..., Page]) -> None:
    page = sign_in(new_page(viewport={"width": 390, "height": 844}, color_scheme="dark"), server)
    page.goto("/rules/draft")
    if page.get_by_role("button", name="Begin a draft").count():
        page.get_by_role("button", name="Begin a draft").click()
    expect(page.get_by_label("Bergen, value 1")).to_be_hidden()

    page.get_by_role("link", name="Edit Bergen").click()

    expect(page.get_by_label("Bergen, value 1")).to_be_visible()
    expect(page.get_by_label("Oslo, value 1")).to_have_count(0)
    accessible(page)


def test_a_value_is_pinned_and_given_back(server: Server, signed_in: Page) -> None:
    signed_in.goto(f"/people/{person(server, 'ann@x.example')}")
    signed_in.get_by_role("link", name="Pin a value").click()
    signed_in.get_by_label("Value").select_option("phone")
    signed_in.get_by_role("button", name="Go on").click()
    accessible(signed_in)
    signed_in.get_by_label("phone", exact=True).fill("+47 900 11 222")
    signed_in.get_by_label("Why, for whoever looks later").fill("On call until June")
    signed_in.get_by_role("button", name="Pin phone").click()
    expect(signed_in.get_by_role("status")).to_contain_text("Your word on phone counts.")
    expect(signed_in.get_by_text("“On call until June”")).to_be_visible()
    accessible(signed_in)

    signed_in.get_by_role("button", name="Go back to Okta’s").click()

    expect(signed_in.get_by_role("status")).to_contain_text("is up to the sources again")
    expect(signed_in.get_by_text("pinned by")).to_have_count(0)
    assert "+47 221 04 556" in server.dirsync("show", "ann@x.example")


def test_an_explanation_leads_to_its_record_and_the_record_to_the_way_out(server: Server, signed_in: Page) -> None:
    signed_in.goto("/records?situation=contested")
    signed_in.locator("tbody a").first.click()
    expect(signed_in.locator(".way.wide td.stop")).to_contain_text("contested")
    accessible(signed_in)

    signed_in.get_by_role("link", name="Hand over to Okta…").click()

    expect(signed_in.get_by_role("heading", level=1)).to_have_text("Hand Nora Lie over to Okta?")
    accessible(signed_in)


def test_somebody_is_handed_over_and_taken_back(server: Server, signed_in: Page) -> None:
    nora = person(server, "nora@x.example")
    signed_in.goto(f"/people/{nora}")
    signed_in.get_by_role("link", name="Hand over to Okta…").first.click()
    signed_in.get_by_role("button", name="Hand over to Okta").click()
    expect(signed_in.get_by_role("status")).to_contain_text("Handed over.")
    assert "+47 221 04 556" in server.dirsync("show", nora)

    signed_in.get_by_label("More", exact=True).click()
    signed_in.get_by_role("link", name="Take back from Okta…").click()
    accessible(signed_in)
    signed_in.get_by_role("button", name="Take Nora back").click()

    expect(signed_in.get_by_role("status")).to_contain_text("Taken back.")
    assert "+47 221 04 556" not in server.dirsync("show", nora)


def test_somebody_is_added_from_another_location(server: Server, signed_in: Page) -> None:
    signed_in.goto("/locations/bergen")
    signed_in.get_by_label("Address or id").fill("ann@x.example")
    accessible(signed_in)

    signed_in.get_by_role("button", name="Place in Bergen").click()

    expect(signed_in.get_by_role("status")).to_contain_text("Placed in Bergen.")
    expect(signed_in.get_by_role("link", name="Ann", exact=True)).to_be_visible()
    signed_in.get_by_role("status").get_by_role("button", name="Undo").click()
    assert '"bergen"' not in server.dirsync("show", "ann@x.example", "--json")
