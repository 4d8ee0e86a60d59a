"""The request that a provider's application is answering: its id and its author."""

from aiohttp import web

from dirsync_core.model.moments import Request

REQUEST = web.RequestKey("dirsync_request", Request)


def request_of(request: web.Request) -> Request:
    """Give id and author of the HTTP request that a provider's application is answering.

    The server sets both before a provider's application is called: the id stands in the answer's `X-Request-Id`, in
    the log and in the history; the author is the name of the token.
    """
    return request[REQUEST]
