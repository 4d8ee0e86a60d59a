"""What this distribution brings to dirsync: the provider `ldap` and its mapper. Start at `provider`."""

from dirsync_core.api import MapperType, ProviderType, hookimpl
from dirsync_ldap.mapping import LDAP_MAPPER
from dirsync_ldap.provider import LDAP


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    """Declare LDAP."""
    return [LDAP]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """Declare the mapping of inetOrgPerson."""
    return [LDAP_MAPPER]
