"""Providers, opened and closed.

While serving they are opened once and closed once; one that fails is frozen with its reason, and the rest runs.
"""

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from dirsync_core.api import Provider
from dirsync_core.host.host import Host
from dirsync_core.host.plugin_errors import described, words_of
from dirsync_core.host.tracing import traced

log = structlog.get_logger()


async def open_providers(host: Host) -> dict[str, Provider]:
    """Open every provider that could be made; give those that work."""
    opened = {}
    for name, provider in host.providers.items():
        try:
            with traced("open", provider=name):
                await provider.open()
        except Exception as error:  # a plugin's code
            log.error("provider_failed", provider=name, error=described(error))
            host.rules.fail(name, words_of(error))
            await _close(name, provider)
        else:
            opened[name] = provider
    return opened


def application_of(provider: Provider) -> web.Application | None:
    """Give the application of a provider.

    Raises:
        TypeError: it gives something else.
        Exception: whatever the provider raises.
    """
    app = provider.app()
    if inspect.iscoroutine(app):
        app.close()
    if not isinstance(app, web.Application | None):
        given = "coroutine: make it a plain def" if inspect.iscoroutine(app) else type(app).__name__
        raise TypeError(f"app gave a {given}; it gives a web.Application, or None")
    return app


async def close_providers(host: Host, opened: dict[str, Provider]) -> None:
    """Close what was opened, the last first."""
    for name, provider in reversed(opened.items()):
        because = await _close(name, provider)
        if because is not None:
            host.failed(name, f"close of {name}: {because}")


@asynccontextmanager
async def opened(name: str, provider: Provider) -> AsyncIterator[None]:
    """Open a provider for as long as it is needed; closed also where opening failed."""
    try:
        with traced("open", provider=name):
            await provider.open()
        yield
    finally:
        await _close(name, provider)


async def _close(name: str, provider: Provider) -> str | None:
    """Close a provider; gives why that failed, where it did."""
    try:
        with traced("close", provider=name):
            await provider.close()
    except Exception as error:  # a plugin's code
        log.error("provider_close_failed", provider=name, error=described(error))
        return described(error)
    return None
