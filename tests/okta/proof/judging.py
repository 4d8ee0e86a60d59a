"""What we and scim2-models make of the same resource, filter or patch, in a form in which the two can be compared."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
from pydantic import ValidationError
from scim2_models import Context, SCIMException, ScimPolicy

from dirsync_core.api import Dialects
from dirsync_okta.scim import Attribute, ScimError
from dirsync_okta.scim.dialects import PATCH_READ_ONLY_PART
from dirsync_okta.scim.lists import read_filter
from dirsync_okta.scim.notes import Notes
from dirsync_okta.scim.operations import PATCH_OP, read_operations
from dirsync_okta.scim.patch import patched
from dirsync_okta.scim.reading import read_resource
from tests.okta.proof.strictness import strict_body, strict_operation
from tests.okta.proof.twins import Twin

STRICT = ScimPolicy()
TOLERANT = ScimPolicy(unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create)


@attrs.frozen
class Outcome:
    """What came of it: a resource or an answer, or the `scimType` of the refusal."""

    value: Any = None
    refused: str | None = None


def read_by_us(twin: Twin, body: dict[str, Any]) -> Outcome:
    return _ours(lambda: normal(twin, read_resource(twin.ours, body)))


def read_by_them(twin: Twin, body: dict[str, Any]) -> Outcome:
    return plainly_read_by_them(twin, strict_body(twin, body))


def plainly_read_by_them(twin: Twin, body: dict[str, Any]) -> Outcome:
    return _theirs(lambda: normal(twin, _read(twin, body).model_dump()))


def found_by_us(twin: Twin, body: dict[str, Any], text: str) -> Outcome:
    def job() -> Any:
        selection = read_filter(twin.ours, text)
        assert selection is not None
        return selection.matches(read_resource(twin.ours, body))

    return _ours(job)


def found_by_them(twin: Twin, body: dict[str, Any], text: str) -> Outcome:
    return plainly_found_by_them(twin, emptied(strict_body(twin, body)), text)


def plainly_found_by_them(twin: Twin, body: dict[str, Any], text: str) -> Outcome:
    return _theirs(lambda: twin.filter(text).match(_read(twin, body), strict=True))


class _Judged(Dialects):
    """All tolerances but the one for read-only parts, which scim2-models refuses as the RFC does."""

    def allows(self, name: str) -> bool:
        return name != PATCH_READ_ONLY_PART.name


def patched_by_us(twin: Twin, body: dict[str, Any], operations: list[dict[str, Any]]) -> Outcome:
    def job() -> Any:
        given = read_operations({"schemas": [PATCH_OP], "Operations": operations}, most=100)
        return normal(
            twin, patched(twin.ours, read_resource(twin.ours, body), given, lambda name: None, Notes(_Judged()))
        )

    return _ours(job)


def patched_by_them(
    twin: Twin, body: dict[str, Any], operations: list[dict[str, Any]], policy: ScimPolicy = TOLERANT
) -> Outcome:
    strict = [strict_operation(twin, each) for each in operations]
    return plainly_patched_by_them(twin, strict_body(twin, body), strict, policy)


def plainly_patched_by_them(
    twin: Twin, body: dict[str, Any], operations: list[dict[str, Any]], policy: ScimPolicy = TOLERANT
) -> Outcome:
    def job() -> Any:
        resource = _read(twin, body)
        payload = {"schemas": [PATCH_OP], "Operations": operations}
        patch = twin.patch.model_validate(payload, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=policy)
        patch.patch(resource, scim_policy=policy)
        return normal(twin, resource.model_dump())

    return _theirs(job)


def _read(twin: Twin, body: dict[str, Any]) -> Any:
    return twin.theirs.model_validate(body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)


def _ours(job: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(job())
    except ScimError as error:
        return Outcome(refused=error.scim_type or str(error.status))


def _theirs(job: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(job())
    except SCIMException as error:
        return Outcome(refused=error.scim_type or str(error.status))
    except ValidationError as error:
        kinds = [str(each["ctx"]["scim_type"]) for each in error.errors() if each["type"].startswith("scim_")]
        return Outcome(refused=kinds[0] if kinds else "invalidValue")


def emptied(value: Any) -> Any:
    """Give a resource with null for what RFC 7643 2.5 calls the same, an empty list."""
    if isinstance(value, dict):
        return {name: emptied(part) for name, part in value.items()}
    if isinstance(value, list):
        return [emptied(each) for each in value] or None
    return value


# --- one form --------------------------------------------------------------------------------------------------------


def normal(twin: Twin, resource: dict[str, Any]) -> Any:
    """Give a resource with nothing that says nothing (RFC 7643 2.5), its moments as instants, its bytes as bytes."""
    found: dict[str, Any] = {}
    for name, value in resource.items():
        extension = twin.ours.extension(name)
        if name.lower() == "schemas":
            continue
        if extension is not None:
            value = _parts(extension.find, value)
        else:
            attribute = twin.ours.find(name)
            value = _normal(attribute, value) if attribute else value
        if value not in (None, [], {}):
            found[name] = value
    return found


def _parts(find: Callable[[str], Attribute | None], value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    read = {name: _normal(attribute, part) if (attribute := find(name)) else part for name, part in value.items()}
    return {name: part for name, part in read.items() if part not in (None, [], {})}


def _normal(attribute: Attribute, value: Any) -> Any:
    if attribute.secret or value is None:
        return None
    if isinstance(value, list):
        read = [_normal(attribute, each) for each in value]
        return sorted((each for each in read if each not in (None, {})), key=order)
    if isinstance(value, dict):
        return _parts(attribute.find, value)
    if attribute.type == "dateTime" and isinstance(value, str) and value:
        return _instant(value)
    if attribute.type == "binary" and isinstance(value, str | bytes):
        return base64.b64decode(value)
    return float(value) if attribute.type == "decimal" and not isinstance(value, str) else value


def order(value: Any) -> str:
    """Give what values are put in order by."""
    return repr(sorted(value.items()) if isinstance(value, dict) else value)


def _instant(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
