"""The two ways in which Okta writes, by how the app was made.

`oin`: an app of the catalogue patches, without a path for people, operation by operation for members.
`wizard`: an app made with the wizard reads what the server shows, lays its values over it and puts all back.

Each method is one act on a record that is linked already; `provisioning.py` says when they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import attrs

from dirsync_okta.rehearsal import wire
from dirsync_okta.rehearsal.client import Call, ScimClient
from dirsync_okta.rehearsal.tenant import AppUser, PushedGroup
from dirsync_okta.rehearsal.wire import Body, Member

BATCH = 256  # members in one operation, the most that was seen live

_PATCHED = frozenset({200, 204})
_PUT = frozenset({200})  # some of Okta's flows refuse 204 to a PUT


class Personality(Protocol):
    """How an app writes. Every method raises CallFailed where the server refuses."""

    async def update(self, user: AppUser, shown: Body | None = None) -> None:
        """Write the whole profile; `shown` is what the server was just seen to have."""

    async def set_active(self, user: AppUser, *, active: bool) -> None:
        """Deactivate or reactivate."""

    def new_group(self, group: PushedGroup, members: Sequence[Member]) -> Body:
        """The body of the POST that creates a group."""

    async def fill_group(self, group: PushedGroup, members: Sequence[Member]) -> None:
        """Follow the creation of a group up."""

    async def overwrite_group(self, group: PushedGroup, members: Sequence[Member]) -> None:
        """Make these the members of a group that the server had before."""

    async def change_group(
        self,
        group: PushedGroup,
        members: Sequence[Member],
        *,
        add: Sequence[Member],
        remove: Sequence[Member],
    ) -> None:
        """Some came and some went; `members` are all there are now."""


@attrs.frozen
class Oin:
    """An app of Okta's catalogue, with "Support PATCH for User"."""

    http: ScimClient

    async def update(self, user: AppUser, shown: Body | None = None) -> None:
        await self._patch_user("update user", user, wire.full_profile(user.person))

    async def set_active(self, user: AppUser, *, active: bool) -> None:
        await self._patch_user(_life_cycle(active), user, {"active": active})

    def new_group(self, group: PushedGroup, members: Sequence[Member]) -> Body:
        return {**wire.group(group.name, ()), "members": []}

    async def fill_group(self, group: PushedGroup, members: Sequence[Member]) -> None:
        await self._rename(group)  # straight after the creation, needed or not
        for number, batch in enumerate(_batches(members)):
            if number:
                await self._rename(group)
            await self._patch_group("change members", group, wire.membership(add=batch))

    async def overwrite_group(self, group: PushedGroup, members: Sequence[Member]) -> None:
        await self._rename(group)
        await self._patch_group("change members", group, wire.all_members(members[:BATCH]))
        for batch in _batches(members[BATCH:]):
            await self.change_group(group, members, add=batch, remove=())

    async def change_group(
        self,
        group: PushedGroup,
        members: Sequence[Member],
        *,
        add: Sequence[Member],
        remove: Sequence[Member],
    ) -> None:
        await self._rename(group)
        await self._patch_group("change members", group, wire.membership(add=add, remove=remove))

    async def _rename(self, group: PushedGroup) -> None:
        await self._patch_group("rename group", group, wire.renamed(group.scim_id or "", group.name))

    async def _patch_user(self, kind: str, user: AppUser, value: Body) -> None:
        body = wire.patch(wire.replace(value))
        await self.http.call(
            Call(
                kind=kind,
                method="PATCH",
                path=f"/Users/{user.scim_id}",
                who=user.name,
                body=body,
                good=_PATCHED,
            )
        )

    async def _patch_group(self, kind: str, group: PushedGroup, body: Body) -> None:
        await self.http.call(
            Call(
                kind=kind,
                method="PATCH",
                path=f"/Groups/{group.scim_id}",
                who=group.name,
                body=body,
                good=_PATCHED,
            )
        )


@attrs.frozen
class Wizard:
    """An app made with Okta's wizard, with SCIM switched on."""

    http: ScimClient

    async def update(self, user: AppUser, shown: Body | None = None) -> None:
        values = {**wire.full_profile(user.person), "password": user.password}
        await self._put_user("update user", user, values, shown)

    async def set_active(self, user: AppUser, *, active: bool) -> None:
        values: Body = {"active": active, "externalId": user.person.okta_id}
        await self._put_user(_life_cycle(active), user, values, None)

    def new_group(self, group: PushedGroup, members: Sequence[Member]) -> Body:
        return wire.group(group.name, members)

    async def fill_group(self, group: PushedGroup, members: Sequence[Member]) -> None:
        pass  # the creation carried them

    async def overwrite_group(self, group: PushedGroup, members: Sequence[Member]) -> None:
        path = f"/Groups/{group.scim_id}"
        shown = await self.http.call(Call(kind="read group", method="GET", path=path, who=group.name))
        body = {**shown, **wire.group(group.name, members, id=group.scim_id)}
        await self.http.call(Call(kind="change members", method="PUT", path=path, who=group.name, body=body, good=_PUT))

    async def change_group(
        self,
        group: PushedGroup,
        members: Sequence[Member],
        *,
        add: Sequence[Member],
        remove: Sequence[Member],
    ) -> None:
        await self.overwrite_group(group, members)

    async def _put_user(self, kind: str, user: AppUser, values: Body, shown: Body | None) -> None:
        path = f"/Users/{user.scim_id}"
        if shown is None:
            shown = await self.http.call(Call(kind="read user", method="GET", path=path, who=user.name))
        body = wire.laid_over(shown, values)
        await self.http.call(Call(kind=kind, method="PUT", path=path, who=user.name, body=body, good=_PUT))


STYLES: Mapping[str, Callable[[ScimClient], Personality]] = MappingProxyType({"oin": Oin, "wizard": Wizard})


def _life_cycle(active: bool) -> str:
    return "reactivate user" if active else "deactivate user"


def _batches(members: Sequence[Member]) -> Iterator[Sequence[Member]]:
    return (members[start : start + BATCH] for start in range(0, len(members), BATCH))
