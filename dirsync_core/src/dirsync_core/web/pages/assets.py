"""Style sheet and script of the pages: named by their content, so that browsers may keep them for good."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import attrs
from aiohttp import web

FOLDER = Path(__file__).parent / "static"
_TOKEN = re.compile(rb"--[a-z][a-z0-9-]*")
_SHORT = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
TYPES = {".css": "text/css", ".js": "text/javascript"}


@attrs.frozen
class Asset:
    """One file as it is served."""

    name: str
    body: bytes
    content_type: str


def load(folder: Path = FOLDER) -> Mapping[str, Asset]:
    """Read the files; each is found under its plain name, and served under one with a hash in it."""
    return {path.name: _asset(path) for path in sorted(folder.iterdir()) if path.suffix in TYPES}


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    if path.suffix == ".css":
        body = _for_browsers(body)
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(f"{path.stem}-{digest}{path.suffix}", body, TYPES[path.suffix])


def _for_browsers(body: bytes) -> bytes:
    """Leave out what is for us alone: comments, ends of lines, long names of tokens and properties."""
    body = re.sub(rb"/\*.*?\*/|\n *", b"", body).replace(b"grid-template-columns:", b"grid:none/")
    tokens = {name: b"--%c" % short for name, short in zip(sorted(set(_TOKEN.findall(body))), _SHORT, strict=False)}
    return _TOKEN.sub(lambda found: tokens.get(found[0], found[0]), body)


ASSETS = load()
SERVED = {asset.name: asset for asset in ASSETS.values()}


async def serve(request: web.Request) -> web.Response:
    """Answer with a file; its address changes whenever its content does."""
    asset = SERVED.get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=headers)
