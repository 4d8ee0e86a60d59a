"""What Okta's administrator reads: advice on refusals in the words of Okta's console, and the check of values.

Okta shows an error's `detail` under Dashboard → Tasks, and tries again when its button is pressed.
"""

from collections.abc import Iterator, Mapping

from dirsync_core.api import Json, Kind, is_address
from dirsync_okta.scim import Advice

OKTA_ADVICE: Advice = {
    "taken": (
        "In Okta: if both are one person, open Applications → dirsync → Assignments, unassign one of them, and assign "
        "the other again; if not, change the Username of one there. A pushed group is renamed under Push Groups."
    ),
    "missing": "In Okta: unassign and assign again under Applications → dirsync → Assignments, or push the group anew.",
    "value": (
        "In Okta: correct it under Directory → People → the person → Profile, or its mapping under Applications → "
        "dirsync → Provisioning → To App, then retry under Dashboard → Tasks."
    ),
    "nowhere": "In Okta: the Base URL under Applications → dirsync → Provisioning → Integration ends in /scim/v2.",
    "body": "In Okta: see the attribute's data type and external namespace in Directory → Profile Editor → dirsync.",
    "size": "In Okta: push fewer members at once, or split the group.",
    "mutability": (
        "In Okta: take the attribute out of the mapping under Applications → dirsync → Provisioning → To App, then "
        "retry under Dashboard → Tasks."
    ),
    "version": "In Okta: retry under Dashboard → Tasks; Okta reads anew before it writes.",
    "cursor": "In Okta: start anew under Applications → dirsync → Import; Okta itself pages by startIndex.",
    "filter": (
        "In Okta: nothing is to be set, since Okta filters by userName and displayName alone; see in “dirsync token "
        "list” who else calls."
    ),
    "bulk": (
        "In Okta: nothing is to be set, since Okta sends no bulk requests; see in “dirsync token list” who else calls."
    ),
    "content": "In Okta: nothing is to be set; see what stands between Okta and dirsync, such as a proxy.",
    "patch": (
        "In Okta: press Force Sync under Applications → dirsync → Provisioning → To App, so that the whole profile is "
        "sent; push a group anew under Push Groups."
    ),
}
STATUS_ADVICE = {
    401: "In Okta: it goes under Applications → dirsync → Provisioning → Integration.",
    503: "In Okta: retry under Dashboard → Tasks once it works again.",
}
"""Advice on what the server refuses before the service is asked, by status."""


def check_values(kind: Kind, resource: Mapping[str, Json]) -> str | None:
    """Refuse an e-mail address without @: Okta does not look at values before it sends them."""
    if kind != "user":
        return None
    for label, value in _addresses(resource):
        if not is_address(value):
            return f"“{label}” is “{value[:80]}”, which is no e-mail address."
    return None


def _addresses(resource: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    emails = resource.get("emails")
    for element in emails if isinstance(emails, list) else []:
        value = element.get("value") if isinstance(element, dict) else None
        if isinstance(value, str) and value.strip():
            yield "emails.value", value
