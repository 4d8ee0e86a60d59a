"""The server: puts everything together, lives until it is told to stop, and takes everything down again.

Start at `make_app` for what is served, at `serve` for what lives beside it: health, the clock, the feed's followers,
the sources that are asked, and plans that are worked out.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import nullcontext, suppress
from functools import partial

import attrs
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from dirsync_core.api import REQUEST, Provider, Request, new_request_id
from dirsync_core.engine.settle import settle_clock
from dirsync_core.host import tracing
from dirsync_core.host.acts.ageing import keep_ageing
from dirsync_core.host.asked.schedule import keep_asking
from dirsync_core.host.blocking import LoopWatch, packages_of
from dirsync_core.host.following import follow
from dirsync_core.host.host import Host
from dirsync_core.host.opening import close_providers, open_providers
from dirsync_core.host.rules.drafting import keep_planning
from dirsync_core.host.watching import FeedWatch
from dirsync_core.model.errors import DirsyncError
from dirsync_core.model.moments import Moment
from dirsync_core.web import api, api_cases, api_erasures, api_retiring, api_supposing, api_writes, health, mounts
from dirsync_core.web.calls import Calls
from dirsync_core.web.connection import listen
from dirsync_core.web.desk import StoreDesk
from dirsync_core.web.keys import CALLS, HOST, WATCH
from dirsync_core.web.pages import add_pages, nowhere, pages
from dirsync_core.web.problems import problem, status_of

log = structlog.get_logger()

LARGEST_BODY = 16 * 1024 * 1024
_CLOCK_SECONDS = 30.0


class CannotListen(DirsyncError, OSError):
    """The address can't be listened on."""


async def make_app(host: Host) -> web.Application:
    """Give the application; its providers are open, and are closed with it."""
    opened = await open_providers(host)
    app = web.Application(middlewares=[_answer], client_max_size=LARGEST_BODY)
    app[HOST] = host
    app[WATCH] = FeedWatch(host.store)
    app[CALLS] = Calls(host.store, host.dialects)
    app.add_routes(
        [
            *health.routes(),
            *api.routes(),
            *api_writes.routes(),
            *api_cases.routes(),
            *api_erasures.routes(),
            *api_retiring.routes(),
            *api_supposing.routes(),
        ]
    )
    add_pages(app, StoreDesk(host), now=host.clock, zone=host.settings.timezone)
    mounts.mount(app, opened, pages())
    app.cleanup_ctx.append(partial(_living, opened=opened))

    async def close(_: web.Application) -> None:
        await close_providers(host, opened)

    app.on_cleanup.append(close)
    return app


async def serve(host: Host, *, address: str, port: int, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM, in strict mode until a plugin fails; what was begun is finished first.

    Raises:
        CannotListen: the address or port can't be had.
    """
    runner = web.AppRunner(await make_app(host), access_log=None)
    await runner.setup()
    try:
        listening = await _listen(runner, address, port)
        ready()
        await _told_to_stop(host)
        listening.close()
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, address: str, port: int) -> asyncio.Server:
    try:
        return await listen(runner, partial(mounts.unreadable, runner.app), address, port)
    except OSError as error:
        raise CannotListen(
            f"Can’t listen on {address}, port {port}: {error.strerror or error}. Is another dirsync running?"
            " Stop it, or take another port: dirsync serve --port 8081"
        ) from error


async def _told_to_stop(host: Host) -> None:
    """Wait for a signal, or, in strict mode, for a plugin that fails; whoever called `serve` is told which it was."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    waiting = [asyncio.create_task(stop.wait()), asyncio.create_task(host.plugins.failures.wait())]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


# --- what lives beside --------------------


async def _living(app: web.Application, opened: Mapping[str, Provider]) -> AsyncIterator[None]:
    host = app[HOST]
    living = [app[WATCH].run(), app[CALLS].run(), _clock(host)]
    told = host.plugins.listeners()
    living += [follow(name, tell, host.store, app[WATCH], host.plugins.failed) for name, tell in told]
    living += [keep_asking(host, name, every) for name, every in host.intervals.items() if name in opened]
    living += [keep_ageing(host), keep_planning(host)]
    tasks = [asyncio.create_task(task) for task in living]
    with LoopWatch(_say_blocked, packages_of(host.plugins)) if tracing.is_on() else nullcontext():
        yield
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


def _say_blocked(where: str) -> None:
    log.warning("loop_blocked", where=where, advice="put what blocks into await asyncio.to_thread(…)")


async def _clock(host: Host) -> None:
    """Settle what the clock brings, again and again."""
    while True:
        moment = Moment(host.clock(), Request(new_request_id(), "clock"))
        try:
            today = await host.store.read(lambda tx, at=moment.at: tx.facts.due(host.rules(tx).today(at)))  # type: ignore[misc]  # mypy can't infer a lambda's default
            if today:
                await host.store.write(lambda tx, moment=moment: settle_clock(tx, host.rules(tx), attrs.evolve(moment)))  # type: ignore[misc]
        except DirsyncError as error:
            log.warning("clock_not_settled", error=repr(error))
        await asyncio.sleep(_CLOCK_SECONDS)


# --- every request --------------------


@web.middleware
async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give each request its id, and each failure the form that its caller understands."""
    request[REQUEST] = Request(new_request_id(), "nobody")
    response = await _dispatched(request, handler)
    response.headers["X-Request-Id"] = request[REQUEST].id
    resource = request.match_info.route.resource
    log.info(
        "answered", request=request[REQUEST].id, method=request.method, status=response.status,
        route=resource.canonical if resource is not None else None,
    )  # fmt: skip
    return response


async def _dispatched(request: web.Request, handler: Handler) -> web.StreamResponse:
    provider = mounts.called(request)
    if provider is not None:
        return await mounts.answer(request, handler, provider)
    if request.path.startswith(api.PREFIX) and (refused := await api.admit(request)) is not None:
        return refused
    if _is_for_programs(request):
        return await _answered(request, handler)
    if request.match_info.http_exception is not None and request.match_info.http_exception.status == 404:
        return await nowhere(request)
    return await handler(request)


def _is_for_programs(request: web.Request) -> bool:
    return request.path.startswith((api.PREFIX, mounts.PREFIX, "/healthz", "/readyz", "/metrics"))


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        there = ", ".join(sorted(error.allowed_methods))
        return problem(405, f"{request.method} is not for this address; there are {there}.", {"Allow": there})
    except web.HTTPNotFound:
        return problem(404, f"There is nothing at {request.path}.")
    except Exception as error:
        status = status_of(error)
        if status is None:
            log.exception("request_failed", request=request[REQUEST].id)
            return problem(500, f"An error in dirsync; its log has more under request {request[REQUEST].id}.")
        return problem(status, str(error))
