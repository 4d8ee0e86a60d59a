"""What a plugin declares, looked at: each common mistake is told with hook, argument, and the nearest right name.

Start at `check_hooks` for the functions, at `declared_by` for what they give.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import attrs

from dirsync_core import api
from dirsync_core.model.claims import SET_BY_DIRSYNC

PREFIX = "dirsync_"
DECLARING: Mapping[str, tuple[type[Any], str]] = {
    "dirsync_providers": (api.ProviderType, "provider"),
    "dirsync_filters": (api.FilterType, "filter"),
    "dirsync_mappers": (api.MapperType, "mapper"),
}
_HOOKS: Mapping[str, Callable[..., object]] = {
    name: value for name, value in vars(api).items() if hasattr(value, "dirsync_spec")
}
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_GIVEN: Mapping[str, tuple[str, ...]] = {
    "provider": ("settings", "context"),
    "filter": ("settings", "attributes"),
    "mapper": ("settings",),
}
"""What `create` is called with."""


class Misdeclared(Exception):
    """A plugin declares what can't be used; its words go into `because`."""


def near(name: str, known: Sequence[str]) -> str:
    """Give the nearest right name as a question, or all of them."""
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {found[0]}?" if found else f"there are {', '.join(sorted(known)) or 'none'}"


def check_hooks(plugin: object) -> tuple[str, ...]:
    """See that what a plugin marks as hooks are such, and give their names.

    Raises:
        Misdeclared: it is a class, has no hook, or one whose name or arguments are none.
    """
    if inspect.isclass(plugin):
        raise Misdeclared(
            f"its entry point names the class {plugin.__name__}; name an object of it, {plugin.__name__}(), or a module"
        )
    found = dict(_hooks(plugin))
    if not found:
        raise Misdeclared(f"it has no hook; mark functions with @hookimpl, named as {', '.join(sorted(_HOOKS))}")
    for name, function in found.items():
        _check_hook(name, function)
    return tuple(sorted(found))


def _hooks(plugin: object) -> Iterator[tuple[str, Callable[..., object]]]:
    for name in dir(plugin):
        value = getattr(plugin, name, None)
        if not callable(value) or hasattr(value, "dirsync_spec"):
            continue
        if hasattr(value, "dirsync_impl"):
            yield value.dirsync_impl.get("specname") or name, value
        elif name.startswith(PREFIX):
            raise Misdeclared(f"{name} is not marked; put @hookimpl above it, from dirsync_core.api")


def _check_hook(name: str, function: Callable[..., object]) -> None:
    if name not in _HOOKS:
        raise Misdeclared(f"there is no hook {name}; {near(name, [*_HOOKS])}")
    known = [*inspect.signature(_HOOKS[name]).parameters]
    for argument in inspect.signature(function).parameters:
        if argument not in known:
            hint = near(argument, known) if known else "it takes none"
            raise Misdeclared(f"the hook {name} has no argument {argument}; {hint}")


def called(function: Callable[..., Any], **given: object) -> Any:
    """Call a hook with those of the arguments that it names: hooks gain arguments that old plugins do not know."""
    named = inspect.signature(function).parameters
    return function(**{name: value for name, value in given.items() if name in named})


# --- what they give --------------------------------------------------------------------------------------------------


def declared_by(hook: str, given: object) -> list[Any]:
    """See that what a declaring hook gave can be used, and give it as a list.

    Raises:
        Misdeclared: it is no list, or something in it is not what the hook gives.
    """
    cls, kind = DECLARING[hook]
    if isinstance(given, cls):
        raise Misdeclared(f"{hook} gave a {cls.__name__}; it gives a list of them: [{cls.__name__}(…)]")
    if not isinstance(given, list | tuple):
        raise Misdeclared(f"{hook} gave {given!r}; it gives a list of {cls.__name__} objects")
    for item in given:
        _check_item(hook, item, cls, kind)
    return [*given]


def _check_item(hook: str, item: object, cls: type[Any], kind: str) -> None:
    if inspect.isclass(item):
        what = "itself" if item is cls else item.__name__
        raise Misdeclared(f"{hook} gave the class {what}; it gives {cls.__name__} objects: {cls.__name__}(“name”, …)")
    if not isinstance(item, cls):
        raise Misdeclared(f"{hook} gave {item!r}; it gives {cls.__name__} objects")
    if not isinstance(item.name, str) or not item.name:
        raise Misdeclared(f"{hook} gave a {cls.__name__} of the name {item.name!r}; a name is a text, and not empty")
    if not callable(item.create):
        raise Misdeclared(
            f"create of the {kind} “{item.name}” is {item.create!r}, an object; give the class, or a function"
        )
    if not attrs.has(item.settings) and not (item.settings is None and kind == "mapper"):
        raise Misdeclared(
            f"the settings of the {kind} “{item.name}”, {getattr(item.settings, '__name__', item.settings)!r}, are no"
            " attrs class; put @attrs.frozen above it"
        )
    _check_create(item, kind)
    if isinstance(item, api.MapperType):
        _check_attributes(item)
    if isinstance(item, api.ProviderType):
        _check_provider(item)


def _check_create(item: Any, kind: str) -> None:
    given = _GIVEN[kind]
    if inspect.iscoroutinefunction(item.create):
        raise Misdeclared(f"create of the {kind} “{item.name}” is an async def; make it a plain def")
    if not _takes(item.create, given):
        name = getattr(item.create, "__name__", "create")
        raise Misdeclared(
            f"create of the {kind} “{item.name}”, {name}, does not take what it is called with: "
            f"{name}({', '.join(given)}){_HINTS[kind]}"
        )


_HINTS: Mapping[str, str] = {
    "provider": "",
    "filter": "; it gives the object that judges",
    "mapper": "; it gives the function that maps. One without settings: lambda settings: …",
}


def _check_provider(item: api.ProviderType) -> None:
    if isinstance(item.mappers, str) or not all(isinstance(name, str) for name in item.mappers):
        raise Misdeclared(f"mappers of the provider “{item.name}” is {item.mappers!r}; it is a tuple of names: (“…”,)")
    if inspect.isclass(item.create):
        _check_methods(item.create)


def _check_methods(cls: type[Any]) -> None:
    for name in ("open", "close"):
        method = getattr(cls, name, None)
        if inspect.isfunction(method) and not inspect.iscoroutinefunction(method):
            raise Misdeclared(f"{cls.__name__}.{name} is a plain def; it is awaited: async def {name}(self)")
    for name in ("app", "error"):
        if inspect.iscoroutinefunction(getattr(cls, name, None)):
            raise Misdeclared(f"{cls.__name__}.{name} is an async def, and nobody awaits it; make it a plain def")
    pull = getattr(cls, "pull", None)
    if not inspect.isfunction(pull) or pull is api.Provider.pull:
        return
    if inspect.isgeneratorfunction(pull) or inspect.iscoroutinefunction(pull):
        what = "a plain def that yields" if inspect.isgeneratorfunction(pull) else "an async def that never yields"
        raise Misdeclared(f"{cls.__name__}.pull is {what}; it is an async def that yields Upsert, Delete and Complete")
    if not _takes(pull, ("self", "cursor")):
        raise Misdeclared(f"{cls.__name__}.pull does not take what it is called with: async def pull(self, cursor)")


def _takes(function: Callable[..., object], given: Sequence[str]) -> bool:
    try:
        inspect.signature(function).bind(*given)
    except TypeError:
        return False
    except ValueError:  # one that has no signature to look at, written in C
        return True
    return True


def _check_attributes(item: api.MapperType) -> None:
    if not isinstance(item.attributes, list | tuple):
        raise Misdeclared(f"attributes of the mapper “{item.name}” is {item.attributes!r}; it is a tuple of Attribute")
    for attribute in item.attributes:
        if not isinstance(attribute, api.Attribute):
            raise Misdeclared(
                f"attributes of the mapper “{item.name}” has {attribute!r}; it has Attribute objects: Attribute(“city”)"
            )
        if not isinstance(attribute.name, str) or not _ATTRIBUTE.fullmatch(attribute.name):
            raise Misdeclared(
                f"the mapper “{item.name}” declares the attribute {attribute.name!r}; its name begins with a letter"
                " and has no blanks, so that filters and commands can write it: floorNumber"
            )
        if attribute.name in SET_BY_DIRSYNC:
            raise Misdeclared(
                f"the mapper “{item.name}” declares {attribute.name}, which dirsync sets itself; take another name"
            )
        if not isinstance(attribute.kind, api.AttributeKind):
            kinds = ", ".join(f"AttributeKind.{kind.name}" for kind in api.AttributeKind)
            raise Misdeclared(
                f"the kind of {attribute.name}, of the mapper “{item.name}”, is {attribute.kind!r}; there are {kinds}"
            )
