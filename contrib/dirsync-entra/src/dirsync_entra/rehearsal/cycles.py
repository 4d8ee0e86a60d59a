"""A tenant's cycles: the first one, one with a day of changes, and a reading of everything. Start at `rehearse`.

As Entra does: everybody is looked for before they are made, managers and members follow in requests of their own, and
somebody who goes is disabled first and deleted later.
"""

from collections import Counter
from collections.abc import Awaitable, Mapping
from uuid import NAMESPACE_URL, uuid5

import attrs

from dirsync_entra.rehearsal.checking import check
from dirsync_entra.rehearsal.client import CallFailed, Client, RehearsalError, id_of, open_client
from dirsync_entra.rehearsal.people import Person, groups_of, invent
from dirsync_entra.rehearsal.report import Report
from dirsync_entra.rehearsal.tenant import Group, Tenant, User
from dirsync_entra.rehearsal.wire import MOBILE, WORK_CITY, WORK_MAIL, Wire, created_group, created_user

BATCH = 100
"""Members in one request."""

_PEOPLE = 6
"""So many are needed for a day of changes."""


async def rehearse(*, url: str, token: str, people: int, flag: bool = True, seed: int = 1) -> Report:
    """Play a tenant with so many people against the SCIM service at `url`.

    Raises:
        RehearsalError: nothing listens, the token is refused, or the connection test fails.
    """
    async with open_client(url, token, flag=flag) as client:
        await _test_connection(client, seed)
        invented = invent(max(people, _PEOPLE), seed)
        tenant = Tenant(
            {person.number: User(person) for person in invented},
            {name: Group(name, members) for name, members in groups_of(invented).items()},
        )
        cycles = _Cycles(client, Wire(flag), tenant)
        await cycles.first()
        await cycles.day()
        done = {**cycles.done, **await check(client, tenant)}
        return Report(done, client.requests, tuple(client.failures))


async def _test_connection(client: Client, seed: int) -> None:
    """Look for somebody whom there can't be; nothing else is tried before everything is pushed."""
    nobody = uuid5(NAMESPACE_URL, str(seed))
    try:
        found = await client.found("Test Connection", "find user", "/Users", f'userName eq "{nobody}"')
    except CallFailed as error:
        raise RehearsalError(f"Test Connection would fail: {error}. See that --url and --provider are right") from error
    if found:
        raise RehearsalError("Test Connection would fail: somebody was found whom there can't be")


@attrs.define
class _Cycles:
    """Carries out what the tenant decides; what is refused is noted, and the rest goes on."""

    client: Client
    wire: Wire
    tenant: Tenant
    done: Counter[str] = attrs.field(factory=Counter)

    async def first(self) -> None:
        """Bring everybody, then who reports to whom, then groups, then their members."""
        for user in self.tenant.users.values():
            await self._tried("people brought", self._bring(user))
        for user in self.tenant.users.values():
            if user.person.manager is not None:
                await self._tried("managers named", self._name_manager(user, self.tenant.users[user.person.manager]))
        for group in self.tenant.groups.values():
            await self._tried("groups brought", self._bring_group(group))

    async def day(self) -> None:
        """Change, rename, disable, enable, delete; and move people between groups."""
        changed, renamed, disabled, enabled, deleted, moved = list(self.tenant.users.values())[-_PEOPLE:]
        await self._tried("people changed", self._change(changed, {WORK_CITY: "Bergen", "title": "Chef"}))
        await self._tried("people changed", self._change(changed, {MOBILE: "+47 900 11 222"}))  # there was none yet
        await self._tried("people renamed", self._rename(renamed))
        await self._tried("people disabled", self._set_active(disabled, active=False))
        await self._tried("people disabled", self._set_active(enabled, active=False))
        await self._tried("people enabled", self._set_active(enabled, active=True))
        await self._tried("people disabled", self._set_active(deleted, active=False))
        await self._tried("people deleted", self._delete(deleted))
        await self._tried("groups changed", self._leave(self.tenant.groups["All of Halden"], moved))
        await self._tried("groups changed", self._leave(self.tenant.groups["All of Halden"], moved))  # Entra repeats

    async def _tried(self, what: str, doing: Awaitable[None]) -> None:
        try:
            await doing
        except CallFailed:
            return
        self.done[what] += 1

    # --- people ------------------------------------------------------------------------------------------------------

    async def _bring(self, user: User) -> None:
        user.id = await self._known(user.person)
        if user.id is not None:
            await self._change(user, _profile(user.person))
            await self._set_active(user, active=True)
            return
        who, step, body = user.person.address, "create user", created_user(user.person)
        answer = await self.client.call(who, step, "POST", "/Users", body, good=201)
        user.id = id_of(self.client, who, step, answer)
        user.written |= {"externalId": user.person.object_id, **_profile(user.person)}
        self.done["people created"] += 1

    async def _known(self, person: Person) -> str | None:
        """Entra looks by its matching attributes, one after the other."""
        for filter in (f'externalId eq "{person.object_id}"', f'userName eq "{person.address}"'):
            found = await self.client.found(person.address, "find user", "/Users", filter)
            if len(found) > 1:
                raise self.client.fail(person.address, "find user", f"{len(found)} users answer to {filter}")
            if found:
                return id_of(self.client, person.address, "find user", found[0])
        return None

    async def _change(self, user: User, values: Mapping[str, object]) -> None:
        await self._patch(user, "update user", self.wire.attributes(values))
        user.written |= values

    async def _rename(self, user: User) -> None:
        new = f"renamed.{user.person.address}"
        await self._change(user, {"userName": new, WORK_MAIL: new, "name.familyName": "Ny", "displayName": "Ada Ny"})

    async def _set_active(self, user: User, *, active: bool) -> None:
        await self._patch(user, "enable user" if active else "disable user", self.wire.active(active=active))
        user.written["active"] = active

    async def _name_manager(self, user: User, manager: User) -> None:
        if manager.id is None:
            raise self.client.fail(user.person.address, "name manager", "the manager was not created")
        await self._patch(user, "name manager", self.wire.manager(manager.id))
        user.manager = manager.id

    async def _delete(self, user: User) -> None:
        await self.client.call(user.person.address, "delete user", "DELETE", f"/Users/{self._id(user)}", good=204)
        user.deleted = True

    async def _patch(self, user: User, step: str, body: dict[str, object]) -> None:
        await self.client.call(user.person.address, step, "PATCH", f"/Users/{self._id(user)}", body)

    def _id(self, user: User) -> str:
        if user.id is None:
            raise self.client.fail(user.person.address, "update user", "they were not created")
        return user.id

    # --- groups ------------------------------------------------------------------------------------------------------

    async def _bring_group(self, group: Group) -> None:
        filter = f'displayName eq "{group.name}"'
        found = await self.client.found(group.name, "find group", "/Groups", filter, "&excludedAttributes=members")
        if found:
            group.id = id_of(self.client, group.name, "find group", found[0])
        else:
            body = created_group(group.name, str(uuid5(NAMESPACE_URL, group.name)))
            answer = await self.client.call(group.name, "create group", "POST", "/Groups", body, good=201)
            group.id = id_of(self.client, group.name, "create group", answer)
        members = [user.id for number in group.numbers if (user := self.tenant.users[number]).id is not None]
        for start in range(0, len(members), BATCH):
            await self._change_group(group, self.wire.members(add=[id for id in members[start : start + BATCH] if id]))
        group.members = {id for id in members if id}

    async def _leave(self, group: Group, user: User) -> None:
        id = self._id(user)
        await self._change_group(group, self.wire.members(remove=[id]))
        group.members.discard(id)

    async def _change_group(self, group: Group, body: dict[str, object]) -> None:
        await self.client.call(group.name, "change members", "PATCH", f"/Groups/{group.id}", body, good=204)


def _profile(person: Person) -> dict[str, object]:
    return {
        "userName": person.address,
        "displayName": person.display_name,
        "name.givenName": person.given_name,
        "name.familyName": person.family_name,
        WORK_MAIL: person.address,
        WORK_CITY: person.city,
        "preferredLanguage": person.language,
    }
