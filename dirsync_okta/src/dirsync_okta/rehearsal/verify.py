"""Reading everything back: does the server show what it said yes to?

`differences` compares; `verify` reads, as Okta's import reads, and notes each difference as a failure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from dirsync_okta.rehearsal.client import Call, CallFailed, ScimClient
from dirsync_okta.rehearsal.listing import read_all
from dirsync_okta.rehearsal.tenant import AppUser, PushedGroup, Tenant
from dirsync_okta.rehearsal.wire import Body

STEP = "verify"


async def verify(http: ScimClient, tenant: Tenant, *, step: Callable[[], None]) -> dict[str, int]:
    """Compare all people and groups with what was written; return how many are as they should be.

    `step` is called once for each person and group.
    """
    shown = await _by_id(http, "list users", "/Users")
    people = [user for user in tenant.users.values() if user.written is not None]
    good = sum(_checked(step, _same_user(http, user, shown.get(user.scim_id or ""))) for user in people)
    listed = await _by_id(http, "list groups", "/Groups")
    groups = 0
    for group in tenant.groups:
        groups += group.written is not None and await _same_group(http, group, listed)
        step()
    ours = {user.scim_id for user in people}
    return {
        "people shown as written": good,
        "groups shown as written": groups,
        "people that this rehearsal did not push": len(shown.keys() - ours),
    }


def differences(written: object, shown: object, path: str = "") -> Iterator[str]:
    """Say where `shown` lacks what was written. What it has beyond that, and kinds of emptiness, are fine."""
    match written, shown:
        case dict(), dict():
            for name, value in written.items():
                yield from differences(value, shown.get(name), f"{path}.{name}" if path else name)
        case [dict(), *_], list():
            for index, element in enumerate(written):
                yield from _element(element, shown, f"{path}[{index}]")
        case _ if written != shown and not (_empty(written) and _empty(shown)):
            # RFC 7643 4.3: read-only, so a server may leave it to the manager's own record
            if not path.endswith("manager.displayName"):
                yield f"{path}: wrote {_text(written)}, reads {_text(shown)}"


def _element(element: object, shown: list[object], path: str) -> Iterator[str]:
    found = [list(differences(element, other, path)) for other in shown]
    if [] not in found:
        yield from min(found, key=len, default=[f"{path}: wrote {_text(element)}, reads nothing"])


async def _by_id(http: ScimClient, kind: str, path: str) -> dict[str, Body]:
    found: dict[str, Body] = {}
    try:
        resources = await read_all(http, kind, path)
    except CallFailed:
        return found
    for resource in resources:
        id = str(resource.get("id"))
        if id in found:
            http.fail(id, STEP, f"stands on more than one page of {path}")
        found[id] = resource
    return found


def _checked(step: Callable[[], None], same: bool) -> bool:
    step()
    return same


def _same_user(http: ScimClient, user: AppUser, shown: Body | None) -> bool:
    if shown is None:
        http.fail(user.name, STEP, f"was written as {user.scim_id}, and is not in the list of users")
        return False
    problems = list(differences(user.written, shown))
    if "password" in shown:
        problems.append("password: a server must never return it")
    for problem in problems:
        http.fail(user.name, STEP, problem)
    return not problems


async def _same_group(http: ScimClient, group: PushedGroup, listed: dict[str, Body]) -> bool:
    if group.scim_id not in listed:
        http.fail(group.name, STEP, f"was written as {group.scim_id}, and is not in the list of groups")
        return False
    try:
        call = Call(kind="read group", method="GET", path=f"/Groups/{group.scim_id}", who=group.name)
        shown = await http.call(call)
    except CallFailed:
        return False
    problems = [*differences({"displayName": group.name}, shown), *_members(group.written or set(), shown)]
    for problem in problems:
        http.fail(group.name, STEP, problem)
    return not problems


def _members(written: set[str], shown: Body) -> Iterator[str]:
    members = shown.get("members")
    elements = members if isinstance(members, list) else []
    ids = [str(element.get("value")) for element in elements if isinstance(element, dict)]
    if missing := written - set(ids):
        yield f"members: {len(missing)} of {len(written)} are missing, {sorted(missing)[0]} for one"
    if surplus := set(ids) - written:
        yield f"members: {len(surplus)} were never written, {sorted(surplus)[0]} for one"
    if len(ids) != len(set(ids)):
        yield "members: somebody stands there more than once"


def _empty(value: object) -> bool:
    match value:
        case None | "":
            return True
        case dict():
            return all(map(_empty, value.values()))
        case list():
            return not value
        case _:
            return False


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
