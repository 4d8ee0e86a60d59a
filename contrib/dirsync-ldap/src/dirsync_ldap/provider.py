"""The provider: an LDAP directory that is asked again and again. Start at `Ldap.pull`.

Without a cursor it enumerates everybody, page by page; with one it asks for what changed since. A directory does not
say who was deleted, so only a full enumeration withdraws anybody; one comes by itself every so many pulls.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from dirsync_core.api import Complete, Json, Provider, ProviderType, Pulled, Upsert
from dirsync_ldap.cursors import Cursor, next_cursor, read_cursor, read_moment
from dirsync_ldap.directory import Directory, Entry, LdapError, open_directory
from dirsync_ldap.mapping import NAMES, REFERENCES
from dirsync_ldap.settings import Groups, LdapSettings

_PARTING = re.compile(r"\s*([,=+])\s*")


class Ldap(Provider):
    """A directory. Each pull has a connection of its own, so one that broke is made anew by the next."""

    settings: LdapSettings

    async def pull(self, cursor: str | None) -> AsyncIterator[Pulled]:
        """Yield people, then groups, then the cursor."""
        directory = await asyncio.to_thread(open_directory, self.settings, self.folder)
        try:
            session = _Session(self.settings, directory, read_cursor(cursor) if cursor is not None else None)
            async for item in session.items():
                yield item
        finally:
            await asyncio.to_thread(directory.close)


@attrs.define
class _Session:
    """One pull. `before` is where the last one ended, None to read everything."""

    settings: LdapSettings
    directory: Directory
    before: Cursor | None
    newest: datetime | None = None
    addresses: dict[str, str | None] = attrs.field(factory=dict)
    """Addresses of those who are named by DN, as far as they were looked up."""

    async def items(self) -> AsyncIterator[Pulled]:
        self.newest = self.before.newest if self.before is not None else None
        disabled = await self._disabled()
        async for entry in self._entries(self.settings.base, self._recent(self.settings.search), self._attributes):
            key = self._key(entry)
            yield Upsert(key, await self._body(entry), active=key not in disabled)
        if self.settings.groups is not None:
            for group in await self._groups(self.settings.groups):
                yield group
        yield Complete(next_cursor(self.before, self.newest, self.settings.full_every), full=self.before is None)

    # --- people ------------------------------------------------------------------------------------------------------

    @property
    def _attributes(self) -> list[str]:
        named = (*NAMES, *REFERENCES, *self.settings.also, self.settings.key, self.settings.modified)
        return list(dict.fromkeys(named))

    async def _disabled(self) -> frozenset[str]:
        if self.settings.disabled is None:
            return frozenset()
        filter = self._recent(f"(&{self.settings.search}{self.settings.disabled})")
        found = self._entries(self.settings.base, filter, [self.settings.key])
        return frozenset([self._key(entry) async for entry in found])

    async def _body(self, entry: Entry) -> dict[str, Json]:
        """Give the entry as it is, and beside each reference by DN the address that it leads to."""
        own = (self.settings.key, self.settings.modified)
        body: dict[str, Json] = {name: _plain(values) for name, values in entry.values.items() if name not in own}
        for name, address in REFERENCES.items():
            if name in entry.values:
                found = [await self._address(dn) for dn in entry.values[name]]
                body[address] = [each for each in found if each is not None]
        return {"dn": entry.dn, **body}

    async def _address(self, dn: str) -> str | None:
        name = _folded(dn)
        if name not in self.addresses:
            found = await asyncio.to_thread(self.directory.one, dn, ["mail"])
            self.addresses[name] = found.first("mail") if found is not None else None
        return self.addresses[name]

    def _key(self, entry: Entry) -> str:
        key = entry.first(self.settings.key)
        if key is None:
            raise LdapError(
                f"{entry.dn} has no {self.settings.key}, or it can't be read; name another attribute as key"
            )
        return key

    # --- groups ------------------------------------------------------------------------------------------------------

    async def _groups(self, groups: Groups) -> list[Upsert]:
        found = self._entries(
            groups.base, self._recent(groups.search), [groups.name, groups.member, self.settings.modified]
        )
        changed = [entry async for entry in found]
        keys = await self._keys(groups) if changed else {}
        return [_group(entry, groups, keys) for entry in changed]

    async def _keys(self, groups: Groups) -> Mapping[str, str]:
        """Give everybody's key by what members are written as: a group that changed is said as a whole."""
        wanted = [self.settings.key, *([groups.by] if groups.by is not None else [])]
        everybody = self._entries(self.settings.base, self.settings.search, wanted)
        return {name: self._key(entry) async for entry in everybody for name in _written(entry, groups)}

    # --- the directory -----------------------------------------------------------------------------------------------

    def _recent(self, filter: str) -> str:
        return filter if self.before is None else f"(&{filter}({self.settings.modified}>={self.before.since}))"

    async def _entries(self, base: str, filter: str, attributes: Sequence[str]) -> AsyncIterator[Entry]:
        pages = self.directory.pages(base, filter, attributes)
        while (page := await asyncio.to_thread(_next, pages)) is not None:
            for entry in page:
                self._note(entry)
                yield entry

    def _note(self, entry: Entry) -> None:
        written = entry.first(self.settings.modified)
        if written is not None:
            moment = read_moment(written)
            self.newest = max(moment, self.newest or moment)


def _next(pages: Iterator[list[Entry]]) -> list[Entry] | None:
    return next(pages, None)


def _folded(name: str) -> str:
    """Compare names without capitals, and without blanks around what parts them."""
    return _PARTING.sub(r"\1", name).casefold()


def _plain(values: Sequence[str]) -> Json:
    return values[0] if len(values) == 1 else list(values)


def _written(entry: Entry, groups: Groups) -> Sequence[str]:
    return (
        [entry.dn.casefold()] if groups.by is None else [value.casefold() for value in entry.values.get(groups.by, ())]
    )


def _group(entry: Entry, groups: Groups, keys: Mapping[str, str]) -> Upsert:
    name = entry.first(groups.name)
    if name is None:
        raise LdapError(f"The group {entry.dn} has no {groups.name}; name another attribute as groups.name")
    named = [_folded(member) for member in entry.values.get(groups.member, ())]
    members = [keys[member] for member in named if member in keys]
    return Upsert(name, {"displayName": name, "dn": entry.dn}, kind="group", members=members)


LDAP = ProviderType("ldap", LdapSettings, Ldap, mappers=("ldap",), title="LDAP")
