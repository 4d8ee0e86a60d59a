"""A company: a real server that its Okta calls over HTTP, and commands at a prompt beside it, on one store.

What is there is read as users read it: with commands and over SCIM, never from the engine.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from dirsync_core.api import Request, new_request_id
from dirsync_core.cli import session
from dirsync_core.cli.program import command_line
from dirsync_core.host.host import Host, utc_now
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.settings import read_settings
from dirsync_core.store.sqlite.store import open_sqlite
from dirsync_core.web.server import make_app
from tests.sequences.tenant import Tenant

OKTA_AND_HAND = """
[providers.okta]
plugin = "okta"

[providers.contractors]
plugin = "manual"
"""
TWO_TENANTS = """
[directory]
precedence = ["okta", "hr"]

[providers.okta]
plugin = "okta"
domains = ["x.example"]

[providers.hr]
plugin = "okta"
domains = ["x.example"]

[providers.contractors]
plugin = "manual"
"""
_HR = '[providers.hr]\nplugin = "okta"\n'
ONE_OWNS = TWO_TENANTS.replace(_HR + 'domains = ["x.example"]\n', _HR)


class Company:
    """See the module. `okta` and `hr` are the tenants, as far as the settings have them."""

    def __init__(self, folder: Path, settings: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.later = timedelta(0)
        raising = EntryPoint("raising", "tests.sequences.raising", "dirsync")
        self.plugins = load_plugins([*entry_points(group="dirsync"), raising])
        monkeypatch.setattr(session, "Host", partial(Host, clock=self.now))
        self.write(settings)
        self.done("init")
        self._server = Server(self._opened)
        self.tenants = {
            name: Tenant(self._server.port, self._token(name), name) for name in ("okta", "hr") if name in settings
        }

    @property
    def okta(self) -> Tenant:
        """The tenant that everybody has."""
        return self.tenants["okta"]

    @property
    def hr(self) -> Tenant:
        """The second one."""
        return self.tenants["hr"]

    def now(self) -> datetime:
        """The time that it is for server and commands."""
        return utc_now() + self.later

    def close(self) -> None:
        """Stop serving."""
        self._server.stop()

    # --- at the prompt -----------------------------------------------------------------------------------------------

    def __call__(self, *words: str, text: str | None = None) -> Result:
        """Run a command, whatever comes of it."""
        return CliRunner().invoke(command_line(self.plugins), ["--dir", str(self.folder), *words], input=text)

    def done(self, *words: str) -> str:
        """Run a command that has to work, and give its stdout."""
        result = self(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str) -> str:
        """Run a command that has to be refused, with nothing changed; give what it says."""
        before = self.changes()
        result = self(*words)
        assert result.exit_code == 1, result.output
        assert before == self.changes()
        return result.stderr

    def json(self, *words: str) -> Any:
        """Run a command with `--json`, and give the document."""
        return json.loads(self.done(*words, "--json"))

    def write(self, settings: str) -> None:
        """Write `plugins.toml` anew."""
        (self.folder / "plugins.toml").write_text(settings, encoding="utf-8")

    def apply(self, settings: str) -> str:
        """Write `plugins.toml` anew, and apply it."""
        self.write(settings)
        return self.done("apply", "--yes")

    def restart(self) -> None:
        """Stop the server, and start it again with what the settings say now."""
        self._server.stop()
        self._server = Server(self._opened)
        for tenant in self.tenants.values():
            tenant.port = self._server.port

    def turn(self, **span: float) -> None:
        """Let time pass, for server and commands."""
        self.later += timedelta(**span)

    def _opened(self) -> Host:
        settings = read_settings(self.folder)
        return Host(settings, self.plugins, open_sqlite(settings.store_path), self.now)

    def _token(self, provider: str) -> str:
        return self.done("token", "create", provider).split()[-1]

    # --- what is there -----------------------------------------------------------------------------------------------

    def active(self) -> dict[str, Mapping[str, Any]]:
        """Who is in the directory, by address."""
        return {person["email"]: person for person in self.json("people")["people"]}

    def person(self, who: str) -> Mapping[str, Any]:
        """One person, in whatever state; by address or id."""
        found: Mapping[str, Any] = self.json("show", who)
        return found

    def id(self, who: str) -> str:
        """A person's id."""
        return str(self.person(who)["id"])

    def explained(self, who: str) -> Mapping[str, Any]:
        """Why somebody is there, or is not."""
        found: Mapping[str, Any] = self.json("explain", who)
        return found

    def situation(self, record: str) -> str:
        """What became of a record, by its id."""
        records = self.explained(record)["records"]
        return str(next(each["situation"] for each in records if each["id"] == record))

    def cases(self, kind: str | None = None) -> list[Any]:
        """The open cases."""
        return [case for case in self.json("cases")["cases"] if kind in (None, case["kind"])]

    def changes(self) -> list[Any]:
        """Everything that was ever published."""
        return list(self.json("changes")["changes"])


class Server:
    """A server in a thread of its own."""

    def __init__(self, opened: Callable[[], Host]) -> None:
        self.port = 0
        self._ready, self._loop = Event(), asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._serve(opened),), daemon=True)
        self._thread.start()
        assert self._ready.wait(20), "it does not serve"

    def stop(self) -> None:
        """Finish what was begun, and stop."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self, opened: Callable[[], Host]) -> None:
        host = opened()
        await host.apply_what_changes_nobody(Request(new_request_id(), "serve"))
        runner = web.AppRunner(await make_app(host))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stopped.wait()
        await runner.cleanup()
        await host.close()
