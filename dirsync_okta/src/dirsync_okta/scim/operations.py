"""The body of a PATCH (RFC 7644 3.5.2): operations as they were sent, before they are applied to anything."""

from typing import Literal, cast

import attrs

from dirsync_core.api import Json
from dirsync_okta.scim.dialects import OP_IN_CAPITALS
from dirsync_okta.scim.errors import ScimError, invalid_path, invalid_syntax, invalid_value, no_target
from dirsync_okta.scim.notes import Notes
from dirsync_okta.scim.reading import Content

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Op = Literal["add", "replace", "remove"]


@attrs.frozen
class Operation:
    """One operation as it was sent; `has_value` tells null from no value."""

    op: Op
    path: str | None
    value: Json = None
    has_value: bool = False


def read_operations(payload: Content, *, most: int, notes: Notes | None = None) -> tuple[Operation, ...]:
    """Read the body of a PATCH.

    Raises:
        ScimError: it is not a PatchOp, or one of its operations is not what the RFC allows.
    """
    names = {name.lower(): value for name, value in payload.items()}
    schemas, operations = names.get("schemas"), names.get("operations")
    if not isinstance(schemas, list) or not any(
        isinstance(urn, str) and urn.lower() == PATCH_OP.lower() for urn in schemas
    ):
        raise invalid_syntax(f"“schemas” of a PATCH is [“{PATCH_OP}”]. Send it so.")
    if not isinstance(operations, list) or not operations:
        raise invalid_syntax("“Operations” is an array of one operation or more. Send it so.")
    if len(operations) > most:
        raise invalid_syntax(f"The PATCH has more than {most:,} operations. Send it in several requests.")
    return tuple(_operation(each, number, notes or Notes()) for number, each in enumerate(operations, 1))


def _operation(payload: Json, number: int, notes: Notes) -> Operation:
    if not isinstance(payload, dict):
        raise invalid_syntax(f"Operation {number} is not an object. Send op, path and value in braces.")
    names = {name.lower(): value for name, value in payload.items()}
    op, path = names.get("op"), names.get("path")
    if not isinstance(op, str) or op.lower() not in ("add", "replace", "remove"):
        raise _no_op(number)
    if op != op.lower():
        notes.take(OP_IN_CAPITALS, _no_op(number), f'"op": "{op}"')
    if path is not None and not isinstance(path, str):
        raise invalid_path(f"The “path” of operation {number} is not a text. Send one, or none.")
    read = Operation(cast(Op, op.lower()), path, names.get("value"), "value" in names)
    if read.op == "remove" and read.path is None:
        raise no_target(f"Operation {number} removes, and has no “path” that says what.")
    if read.value is None and (read.op == "add" or (read.op == "replace" and not read.has_value)):
        raise invalid_value(f"Operation {number} has no “value”. Send one; in a replace, null takes a value away.")
    return read


def _no_op(number: int) -> ScimError:
    return invalid_value(f"Operation {number} has no “op” that there is: write add, replace or remove.")
