"""Quality: a dozen things that a good plugin has, looked at without running any of it. Start at `judged`.

The rules are told with reason and example in docs/reference/quality.md.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs

from dirsync_core.api import MapperType, Provider, ProviderType, Secret
from dirsync_core.host.plugins import LoadedPlugin, Plugins

_SECRET_WORDS = ("password", "secret", "token", "apikey", "privatekey", "passphrase", "credential")


@attrs.frozen
class Subject:
    """A provider type, with the plugin that brings it and the mappers that it names."""

    plugin: LoadedPlugin
    kind: ProviderType
    mappers: Sequence[MapperType]

    @property
    def requirements(self) -> Sequence[str]:
        """What its distribution asks for."""
        try:
            return metadata.requires(self.plugin.distribution) or []
        except PackageNotFoundError:
            return []

    @property
    def cls(self) -> type[Any]:
        """The provider's class, where `create` is one."""
        return self.kind.create if inspect.isclass(self.kind.create) else Provider

    def overrides(self, method: str) -> bool:
        """Say whether the class has a method of its own."""
        return getattr(self.cls, method) is not getattr(Provider, method)


@attrs.frozen
class Mark:
    """What one rule says of a provider type; `met` is None where the rule is not about such."""

    rule: str
    met: bool | None
    advice: str


def judged(plugins: Plugins, name: str) -> Sequence[Mark]:
    """Give what each rule says of a provider type."""
    kind = plugins.providers[name]
    mappers = [plugins.mappers[mapper] for mapper in kind.mappers if mapper in plugins.mappers]
    subject = Subject(plugins.brought_by[f"provider {name}"], kind, mappers)
    return [Mark(rule, look(subject), advice) for rule, (look, advice) in RULES.items()]


def secret_fields(cls: type[Any]) -> Iterator[str]:
    """Give the settings that sound like secrets and are kept in plain sight."""
    for field in attrs.fields(cls):
        folded = field.name.replace("_", "").casefold()
        if folded.endswith(_SECRET_WORDS) and field.type is not Secret and "Secret" not in str(field.type):
            yield field.name


def untyped_fields(cls: type[Any]) -> Sequence[str]:
    """Give the settings that take anything."""
    return [field.name for field in attrs.fields(cls) if field.type in (None, Any, "Any")]


# --- the rules -------------------------------------------------------------------------------------------------------


def _is_distributed(subject: Subject) -> bool:
    return subject.plugin.version not in ("", "0")


def _is_pinned(subject: Subject) -> bool | None:
    if subject.plugin.distribution == "dirsync-core":
        return None
    asked = [each for each in subject.requirements if each.startswith("dirsync-core") and "extra" not in each]
    return any(("<" in each and ">" in each) or "~=" in each for each in asked)


def _is_typed(subject: Subject) -> bool:
    package = str(getattr(subject.kind.create, "__module__", "")).partition(".")[0]
    spec = find_spec(package) if package else None
    folders = spec.submodule_search_locations or () if spec is not None else ()
    return any((Path(folder) / "py.typed").is_file() for folder in folders)


def _is_described(subject: Subject) -> bool:
    described = [attribute for mapper in subject.mappers for attribute in mapper.attributes if attribute.description]
    return any(attribute.name == "email" for attribute in described)


def _pulls_asynchronously(subject: Subject) -> bool | None:
    return inspect.isasyncgenfunction(subject.cls.pull) if subject.kind.pulls else None


def _closes(subject: Subject) -> bool | None:
    return subject.overrides("close") if subject.overrides("open") else None


def _has_ticks(subject: Subject) -> bool | None:
    if not subject.kind.pushes or subject.kind.guide is None:
        return None
    return any(step.seen for tab in subject.kind.guide.tabs for step in tab.steps)


def _of_pushing(look: Callable[[Subject], bool]) -> Callable[[Subject], bool | None]:
    return lambda subject: look(subject) if subject.kind.pushes else None


RULES: Mapping[str, tuple[Callable[[Subject], bool | None], str]] = {
    "distribution": (_is_distributed, "release it as a distribution of its own, with a version"),
    "core-series": (_is_pinned, "depend on a series of the core: dirsync-core>=0.1,<0.2"),
    "typed-package": (_is_typed, "put an empty file py.typed into the package"),
    "settings-typed": (lambda s: not untyped_fields(s.kind.settings), "give each field of the settings a type"),
    "settings-told": (lambda s: bool(vars(s.kind.settings).get("__doc__")), "write a docstring for the settings class"),
    "secrets-secret": (lambda s: not [*secret_fields(s.kind.settings)], "make passwords and tokens a Secret"),
    "titled": (lambda s: bool(s.kind.title), "give the type a title; it is its name in sentences"),
    "attributes-told": (_is_described, "describe the attributes of its mapper, email at least"),
    "pulls-asynchronously": (_pulls_asynchronously, "make pull an async def that yields"),
    "closes": (_closes, "write a close() that lets go of what open() took"),
    "set-up-page": (_of_pushing(lambda s: s.kind.guide is not None), "give the type a guide: the steps to connect it"),
    "ticked-steps": (_has_ticks, "say with `seen` what ticks a step of the guide off"),
    "own-errors": (_of_pushing(lambda s: s.overrides("error")), "give errors in the form that the source shows"),
}
