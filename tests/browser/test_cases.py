"""What waits for a person, decided in a real browser against a real server that Okta calls; and endings."""

import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, served, sideways_scroll, sign_in

GUARD = '\n[guard]\npeople = 2\n\n[locations.oslo]\nname = "Oslo"\nfilter = \'city eq "Oslo"\'\n'
PATHS = ("/cases", "/cases?state=all", "/people", "/records?held=yes", "/providers", "/providers/okta")


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not sideways_scroll(page)


def call(server: Server, token: str, method: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    address = f"{server.url}/providers/okta/scim/v2/{path}"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def body(n: int, city: str | None) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"p{n:02}@x.example",
        "displayName": f"Person {n:02}",
        "emails": [{"value": f"p{n:02}@x.example", "primary": True}],
        "active": True,
        **({"addresses": [{"type": "work", "locality": city}]} if city else {}),
    }


@pytest.fixture(scope="module", autouse=True)
def tripped(server: Server) -> None:
    """Thirty people are pushed, sixteen of whom lose their city: two leave, fourteen are held."""
    with (server.folder / "plugins.toml").open("a") as file:
        file.write(GUARD)
    server.dirsync("apply", "--yes")
    token = server.dirsync("token", "create", "okta").strip()
    users = [call(server, token, "POST", "Users", body(n, "Oslo"))["id"] for n in range(30)]
    for n, user in enumerate(users[:16]):
        call(server, token, "PUT", f"Users/{user}", body(n, None))


def active(server: Server) -> int:
    return int(json.loads(server.dirsync("status", "--json"))["people"]["active"])


def test_cases_fit_every_screen(page: Page, server: Server, width: int) -> None:
    sign_in(page, server)
    page.goto("/cases")
    case = page.locator(".case-of a").first.get_attribute("href")
    for path in (*PATHS, f"{case}", f"{case}/approve", f"{case}/keep"):
        page.goto(path)
        assert (path, 0) == (path, sideways_scroll(page))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(server: Server, new_page: Callable[..., Page], scheme: Any) -> None:
    page = sign_in(new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme), server)
    page.goto("/cases")
    case = page.locator(".case-of a").first.get_attribute("href")
    for path in (*PATHS, f"{case}", f"{case}?show=out", f"{case}/approve"):
        page.goto(path)
        accessible(page)


def test_the_directory_leads_to_the_case_and_to_who_is_held(signed_in: Page) -> None:
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("28 people, 14 held")
    signed_in.get_by_role("link", name="Person 05").click()
    expect(signed_in.locator(".way.wide td.held")).to_contain_text("holds it")
    accessible(signed_in)

    signed_in.get_by_role("link", name="See the case").click()

    expect(signed_in.get_by_role("heading", level=1)).to_have_text("Okta would remove 14 people. The guard keeps them.")
    expect(signed_in.get_by_text("Likely cause: 14 of 14 lost attribute city")).to_be_visible()


def test_half_of_them_are_let_go_without_scripts_and_the_rest_is_kept(
    server: Server, new_page: Callable[..., Page]
) -> None:
    page = sign_in(new_page(java_script_enabled=False), server)
    page.goto("/cases")
    page.get_by_role("link", name="Only some…").click()
    for box in page.get_by_role("checkbox").all()[:7]:
        box.check()
    page.get_by_role("button", name="Let those chosen go…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Let 7 people leave?")
    page.get_by_role("button", name="Let 7 leave").click()
    expect(page.get_by_role("status")).to_contain_text("Let go.")
    assert active(server) == 21

    page.get_by_role("link", name="Keep all 7, bring back 2…").click()
    expect(page.get_by_role("link", name="Not now, they stay held")).to_be_visible()
    page.get_by_role("button", name="Keep all 7, bring back 2").click()

    expect(page.get_by_role("status")).to_contain_text("Kept.")
    expect(page.get_by_text("Kept, decided by")).to_be_visible()
    assert active(server) == 23
    page.goto("/cases")
    expect(page.get_by_role("heading", level=1)).to_have_text("No case waits for you")


def test_an_address_case_leads_to_handing_over(server: Server, signed_in: Page) -> None:
    server.dirsync("manual", "add", "p90@x.example", "displayName=Nora Lie")
    token = server.dirsync("token", "create", "okta", "--name", "again").strip()
    call(server, token, "POST", "Users", body(90, "Oslo"))
    signed_in.goto("/cases")
    accessible(signed_in)

    signed_in.get_by_role("link", name="Hand over to Okta…").click()
    signed_in.get_by_role("button", name="Hand over to Okta").click()

    expect(signed_in.get_by_role("status")).to_contain_text("Handed over.")
    signed_in.goto("/cases")
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("No case waits for you")


def test_somebody_is_erased_and_that_is_lifted(server: Server, signed_in: Page) -> None:
    signed_in.goto("/people")
    signed_in.get_by_role("link", name="Person 29").click()
    signed_in.get_by_label("More", exact=True).click()
    signed_in.get_by_role("link", name="Erase, in history too…").click()
    accessible(signed_in)
    signed_in.get_by_label("Type p29@x.example to go on").fill("p29@x.example")
    signed_in.get_by_role("button", name="Erase Person 29").click()
    expect(signed_in.get_by_role("status")).to_contain_text("Erased, in history too.")

    signed_in.goto("/people/why?who=p29@x.example")
    accessible(signed_in)
    signed_in.get_by_role("button", name=re.compile("^Lift it")).click()

    expect(signed_in.get_by_role("status")).to_contain_text("Lifted.")
    assert '"erasures": []' in server.dirsync("erase", "--list", "--json")


def test_a_source_that_is_gone_is_retired(server: Server, browser: Browser) -> None:
    path = server.folder / "plugins.toml"
    path.write_text(re.sub(r"(?ms)^\[providers\.okta\].*?(?=^\[)", "", path.read_text()))
    server.dirsync("apply", "--yes")
    with served(server.folder) as without, browser.new_context(base_url=without.url) as context:
        page = sign_in(context.new_page(), without)
        page.goto("/providers")
        page.get_by_role("link", name=re.compile("^What becomes of its")).click()
        accessible(page)
        page.get_by_role("link", name="Let them leave…").click()
        accessible(page)
        leave = re.findall(r"\d+", page.get_by_role("button", name=re.compile("retire okta$")).inner_text())[0]
        page.get_by_label(f"Type {leave} to go on").fill(leave)

        page.get_by_role("button", name=f"Let {leave} people leave, and retire okta").click()

        expect(page.get_by_role("status")).to_contain_text("Retired.")
        assert active(server) == 0
