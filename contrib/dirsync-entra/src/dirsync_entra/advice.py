"""What Entra's administrator reads, in the words of the Entra admin center: under Provisioning → Provisioning logs.

Entra tries what was refused again in its next cycle; an application of which too much is refused is quarantined.
"""

from collections.abc import Mapping

from dirsync_core.api import Json, Kind, is_address
from dirsync_okta.scim import Advice

_MAPPINGS = "Enterprise applications → dirsync → Provisioning → Attribute mapping"

ENTRA_ADVICE: Advice = {
    "taken": (
        "In Entra: if both are one person, take one of the two out of Users and groups of the application; if not, "
        "change the userPrincipalName, or the group's name, of one of them."
    ),
    "missing": "In Entra: press Restart provisioning; it looks for everybody anew.",
    "value": f"In Entra: correct it in the user's properties, or its mapping under {_MAPPINGS}.",
    "nowhere": "In Entra: the Tenant URL ends in /scim/v2, with ?aadOptscim062020 behind it.",
    "body": f"In Entra: see the attribute's type under {_MAPPINGS} → Show advanced options → Edit attribute list.",
    "size": "In Entra: assign smaller groups, or split the group.",
    "mutability": f"In Entra: delete the attribute's mapping under {_MAPPINGS}.",
    "version": "In Entra: nothing is to be set; the next cycle reads anew.",
    "cursor": "In Entra: nothing is to be set, since Entra does not page; see in “dirsync token list” who else calls.",
    "filter": f"In Entra: choose userName or externalId as the matching attribute under {_MAPPINGS}.",
    "bulk": "In Entra: nothing is to be set, since Entra sends no bulk requests; see who else calls.",
    "content": "In Entra: nothing is to be set; see what stands between Entra and dirsync, such as a proxy.",
    "patch": "In Entra: put ?aadOptscim062020 behind the Tenant URL, and press Restart provisioning.",
}
STATUS_ADVICE = {
    401: "In Entra: it is the Secret Token under Provisioning → Connectivity.",
    503: "In Entra: nothing is to be done once it works again; the next cycle brings what is missing.",
}
"""Advice on what the server refuses before the service is asked, by status."""


def check_values(kind: Kind, resource: Mapping[str, Json]) -> str | None:
    """Refuse an e-mail address without @; whom nobody has mapped an address for is taken all the same."""
    emails = resource.get("emails") if kind == "user" else None
    for element in emails if isinstance(emails, list) else []:
        value = element.get("value") if isinstance(element, dict) else None
        if isinstance(value, str) and value.strip() and not is_address(value):
            return f"“emails.value” is “{value[:80]}”, which is no e-mail address."
    return None
