"""`plugins.toml`: reading it, and saying of each error where it stands and what would be right.

Start at `read_settings`. What a provider's own plugin reads stays a plain table here, and is structured by
`structure` with the plugin's settings class once the plugin is loaded.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import cattrs
from cattrs.errors import (
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    StructureHandlerNotFoundError,
)
from cattrs.gen import make_dict_structure_fn

from dirsync_core.model.durations import read_duration
from dirsync_core.model.errors import SettingsError

T = TypeVar("T")

FILE = "plugins.toml"
_LEAST_KEPT = timedelta(days=1)

FilterSetting = str | Mapping[str, Any]
"""A filter as text, or a table with the `type` of a filter that a plugin brings."""


@attrs.frozen
class DirectorySettings:
    """`[directory]`."""

    store: str = "sqlite:///dirsync.db"
    url: str = "http://127.0.0.1:8080"
    timezone: str = "UTC"
    precedence: tuple[str, ...] = ()
    keep_leavers: str | None = None
    keep_history: str | None = None


@attrs.frozen
class PluginsSettings:
    """`[plugins]`: which plugins may be loaded, and whether one that fails is fatal."""

    enabled: tuple[str, ...] | None = None
    strict: bool = False


@attrs.frozen
class GuardSettings:
    """`[guard]`, and `[providers.NAME.guard]`, where what is left out is as in `[guard]`."""

    people: int | None = None
    percent: int | None = None
    window: str | None = None


@attrs.frozen
class ProviderSettings:
    """`[providers.NAME]`: what the core reads of it; the rest, in `own`, is the plugin's."""

    plugin: str
    domains: tuple[str, ...] = ()
    on_match: str = "protect"
    filter: FilterSetting | None = None
    mappers: tuple[str, ...] | None = None
    mapper_settings: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    attributes: Mapping[str, str] = attrs.field(factory=dict)
    every: str | None = None
    tolerate: tuple[str, ...] | None = None
    strict: bool = False
    guard: GuardSettings = GuardSettings()
    own: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class LocationSettings:
    """`[locations.KEY]`."""

    name: str | None = None
    filter: FilterSetting | None = None
    missing: str = "out"


@attrs.frozen
class Settings:
    """The whole file; `folder` is where it lies, `path` None where there is no file."""

    folder: Path
    directory: DirectorySettings = attrs.field(factory=DirectorySettings)
    providers: Mapping[str, ProviderSettings] = attrs.field(factory=dict)
    locations: Mapping[str, LocationSettings] = attrs.field(factory=dict)
    precedence: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    guard: GuardSettings = GuardSettings()
    plugins: PluginsSettings = PluginsSettings()

    @property
    def store_path(self) -> Path:
        """The SQLite file, resolved against the folder."""
        return self.folder / self.directory.store.removeprefix("sqlite:///")

    @property
    def organisation(self) -> str | None:
        """What the organisation is called: the domain of the address without its ends, where it has a name at all."""
        host = urlsplit(self.directory.url).hostname or ""
        parts = host.split(".")
        return parts[-2] if len(parts) > 1 and not parts[-1].isdigit() else None

    @property
    def timezone(self) -> ZoneInfo:
        """Where the directory's days begin and end."""
        return ZoneInfo(self.directory.timezone)


def read_settings(folder: Path, file: Path | None = None) -> Settings:
    """Read `plugins.toml` in a folder, or another file as if it were that one.

    Raises:
        SettingsError: there is no file, it is no TOML, or something in it can't be used; has every problem at once.
    """
    path = file or folder / FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if file is not None:
            raise SettingsError([f"There is no {file}."]) from None
        raise SettingsError([f"There is no {FILE} in {folder}. Make one with: dirsync init"]) from None
    except OSError as error:
        raise SettingsError([f"{path} can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([f"{path.name} can't be read: it is not in UTF-8. Save it in that encoding."]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path.name} can't be read: {error}"]) from error
    return settings_of(table, folder)


def settings_of(table: Mapping[str, Any], folder: Path) -> Settings:
    """Turn a parsed file into settings, gathering every problem."""
    problems: list[str] = []
    known = {field.name for field in attrs.fields(Settings)} - {"folder"}
    problems += [_unknown("", name, known) for name in table if name not in known]
    guard = _each(problems, {"guard": table.get("guard", {})}, "", _structured(GuardSettings))
    plugins = _each(problems, {"plugins": table.get("plugins", {})}, "", _structured(PluginsSettings))
    directory = _each(problems, {"directory": table.get("directory", {})}, "", _structured(DirectorySettings))
    providers = _each(problems, table.get("providers", {}), "providers.", _provider)
    locations = _each(problems, table.get("locations", {}), "locations.", _structured(LocationSettings))
    precedence = _each(problems, table.get("precedence", {}), "precedence.", _structured(tuple[str, ...]))
    read = directory.get("directory", DirectorySettings())
    settings = Settings(
        folder, read, providers, locations, precedence, guard.get("guard", GuardSettings()),
        plugins.get("plugins", PluginsSettings()),
    )  # fmt: skip
    problems += _semantic_problems(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def structure(value: object, cls: type[T], path: str) -> T:
    """Turn plain data into a class; unknown keys and wrong types are errors.

    Raises:
        SettingsError: each problem as `path: what is wrong`.
    """
    if attrs.has(cls) and not isinstance(value, Mapping):
        raise SettingsError([f"{path}: is a table, [{path}]"])
    try:
        return _CONVERTER.structure(value, cls)
    except BaseValidationError as error:
        raise SettingsError(list(_problems(error, path))) from error
    except StructureHandlerNotFoundError as error:
        kind = getattr(error.type_, "__name__", error.type_)
        problem = f"{path}: {cls.__name__} has a field of type {kind}, which no setting can be; give it a plain type"
        raise SettingsError([problem]) from error
    except (TypeError, ValueError) as error:
        raise SettingsError([f"{path}: {error}"]) from error


# --- the parts -----------------------------------------------------------------------------------------------------


def _provider(value: Any, path: str) -> ProviderSettings:
    if not isinstance(value, Mapping):
        raise SettingsError([f"{path}: is a table, [{path}]"])
    core = {field.name for field in attrs.fields(ProviderSettings)} - {"own"}
    if "plugin" not in value:
        raise SettingsError([f'{path}.plugin: is missing; say which plugin it is, for instance plugin = "okta"'])
    mine = {name: item for name, item in value.items() if name in core}
    own = {name: item for name, item in value.items() if name not in core}
    return attrs.evolve(structure(mine, ProviderSettings, path), own=own)


def _semantic_problems(settings: Settings) -> "list[str]":
    problems = _guard_problems("guard", settings.guard)
    if not settings.directory.store.startswith("sqlite:///"):
        problems.append(f"directory.store: “{settings.directory.store}” is not of the form sqlite:///FILE")
    try:
        ZoneInfo(settings.directory.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(
            f"directory.timezone: “{settings.directory.timezone}” is no time zone; for instance Europe/Oslo"
        )
    if not settings.directory.url.startswith(("http://", "https://")):
        problems.append(f"directory.url: “{settings.directory.url}” does not begin with https:// or http://")
    problems += _kept_problems(settings.directory)
    for name, provider in settings.providers.items():
        if not _is_name(name):
            problems.append(f"providers.{name}: a name has letters, digits, - and _ only, since it stands in addresses")
        problems += _guard_problems(f"providers.{name}.guard", provider.guard)
        if provider.on_match not in ("protect", "adopt"):
            problems.append(f"providers.{name}.on_match: “{provider.on_match}” is not one of: protect, adopt")
    for key, location in settings.locations.items():
        if not _is_name(key):
            problems.append(f"locations.{key}: a key has letters, digits, - and _ only; what is shown is its name")
        if location.missing not in ("in", "out"):
            problems.append(f"locations.{key}.missing: “{location.missing}” is not one of: in, out")
    return problems


def _guard_problems(path: str, guard: GuardSettings) -> list[str]:
    problems = []
    if guard.people is not None and guard.people < 0:
        problems.append(f"{path}.people: {guard.people} is no number of people; 0 or more")
    if guard.percent is not None and not 0 <= guard.percent <= 100:
        problems.append(f"{path}.percent: {guard.percent} is no percentage; 0 to 100")
    try:
        read_duration(guard.window if guard.window is not None else "24h")
    except ValueError as error:
        problems.append(f"{path}.window: {error}")
    return problems


def _kept_problems(directory: DirectorySettings) -> Iterator[str]:
    for name in ("keep_leavers", "keep_history"):
        kept = getattr(directory, name)
        try:
            if kept is not None and read_duration(kept) < _LEAST_KEPT:
                yield f"directory.{name}: “{kept}” is less than a day, and would forget what has just happened"
        except ValueError as error:
            yield f"directory.{name}: {error}"


def _is_name(name: str) -> bool:
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def _each(problems: list[str], tables: object, prefix: str, make: Callable[[Any, str], T]) -> dict[str, T]:
    """Make a value of each entry of a table, and gather what can't be made."""
    if not isinstance(tables, Mapping):
        problems.append(f"{prefix.rstrip('.')}: is a table, [{prefix}NAME] for each")
        return {}
    made: dict[str, T] = {}
    for name, value in tables.items():
        try:
            made[name] = make(value, f"{prefix}{name}")
        except SettingsError as error:
            problems += error.problems
    return made


def _structured(cls: type[T]) -> Callable[[Any, str], T]:
    return lambda value, path: structure(value, cls, path)


# --- errors with their paths -----------------------------------------------------------------------------------------


def _problems(error: BaseException, path: str) -> "list[str]":
    """Flatten cattrs' tree of errors into `path: what is wrong`."""
    match error:
        case ClassValidationError():
            pairs, rest = error.group_exceptions()
            found = [p for inner, note in pairs for p in _problems(inner, f"{path}.{note.name}")]
            names = {field.name for field in attrs.fields(error.cl)}
            return found + [p for inner in rest for p in _of_class(inner, path, names)]
        case IterableValidationError():
            pairs_, rest = error.group_exceptions()
            found = [p for inner, note in pairs_ for p in _problems(inner, f"{path}[{note.index}]")]
            return found + [p for inner in rest for p in _problems(inner, path)]
        case ForbiddenExtraKeysError():
            known = {field.name for field in attrs.fields(error.cl)}
            return [_unknown(f"{path}.", name, known) for name in sorted(error.extra_fields)]
        case KeyError():
            return [f"{path.removesuffix(f'.{error.args[0]}')}.{error.args[0]}: is missing"]
        case _:
            return [f"{path}: {error}"]


def _of_class(error: BaseException, path: str, names: set[str]) -> "list[str]":
    """A validator of a settings class may begin with the name of the setting that it looked at, or a path from it."""
    said = str(error)
    if any(said.startswith((f"{name}:", f"{name}.", f"{name}[")) for name in names):
        return [f"{path}.{said}"]
    return _problems(error, path)


def _unknown(path: str, name: str, known: set[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known)) or 'nothing'}"
    return f"{path}{name}: is no setting; {hint}"


def _strict(cls: type, article: str) -> Callable[[object, type], object]:
    def check(value: object, _: type) -> object:
        if type(value) is not cls:
            raise TypeError(f"is {article}, and {value!r} is not")
        return value

    return check


def _filter_setting(value: object, _: object) -> FilterSetting:
    if isinstance(value, str) or (isinstance(value, Mapping) and isinstance(value.get("type"), str)):
        return value
    raise TypeError("is a filter, for instance 'city eq \"Oslo\"', or a table with the type of a filter")


def _texts(value: object, _: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise TypeError(f'is a list of texts, for instance ["a", "b"], and {value!r} is not')
    return tuple(value)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    for cls, article in ((str, "a text"), (bool, "true or false"), (int, "a whole number")):
        converter.register_structure_hook(cls, _strict(cls, article))
    converter.register_structure_hook_func(lambda t: t == tuple[str, ...], _texts)
    converter.register_structure_hook_func(lambda t: t == FilterSetting, _filter_setting)
    converter.register_structure_hook_func(lambda t: t == FilterSetting | None, _filter_setting)
    converter.register_structure_hook_func(lambda t: t == tuple[str, ...] | None, _texts)
    converter.register_structure_hook_factory(
        attrs.has, lambda cls: make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True)
    )
    return converter


_CONVERTER = _converter()
