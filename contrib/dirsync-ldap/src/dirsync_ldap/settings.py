"""`[providers.NAME]` of plugin `ldap`, and `[providers.NAME.groups]` in it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import attrs

from dirsync_core.api import Secret


def _check_url(settings: "LdapSettings", _: object, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("ldap", "ldaps") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"url: “{url}” is not of the form ldaps://HOST or ldap://HOST:PORT")


def _check_start_tls(settings: "LdapSettings", _: object, start_tls: bool) -> None:
    if start_tls and settings.url.startswith("ldaps:"):
        raise ValueError("start_tls: ldaps:// is TLS from the beginning; leave start_tls out, or make it ldap://")


def _check_password(settings: "LdapSettings", _: object, password: Secret | None) -> None:
    if (settings.bind is None) != (password is None):
        raise ValueError("password: bind and password come together; without both dirsync asks as nobody")
    secure = settings.url.startswith("ldaps:") or settings.start_tls or _is_this_machine(settings.url)
    if password is not None and not secure:
        raise ValueError("password: would be sent for all to read; make the url ldaps://, or set start_tls = true")


def _check_filter(_: object, attribute: "attrs.Attribute[str]", written: str | None) -> None:
    if written is not None and not (written.startswith("(") and written.endswith(")")):
        raise ValueError(f"{attribute.name}: “{written}” is no LDAP filter; for instance (objectClass=person)")


def _check_positive(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if value < 1:
        raise ValueError(f"{attribute.name}: is at least 1, and {value} is not")


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@attrs.frozen
class Groups:
    """Where groups are. `member` holds DNs, or values of the people's attribute `by`, as `memberUid` does of `uid`."""

    base: str
    search: str = attrs.field(default="(objectClass=groupOfNames)", validator=_check_filter)
    name: str = "cn"
    member: str = "member"
    by: str | None = None


@attrs.frozen
class LdapSettings:
    """A directory, and who in it counts."""

    url: str = attrs.field(validator=_check_url)
    base: str
    bind: str | None = None
    start_tls: bool = attrs.field(default=False, validator=_check_start_tls)
    password: Secret | None = attrs.field(default=None, validator=_check_password)
    ca_file: str | None = None
    search: str = attrs.field(default="(objectClass=inetOrgPerson)", validator=_check_filter)
    disabled: str | None = attrs.field(default=None, validator=_check_filter)
    key: str = "entryUUID"
    modified: str = "modifyTimestamp"
    also: tuple[str, ...] = ()
    groups: Groups | None = None
    page: int = attrs.field(default=500, validator=_check_positive)
    timeout: int = attrs.field(default=30, validator=_check_positive)
    full_every: int = attrs.field(default=24, validator=_check_positive)
