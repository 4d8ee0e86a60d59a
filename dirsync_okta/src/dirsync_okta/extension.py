"""The schema extension in which Okta sends assistants, published so that its Profile Editor can pick them."""

from dirsync_okta.scim import Attribute, Definition

ASSISTANTS_URN = "urn:dirsync:schemas:1.0:User"

DIRSYNC_USER = Definition(
    ASSISTANTS_URN,
    "DirsyncUser",
    "What dirsync knows of a user beyond SCIM",
    (Attribute("assistants", description="The e-mail addresses of those who assist the user.", multi=True),),
)
