"""Media types (RFC 7644 3.1): what a client sends, and what it takes."""

from aiohttp import web

from dirsync_okta.scim.dialects import NO_CONTENT_TYPE
from dirsync_okta.scim.errors import MEDIA_TYPE, ScimError
from dirsync_okta.scim.notes import Notes

_JSON = "application/json"
_ENCODINGS = {"", "identity", "gzip"}
TAKEN = f"{MEDIA_TYPE}, {_JSON}"
"""What bodies may be, for the headers that say so (RFC 9110 15.5.16, RFC 5789 3.1)."""
# What is offered, with the media ranges that take it, the most specific first. Of equals the first offer counts.
_TAKES = (
    (MEDIA_TYPE, (MEDIA_TYPE, "application/*", "*/*")),
    (_JSON, (_JSON, "application/*", "*/*")),
)


def answer_type(request: web.Request) -> str:
    """Choose the media type of the answer: SCIM's own, unless the client takes only plain JSON.

    Raises:
        ScimError: the client takes neither.
    """
    given = [each for each in request.headers.getall("Accept", []) if each.strip()]
    if not given:
        return MEDIA_TYPE
    accepted = _accepted(given)
    wanted = {offered: next((accepted[name] for name in names if name in accepted), 0.0) for offered, names in _TAKES}
    best = max(wanted, key=lambda offered: wanted[offered])
    if wanted[best] <= 0:
        raise ScimError(406, f"The answer can be {MEDIA_TYPE} or {_JSON}. Name one of them in Accept.", topic="content")
    return best


def check_content(request: web.Request, notes: Notes) -> None:
    """Look at what the headers say of the body, before it is read. No Content-Type at all may pass for JSON.

    Raises:
        ScimError: it is of another media type, character set or encoding than can be read.
    """
    given = request.headers.get("Content-Type")
    if given is None:
        untyped = _unsupported(f"The body has no Content-Type. Send it as {MEDIA_TYPE}.")
        notes.take(NO_CONTENT_TYPE, untyped)
    if given is not None and request.content_type.lower() not in (MEDIA_TYPE, _JSON):
        raise _unsupported(f"The body is {request.content_type[:60]}. Send it as {MEDIA_TYPE}.")
    charset = (_charset(given) or "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise _unsupported(f"The character set {charset[:40]} can't be read. Send the body in UTF-8.")
    encoding = ",".join(request.headers.getall("Content-Encoding", [])).strip().lower()
    if encoding not in _ENCODINGS:
        detail = f"The encoding {encoding[:40]} can't be read. Send the body plain, or as gzip."
        raise ScimError(415, detail, topic="content", headers={"Accept-Encoding": "gzip"})


def _unsupported(detail: str) -> ScimError:
    return ScimError(415, detail, topic="content", headers={"Accept": TAKEN, "Accept-Patch": TAKEN})


def _charset(content_type: str | None) -> str | None:
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return None


def _accepted(headers: list[str]) -> dict[str, float]:
    """Give the media ranges with their weights (RFC 9110 12.5.1)."""
    accepted: dict[str, float] = {}
    for each in ",".join(headers).split(","):
        name, *parameters = (part.strip().lower() for part in each.split(";"))
        accepted[name] = max(accepted.get(name, 0.0), _weight(parameters))
    return accepted


def _weight(parameters: list[str]) -> float:
    given = (value for name, _, value in (each.partition("=") for each in parameters) if name.strip() == "q")
    try:
        weight = float(next(given, "1"))
    except ValueError:
        return 1.0
    return weight if 0 <= weight <= 1 else 1.0
