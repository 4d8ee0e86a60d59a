"""A push provider of its own: POST a name and an address to it, and somebody is in the directory."""

from pathlib import Path

import attrs
from aiohttp import web

from dirsync_acme.log import Log, LogSettings
from dirsync_core.api import (
    Attribute,
    Change,
    Claims,
    MapperType,
    Provider,
    ProviderType,
    Record,
    Set,
    hookimpl,
    request_of,
)

TOLD = Path("told-by-acme.txt")


@attrs.frozen
class AcmeSettings:
    greeting: str = "hello"


class Acme(Provider):
    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/people", self.add)])
        return app

    async def add(self, request: web.Request) -> web.Response:
        body = await request.json()
        record = await self.records.write(
            lambda edit: edit.create("user", body["address"], body), by=request_of(request)
        )
        return web.json_response({"id": record.id, "says": self.settings.greeting}, status=201)


def _map(record: Record, claims: Claims) -> Claims:
    return {"email": Set(str(record.content["address"])), "displayName": Set(str(record.content["name"])),
            "mood": Set(str(record.content.get("mood", "fine")))}  # fmt: skip


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    return [
        ProviderType("acme", AcmeSettings, Acme, pushes=True, mappers=("acme",), title="Acme"),
        ProviderType("acme-log", LogSettings, Log, mappers=("acme",), title="Acme’s log"),
    ]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    attributes = (Attribute("email"), Attribute("displayName"), Attribute("mood", description="How they are"))
    return [MapperType("acme", attributes, lambda settings: _map)]


@hookimpl
def dirsync_changed(changes: list[Change]) -> None:
    with TOLD.open("a") as file:
        file.writelines(f"{change.seq} {change.type} {change.email}\n" for change in changes)
