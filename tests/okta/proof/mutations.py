"""Requests that are nearly right: the ones that Okta and Entra send, with one to four things wrong in them.

Everything comes from one `Random`, so a seed gives the same requests; ids are drawn from those that a target gives.
"""

import copy
import gzip
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

import attrs

from tests.okta.conversation import DIRSYNC, ENTERPRISE, GROUP, PATCH_OP, USER, okta_user

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


@attrs.frozen
class Known:
    """The ids that may be named: the tenant's own users and groups, and those of others."""

    users: Sequence[str]
    groups: Sequence[str]
    strange: Sequence[str]


@attrs.define
class Draft:
    """A request before it is written."""

    method: str
    path: str
    query: list[tuple[str, str]] = attrs.field(factory=list)
    body: Any = None
    raw: bytes | None = None
    headers: dict[str, str] = attrs.field(factory=dict)
    prefix: str = "/providers/okta/scim/v2"

    def written(self, token: str) -> bytes:
        """Write it with a length that is true."""
        body = self.raw
        if body is None and self.body is not None:
            body = json.dumps(self.body, allow_nan=True).encode("utf-8", "surrogatepass")
        given = {"Host": "127.0.0.1", "Authorization": f"Bearer {token}", "Accept": "application/scim+json"}
        if body is not None:
            given |= {"Content-Type": "application/scim+json; charset=utf-8", "Content-Length": str(len(body))}
        given |= self.headers
        target = self.prefix + self.path
        if self.query:
            target += "?" + "&".join(f"{name}={value}" for name, value in self.query)
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items() if value)]
        return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + (body or b"")


# --- requests that are right -----------------------------------------------------------------------------------------

_FILTERS = [
    'userName eq "dana.okafor@halden.example"',
    'externalId eq "00u1"',
    'emails[type eq "work" and value co "@halden"].value eq "x@halden.example"',
    'not (title pr) and (active eq true or meta.lastModified gt "2026-01-01T00:00:00Z")',
    f'{ENTERPRISE}:department sw "B"',
    'displayName co "Oslo"',
    'members[value eq "x"]',
    'groups.value eq "x" or id eq "x"',
]
_PATHS = [
    "title", "name.givenName", "emails", 'emails[type eq "work"].value', "emails[primary eq true]", "active", "members",
    'members[value eq "x"]', f"{ENTERPRISE}:manager", f"{ENTERPRISE}:department", ENTERPRISE, DIRSYNC,
    f"{DIRSYNC}:assistants", "userName", "displayName", "externalId", "schemas", "id", "groups", "urn:acme:x:shoe",
    "roles[value eq \"a\"]", "addresses[type eq \"work\"].locality", "password", "meta.version",
]  # fmt: skip
_NAMES = ["dana.okafor", "ines.ruud", "tor.vik", "bo.lee", "åse.ødegård", "x"]


def right(dice: Random, known: Known) -> Draft:
    """Give a request as a client sends it."""
    return dice.choice(_RIGHT)(dice, known)


def _user(dice: Random, known: Known) -> Draft:
    return Draft("POST", "/Users", body=_profile(dice))


def _put_user(dice: Random, known: Known) -> Draft:
    return Draft("PUT", f"/Users/{_one(dice, known.users)}", body=_profile(dice))


def _patch_user(dice: Random, known: Known) -> Draft:
    operations = [_operation(dice, known) for _ in range(dice.randint(1, 3))]
    return Draft("PATCH", f"/Users/{_one(dice, known.users)}", body={"schemas": [PATCH_OP], "Operations": operations})


def _group(dice: Random, known: Known) -> Draft:
    return Draft("POST", "/Groups", body=_group_body(dice, known))


def _put_group(dice: Random, known: Known) -> Draft:
    return Draft("PUT", f"/Groups/{_one(dice, known.groups)}", body=_group_body(dice, known))


def _patch_group(dice: Random, known: Known) -> Draft:
    members = [{"value": _anybody(dice, known)} for _ in range(dice.randint(0, 4))]
    operation = dice.choice(
        [
            {"op": "add", "path": "members", "value": members},
            {"op": "remove", "path": "members", "value": members},
            {"op": "remove", "path": f'members[value eq "{_anybody(dice, known)}"]'},
            {"op": "replace", "value": {"displayName": f"G{dice.randrange(40)}", "members": members}},
            _operation(dice, known),
        ]
    )
    body = {"schemas": [PATCH_OP], "Operations": [operation]}
    return Draft("PATCH", f"/Groups/{_one(dice, known.groups)}", body=body)


def _get(dice: Random, known: Known) -> Draft:
    kind, ids = dice.choice([("Users", known.users), ("Groups", known.groups)])
    draft = Draft("GET", f"/{kind}/{_one(dice, ids)}")
    if dice.random() < 0.3:
        draft.query.append((dice.choice(["attributes", "excludedAttributes"]), quote(dice.choice(_PATHS))))
    return draft


def _list(dice: Random, known: Known) -> Draft:
    draft = Draft("GET", dice.choice(["/Users", "/Groups"]), [("startIndex", "1"), ("count", "20")])
    if dice.random() < 0.7:
        draft.query.append(("filter", quote(dice.choice(_FILTERS))))
    if dice.random() < 0.3:
        draft.query += [("sortBy", dice.choice(["userName", "name.familyName", "emails"])), ("sortOrder", "descending")]
    if dice.random() < 0.1:
        draft.query.append(("cursor", dice.choice(["", "abc", "VGhpcyBpcyBubyBjdXJzb3I"])))
    return draft


def _discovery(dice: Random, known: Known) -> Draft:
    return Draft(
        "GET", dice.choice(["/ServiceProviderConfig", "/Schemas", "/ResourceTypes", f"/Schemas/{USER}", "/Me"])
    )


def _delete(dice: Random, known: Known) -> Draft:
    return Draft("DELETE", dice.choice([f"/Users/{_one(dice, known.users)}", f"/Groups/{_one(dice, known.groups)}"]))


def _search(dice: Random, known: Known) -> Draft:
    body = {"schemas": [SEARCH], "filter": dice.choice(_FILTERS), "startIndex": 1, "count": 5, "attributes": ["id"]}
    return Draft("POST", dice.choice(["/.search", "/Users/.search", "/Groups/.search"]), body=body)


def _bulk(dice: Random, known: Known) -> Draft:
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": _profile(dice)},
        {"method": "POST", "path": "/Groups", "bulkId": "b", "data": _group_body(dice, known)},
        {"method": "PATCH", "path": f"/Users/{_one(dice, known.users)}", "data": {"schemas": [PATCH_OP],
         "Operations": [_operation(dice, known)]}},
        {"method": "DELETE", "path": f"/Groups/{_one(dice, known.groups)}"},
    ]  # fmt: skip
    operations[1]["data"]["members"].append({"value": "bulkId:a"})
    chosen = dice.sample(operations, dice.randint(1, 4))
    return Draft("POST", "/Bulk", body={"schemas": [BULK], "failOnErrors": 1, "Operations": chosen})


_Make = Callable[[Random, Known], Draft]
_RIGHT: list[_Make] = [
    *[_user] * 3, *[_put_user] * 3, *[_patch_user] * 5, *[_group] * 2, *[_put_group] * 2, *[_patch_group] * 4,
    *[_get] * 3, *[_list] * 4, _discovery, _delete, _search, _bulk,
]  # fmt: skip


def _profile(dice: Random) -> dict[str, Any]:
    name = f"{dice.choice(_NAMES)}{dice.randrange(60)}"
    more = {
        ENTERPRISE: {"department": "Buying", "manager": {"value": "tor.vik@halden.example"}},
        DIRSYNC: {"assistants": ["ines.ruud@halden.example"]},
        "addresses": [{"type": "work", "locality": "Oslo"}],
        "phoneNumbers": [{"value": "+47 900 11 222", "primary": True}],
        "urn:acme:x": {"shoe": 44},
        "title": "Buyer",
        "roles": [{"value": "a"}, {"value": "b", "primary": True}],
    }
    return okta_user(name, **{key: more[key] for key in dice.sample(list(more), dice.randint(0, 4))})


def _group_body(dice: Random, known: Known) -> dict[str, Any]:
    members = [{"value": _anybody(dice, known), "display": "x"} for _ in range(dice.randint(0, 4))]
    return {"schemas": [GROUP], "displayName": f"G{dice.randrange(40)}", "members": members}


def _operation(dice: Random, known: Known) -> dict[str, Any]:
    op, path = dice.choice(["add", "replace", "remove", "Replace"]), dice.choice(_PATHS)
    value = dice.choice([*_WEIRD, "x", [{"value": "x@halden.example", "type": "work"}], _profile(dice)])
    operation = {"op": op, "path": path, "value": value}
    if dice.random() < 0.25:
        operation = {"op": op, "value": {path: value, "title": "Buyer"}}
    return operation


def _one(dice: Random, ids: Sequence[str]) -> str:
    return dice.choice(ids) if ids and dice.random() < 0.95 else "nobody"


def _anybody(dice: Random, known: Known) -> str:
    return dice.choice([*known.users[:20], *known.groups[:2], *known.strange, "nobody"])


# --- and what is wrong with them -------------------------------------------------------------------------------------

_TEXTS = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff\ud83d",
    "a\u0301",
    "ﬁ",
    "İ",
    "ß",
    "\u202egnp.exe",
    "👩‍👩‍👧‍👦",
    "\ufeff",
    "\u2028",
    "%00",
    "../../etc/passwd",
    "' OR 1=1 --",
    '"',
    "\\",
    "x" * 300,
    "é" * 5000,
    "null",
    "true",
    "urn:",
    "urn:x",
    ":",
    ".",
    "[]",
    "bulkId:a",
    "$ref",
    "__proto__",
    "\r\nX-Evil: 1",
    "members[value eq ",
    "@",
    "a@",
    "not an address",
]
_WEIRD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    10**40,
    -(10**300),
    0.1,
    1e308,
    -0.0,
    [],
    {},
    [[]],
    [{}],
    {"": {}},
    [None],
    {"value": None},
    {"value": {"value": {}}},
    [[[[]]]],
    "True",
    "2011-05-13T04:42:34Z",
]
_ENDPOINTS = ["Users", "Groups", "users", "Schemas", "ResourceTypes", "Bulk", "Me"]
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "SEARCH", "X" * 40]
_HEADERS = {
    "Content-Type": [
        "text/plain",
        "application/json",
        "application/scim+json; charset=utf-16",
        ";",
        "",
        "a/b; charset=",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/SCIM+JSON",
    ],
    "Accept": [
        "text/html",
        "*/*",
        "application/*;q=0",
        ";;;",
        "application/json",
        "a" * 2000,
        "application/scim+json;q=x",
    ],
    "Accept-Encoding": ["gzip", "br", "identity;q=0", "*"],
    "Content-Encoding": ["gzip", "deflate", "br", "identity", "gzip, gzip", "x"],
    "If-Match": ["*", 'W/"1"', '"1"', "W/", "x, y, z", '"' + "9" * 50 + '"', 'W/"1", W/"2"'],
    "If-None-Match": ["*", 'W/"1"', '"', ""],
    "Authorization": ["Bearer", "Bearer x", "Basic eDp5", "", "Bearer " + "é" * 20, "x" * 5000],
    "Expect": ["100-continue"],
    "Range": ["bytes=0-1"],
    "Connection": ["close", "keep-alive", "Upgrade"],
    "Upgrade": ["websocket", "h2c"],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-Forwarded-For": ["1.2.3.4, é"],
    "Cookie": ["a=b; dirsync=" + "x" * 500],
    "Host": ["evil.example", "", "a b", "[::1"],
    "Prefer": ["respond-async"],
}


def mutated(dice: Random, known: Known) -> Draft:
    """Give a request with one to four things wrong in it."""
    draft = right(dice, known)
    draft.body = copy.deepcopy(draft.body)
    for _ in range(dice.choice([1, 1, 1, 2, 2, 3, 4])):
        wrong = dice.choice(_BODY_WRONGS if draft.body is not None and dice.random() < 0.6 else _OTHER_WRONGS)
        wrong(dice, draft, known)
    return draft


def _another_value(dice: Random, draft: Draft, known: Known) -> None:
    holder, key = _place(dice, draft)
    holder[key] = copy.deepcopy(dice.choice([*_WEIRD, *_TEXTS, *known.strange]))


def _gone(dice: Random, draft: Draft, known: Known) -> None:
    holder, key = _place(dice, draft)
    if holder is not draft.body or not isinstance(holder, dict) or dice.random() < 0.5:
        del holder[key]


def _renamed(dice: Random, draft: Draft, known: Known) -> None:
    holder, key = _place(dice, draft)
    if isinstance(holder, dict):
        name = dice.choice([key.upper(), key.lower(), f"{key}.value", f"{USER}:{key}", *_TEXTS, *_PATHS])
        holder[name] = holder.pop(key)


def _moved(dice: Random, draft: Draft, known: Known) -> None:
    (holder, key), (other, place) = _place(dice, draft), _place(dice, draft)
    other[place] = copy.deepcopy(holder[key])


def _wrapped(dice: Random, draft: Draft, known: Known) -> None:
    holder, key = _place(dice, draft)
    for _ in range(dice.choice([1, 1, 2, 14, 40])):
        holder[key] = dice.choice([[holder[key]], {"value": holder[key]}, {"x": holder[key]}])


def _repeated(dice: Random, draft: Draft, known: Known) -> None:
    holder, key = _place(dice, draft)
    if isinstance(holder[key], list):
        holder[key] = (holder[key] * dice.choice([2, 3, 300]))[:3000]


def _another_text(dice: Random, draft: Draft, known: Known) -> None:
    holder, key = _place(dice, draft)
    if isinstance(holder[key], str):
        holder[key] = _spoiled_text(dice, holder[key])


def _raw(dice: Random, draft: Draft, known: Known) -> None:
    text = draft.raw
    if text is None:
        text = json.dumps(draft.body).encode()
    draft.raw = dice.choice(_RAWS)(dice, text)


def _another_method(dice: Random, draft: Draft, known: Known) -> None:
    draft.method = dice.choice(_METHODS)


def _another_path(dice: Random, draft: Draft, known: Known) -> None:
    anybody = [*known.strange, *known.users[:3], *known.groups[:3]]
    draft.path = dice.choice(
        [
            f"/{dice.choice(_ENDPOINTS)}/{dice.choice(anybody)}",
            draft.path + dice.choice(["/", "//", "/x", "%00", "%2F..", "/../Groups", "?", "%ff", ";a=b", "%zz", "é"]),
            dice.choice(
                ["/", "", "//Users", "/.search", "/Bulk", "/Me", "/Users/.search", "/x", "/Users/" + "x" * 3000]
            ),
            "/Users/" + quote(dice.choice(_TEXTS).encode("utf-8", "surrogatepass"), safe=""),
        ]
    )


def _another_prefix(dice: Random, draft: Draft, known: Known) -> None:
    draft.prefix = dice.choice(
        [
            "/providers/hr/scim/v2",
            "/providers/contractors/scim/v2",
            "/api/v1",
            "/providers/okta",
            "/providers/nobody/scim",
            "/providers//okta/scim/v2",
            "",
            "/providers/okta//scim/v2",
            "/providers/okta/scim/v2/",
        ]
    )


def _another_query(dice: Random, draft: Draft, known: Known) -> None:
    name = dice.choice(
        ["startIndex", "count", "filter", "attributes", "excludedAttributes", "sortBy", "sortOrder", "cursor", "FILTER",
         "aadOptscim062020", "aadOptscim062020?filter", "x", "", "count[]"]
    )  # fmt: skip
    values = [
        "",
        "0",
        "-5",
        "1",
        "9" * 30,
        "1e3",
        "1.5",
        "NaN",
        "abc",
        "userName",
        "name.givenName,emails",
        ",,,",
        "%00",
        "%",
        "%ff",
        "+",
        "descending",
        *map(quote, _PATHS),
        *map(quote, _FILTERS),
    ]
    value = dice.choice(values)
    if name.lower() == "filter":
        value = quote(_spoiled_text(dice, dice.choice(_FILTERS)).encode("utf-8", "surrogatepass"))
    draft.query.append((name, value))


def _another_header(dice: Random, draft: Draft, known: Known) -> None:
    name = dice.choice(list(_HEADERS))
    draft.headers[name] = dice.choice(_HEADERS[name])


def _packed(dice: Random, draft: Draft, known: Known) -> None:
    if draft.body is not None and draft.raw is None:
        draft.raw = gzip.compress(json.dumps(draft.body).encode(), mtime=0)
        draft.headers["Content-Encoding"] = "gzip"


def _with_body(dice: Random, draft: Draft, known: Known) -> None:
    if draft.body is None:
        draft.body = dice.choice([*_WEIRD, _profile(dice)])


_Wrong = Callable[[Random, Draft, Known], None]
_BODY_WRONGS: list[_Wrong] = [
    *[_another_value] * 5, *[_gone] * 2, *[_renamed] * 3, *[_moved] * 2, _wrapped, _repeated, *[_another_text] * 3,
    *[_raw] * 2,
]  # fmt: skip
_OTHER_WRONGS: list[_Wrong] = [
    _another_method, *[_another_path] * 2, _another_prefix, *[_another_query] * 3, *[_another_header] * 2,
    _packed, _with_body,
]  # fmt: skip


def _place(dice: Random, draft: Draft) -> tuple[Any, Any]:
    """Give a container and a key in it, anywhere in a body; of a body that is none, one that nobody sees."""
    found: list[tuple[Any, Any]] = []
    level = [draft.body]
    while level:
        inner = []
        for node in level:
            keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
            found += [(node, key) for key in keys[:40]]
            inner += [node[key] for key in keys[:40]]
        level = inner if len(found) < 200 else []
    return dice.choice(found) if found else ({"": ""}, "")


def _spoiled_text(dice: Random, text: str) -> str:
    at, more = dice.randrange(len(text) + 1), dice.choice(_TEXTS)
    return dice.choice([text[:at], text[at:], text[:at] + more + text[at:], text * 2, more, "(" * 40 + text, text * 60])


# --- bytes -----------------------------------------------------------------------------------------------------------


_MARKS = [b"{", b"}", b"[", b"]", b'"', b",", b":"]


def _flipped(dice: Random, text: bytes) -> bytes:
    spoiled = bytearray(text or b" ")
    for _ in range(dice.randint(1, 4)):
        spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
    return bytes(spoiled)


def _spliced(dice: Random, text: bytes) -> bytes:
    pieces = [
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b",",
        b":",
        b"\\u0000",
        b"\\ud800",
        b"1e999",
        b"NaN",
        b"-Infinity",
        b"\xff",
        b"0" * 9000,
    ]
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(pieces) + text[at:]


def _twice(dice: Random, text: bytes) -> bytes:
    return text[:-1] + b',"schemas":[],"userName":"x"}' if text.endswith(b"}") else text + text


def _deep(dice: Random, text: bytes) -> bytes:
    opening, closing = dice.choice([(b"[", b"]"), (b'{"a":', b"}")])
    depth = dice.choice([15, 17, 500, 20_000])
    return opening * depth + (b"1" if dice.random() < 0.8 else b"") + closing * depth


def _cut(dice: Random, text: bytes) -> bytes:
    return text[: dice.randrange(len(text) + 1)]


def _other_encoding(dice: Random, text: bytes) -> bytes:
    return dice.choice(
        [text.decode("utf-8", "replace").encode("utf-16"), b"\xef\xbb\xbf" + text, text.decode("latin-1").encode()]
    )


def _large(dice: Random, text: bytes) -> bytes:
    return text + b" " * (dice.choice([70_000, 5_000_000]) if dice.random() < 0.05 else 3_000)


_RAWS: list[Callable[[Random, bytes], bytes]] = [
    _flipped, _flipped, _spliced, _spliced, _twice, _deep, _cut, _other_encoding, _large, lambda dice, text: b"",
    lambda dice, text: dice.randbytes(dice.randrange(200)),
]  # fmt: skip


def raw_bytes(dice: Random, known: Known, token: str) -> bytes:
    """Give bytes for a connection of their own: a request whose frame is wrong, or no request at all."""
    data = mutated(dice, known).written(token)
    head, _, body = data.partition(b"\r\n\r\n")
    wrong = dice.choice(_FRAMES)
    return wrong(dice, head, body)


_Frame = Callable[[Random, bytes, bytes], bytes]


def _with_header(*lines: bytes) -> _Frame:
    return lambda dice, head, body: b"\r\n".join([head, dice.choice(lines)]) + b"\r\n\r\n" + body


def _chunks(dice: Random, head: bytes, body: bytes) -> bytes:
    head = b"\r\n".join(each for each in head.split(b"\r\n") if not each.lower().startswith(b"content-length"))
    size = dice.choice([b"%x" % len(body), b"0", b"fffffffffffffffff", b"-1", b"zz", b"%x;x=y" % len(body), b""])
    return (
        head
        + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
        + size
        + b"\r\n"
        + body
        + dice.choice([b"\r\n0\r\n\r\n", b"", b"0\r\n"])
    )


_FRAMES: list[_Frame] = [
    _chunks,
    _chunks,
    _with_header(b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 5, 6", b"content-length: 1e3"),
    _with_header(b"Transfer-Encoding: chunked", b"Transfer-Encoding: x", b"Transfer-Encoding: chunked, identity"),
    _with_header(
        b" folded", b"No-Colon", b": no name", b"X\x00Y: 1", b"X: \x00", b"X-Long: " + b"a" * 9000, b"\xff\xfe: \xff"
    ),
    lambda dice, head, body: _flipped(dice, head) + b"\r\n\r\n" + body,
    lambda dice, head, body: (
        head.replace(b"HTTP/1.1", dice.choice([b"HTTP/9.9", b"HTTP/1.0", b"HTTP/2", b"", b"FTP/1.1"]), 1)
        + b"\r\n\r\n"
        + body
    ),
    lambda dice, head, body: head.replace(b"\r\n", b"\n") + b"\n\n" + body,
    lambda dice, head, body: (head + b"\r\n\r\n" + body) * 3,
    lambda dice, head, body: _cut(dice, head + b"\r\n\r\n" + body),
    lambda dice, head, body: dice.randbytes(dice.randrange(1, 600)),
    lambda dice, head, body: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + dice.randbytes(50),
    lambda dice, head, body: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]
