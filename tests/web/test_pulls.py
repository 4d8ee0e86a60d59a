"""Sources that are asked while serving."""

import asyncio
from pathlib import Path

from dirsync_core.store.contract import PullOutcome
from tests.web.conftest import Serve, Site

HR = {"providers": {"hr": {"plugin": "csv", "file": "hr.csv", "every": "1h"}}}


async def asked(site: Site) -> None:
    """Wait until the source was asked."""
    while True:
        state = await site.host.store.read(lambda tx: tx.pulls.get("hr"))
        if state.session is not None and state.session.outcome is PullOutcome.DONE and state.next_at is not None:
            return
        await asyncio.sleep(0)


async def test_a_source_is_asked_while_serving_and_let_go_of_at_the_end(tmp_path: Path, serve: Serve) -> None:
    (tmp_path / "hr.csv").write_text("email,displayName\nann@x.example,Ann\n")
    site = await serve(HR)

    await asyncio.wait_for(asked(site), 30)

    token = await site.token(api="test")
    (line,) = (await site.get("/api/v1/providers", token))["providers"]
    assert 1 == (await site.get("/api/v1/people", token))["total"]
    assert ("1h", "done") == (line["pull"]["every"], line["pull"]["session"]["outcome"])
    assert line["pull"]["nextAt"] > line["lastRequestAt"]
    async with site.client.get("/metrics") as response:
        metrics = (await response.text()).splitlines()
    assert 'dirsync_pull_failures{provider="hr"} 0' in metrics
    assert any(metric.startswith('dirsync_pull_done_timestamp_seconds{provider="hr"} 1') for metric in metrics)
