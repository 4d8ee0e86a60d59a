"""scim.md against the service: its addresses, their methods, and the limits."""

import re

import pytest
from aiohttp import web

from dirsync_core import filtering
from dirsync_core.web import connection
from dirsync_okta.scim import (
    Limits,
    cursors,
    elements,
    lists,
    members,
    pages,
    patch,
    reading,
    scim_application,
    sorting,
)
from tests.docs.markdown import Page, page, rows
from tests.okta.memory import MemoryRecords

SCIM: Page = page("docs/reference/scim.md")
LIMITS = Limits()
HOLD = {
    "size of a body, unpacked": LIMITS.size,
    "time for a body to arrive": int(LIMITS.seconds),
    "depth of a body": LIMITS.depth,
    "page of a list": lists.MAX_COUNT,
    "page where nothing is said": lists.DEFAULT_COUNT,
    "page of more than 100": pages.LARGEST_PAGE,
    "time that a cursor can be used": cursors.TIMEOUT,
    "time for a search": int(LIMITS.answer),
    "operations of a PATCH": LIMITS.operations,
    "those of them that are not on members": patch.MAX_OPERATIONS,
    "values that they go through": patch.MAX_ELEMENTS,
    "members that they go through without naming them": members.MAX_ROWS,
    "values of one attribute, members aside": reading.MAX_VALUES,
    "operations of a bulk request": LIMITS.bulk,
    "time for a bulk request": int(LIMITS.answer),
    "first line of a request": connection.LONGEST_LINE,
    "length of a filter": filtering.MAX_LENGTH,
    "comparisons in a filter": filtering.MAX_TERMS,
    "brackets open at once": filtering.MAX_DEPTH,
}


def routes(app: web.Application) -> dict[str, set[str]]:
    """Give the addresses of the service with their methods, without the other spellings of each."""
    found: dict[str, set[str]] = {}
    for route in app.router.routes():
        path = route.resource.canonical if route.resource is not None else ""
        if path and "slashes" not in path:
            found.setdefault(path, set()).add(route.method)
    return {path: methods - {"HEAD", "OPTIONS"} for path, methods in found.items()}


def test_every_address_is_listed_with_its_methods_and_no_other() -> None:
    listed = {
        path: set(methods.split(", "))
        for paths, methods, _ in rows(SCIM.section("Addresses"))
        for path in re.findall(r"`([^`]+)`", paths)
    }

    assert routes(scim_application(MemoryRecords(), base_url="https://x.example")) == listed


def test_the_limits_are_those_that_hold() -> None:
    listed = {name: int(re.sub(r"\D", "", limit)) for name, limit, _ in rows(SCIM.section("Limits"))}

    assert listed == HOLD


@pytest.mark.parametrize(("text", "number"), [("512", sorting.LONGEST), ("20 characters", elements.TEXT_OF_A_TERM)])
def test_numbers_in_the_text_are_those_that_hold(text: str, number: int) -> None:
    assert text in SCIM.text
    assert str(number) == re.sub(r"\D", "", text)
