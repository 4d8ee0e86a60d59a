"""Reading everything back: does the server show what it said yes to? What it doesn't is noted as a failure."""

import re
from collections.abc import Awaitable, Iterator

from dirsync_entra.rehearsal.client import CallFailed, Client
from dirsync_entra.rehearsal.tenant import Group, Tenant, User
from dirsync_entra.rehearsal.wire import Body

STEP = "read back"
_FILTERED = re.compile(r'(\w+)\[type eq "(\w+)"\]\.(\w+)')


async def check(client: Client, tenant: Tenant) -> dict[str, int]:
    """Compare all people and groups with what was written; give how many are as they should be."""
    users = [await _checked(_check_user(client, user)) for user in tenant.users.values() if user.id is not None]
    gone = {user.id for user in tenant.users.values() if user.deleted}
    groups = [
        await _checked(_check_group(client, each, gone)) for each in tenant.groups.values() if each.id is not None
    ]
    return {"people shown as written": sum(users), "groups shown as written": sum(groups)}


async def _checked(checking: Awaitable[None]) -> bool:
    try:
        await checking
    except CallFailed:
        return False
    return True


async def _check_user(client: Client, user: User) -> None:
    who, path = user.person.address, f"/Users/{user.id}"
    if user.deleted:
        await client.call(who, STEP, "GET", path, good=404)
        return
    shown = await client.call(who, STEP, "GET", path)
    for name, value in user.written.items():
        if value_at(shown, name) != value:
            raise client.fail(who, STEP, f"{name}: wrote {value!r}, reads {value_at(shown, name)!r}")
    if user.manager is not None:
        # Entra asks so before each cycle, and writes the manager again where the answer is no
        filter = f'id eq "{user.id}" and manager eq "{user.manager}"'
        if not await client.found(who, STEP, "/Users", filter, "&attributes=id"):
            raise client.fail(who, STEP, "the manager that was written is not found again")


async def _check_group(client: Client, group: Group, gone: set[str | None]) -> None:
    bare = await client.call(group.name, STEP, "GET", f"/Groups/{group.id}?excludedAttributes=members")
    if bare.get("displayName") != group.name or "members" in bare:
        raise client.fail(group.name, STEP, "the group is not shown as it was asked for, without members")
    shown = await client.call(group.name, STEP, "GET", f"/Groups/{group.id}")
    members = {str(each.get("value")) for each in _elements(shown, "members")}
    if members != group.members - gone:
        raise client.fail(
            group.name, STEP, f"{len(group.members - gone)} members were written, {len(members)} are shown"
        )


def value_at(shown: Body, path: str) -> object:
    """Give what a resource shows at a path as Entra writes it, with or without a filter in brackets."""
    if filtered := _FILTERED.fullmatch(path):
        name, kind, sub = filtered.groups()
        return next((each.get(sub) for each in _elements(shown, name) if each.get("type") == kind), None)
    found: object = shown
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _elements(shown: Body, name: str) -> Iterator[Body]:
    listed = shown.get(name, [])
    return (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else iter(())
