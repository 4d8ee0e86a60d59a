"""Media types (RFC 7644 3.1): what a client sends, and what it takes."""

from aiohttp import web

from dirsync_okta.scim.errors import MEDIA_TYPE, ScimError

_JSON = "application/json"
_ENCODINGS = {"", "identity", "gzip", "deflate"}
_TAKES = {
    MEDIA_TYPE: (MEDIA_TYPE, "application/*", "*/*"),
    _JSON: (_JSON,),
}


def answer_type(request: web.Request) -> str:
    """Choose the media type of the answer: SCIM's own, unless the client takes only plain JSON.

    Raises:
        ScimError: the client takes neither.
    """
    given = request.headers.getall("Accept", [])
    if not any(each.strip() for each in given):
        return MEDIA_TYPE
    accepted = _accepted(given)
    for offered, names in _TAKES.items():
        if accepted.intersection(names):
            return offered
    raise ScimError(406, f"The answer can be {MEDIA_TYPE} or {_JSON}. Name one of them in Accept.", topic="content")


def check_content(request: web.Request) -> None:
    """Look at what the headers say of the body, before it is read. No Content-Type at all passes for JSON.

    Raises:
        ScimError: it is of another media type, character set or encoding than can be read.
    """
    given = request.headers.get("Content-Type")
    if given is not None and request.content_type.lower() not in (MEDIA_TYPE, _JSON):
        raise ScimError(415, f"The body is {request.content_type[:60]}. Send it as {MEDIA_TYPE}.", topic="content")
    charset = (_charset(given) or "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise ScimError(
            415, f"The character set {charset[:40]} can't be read. Send the body in UTF-8.", topic="content"
        )
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise ScimError(
            415,
            f"The encoding {encoding[:40]} can't be read. Send the body plain, or as gzip.",
            topic="content",
        )


def _charset(content_type: str | None) -> str | None:
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return None


def _accepted(headers: list[str]) -> set[str]:
    accepted = set()
    for each in ",".join(headers).split(","):
        name, *parameters = (part.strip().lower() for part in each.split(";"))
        if name and not any(_refuses(parameter) for parameter in parameters):
            accepted.add(name)
    return accepted


def _refuses(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and value.strip().rstrip("0") in ("", "0", "0.")
