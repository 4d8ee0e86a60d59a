"""`/healthz`, `/readyz`, `/metrics`: for whoever watches the process."""

from aiohttp import web

from dirsync_core.host.asking import ask
from dirsync_core.query.reading import Reading
from dirsync_core.query.records import situations
from dirsync_core.web.keys import HOST
from dirsync_core.web.problems import problem


async def healthz(request: web.Request) -> web.Response:
    """The process is alive."""
    return web.json_response({"alive": True})


async def readyz(request: web.Request) -> web.Response:
    """The store can be read and is migrated, and every plugin is loaded."""
    host = request.app[HOST]
    await ask(host, lambda reading: reading.tx.feed.end())
    failed = [plugin.name for plugin in host.plugins.loaded if plugin.state == "failed"] + list(host.rules.failed)
    if failed:
        return problem(503, f"Not all of it works: {', '.join(failed)} failed. Why: dirsync plugins, dirsync providers")
    return web.json_response({"ready": True})


async def metrics(request: web.Request) -> web.Response:
    """Counts as Prometheus reads them."""
    text = await ask(request.app[HOST], _metrics)
    return web.Response(text=text, content_type="text/plain", charset="utf-8")


def _metrics(reading: Reading) -> str:
    people = reading.tx.people.counts("status")
    lines = ["# HELP dirsync_people People by status.", "# TYPE dirsync_people gauge"]
    lines += [f'dirsync_people{{status="{status}"}} {n}' for status, n in people.items()]
    lines += ["# HELP dirsync_records Records by situation.", "# TYPE dirsync_records gauge"]
    lines += [f'dirsync_records{{situation="{s.value}"}} {n}' for s, n in situations(reading).items()]
    lines += ["# HELP dirsync_changes_total The newest change.", "# TYPE dirsync_changes_total counter"]
    lines += [f"dirsync_changes_total {reading.tx.feed.end()}"]
    lines += ["# HELP dirsync_rules_version The rules that apply.", "# TYPE dirsync_rules_version gauge"]
    lines += [f"dirsync_rules_version {reading.rules.version}"]
    return "\n".join([*lines, *_pull_metrics(reading)]) + "\n"


def _pull_metrics(reading: Reading) -> list[str]:
    states = [state for name in reading.known if (state := reading.tx.pulls.get(name)).session is not None]
    lines = ["# HELP dirsync_pull_failures Failures of a source that is asked, since it was last read to its end."]
    lines += ["# TYPE dirsync_pull_failures gauge"]
    lines += [f'dirsync_pull_failures{{provider="{state.provider}"}} {state.failures}' for state in states]
    lines += ["# HELP dirsync_pull_done_timestamp_seconds When a source that is asked was last read to its end."]
    lines += ["# TYPE dirsync_pull_done_timestamp_seconds gauge"]
    lines += [
        f'dirsync_pull_done_timestamp_seconds{{provider="{state.provider}"}} {state.done_at.timestamp():.0f}'
        for state in states
        if state.done_at is not None
    ]
    return lines


def routes() -> list[web.RouteDef]:
    """Give the routes."""
    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]
