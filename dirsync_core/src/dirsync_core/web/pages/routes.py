"""Where each page lives."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from aiohttp import web

from dirsync_core.web.pages import (
    assets,
    by_hand,
    cases,
    directory,
    endings,
    locations,
    person,
    providers,
    records,
    rules,
    signing_in,
    words,
)
from dirsync_core.web.pages.desk import Desk
from dirsync_core.web.pages.visits import SETTING, Handler, Setting

TWINNED: tuple[tuple[str, Handler], ...] = (
    ("/people", directory.people),
    ("/people/why", person.why),
    ("/people/{id}/history", person.history),
    ("/people/{id}/pin", words.choose),
    ("/people/{id}/adopt", words.confirm_handing),
    ("/people/{id}/release", words.confirm_taking_back),
    ("/people/{id}/erase", endings.erasing),
    ("/people/{id}", person.person),
    ("/cases", cases.cases),
    ("/cases/{id}", cases.case),
    ("/cases/{id}/approve", cases.approve),
    ("/cases/{id}/keep", cases.keep),
    ("/records", records.records),
    ("/changes", records.changes),
    ("/requests/{id}", records.request),
    ("/providers", providers.providers),
    ("/providers/{name}", providers.provider),
    ("/providers/{name}/dialect", providers.dialect),
    ("/providers/{name}/setup", providers.setup),
    ("/providers/{name}/retire", endings.retiring),
    ("/locations", locations.locations),
    ("/locations/{key}", locations.location),
    ("/rules", rules.versions),
    ("/rules/draft", rules.draft),
    ("/rules/draft/plan", rules.plan),
    (r"/rules/{version:\d{1,9}}", rules.version),
)
"""Pages with a JSON twin under the same address and `.json`."""


def pages() -> list[web.RouteDef]:
    """Give the routes of all pages; they need `SETTING` in the application that they are added to."""
    return [
        web.get("/", directory.home),
        web.get("/more", directory.more),
        web.get("/people.csv", directory.export),
        web.get("/people/new", by_hand.new),
        web.post("/people/new", by_hand.add),
        web.get("/people/place", by_hand.places_of_anybody),
        web.post("/people/place", by_hand.place_anybody),
        *(web.get(f"{path}.json", handler) for path, handler in TWINNED),
        *(web.get(path, handler) for path, handler in TWINNED),
        web.get("/people/{id}/edit", by_hand.edit),
        web.post("/people/{id}/pin", words.say),
        web.post("/people/{id}/adopt", words.hand_over),
        web.post("/people/{id}/release", words.take_back),
        web.post("/people/{id}/edit", by_hand.change),
        web.get("/people/{id}/remove", by_hand.confirm_removal),
        web.post("/people/{id}/remove", by_hand.remove),
        web.get("/people/{id}/locations", by_hand.places_of_person),
        web.post("/people/{id}/locations", by_hand.place_person),
        web.post("/people/why", endings.lift),
        web.post("/people/{id}/erase", endings.erase),
        web.post("/cases/{id}/approve", cases.do_approve),
        web.post("/cases/{id}/keep", cases.do_keep),
        web.post("/providers/{name}/retire", endings.retire),
        web.post("/undo", by_hand.undo),
        web.post("/locations/{key}", locations.place),
        web.post("/rules/draft", rules.change),
        web.post("/rules/draft/begin", rules.begin),
        web.post(r"/rules/{version:\d{1,9}}/back", rules.go_back),
        web.post("/providers/{name}/tokens", providers.create_token),
        web.post("/providers/{name}/tokens/{token}/revoke", providers.revoke_token),
        web.post("/providers/{name}/setup", providers.create_setup_token),
        web.get("/sign-in", signing_in.show),
        web.post("/sign-in", signing_in.sign_in),
        web.post("/sign-out", signing_in.sign_out),
        web.get("/static/{name}", assets.serve),
    ]


def _now() -> datetime:
    return datetime.now(UTC)


def add_pages(app: web.Application, desk: Desk, *, now: Callable[[], datetime] = _now, zone: tzinfo = UTC) -> None:
    """Add the pages to an application: their routes, and what they ask.

    `zone` is the one in which pages speak of days. Headers, sessions and errors are each page's own affair; nothing is
    laid over other routes of the application.
    """
    app[SETTING] = Setting(desk, now, zone)
    app.add_routes(pages())
