"""18: a plugin that is removed, upgraded or put back changes nothing published, with people in the store.

What a newer plugin made is frozen while an older one is installed, and not misread.
"""

from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.host.doors import create_token
from dirsync_core.host.plugins import load_plugins
from dirsync_core.model.errors import PluginUnavailable, SettingsError
from dirsync_core.model.moments import Moment
from dirsync_core.testing import Scratch
from tests.plugins.modules import Write

TABLE = {"providers": {"hr": {"plugin": "acme"}}}
CORE = EntryPoint("core", "dirsync_core.builtin", "dirsync")
ACME = """
import attrs
from dirsync_core.api import Attribute, MapperType, Provider, ProviderType, Set, hookimpl

@attrs.frozen
class Settings:
    pass

def map_acme(record, claims):
    body = record.content
    return {"email": Set(body["mail"]), "city": Set(body.get("CITY", "unknown"))}

@hookimpl
def dirsync_providers():
    return [ProviderType("acme", Settings, Provider, pushes=True, mappers=("acme",))]

@hookimpl
def dirsync_mappers():
    return [MapperType("acme", (Attribute("email"), Attribute("city")), lambda settings: map_acme)]
"""


class Installation:
    """A directory that is started again and again, with whatever is installed."""

    def __init__(self, folder: Path, write: Write) -> None:
        self.folder = folder
        self.versions = {
            "1.0": write("acme", ACME.replace("CITY", "town"), version="1.0", requires="dirsync-core>=0.1"),
            "2.0": write("acme", ACME.replace("CITY", "place"), version="2.0", requires="dirsync-core>=0.1"),
            "2.1": write("acme", ACME.replace("CITY", "place"), version="2.1", requires="dirsync-core>=0.1"),
        }

    async def started(self, version: str | None) -> Scratch:
        """Start as `serve` does."""
        points = [CORE, *([self.versions[version]] if version else [])]
        scratch = Scratch(self.folder, TABLE, load_plugins(points))
        with suppress(SettingsError):
            await scratch.host.apply_what_changes_nobody(scratch.by("serve"))
        return scratch

    async def published(self, version: str | None) -> Any:
        """Start with a version, let the clock and a write of another kind pass, and give what is published."""
        scratch = await self.started(version)
        try:
            return await scratch.people(), await scratch.changes()
        finally:
            await scratch.host.close()

    async def pushed(self, version: str, place: str) -> None:
        """Start with a version, and have it bring what the source says now."""
        scratch = await self.started(version)
        try:
            await _push(scratch, place)
        finally:
            await scratch.host.close()

    async def situations(self, version: str) -> list[str]:
        """Give what is shown of the records."""
        scratch = await self.started(version)
        try:
            async with scratch.serving() as server:
                secret = await scratch.host.store.write(
                    lambda tx: create_token(tx, Moment(scratch.clock(), scratch.by("test")), api="test")
                )
                headers = {"Authorization": f"Bearer {secret}"}
                async with server.client.get("/api/v1/records", headers=headers) as answer:
                    return [record["situation"] for record in (await answer.json())["records"]]
        finally:
            await scratch.host.close()


async def _push(scratch: Scratch, place: str) -> None:
    def job(edit: Any) -> None:
        body = {"mail": "ann@x.example", "place": place}
        found = next(iter(edit.find("user", "key", "1")), None)
        if found is None:
            edit.create("user", "1", body)
        else:
            edit.replace(found.id, key="1", body=body, external_id=None, active=True)

    await scratch.write("hr", job)


@pytest.fixture
async def installation(tmp_path: Path, write: Write) -> Installation:
    """An installation with somebody whom version 2.0 brought."""
    made = Installation(tmp_path / "d", write)
    scratch = await made.started("2.0")
    await _push(scratch, "Oslo")
    await scratch.host.close()
    return made


@pytest.mark.parametrize(
    "versions", [[None], [None, "2.0"], ["2.1"], ["1.0"], ["1.0", None, "2.1", "2.0"], ["1.0", "2.0"]]
)
async def test_nothing_published_changes_whatever_is_installed(
    installation: Installation, versions: list[str | None]
) -> None:
    before = await installation.published("2.0")

    for version in versions:
        assert before == await installation.published(version), version


async def test_what_a_newer_one_made_is_frozen_and_not_misread(installation: Installation) -> None:
    before = await installation.published("2.0")

    with pytest.raises(
        PluginUnavailable, match=r"dirsync-acme 2\.0 made what applies, and 1\.0 is installed; install that"
    ):
        await installation.pushed("1.0", "Rome")

    assert ["frozen"] == await installation.situations("1.0")
    assert before == await installation.published("1.0")


async def test_put_back_it_goes_on_where_it_was(installation: Installation) -> None:
    await installation.published("1.0")

    await installation.pushed("2.0", "Rome")

    people, _ = await installation.published("2.0")
    assert ["Rome"] == [person.values["city"] for person in people]
    assert ["linked"] == await installation.situations("2.0")
