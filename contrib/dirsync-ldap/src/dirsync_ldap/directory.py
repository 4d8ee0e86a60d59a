"""One connection to a directory. Everything here blocks, and so is called in a thread. Start at `Directory`.

An answer that is not whole is an error: a size limit, a time limit, a connection that breaks. So whoever reads to the
end has read everything.
"""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
from ldap3 import BASE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import RESULT_NO_SUCH_OBJECT, RESULT_SUCCESS

from dirsync_core.api import DirsyncError
from dirsync_ldap.settings import LdapSettings

_PAGED = "1.2.840.113556.1.4.319"
"""The control of RFC 2696."""

_IDS = frozenset({"objectguid", "objectsid"})
"""What is made of bytes, some of which may look like text."""


class LdapError(DirsyncError):
    """The directory did not answer, or not wholly. The message says what was asked of whom."""


@attrs.frozen
class Entry:
    """An entry: its name, and its values by attribute, spelled as they were asked for, in the server's order."""

    dn: str
    values: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str | None:
        """Give the first value of an attribute."""
        return next(iter(self.values.get(name, ())), None)


@attrs.define
class Directory:
    """A connection. Open it with `open_directory`, and close it."""

    settings: LdapSettings
    connection: Any = attrs.field(repr=False)

    def pages(self, base: str, filter: str, attributes: Sequence[str]) -> Iterator[list[Entry]]:
        """Give all entries below `base` that pass a filter, page by page.

        Raises:
            LdapError: the directory has not given everything.
        """
        cookie: bytes | None = None
        while cookie != b"":
            result = self._search(base, filter, SUBTREE, attributes, cookie)
            if result["result"] != RESULT_SUCCESS:
                raise self._failed(base, str(result["description"]), str(result["message"]))
            yield self._entries(attributes)
            cookie = _cookie_of(result)

    def one(self, dn: str, attributes: Sequence[str]) -> Entry | None:
        """Give one entry by its name, or None where there is none."""
        result = self._search(dn, "(objectClass=*)", BASE, attributes, None)
        if result["result"] not in (RESULT_SUCCESS, RESULT_NO_SUCH_OBJECT):
            raise self._failed(dn, str(result["description"]), str(result["message"]))
        return next(iter(self._entries(attributes)), None)

    def close(self) -> None:
        """Say goodbye. A connection that is broken already is no error."""
        try:
            self.connection.unbind()
        except (LDAPException, OSError):
            self.connection.strategy.close()

    def _search(
        self, base: str, filter: str, scope: str, attributes: Sequence[str], cookie: bytes | None
    ) -> Mapping[str, Any]:
        size = self.settings.page if scope == SUBTREE else None
        try:
            self.connection.search(
                base, filter, scope, attributes=list(attributes), paged_size=size, paged_cookie=cookie
            )
        except (LDAPException, OSError) as error:
            raise self._failed(base, type(error).__name__, str(error)) from error
        found: Mapping[str, Any] = self.connection.result
        return found

    def _entries(self, attributes: Sequence[str]) -> list[Entry]:
        spelled = {name.lower(): name for name in attributes}
        return [_entry(each, spelled) for each in self.connection.response or () if each["type"] == "searchResEntry"]

    def _failed(self, base: str, what: str, more: str) -> LdapError:
        told = f"{what}: {more}" if more else what
        return LdapError(f"{self.settings.url} did not give all that is below {base}: {told}. Nobody is withdrawn.")


def open_directory(settings: LdapSettings, folder: Path) -> Directory:
    """Connect, with TLS where the settings say so, and bind.

    Raises:
        LdapError: nobody answers, the certificate is not trusted, or the bind is refused.
        SettingsError: the password can't be read.
    """
    connection = _connection(settings, folder)
    try:
        connection.open()
        if settings.start_tls and not connection.start_tls():
            raise _not_bound(settings, str(connection.result["description"]))
        if not connection.bind():
            raise _not_bound(settings, str(connection.result["description"]))
    except (LDAPException, OSError) as error:
        connection.strategy.close()
        raise _not_bound(settings, f"{type(error).__name__}: {error}") from error
    except LdapError:
        connection.unbind()
        raise
    return Directory(settings, connection)


def _connection(settings: LdapSettings, folder: Path) -> Any:
    parts = urlsplit(settings.url)
    use_ssl = parts.scheme == "ldaps"
    ca_file = str(folder / settings.ca_file) if settings.ca_file is not None else None
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_file) if use_ssl or settings.start_tls else None
    port = parts.port or (636 if use_ssl else 389)
    server = Server(
        str(parts.hostname), port, use_ssl=use_ssl, tls=tls, get_info=NONE, connect_timeout=settings.timeout
    )
    password = settings.password.reveal() if settings.password is not None else None
    return Connection(
        server, settings.bind, password, check_names=False, receive_timeout=settings.timeout, auto_referrals=False,
        read_only=True,
    )  # fmt: skip


def _not_bound(settings: LdapSettings, why: str) -> LdapError:
    who = settings.bind or "nobody"
    return LdapError(f"{settings.url} does not let in {who}: {why}. See url, bind, password, start_tls and ca_file.")


def _cookie_of(result: Mapping[str, Any]) -> bytes:
    """Give what asks for the next page; nothing where there is none, or the server knows no pages."""
    control = result.get("controls", {}).get(_PAGED)
    return bytes(control["value"]["cookie"] or b"") if control is not None else b""


def _entry(raw: Mapping[str, Any], spelled: Mapping[str, str]) -> Entry:
    in_parts = next((name for name in raw["raw_attributes"] if ";range=" in name.lower()), None)
    if in_parts is not None:
        raise LdapError(
            f"{raw['dn']} has so many values of {in_parts.partition(';')[0]} that the server gives a part of them only."
            " Nobody is withdrawn. Have the server give more at once (Active Directory: MaxValRange)."
        )
    values = {
        spelled[name.lower()]: tuple(_text(name, value) for value in found)
        for name, found in raw["raw_attributes"].items()
        if name.lower() in spelled and found
    }
    return Entry(str(raw["dn"]), values)


def _text(name: str, value: bytes) -> str:
    """Give a value as text; one that is none, as the ids of Active Directory, in hexadecimal digits."""
    if name.lower() in _IDS:
        return value.hex()
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()
