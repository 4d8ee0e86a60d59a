"""`dirsync check PROVIDER` opens a source for real and writes nothing; `--quality` judges its plugin."""

import json
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import pytest

from dirsync_core.host import quality
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.quality import RULES, judged
from tests.core.cli.conftest import Prompt
from tests.docs.markdown import first_column, page
from tests.plugins.modules import Write, write

__all__ = ["write"]

HR = '\n[providers.hr]\nplugin = "csv"\nfile = "hr.csv"\n\n[directory]\nprecedence = ["okta", "hr"]\n'
PUSHING = """
import attrs
from aiohttp import web
from dirsync_core.api import Provider, ProviderType, hookimpl

@attrs.define
class Settings:
    api_token: str

class Acme(Provider):
    async def open(self):
        if self.settings.api_token == "wrong":
            raise OSError("it is not let in")

    def app(self):
        app = web.Application()
        app.add_routes([web.put("/people/{id}", self.put), web.get("/people", self.put)])
        return app

    async def put(self, request):
        raise NotImplementedError

@hookimpl
def dirsync_providers():
    return [ProviderType("acme", Settings, Acme, pushes=True)]
"""


def sentences(prompt: Prompt, *words: str) -> list[str]:
    return [finding["sentence"] for finding in json.loads(prompt("check", *words, "--json").stdout)["findings"]]


@pytest.fixture
def hr(prompt: Prompt) -> Prompt:
    """The same with a file that is asked, and whose rules are not applied yet."""
    settings = (prompt.folder / "plugins.toml").read_text()
    prompt.write(settings + HR)
    (prompt.folder / "hr.csv").write_text("email,city\nann@x.example,Oslo\nbo@x.example,Rome\n")
    return prompt


def test_a_source_that_is_asked_says_what_it_would_do(hr: Prompt) -> None:
    said = sentences(hr, "hr")

    assert (
        "hr: All that it has would be 2 read: 2 new, 0 changed, 0 unchanged, 0 withdrawn. Nothing was written." in said
    )
    assert "hr: would be: joins ann@x.example" in said


def test_nothing_is_written(hr: Prompt) -> None:
    hr.done("apply", "--yes")
    before = (hr.done("records"), hr.done("people"), hr.done("changes"), hr.done("rules", "list"))

    hr.done("check", "hr")

    assert before == (hr.done("records"), hr.done("people"), hr.done("changes"), hr.done("rules", "list"))


def test_a_source_that_can_not_be_read_is_a_problem(hr: Prompt) -> None:
    (hr.folder / "hr.csv").unlink()

    result = hr("check", "hr")

    assert 1 == result.exit_code
    assert "hr could not be opened or read" in result.stderr
    assert "there is no file" in result.stderr


def test_only_the_first_page_is_asked_for(hr: Prompt) -> None:
    rows = "".join(f"p{n}@x.example,Oslo\n" for n in range(450))
    (hr.folder / "hr.csv").write_text(f"email,city\n{rows}")

    said = sentences(hr, "hr")

    assert any("Its first page would be 200 read: 200 new" in sentence for sentence in said)
    assert "hr: and 190 other effects. All of them: dirsync pull hr --dry-run" in said


def test_one_kept_by_hand_says_so(prompt: Prompt) -> None:
    assert "contractors: its records are kept by people." in sentences(prompt, "contractors")


@pytest.fixture
def acme(tmp_path: Path, write: Write) -> Prompt:
    """A source that calls, of a plugin that was written on the spot."""
    points = [EntryPoint("core", "dirsync_core.builtin", "dirsync"), write("acme", PUSHING)]
    ready = Prompt(tmp_path, load_plugins(points))
    ready.write('[providers.acme]\nplugin = "acme"\napi_token = "right"\n')
    ready.done("init")
    return ready


def test_of_a_source_that_calls_the_routes_are_listed(acme: Prompt) -> None:
    said = sentences(acme, "acme")

    assert "acme: PUT /providers/acme/people/{id}" in said
    assert "acme: GET /providers/acme/people" in said


def test_one_that_can_not_be_opened_is_a_problem(acme: Prompt) -> None:
    acme.write('[providers.acme]\nplugin = "acme"\napi_token = "wrong"\n')

    assert "acme could not be opened or read: it is not let in" in sentences(acme, "acme")


# --- quality ---------------------------------------------------------------------------------------------------------


def test_each_rule_that_is_not_met_says_what_to_do(acme: Prompt) -> None:
    said = sentences(acme, "--quality")

    for rule in (
        "distribution",
        "secrets-secret",
        "settings-told",
        "titled",
        "attributes-told",
        "closes",
        "own-errors",
    ):
        assert f"acme: {rule}: {RULES[rule][1]}" in said
    assert not any("pulls-asynchronously" in sentence for sentence in said)
    assert "acme: 1 of 11 rules are met." in said


@pytest.mark.parametrize("name", ["csv", "manual", "okta"])
def test_our_own_meet_every_rule(name: str) -> None:
    assert not [mark.rule for mark in judged(load_plugins(), name) if mark.met is False]


def test_a_setting_that_takes_anything_is_found() -> None:
    cls = attrs.make_class("Settings", {"anything": attrs.field(type=Any), "name": attrs.field(type=str)})

    assert ["anything"] == quality.untyped_fields(cls)


def test_the_page_lists_every_rule_and_no_other() -> None:
    assert [*RULES] == first_column(page("docs/reference/quality.md").text)
