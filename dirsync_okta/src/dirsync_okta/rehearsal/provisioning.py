"""What Okta does when an admin assigns, changes or withdraws somebody, or pushes a group.

The order of the calls is the same for both personalities; the personality says how each is written.
Start at `Provisioner.assign`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from dirsync_okta.rehearsal import wire
from dirsync_okta.rehearsal.client import PAGE, Call, CallFailed, ScimClient, lookup
from dirsync_okta.rehearsal.errors import ConnectionTestFailed
from dirsync_okta.rehearsal.listing import read_page
from dirsync_okta.rehearsal.personality import Personality
from dirsync_okta.rehearsal.tenant import AppUser, PushedGroup, Tenant
from dirsync_okta.rehearsal.wire import Body

_CREATED = frozenset({201})


@attrs.define(kw_only=True)
class Provisioner:
    """Carries out what the tenant decides. `done` counts what came of it.

    Every method raises CallFailed where the server refuses; links and `written` then stay as they were.
    """

    http: ScimClient
    personality: Personality
    tenant: Tenant
    done: Counter[str] = attrs.field(factory=Counter)

    async def test_connection(self) -> None:
        """Make the calls of "Test Connector Configuration", "Import Groups" ticked.

        Raises:
            ConnectionTestFailed: the server did not answer them as Okta needs it.
        """
        kind = "test connection"
        try:
            await read_page(self.http, kind, "/Users?startIndex=1&count=2", who="/Users")
            await read_page(self.http, kind, f"/Groups?startIndex=1&count={PAGE}", who="/Groups")
        except CallFailed as error:
            raise ConnectionTestFailed(self.http.base, str(error)) from error

    async def assign(self, user: AppUser) -> None:
        """Provision somebody: who is found by userName is linked and updated, who is not is created."""
        id = user.scim_id or await self._look_up("user", "/Users", "userName", user.name)
        if id is None:
            return await self._create(user)
        shown = await self.read(user.name, id)
        user.scim_id = id
        await self.personality.update(user, shown)
        user.written = {**wire.full_profile(user.person), "active": shown.get("active", True)}
        self.done["people linked"] += 1
        if shown.get("active") is False:
            await self.set_active(user, active=True)
        return None

    async def update(self, user: AppUser) -> None:
        """Push a changed profile."""
        await self.personality.update(user)
        user.written = {**wire.full_profile(user.person), "active": user.active}
        self.done["people updated"] += 1

    async def set_active(self, user: AppUser, *, active: bool) -> None:
        """Deactivate or reactivate."""
        await self.personality.set_active(user, active=active)
        user.written = {**(user.written or {}), "active": active}
        self.done["people reactivated" if active else "people deactivated"] += 1

    async def read(self, who: str, id: str) -> Body:
        """Get one user."""
        return await self.http.call(Call(kind="read user", method="GET", path=f"/Users/{id}", who=who))

    async def push_group(self, group: PushedGroup) -> None:
        """Push a group for the first time: link and overwrite the one of that name, or create one."""
        members = self.tenant.pushed(group.members)
        id = await self._look_up("group", "/Groups", "displayName", group.name)
        if id is None:
            group.scim_id = await self._post("group", "/Groups", group.name, self.personality.new_group(group, members))
            await self.personality.fill_group(group, members)
        else:
            group.scim_id = id
            await self.http.call(Call(kind="read group", method="GET", path=f"/Groups/{id}", who=group.name))
            await self.personality.overwrite_group(group, members)
        group.written = {member for member, _ in members}
        self.done["groups linked" if id else "groups created"] += 1

    async def change_group(
        self, group: PushedGroup, *, add: Sequence[AppUser] = (), remove: Sequence[AppUser] = ()
    ) -> None:
        """Push a change of membership; a group that was never pushed is left alone."""
        coming = [user.person.okta_id for user in add]
        going = [user.person.okta_id for user in remove]
        group.members = [id for id in dict.fromkeys([*group.members, *coming]) if id not in going]
        if group.written is None:
            return
        members = self.tenant.pushed(group.members)
        await self.personality.change_group(
            group, members, add=self.tenant.pushed(coming), remove=self.tenant.pushed(going)
        )
        group.written = {member for member, _ in members}
        self.done["groups changed"] += 1

    async def _create(self, user: AppUser) -> None:
        user.scim_id = await self._post("user", "/Users", user.name, wire.created(user.person, password=user.password))
        user.written = {**wire.profile(user.person), "active": True}
        self.done["people created"] += 1

    async def _look_up(self, what: str, path: str, attribute: str, value: str) -> str | None:
        kind = f"find {what}"
        page = await read_page(self.http, kind, path + lookup(attribute, value), who=value)
        if len(page.resources) > 1:
            raise self.http.fail(value, kind, f"{len(page.resources)} records answer to one {attribute}")
        return self._id(value, kind, page.resources[0]) if page.resources else None

    async def _post(self, what: str, path: str, who: str, body: Body) -> str:
        kind = f"create {what}"
        answer = await self.http.call(Call(kind=kind, method="POST", path=path, who=who, body=body, good=_CREATED))
        return self._id(who, kind, answer)

    def _id(self, who: str, kind: str, resource: Body) -> str:
        id = resource.get("id")
        if not isinstance(id, str) or not id:
            raise self.http.fail(who, kind, "the answer has no id: Okta says that an empty resource was returned")
        return id
