"""How to connect Entra, step by step, in the words of the Entra admin center."""

from dirsync_core.api import CopyField, Guide, GuideTab, Step

_STEPS = (
    Step(
        "Make the application",
        "Enterprise applications → **New application** → **Create your own application** → “Integrate any other "
        "application you don’t find in the gallery (Non-gallery)”. Call it dirsync.",
        seen="call",
    ),
    Step(
        "Give Entra this address and token",
        "Provisioning → **New configuration** (or Provisioning Mode: **Automatic**).",
        fields=(CopyField("Tenant URL", "{base_url}/scim/v2?aadOptscim062020"), CopyField("Secret Token", "{token}")),
        after="Press **Test Connection**, then Save. An empty Secret Token is never accepted.",
        seen="call",
    ),
    Step(
        "See what is mapped",
        "Provisioning → Attribute mapping → **Provision Microsoft Entra ID Users**.",
        fields=(
            CopyField("objectId", "externalId", copy=False),
            CopyField("mail", 'emails[type eq "work"].value', copy=False),
            CopyField("city", 'addresses[type eq "work"].locality', copy=False),
            CopyField("preferredLanguage", "preferredLanguage", copy=False),
            CopyField("manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", copy=False),
        ),
        after="Entra’s own proposal has mailNickname for externalId, which changes when somebody marries. "
        "Who has no mail is stored, and is not in the directory until there is one.",
        seen="call",
    ),
    Step(
        "Assign people and groups",
        "Users and groups → **Add user/group**. Members of groups within a group do not come along.",
        seen="call",
    ),
    Step(
        "Start",
        "Provisioning → **Start provisioning**. The first cycle begins at once, each further one about forty minutes "
        "later; **Provision on demand** shows one person now.",
        seen="people",
    ),
    Step(
        "Decide who goes where",
        "Everybody in one directory, or chosen per location: by city, locale, or by the groups that were assigned.",
        seen="groups",
    ),
)

ENTRA_GUIDE = Guide(
    "Connect Microsoft Entra",
    "Six steps in the Entra admin center, about ten minutes. You need to be an Application Administrator there.",
    (GuideTab("application", "Your own application", _STEPS),),
    troubles=(
        ("401", "The token is another provider’s, or was pasted with a blank. Paste it again."),
        ("404", "The Tenant URL must have /scim/v2, and ?aadOptscim062020 behind that."),
        ("Quarantine", "Too much was refused. See Provisioning logs, mend it, then press Restart provisioning."),
        ("Nothing arrives", "A cycle takes about forty minutes. Try one person with Provision on demand."),
        ("A value stays", "Entra sends nothing when a value is emptied. Restart provisioning does not change that."),
    ),
)
