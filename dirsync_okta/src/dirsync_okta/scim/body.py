"""From the bytes of a request to a JSON object, within limits: what can't be stored or sent back is refused here."""

import asyncio
import codecs
import json
import math
import re
from typing import NoReturn

import attrs
from aiohttp import web

from dirsync_core.api import Json
from dirsync_okta.scim.dialects import BYTE_ORDER_MARK
from dirsync_okta.scim.errors import ScimError, invalid_syntax, invalid_value
from dirsync_okta.scim.notes import notes_of

_SUSPECT = re.compile(rb"\\u(?:d[89a-f]|0000)", re.IGNORECASE)


@attrs.frozen
class Limits:
    """How much a request may hold: `size` in bytes, unpacked; `depth` of nested values; `seconds` to arrive.

    `operations` of a PATCH, `bulk` operations of a bulk request, and `answer` seconds that a search or a bulk request
    may take.
    """

    size: int = 4 * 1024 * 1024
    depth: int = 16
    operations: int = 5_000
    seconds: float = 30.0
    bulk: int = 1_000
    answer: float = 25.0


async def read_object(request: web.Request, limits: Limits) -> dict[str, Json]:
    """Read a request's body as a JSON object.

    Raises:
        ScimError: it is too large, too slow, not JSON, not an object, nested too deeply, names something twice, or
            holds text that is no proper Unicode.
    """
    body = await _read(request, limits)
    if body.startswith(codecs.BOM_UTF8):
        refusal = invalid_syntax("The body begins with a byte order mark. Send it without one.")
        notes_of(request).take(BYTE_ORDER_MARK, refusal, "EF BB BF")
    payload = _parsed(body, limits)
    if not isinstance(payload, dict):
        raise invalid_syntax("The body is not a JSON object. Send one, in braces.")
    return payload


async def _read(request: web.Request, limits: Limits) -> bytes:
    if (request.content_length or 0) > limits.size:
        raise _too_large(limits)
    read = bytearray()
    try:
        async with asyncio.timeout(limits.seconds):
            async for chunk in request.content.iter_any():
                read += chunk
                if len(read) > limits.size:
                    raise _too_large(limits)
    except TimeoutError:
        raise ScimError(408, f"The body did not arrive within {limits.seconds:.0f} seconds. Send it again.") from None
    except web.RequestPayloadError:
        raise invalid_syntax(
            "The body is cut short, or not compressed as Content-Encoding says. Send it again."
        ) from None
    return bytes(read)


def _too_large(limits: Limits) -> ScimError:
    return ScimError(413, f"The body is larger than {limits.size:,} bytes. Send it in several requests.", topic="size")


def _parsed(body: bytes, limits: Limits) -> Json:
    payload = _json(body)
    _check_depth(payload, limits.depth)
    if _SUSPECT.search(body):
        _check_text(payload)
    return payload


def _json(body: bytes) -> Json:
    try:
        payload: Json = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise invalid_syntax("The body is not UTF-8. Encode it so, and send it again.") from None
    except RecursionError:
        raise invalid_syntax("The body is nested too deeply. Nest it less.") from None
    except json.JSONDecodeError as error:
        raise invalid_syntax(
            f"The body is not JSON: {error.msg}, in line {error.lineno}, column {error.colno}."
        ) from None
    except ValueError:  # Python's limit on the digits of a number
        raise invalid_syntax("The body has a number with too many digits. Send it as text.") from None
    return payload


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise invalid_syntax(f"“{twice[:80]}” stands twice in one object. Send it once.")
    return found


def _no_number(text: str) -> NoReturn:
    raise invalid_syntax(f"The body has {text}, which is no number in JSON. Leave it out.")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise invalid_syntax("The body has a number that is too large. Send it as text.")
    return number


def _check_depth(payload: Json, allowed: int) -> None:
    level: list[Json] = [payload]
    for _ in range(allowed):
        level = [inner for value in level for inner in _inner(value)]
        if not level:
            return
    raise invalid_syntax(f"The body is nested more than {allowed} deep. Nest it less.")


def _inner(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _check_text(value: Json) -> None:
    if isinstance(value, str) and not _storable(value):
        raise invalid_value("A text in the body has half a character, or a NUL. Correct it at its source.")
    if isinstance(value, dict):
        for name in value:
            _check_text(name)
    for inner in _inner(value):
        _check_text(inner)


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
