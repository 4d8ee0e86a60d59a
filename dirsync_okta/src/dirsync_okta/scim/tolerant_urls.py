"""The tolerances in addresses: doubled slashes, and the flag that Entra glues to a base URL."""

from collections.abc import Iterator

from aiohttp import web

ENTRA_FLAG = "aadoptscim062020"


def with_doubled_slashes(path: str) -> str:
    """Give the route that also answers `//Users`, which comes of a base URL with a slash at its end."""
    return "/{slashes:/+}" + path.removeprefix("/")


def query_of(request: web.Request) -> Iterator[tuple[str, str]]:
    """Give the parameters of the query, their names in lower case, without Entra's `aadOptscim062020`.

    It may stand alone, or glued in front of the name that follows it.
    """
    for name, value in request.query.items():
        bare = name.lower()
        if bare.startswith(ENTRA_FLAG):
            bare = bare.removeprefix(ENTRA_FLAG).lstrip("?&/")
        if bare:
            yield bare, value
