"""Provider types that fail at one point each: as they are made, opened, asked for their application, or called."""

import attrs
from aiohttp import web

from dirsync_core.api import Context, Provider, ProviderType, hookimpl


@attrs.frozen
class NoSettings:
    pass


class FailsToBeMade(Provider):
    def __init__(self, settings: NoSettings, context: Context) -> None:
        raise OSError("no such server")


class FailsToOpen(Provider):
    closed = False

    async def open(self) -> None:
        raise OSError("no such server")

    async def close(self) -> None:
        type(self).closed = True


class FailsToServe(Provider):
    def app(self) -> web.Application:
        raise OSError("no routes today")


class Crashes(Provider):
    def app(self) -> web.Application:
        async def crash(request: web.Request) -> web.Response:
            raise ZeroDivisionError("secret-token-in-text")

        app = web.Application()
        app.add_routes([web.get("/crash", crash)])
        return app


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    kinds = {"unmade": FailsToBeMade, "unopened": FailsToOpen, "unserved": FailsToServe, "crashing": Crashes}
    return [ProviderType(name, NoSettings, kind, pushes=True) for name, kind in kinds.items()]
