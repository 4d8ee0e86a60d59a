"""What the service says of itself (RFC 7644 4): made from the schemas as data, and from the limits that hold."""

from collections.abc import Sequence

import attrs

from dirsync_core.api import Json
from dirsync_okta.scim.answers import Addresses
from dirsync_okta.scim.body import Limits
from dirsync_okta.scim.cursors import TIMEOUT
from dirsync_okta.scim.errors import ScimError, clip
from dirsync_okta.scim.lists import DEFAULT_COUNT, MAX_COUNT
from dirsync_okta.scim.schema import Attribute, Definition, ResourceType

_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"

Document = dict[str, Json]


@attrs.frozen
class Discovery:
    """The discovery documents of a service."""

    types: Sequence[ResourceType]
    addresses: Addresses
    limits: Limits = attrs.field(factory=Limits)

    def config(self) -> Document:
        """Say what is supported."""
        return {
            "schemas": [_CONFIG],
            "patch": {"supported": True},
            "bulk": {
                "supported": True,
                "maxOperations": self.limits.bulk,
                "maxPayloadSize": self.limits.size,
            },
            "filter": {"supported": True, "maxResults": MAX_COUNT},
            "changePassword": {"supported": False},
            "sort": {"supported": True},
            "etag": {"supported": True},
            "pagination": {
                "cursor": True,
                "index": True,
                "defaultPaginationMethod": "index",
                "defaultPageSize": DEFAULT_COUNT,
                "maxPageSize": MAX_COUNT,
                "cursorTimeout": TIMEOUT,
            },
            "authenticationSchemes": [
                {
                    "type": "oauthbearertoken",
                    "name": "Bearer token",
                    "description": "A token in the Authorization header, after the word Bearer.",
                    "specUri": "https://www.rfc-editor.org/info/rfc6750",
                    "primary": True,
                }
            ],
            "meta": self._meta("ServiceProviderConfig", ""),
        }

    def resource_types(self) -> list[Document]:
        """Describe every type of resource."""
        return [self._resource_type(each) for each in self.types]

    def resource_type(self, name: str) -> Document:
        """Describe one type of resource.

        Raises:
            ScimError: there is none of that name.
        """
        return self._only(self.resource_types(), name, "resource type")

    def schemas(self) -> list[Document]:
        """Describe every schema."""
        found = {schema.urn: schema for each in self.types for schema in each.schemas}
        return [self._schema(schema) for schema in found.values()]

    def schema(self, urn: str) -> Document:
        """Describe one schema.

        Raises:
            ScimError: there is none of that URN.
        """
        return self._only(self.schemas(), urn, "schema")

    def _only(self, documents: list[Document], name: str, noun: str) -> Document:
        for document in documents:
            if str(document["id"]).lower() == name.lower():
                return document
        detail = f"There is no {noun} “{clip(name)}” here. The list one step up names those that there are."
        raise ScimError(404, detail)

    def _resource_type(self, described: ResourceType) -> Document:
        return {
            "schemas": [_RESOURCE_TYPE],
            "id": described.name,
            "name": described.name,
            "endpoint": described.endpoint,
            "description": described.description,
            "schema": described.core.urn,
            "schemaExtensions": [{"schema": each.urn, "required": False} for each in described.extensions],
            "meta": self._meta("ResourceType", described.name),
        }

    def _schema(self, schema: Definition) -> Document:
        return {
            "schemas": [_SCHEMA],
            "id": schema.urn,
            "name": schema.name,
            "description": schema.description,
            "attributes": [_described(each) for each in schema.attributes],
            "meta": self._meta("Schema", schema.urn),
        }

    def _meta(self, name: str, resource: str) -> Document:
        endpoint = name if name == "ServiceProviderConfig" else f"{name}s/{resource}"
        return {"resourceType": name, "location": f"{self.addresses.base_url}/{endpoint}"}


def _described(attribute: Attribute) -> Document:
    document: Document = {
        "name": attribute.name,
        "type": attribute.type,
        "multiValued": attribute.multi,
        "description": attribute.description,
        "required": attribute.required,
        "caseExact": attribute.case_exact,
        "mutability": attribute.mutability,
        "returned": attribute.returned,
        "uniqueness": attribute.uniqueness,
    }
    if attribute.canonical:
        document["canonicalValues"] = list(attribute.canonical)
    if attribute.references:
        document["referenceTypes"] = list(attribute.references)
    if attribute.sub:
        document["subAttributes"] = [_described(each) for each in attribute.sub]
    return document
