"""The JSON that Entra writes, in its two ways: as it always did, and with `aadOptscim062020` behind the Tenant URL.

Without the flag: operations in capitals, booleans as texts, an operation for each attribute, members removed by a list.
With it: nearer to RFC 7644, but attributes without a path, as flat keys with dots in them. Nothing here sends anything.
"""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from dirsync_entra.rehearsal.people import Person

Body = dict[str, object]

FLAG = "aadOptscim062020"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_ADSCIM_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
_PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
WORK_MAIL = 'emails[type eq "work"].value'
WORK_CITY = 'addresses[type eq "work"].locality'
MOBILE = 'phoneNumbers[type eq "mobile"].value'


def created_user(person: Person) -> Body:
    """The body of a POST. The manager comes in a later request."""
    return {
        "schemas": [USER, ENTERPRISE],
        "externalId": person.object_id,
        "userName": person.address,
        "active": True,
        "displayName": person.display_name,
        "emails": [{"primary": True, "type": "work", "value": person.address}],
        "meta": {"resourceType": "User"},
        "name": {
            "formatted": person.display_name,
            "givenName": person.given_name,
            "familyName": person.family_name,
        },
        "addresses": [{"type": "work", "locality": person.city, "country": person.country}],
        "phoneNumbers": [{"type": "work", "value": person.phone}],
        "preferredLanguage": person.language,
        "roles": [],
        ENTERPRISE: {"department": person.department},
    }


def created_group(name: str, object_id: str) -> Body:
    """The body of a POST: a group comes without its members, and names a schema that nobody else has."""
    return {
        "schemas": [GROUP, _ADSCIM_GROUP],
        "externalId": object_id,
        "displayName": name,
        "meta": {"resourceType": "Group"},
    }


@attrs.frozen
class Wire:
    """One of the two ways; `flag` says which."""

    flag: bool

    def attributes(self, values: Mapping[str, object]) -> Body:
        """Change attributes, by path."""
        flat = {path: value for path, value in values.items() if self.flag and "[" not in path}
        with_path = [self._op("replace", path, value) for path, value in values.items() if path not in flat]
        without: list[Body] = [{"op": "replace", "value": flat}] if flat else []
        return self._patch(*without, *with_path)

    def active(self, *, active: bool) -> Body:
        """Disable somebody, which is how Entra deletes at first, or enable them again."""
        return self._patch(self._op("replace", "active", active if self.flag else str(active)))

    def manager(self, id: str) -> Body:
        """Name somebody's manager by the id that the server gave."""
        if self.flag:
            return self._patch(self._op("add", f"{ENTERPRISE}:manager", id))
        return self._patch(self._op("add", "manager", [{"$ref": None, "value": id}]))

    def members(self, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Body:
        """Change who is in a group."""
        return self._patch(*self._removals(remove), *([self._op("add", "members", _listed(add))] if add else []))

    def _removals(self, members: Sequence[str]) -> Iterable[Body]:
        if self.flag:
            return [{"op": "remove", "path": f'members[value eq "{id}"]'} for id in members]
        return [self._op("remove", "members", _listed(members))] if members else []

    def _op(self, op: str, path: str, value: object) -> Body:
        return {"op": op if self.flag else op.capitalize(), "path": path, "value": value}

    def _patch(self, *operations: Body) -> Body:
        return {"schemas": [_PATCH_OP], "Operations": list(operations)}


def _listed(members: Sequence[str]) -> list[Body]:
    return [{"$ref": None, "value": id} for id in members]
