"""Rules, records and claims for the pure stages, with only what a test is about said."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dirsync_core.api import Attribute, AttributeKind, Claims, FilterAttribute, Record, Schema, bind, parse
from dirsync_core.engine.rules import CompiledMapper, LocationRule, ProviderRules, Rules
from dirsync_core.model.identifiers import RecordId

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KINDS: Mapping[str, AttributeKind] = {
    "email": AttributeKind.TEXT,
    "title": AttributeKind.TEXT,
    "remote": AttributeKind.BOOLEAN,
    "tags": AttributeKind.TEXTS,
    "manager": AttributeKind.REFERENCE,
    "assistants": AttributeKind.REFERENCES,
}
_SCHEMA = Schema(
    (
        FilterAttribute("city"),
        FilterAttribute("title"),
        FilterAttribute("groups", multi_valued=True, complete=True, noun="group"),
    )
)


def record(body: bytes = b"{}", **said: Any) -> Record:
    values: dict[str, Any] = {"external_id": None, "active": True, "version": 1, "created_at": AT, "changed_at": AT}
    return Record(RecordId("r"), "okta", "user", "ann", body=body, **values | said)


def mapper(name: str, claims: Any, kinds: Mapping[str, AttributeKind] = KINDS) -> CompiledMapper:
    """Give a mapper that claims the same of everybody, or calls a function."""
    return CompiledMapper(name, claims if callable(claims) else lambda *_: claims, kinds)


def provider(*mappers: CompiledMapper, name: str = "okta", by_hand: bool = False, admit: str = "") -> ProviderRules:
    return ProviderRules(name, name.title(), by_hand, mappers, _filter(admit))


def location(key: str, text: str = "", missing: Any = "out") -> LocationRule:
    return LocationRule(key, key.title(), _filter(text), text, missing)


def rules(
    providers: Sequence[ProviderRules] = (),
    locations: Sequence[LocationRule] = (),
    precedence: Sequence[str] = (),
    by_attribute: Mapping[str, tuple[str, ...]] | None = None,
) -> Rules:
    schema = {name: Attribute(name, kind) for name, kind in KINDS.items()}
    return Rules(
        1, {p.name: p for p in providers}, tuple(locations), tuple(precedence), by_attribute or {}, schema, UTC
    )  # fmt: skip


def _filter(text: str) -> Any:
    return bind(parse(text), _SCHEMA) if text else None


def nothing_undetermined(attribute: str, value: str) -> bool:
    return False


__all__ = ["AT", "KINDS", "Claims", "location", "mapper", "nothing_undetermined", "provider", "record", "rules"]
