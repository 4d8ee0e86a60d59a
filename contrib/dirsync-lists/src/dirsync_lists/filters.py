"""Both filters: what they are told, what they read for a draft, and how they judge.

They read nothing later: who is on the list stands in the rules, as it did when they were planned.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs

from dirsync_core.api import (
    Attribute,
    AttributeKind,
    Filter,
    FilterType,
    Json,
    Judgement,
    SettingsError,
    Verdict,
    fold,
)
from dirsync_lists.files import read_entries

_SINGLE = (AttributeKind.TEXT, AttributeKind.REFERENCE)


@attrs.frozen
class ListSettings:
    """`{ type = "allow-list", file = "oslo.txt" }`: the file lies beside plugins.toml.

    Its entries are e-mail addresses, or values of another attribute, such as `employeeNumber`.
    """

    file: str
    attribute: str = "email"


@attrs.frozen
class Listed:
    """Says who is on the list; `on_it` is the verdict for those who are."""

    name: str
    attribute: str
    entries: frozenset[str]
    on_it: Verdict
    domains: bool

    def judge(
        self, values: Mapping[str, object], *, undetermined: Callable[[str, str], bool] | None = None
    ) -> Judgement:
        """Judge by one value. Without it nothing can be said."""
        value = values.get(self.attribute)
        if not isinstance(value, str) or not fold(value):
            return Judgement(Verdict.UNDETERMINED, self.name, f"there is no {self.attribute}")
        entry = self._entry(fold(value))
        verdict = self.on_it if entry is not None else _OTHERWISE[self.on_it]
        found = "which is not" if entry is None else "which is" if entry == fold(value) else f"and {entry} is"
        return Judgement(verdict, self.name, f"{self.attribute} is {value}, {found} on the list")

    def _entry(self, value: str) -> str | None:
        domain = f"@{value.rpartition('@')[2]}"
        meant = (value, domain) if self.domains else (value,)
        return next((entry for entry in meant if entry in self.entries), None)


_OTHERWISE = {Verdict.IN: Verdict.OUT, Verdict.OUT: Verdict.IN}


def _list_type(name: str, on_it: Verdict) -> FilterType:
    def read(settings: ListSettings, folder: Path) -> Json:
        entries = read_entries(folder, settings.file, addresses=settings.attribute == "email")
        if not entries and on_it is Verdict.IN:
            raise SettingsError([f"file: {settings.file} has no entry, and so would let in nobody; add one"])
        return {"file": settings.file, "attribute": settings.attribute, "entries": list[Json](entries)}

    def create(read: Mapping[str, Json], attributes: Sequence[Attribute]) -> Filter:
        attribute, entries = read["attribute"], read["entries"]
        assert isinstance(attribute, str)
        assert isinstance(entries, list)
        _check(attribute, attributes)
        listed = frozenset(str(entry) for entry in entries)
        return Listed(f"{name} {read['file']}", attribute, listed, on_it, domains=attribute == "email")

    return FilterType(name, create, ListSettings, read)


def _check(name: str, attributes: Sequence[Attribute]) -> None:
    known = {attribute.name: attribute.kind for attribute in attributes}
    if name not in known:
        raise SettingsError([f"attribute: “{name}” is no attribute that anything sets"])
    if known[name] not in _SINGLE:
        raise SettingsError([f"attribute: {name} holds no single text, so it can't be looked up in a list"])


ALLOW_LIST = _list_type("allow-list", Verdict.IN)
BLOCK_LIST = _list_type("block-list", Verdict.OUT)
