"""What has happened before the examples of a document begin: Okta has pushed somebody."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from click.testing import CliRunner

from dirsync_core.api import Edit, Json, Member, Request, new_request_id
from dirsync_core.cli.program import command_line
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import load_plugins


def four_people(folder: Path) -> None:
    """Let Okta push four people, one of them in a group."""
    asyncio.run(_push(folder, _four))


def a_contractor_hired(folder: Path) -> None:
    """Record Nora Lie by hand, then let Okta push somebody of that name and address."""
    words = ["manual", "add", "nora.lie@halden.example", "displayName=Nora Lie", "title=Consultant", "city=Bergen"]
    assert 0 == CliRunner().invoke(command_line(load_plugins()), words).exit_code
    asyncio.run(_push(folder, lambda edit: _user(edit, "Nora Lie", "nora.lie", "Oslo", "nb-NO")))


SCENES: Mapping[str, Callable[[Path], None]] = {
    "docs/how-to/change-rules-without-fear.md": four_people,
    "docs/how-to/choose-who-is-synced-where.md": four_people,
    "docs/how-to/hand-a-contractor-over.md": a_contractor_hired,
}


async def _push(folder: Path, job: Callable[[Edit], object]) -> None:
    host = await Host.open(folder)
    try:
        await host.providers["okta"].records.write(job, by=Request(new_request_id(), "okta-1"))
    finally:
        await host.close()


def _four(edit: Edit) -> None:
    _user(edit, "Ann Lee", "ann", "Oslo", "nb-NO")
    _user(edit, "Bo Berg", "bo", "Bergen", "en-GB")
    _user(edit, "Di Moe", "di", "Bergen", "nb-NO")
    cy = _user(edit, "Cy Dahl", "cy", None, "en-US")
    group = edit.create("group", "Reception", {"displayName": "Reception"})
    edit.add_members(group.id, [Member(cy)])


def _user(edit: Edit, name: str, local: str, city: str | None, locale: str) -> str:
    address = f"{local}@halden.example"
    where: dict[str, Json] = {"addresses": [{"type": "work", "locality": city}]} if city else {}
    emails: list[Json] = [{"primary": True, "value": address}]
    body: dict[str, Json] = {"userName": address, "displayName": name, "emails": emails, "locale": locale, **where}
    return edit.create("user", address, body).id
