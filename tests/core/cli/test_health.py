"""`dirsync status`, `providers`, `plugins`, `check`: how it is doing."""

import asyncio
import json
from collections.abc import Callable

import attrs
import pytest

from dirsync_core import api
from dirsync_core.host.host import utc_now
from dirsync_core.store.contract import Call, DialectUse
from dirsync_core.store.sqlite.store import open_sqlite
from tests.core.cli.conftest import OSLO, SETTINGS, Prompt
from tests.core.world import plugins


def test_status_counts_people_and_records(oslo: Prompt) -> None:
    oslo.push("ann", email="ann@x.example", city="Oslo")
    oslo.push("cy", email="cy@x.example")

    shape = oslo.json("status")

    assert shape["people"]["active"] == 1
    assert shape["records"]["undetermined"] == 1
    assert [p["name"] for p in shape["providers"]] == ["okta", "contractors"]
    assert "records  1 out of scope, 1 linked" in oslo.done("status")


def test_status_says_that_the_file_differs(prompt: Prompt) -> None:
    prompt.write(SETTINGS + OSLO)

    assert prompt.json("status")["rules"]["fileDiffers"] is True
    assert "dirsync apply" in prompt.done("status")


def test_a_source_that_waits_for_apply_is_off(prompt: Prompt) -> None:
    prompt.write(f'{SETTINGS}\n[providers.temps]\nplugin = "manual"\n')

    temps = prompt.json("providers")["providers"][2]

    assert (temps["state"], "dirsync apply" in temps["because"]) == ("off", True)
    assert "temps: Not among the applied rules yet" in prompt.done("providers")


def test_a_source_whose_plugin_is_missing_has_failed(prompt: Prompt) -> None:
    without = attrs.evolve(prompt, plugins=plugins("core", "manual"))

    okta = without.json("providers")["providers"][0]

    assert okta["state"] == "failed"
    assert "Install the plugin" in okta["because"]


def test_plugins_are_listed_with_what_they_bring(prompt: Prompt) -> None:
    lines = prompt.json("plugins")["plugins"]

    assert [line["name"] for line in lines] == ["asked", "core", "flat", "manual"]
    assert lines[2]["provides"] == ["provider flat", "mapper flat"]


# --- check -----------------------------------------------------------------------------------------------------------


def test_check_finds_nothing_wrong(prompt: Prompt) -> None:
    result = prompt("check")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert {"fine"} == {finding["state"] for finding in prompt.json("check")["findings"]}


def test_check_says_that_the_file_differs_which_is_no_problem(prompt: Prompt) -> None:
    prompt.write(SETTINGS + OSLO)

    assert "note" in prompt.done("check")
    assert prompt.json("status")["rules"]["version"] == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (f"{SETTINGS}\n[locations.oslo]\nfilter = 'citty eq 1'\n", "locations.oslo.filter: There is no attribute"),
        (SETTINGS.replace('"flat"', '"falt"'), "providers.okta.plugin: There is no provider “falt”"),
        (SETTINGS.replace('"flat"', '"flat"\nspeed = 3'), "providers.okta.speed: is no setting"),
    ],
)
def test_check_finds_problems_of_the_rules(prompt: Prompt, settings: str, said: str) -> None:
    prompt.write(settings)

    result = prompt("check")

    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count(said) == 1
    assert result.stderr.endswith("1 problem found.\n")


def test_check_of_settings_that_cannot_be_read_is_2(prompt: Prompt) -> None:
    prompt.write("[providers.okta\n")

    assert prompt("check").exit_code == 2


def test_check_without_a_store_says_how_to_make_one(prompt: Prompt) -> None:
    (prompt.folder / "dirsync.db").unlink()

    result = prompt("check")

    assert result.exit_code == 1
    assert "dirsync init" in result.stderr


def test_check_of_one_source_looks_at_that_one(prompt: Prompt) -> None:
    lines = [f["sentence"] for f in prompt.json("check", "okta")["findings"] if f["about"] == "providers"]

    assert lines == ["okta: its settings can be used."]
    assert prompt("check", "hr").exit_code == 2


@attrs.frozen
class SecretSettings:
    token: api.Secret = attrs.field(factory=lambda: api.Secret(env="DIRSYNC_TEST_SECRET"))


@pytest.fixture
def secret(prompt: Prompt) -> Prompt:
    kind = attrs.evolve(prompt.plugins.providers["flat"], settings=SecretSettings)
    create: Callable[[object, api.Context], api.Provider] = api.Provider
    providers = {**prompt.plugins.providers, "flat": attrs.evolve(kind, create=create)}
    return attrs.evolve(prompt, plugins=attrs.evolve(prompt.plugins, providers=providers))


def test_check_looks_whether_secrets_are_there(secret: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = secret("check")
    monkeypatch.setenv("DIRSYNC_TEST_SECRET", "hunter2")

    assert missing.exit_code == 1
    assert "providers.okta.token: the environment variable DIRSYNC_TEST_SECRET is not set" in missing.stderr
    assert "hunter2" not in secret.done("check")


# --- dialects --------------------------------------------------------------------------------------------------------


def _speak(prompt: Prompt) -> None:
    """Have okta call once, with a token that comes bare."""

    async def job() -> None:
        store = open_sqlite(prompt.folder / "dirsync.db")
        now = utc_now()
        await store.write(lambda tx: tx.traffic.note([Call("okta", now, "GET", "/Users", 200)]))
        use = DialectUse("okta", "token-without-bearer", 1_204, now, "Authorization: …")
        await store.write(lambda tx: tx.traffic.note_dialects([use]))
        await store.close()

    asyncio.run(job())


def test_status_says_in_a_line_what_a_source_needed(prompt: Prompt) -> None:
    _speak(prompt)

    told = prompt.done("status")

    assert "okta: needed token-without-bearer (1,204); 0 of 1 tolerances can be switched off" in told


def test_providers_list_every_tolerance_with_its_example(prompt: Prompt) -> None:
    _speak(prompt)

    (tolerance,) = prompt.json("providers")["providers"][0]["dialect"]["tolerances"]

    assert ("needed", 1_204, "Authorization: …") == (tolerance["state"], tolerance["count"], tolerance["example"])
    assert "How okta speaks:\n" in prompt.done("providers")


def test_check_names_the_tolerance_that_was_meant(prompt: Prompt) -> None:
    prompt.write(SETTINGS.replace('plugin = "flat"', 'plugin = "flat"\ntolerate = ["token-without-barer"]'))

    problem = next(
        f["sentence"] for f in json.loads(prompt("check", "--json").stdout)["findings"] if "problem" in f["state"]
    )

    assert problem == (
        "providers.okta.tolerate[0]: “token-without-barer” is no tolerance; did you mean token-without-bearer?"
    )
