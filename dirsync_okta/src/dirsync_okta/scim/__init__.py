"""A SCIM 2.0 service (RFC 7643, RFC 7644) over a provider's records; start at `scim_application` in `app`.

It knows nothing of who calls it: no client by name, no employees, no SQL.
"""

from dirsync_okta.scim.app import scim_application
from dirsync_okta.scim.body import Limits
from dirsync_okta.scim.collection import Check
from dirsync_okta.scim.definitions import GROUPS, USERS, extended
from dirsync_okta.scim.dialects import SCIM_DIALECTS
from dirsync_okta.scim.errors import Advice, ScimError, error_response
from dirsync_okta.scim.schema import Attribute, Definition, ResourceType

__all__ = [
    "GROUPS",
    "SCIM_DIALECTS",
    "USERS",
    "Advice",
    "Attribute",
    "Check",
    "Definition",
    "Limits",
    "ResourceType",
    "ScimError",
    "error_response",
    "extended",
    "scim_application",
]
