"""Rule text: rules as TOML for plugins.toml, which gives the same rules when it is read."""

from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
from tomlkit.items import Item, Table

from dirsync_core.host.plugins import Plugins
from dirsync_core.host.rules.compiling import RuleData


def rule_text(data: RuleData, plugins: Plugins) -> str:
    """Write rules as they would stand in the settings: the rules alone, defaults left out."""
    document = tomlkit.document()
    tables = {
        "directory": {"precedence": data["precedence"]} if data["precedence"] else None,
        "providers": {name: dict(_provider(item, plugins)) for name, item in data["providers"].items()},
        "locations": {key: dict(_location(key, item)) for key, item in data["locations"].items()},
        "precedence": dict(data["attributePrecedence"]),
    }
    for name, table in tables.items():
        if table:
            document.add(name, _table(table, nested=name in ("providers", "locations")))
    return tomlkit.dumps(document).strip("\n") + "\n"


def _provider(item: RuleData, plugins: Plugins) -> Iterator[tuple[str, Any]]:
    yield "plugin", item["plugin"]
    if item["domains"]:
        yield "domains", item["domains"]
    if item["onMatch"] != "protect":
        yield "on_match", item["onMatch"]
    if item["filter"] is not None:
        yield "filter", item["filter"]
    kind = plugins.providers.get(item["plugin"])
    if kind is None or list(kind.mappers) != item["mappers"]:
        yield "mappers", item["mappers"]
    if item.get("mapperSettings"):
        yield "mapper_settings", _table(item["mapperSettings"])
    if item["attributes"]:
        yield "attributes", _table(item["attributes"])
    if item.get("guard"):
        yield "guard", _table(item["guard"])


def _location(key: str, item: RuleData) -> Iterator[tuple[str, Any]]:
    if item["name"] != key:
        yield "name", item["name"]
    if item["filter"] is not None:
        yield "filter", item["filter"]
    if item["missing"] != "out":
        yield "missing", item["missing"]


def _table(values: Mapping[str, Any], *, nested: bool = False) -> Table:
    table = tomlkit.table(is_super_table=nested)
    for name, value in values.items():
        table.add(name, _table(value) if nested else _item(value))
    return table


def _item(value: Any) -> Item:
    """A filter is full of quotation marks, so it stands between apostrophes where that can be."""
    if isinstance(value, Item):
        return value
    if isinstance(value, str):
        literal = '"' in value and "'" not in value and value.isprintable()
        return tomlkit.string(value, literal=literal)
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for name, inner in value.items():
            inline.append(name, _item(inner))
        return inline
    made: Item = tomlkit.item(value)
    return made
