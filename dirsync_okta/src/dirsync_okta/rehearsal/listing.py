"""Reading the server's lists, page by page, as Okta's import reads them."""

from __future__ import annotations

import attrs

from dirsync_okta.rehearsal.client import PAGE, Call, ScimClient
from dirsync_okta.rehearsal.wire import Body


@attrs.frozen
class Page:
    """One ListResponse."""

    total: int
    resources: tuple[Body, ...]


async def read_page(http: ScimClient, kind: str, path: str, *, who: str) -> Page:
    """Get a list and check its envelope.

    Raises:
        CallFailed: also where a number is a string: Okta then stops without a word and never creates anybody.
    """
    body = await http.call(Call(kind=kind, method="GET", path=path, who=who))
    for name in ("totalResults", "startIndex", "itemsPerPage"):
        if type(body.get(name, 0)) is not int:
            raise http.fail(who, kind, f"{name} is {body[name]!r}, not a JSON integer: Okta stops here silently")
    total, resources = body.get("totalResults"), body.get("Resources", [])
    if not isinstance(total, int) or not isinstance(resources, list):
        raise http.fail(who, kind, "the answer is no ListResponse: totalResults or Resources are not as they should be")
    return Page(total, tuple(resource for resource in resources if isinstance(resource, dict)))


async def read_all(http: ScimClient, kind: str, path: str) -> list[Body]:
    """Get all pages of `/Users` or `/Groups`; a list that does not add up to its total is a failure."""
    resources: list[Body] = []
    start = 1
    while True:
        page = await read_page(http, kind, f"{path}?startIndex={start}&count={PAGE}", who=path)
        resources += page.resources
        start += PAGE  # Okta goes on by its own count, whatever itemsPerPage says
        if not page.resources or start > page.total:
            break
    if len(resources) != page.total:
        http.fail(path, kind, f"totalResults is {page.total}, all pages together have {len(resources)}")
    return resources
