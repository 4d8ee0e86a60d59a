"""Signing in by a link that works once, and out again.

`GET /sign-in?code=…` only shows a button, since mail scanners open links; the POST uses the code up. The form carries
a token that a cookie of its own repeats, since nobody has a session yet.
"""

import hmac
import secrets
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from dirsync_core.web.pages.rendering import render
from dirsync_core.web.pages.visits import COOKIE, HEADERS, SETTING, Visit, page, see_other

FORM_COOKIE = "dirsync_sign_in"
HOURS = 8


async def show(request: web.Request) -> web.Response:
    """Show one button where the address has a code, else which command prints a link."""
    return await _form(request, code=request.query.get("code", ""), back=request.query.get("next", ""))


async def sign_in(request: web.Request) -> web.Response:
    """Use the code up and lead on; one that is used or old gets the form again."""
    posted = await request.post()
    code, back = code_of(str(posted.get("code", ""))), str(posted.get("next", ""))
    token = request.cookies.get(FORM_COOKIE, "")
    if not token or not hmac.compare_digest(str(posted.get("csrf", "")).encode(), token.encode()):
        return await _form(request, code=code, back=back, problem="form", status=403)
    secret = await request.app[SETTING].desk.sign_in(code) if code else None
    if secret is None:
        return await _form(request, code="", back=back, problem="used" if code else "empty", status=403)
    response = see_other(local(back))
    _give(response, COOKIE, secret, request, HOURS * 3600)
    response.del_cookie(FORM_COOKIE, path="/sign-in")
    return response


@page
async def sign_out(visit: Visit) -> web.Response:
    """End the session."""
    await visit.trusted_form()
    await visit.desk.sign_out(visit.request.cookies.get(COOKIE, ""))
    response = see_other("/sign-in")
    response.del_cookie(COOKIE, path="/")
    return response


def code_of(pasted: str) -> str:
    """Find the code in what was pasted: a whole link, or the code alone."""
    return parse_qs(urlsplit(pasted.strip()).query).get("code", [pasted.strip()])[0][:200]


def local(address: str) -> str:
    """Give the address if it leads to a page of ours, else the directory's."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if ours and address.isprintable() and not parts.path.startswith("/sign-") else "/people"


async def _form(
    request: web.Request, *, code: str, back: str, problem: str | None = None, status: int = 200
) -> web.Response:
    token = secrets.token_urlsafe(18)
    organisation = await request.app[SETTING].desk.organisation()
    context = {"code": code, "back": local(back) if back else "", "problem": problem, "csrf": token}
    text = render("sign-in.html", {**context, "organisation": organisation, "hours": HOURS})
    headers = HEADERS | {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    response = web.Response(text=text, content_type="text/html", status=status, headers=headers)
    _give(response, FORM_COOKIE, token, request, 3600, path="/sign-in")
    return response


def _give(response: web.Response, name: str, value: str, request: web.Request, age: int, path: str = "/") -> None:
    https = request.secure or request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip() == "https"
    # Lax, not Strict: the first GET after a link in a mail or chat must find its session.
    response.set_cookie(name, value, max_age=age, path=path, httponly=True, samesite="Lax", secure=https)
