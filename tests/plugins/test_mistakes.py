"""The mistakes that authors make: each is told with the plugin, the hook, the argument, and the nearest right name."""

from importlib.metadata import EntryPoint
from pathlib import Path

import attrs
import pytest

from dirsync_core.host.declaring import called
from dirsync_core.host.opening import open_providers
from dirsync_core.host.plugins import load_plugins
from dirsync_core.host.series import unfit
from dirsync_core.host.settings import structure
from dirsync_core.host.strictness import PluginFailed
from dirsync_core.model.errors import SettingsError
from dirsync_core.testing import Scratch
from tests.plugins.modules import Write

HEAD = """
import attrs
from dirsync_core.api import *
from dirsync_core.api import dirsync_changed as _spec

@attrs.frozen
class Settings:
    pass

class Acme(Provider):
    pass
"""
NO_ATTRS = """
class Plain:
    pass
"""
MAPPER = "@hookimpl\ndef dirsync_mappers(): return [MapperType('acme', {}, {})]"
METHOD = (
    "class Acme(Provider):\n    {}\n@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Settings, Acme)]"
)


def because(write: Write, text: str) -> str:
    plugins = load_plugins([write("acme", HEAD + text)])

    (plugin,) = plugins.loaded
    assert "failed" == plugin.state, plugin
    assert not plugins.manager.has_plugin("acme")
    return str(plugin.because)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "@hookimpl\ndef dirsync_provider(): return []",
            "there is no hook dirsync_provider; did you mean dirsync_providers?",
        ),
        (
            "@hookimpl\ndef dirsync_changed(change): pass",
            "the hook dirsync_changed has no argument change; did you mean changes?",
        ),
        (
            "@hookimpl\ndef dirsync_mappers(settings): return []",
            "the hook dirsync_mappers has no argument settings; it takes none",
        ),
        ("def dirsync_providers(): return []", "dirsync_providers is not marked; put @hookimpl above it"),
        ("", "it has no hook; mark functions with @hookimpl"),
        (
            "@hookimpl\ndef dirsync_providers(): return ProviderType('acme', Settings, Acme)",
            "dirsync_providers gave a ProviderType; it gives a list of them",
        ),
        ("@hookimpl\ndef dirsync_providers(): pass", "dirsync_providers gave None; it gives a list of ProviderType"),
        ("@hookimpl\ndef dirsync_providers(): return [Acme]", "dirsync_providers gave the class Acme"),
        (
            "@hookimpl\ndef dirsync_mappers(): return ['acme']",
            "dirsync_mappers gave 'acme'; it gives MapperType objects",
        ),
        (
            "@hookimpl\ndef dirsync_mappers(): return [MapperType('acme', ('email',), lambda settings: None)]",
            "attributes of the mapper “acme” has 'email'; it has Attribute objects",
        ),
        (
            NO_ATTRS + "@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Plain, Acme)]",
            "the settings of the provider “acme”, 'Plain', are no attrs class; put @attrs.frozen above it",
        ),
        (
            "@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Settings, object())]",
            "give the class, or a function",
        ),
        (
            "@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Settings, Acme)] * 2",
            "the provider “acme” is declared already",
        ),
        ("raise OSError('no library')", "OSError: no library"),
        (
            MAPPER.format("(Attribute('city', 'text'),)", "lambda settings: None"),
            "the kind of city, of the mapper “acme”, is 'text'; there are AttributeKind.TEXT,",
        ),
        (MAPPER.format("(Attribute('Floor No'),)", "lambda settings: None"), "declares the attribute 'Floor No'"),
        (
            MAPPER.format("(Attribute('status'),)", "lambda settings: None"),
            "declares status, which dirsync sets itself; take another name",
        ),
        (MAPPER.format("'city'", "lambda settings: None"), "attributes of the mapper “acme” is 'city'; it is a tuple"),
        (
            MAPPER.format("()", "lambda record, claims: {}"),
            "does not take what it is called with: <lambda>(settings); it gives the function that maps",
        ),
        (
            "async def make(settings): pass\n" + MAPPER.format("()", "make"),
            "create of the mapper “acme” is an async def; make it a plain def",
        ),
        (
            "def make(settings): pass\n@hookimpl\ndef dirsync_filters(): return [FilterType('acme', make, Settings)]",
            "does not take what it is called with: make(settings, attributes); it gives the object that judges",
        ),
        (
            "@hookimpl\ndef dirsync_filters(): return [FilterType('acme', lambda s, a: None, None)]",
            "the settings of the filter “acme”, None, are no attrs class",
        ),
        (
            "@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Settings, Acme, mappers='acme')]",
            "mappers of the provider “acme” is 'acme'; it is a tuple of names",
        ),
        (METHOD.format("def open(self): pass"), "Acme.open is a plain def; it is awaited: async def open(self)"),
        (METHOD.format("def close(self): pass"), "Acme.close is a plain def; it is awaited: async def close(self)"),
        (METHOD.format("async def app(self): pass"), "Acme.app is an async def, and nobody awaits it"),
        (METHOD.format("def pull(self, cursor): yield"), "Acme.pull is a plain def that yields; it is an async def"),
        (METHOD.format("async def pull(self, cursor): pass"), "Acme.pull is an async def that never yields"),
        (METHOD.format("async def pull(self): yield"), "does not take what it is called with: async def pull(self, c"),
    ],
)
def test_each_mistake_is_told(write: Write, text: str, told: str) -> None:
    assert told in because(write, text)


def test_a_class_where_an_object_belongs_is_told(write: Write) -> None:
    point = write("acme", HEAD + "class Plugin:\n    @hookimpl\n    def dirsync_mappers(self): return []\n")
    of_class = type(point)("acme", f"{point.value}:Plugin", "dirsync")

    (plugin,) = load_plugins([of_class]).loaded

    assert plugin.because is not None
    assert "its entry point names the class Plugin; name an object of it, Plugin(), or a module" in plugin.because


def test_two_plugins_of_one_name_are_told_and_the_first_works(write: Write) -> None:
    good = HEAD + "@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Settings, Acme)]\n"

    plugins = load_plugins([write("acme", good), write("acme", good)])

    assert ["active", "failed"] == [plugin.state for plugin in plugins.loaded]
    assert "another plugin is called acme already" in str(plugins.loaded[1].because)
    assert "acme" in plugins.providers


def test_one_for_another_series_of_the_core_is_told_and_not_imported(write: Write) -> None:
    (plugin,) = load_plugins([write("acme", "raise OSError", requires="dirsync-core<0.1")]).loaded

    assert ("dirsync-acme", "1.0", "failed") == (plugin.distribution, plugin.version, plugin.state)
    assert "it needs dirsync-core<0.1, and dirsync-core is 0.1.0; install a release of it" in str(plugin.because)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (">=0.1,<0.2", True), (">=0.2", False), ("<0.1", False), ("==0.1.*", True), ("!=0.1.*", False),
        ("~=0.0.9", False), ("==0.1", False), (" (>=0.1)", True), ("", True), ("[testing]>=0.2", False),
        ("<=0.1.3", True), ("~=0.1.0", True),
    ],
)  # fmt: skip
def test_what_a_distribution_asks_of_the_core(asked: str, fits: bool) -> None:
    assert fits is (unfit([f"dirsync-core{asked}", "attrs>=99"], "0.1.3") is None)


def test_what_an_extra_asks_is_passed_over() -> None:
    assert unfit(['dirsync-core[testing]>=9; extra == "test"', "dirsync-core-tools>=9"], "0.1.3") is None


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_plugin_that_is_not_enabled_is_off_and_not_imported(write: Write) -> None:
    plugins = load_plugins([write("acme", "raise OSError"), write("core", HEAD + EMPTY)], enabled=["other"])

    assert {"acme": "off", "core": "active"} == {plugin.name: plugin.state for plugin in plugins.loaded}
    assert "The plugin acme 0 is off: it is not among those that are enabled" in plugins.why_missing("provider", "acme")


EMPTY = "@hookimpl\ndef dirsync_mappers(): return []\n"


def test_in_strict_mode_a_failure_is_fatal(write: Write) -> None:
    point = write("acme", "raise OSError('no library')")

    with pytest.raises(PluginFailed, match="acme failed, and strict mode takes no failure: OSError: no library"):
        load_plugins([point], strict=True)


def test_a_name_that_is_nearly_right_is_offered(write: Write) -> None:
    good = HEAD + "@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Settings, Acme)]\n"
    plugins = load_plugins([write("acme", good)])

    assert "There is no provider “acmee”; did you mean acme? Install" in plugins.why_missing("provider", "acmee")
    assert "There is no mapper “zzz”; there are none. Install" in plugins.why_missing("mapper", "zzz")


async def test_in_strict_mode_a_source_that_can_not_be_opened_is_fatal(write: Write, tmp_path: Path) -> None:
    failing = HEAD + (
        "class Failing(Acme):\n    async def open(self): raise OSError('no such server')\n"
        "@hookimpl\ndef dirsync_providers(): return [ProviderType('acme', Settings, Failing)]\n"
    )
    plugins = load_plugins([EntryPoint("core", "dirsync_core.builtin", "dirsync"), write("acme", failing)], strict=True)
    async with Scratch(tmp_path / "d", {"providers": {"hr": {"plugin": "acme"}}}, plugins) as scratch:
        with pytest.raises(PluginFailed, match="hr failed, and strict mode takes no failure: no such server"):
            await open_providers(scratch.host)


def test_a_field_that_no_setting_can_be_is_told() -> None:
    cls = attrs.make_class("AcmeSettings", {"anything": attrs.field(type=object)})

    with pytest.raises(SettingsError, match="AcmeSettings has a field of type object, which no setting can be"):
        structure({"anything": 1}, cls, "providers.hr")


def test_a_hook_is_given_the_arguments_that_it_names() -> None:
    given: list[object] = []

    def of_old() -> None:
        given.append("nothing")

    called(of_old, changes=[1], of_a_later_series=2)
    called(lambda changes: given.append(changes), changes=[1], of_a_later_series=2)

    assert ["nothing", [1]] == given
