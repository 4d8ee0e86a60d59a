"""How to connect Okta, step by step, in the words of Okta's console."""

from dirsync_core.api import CopyField, Guide, GuideTab, Step
from dirsync_okta.extension import ASSISTANTS_URN

_BASE_URL = "{base_url}/scim/v2"

_SWITCH_ON = Step(
    "Switch on what Okta may do",
    "Provisioning → To App → Edit. Tick **Create Users**, **Update User Attributes**, **Deactivate Users**. Save.",
)
_ASSISTANTS = Step(
    "Let assistants come along",
    "Directory → Profile Editor → Okta → **Add Attribute**, then the same on the dirsync profile, "
    "and map one to the other.",
    fields=(
        CopyField("Data type", "string array", copy=False),
        CopyField("Variable and external name", "assistants"),
        CopyField("External namespace", ASSISTANTS_URN),
        CopyField("Mapped from, on both", "user.assistants"),
    ),
    after="With the external namespace left empty Okta sends nothing at all.",
    seen="references",
)
_ASSIGN = Step(
    "Assign people",
    "Assignments → **Assign to Groups** → Everyone, or the groups you want. They arrive at once.",
    after="People who were assigned before step 3 come with **Provision User** on the Assignments page.",
    seen="people",
)
_WHERE = Step(
    "Decide who goes where",
    "Everybody in one directory, or chosen per location. For locations by group: "
    "**Push Groups** → **Find groups by name**.",
    seen="groups",
)

_CATALOGUE = GuideTab(
    "catalogue",
    "From the catalogue",
    (
        Step(
            "Make the application",
            "Applications → **Browse App Catalog** → “SCIM 2.0 Test App (Header Auth)” → **Add Integration**. "
            "Call it dirsync.",
            seen="call",
        ),
        Step(
            "Give Okta this address and token",
            "Provisioning → **Configure API Integration** → tick **Enable API Integration**.",
            fields=(CopyField("Base URL", _BASE_URL), CopyField("API token", "{token}")),
            after="Press **Test API Credentials**, then Save. Do this before you assign anybody.",
            seen="call",
        ),
        _SWITCH_ON,
        _ASSISTANTS,
        _ASSIGN,
        _WHERE,
    ),
)
_WIZARD = GuideTab(
    "wizard",
    "Your own SAML or SWA app",
    (
        Step(
            "Let the application provision",
            "Applications → your application → General → App Settings → Edit → Provisioning: **SCIM**. Save.",
            seen="call",
        ),
        Step(
            "Give Okta this address and token",
            "Provisioning → Integration → Edit. Authentication Mode: **HTTP Header**. Tick "
            "**Push New Users**, **Push Profile Updates** and **Push Groups**.",
            fields=(
                CopyField("SCIM connector base URL", _BASE_URL),
                CopyField("Unique identifier field for users", "userName"),
                CopyField("Authorization: Bearer", "{token}"),
            ),
            after="Press **Test Connector Configuration**, then Save. Do this before you assign anybody.",
            seen="call",
        ),
        _SWITCH_ON,
        _ASSISTANTS,
        _ASSIGN,
        _WHERE,
    ),
)

OKTA_GUIDE = Guide(
    "Connect Okta",
    "Six steps in Okta’s console, about ten minutes. You need to be an application admin there.",
    (_CATALOGUE, _WIZARD),
    troubles=(
        ("401", "The token is another provider’s, or was pasted with a blank. Paste it again."),
        ("404", "The address must end in /scim/v2."),
        ("409", "Okta has that userName twice: the message says which user of the two is here."),
        ("Certificate", "Okta wants https with a public certificate."),
    ),
    rehearsal="dirsync okta rehearse --people 200 --provider {name}",
)
