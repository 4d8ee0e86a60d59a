"""The JSON that Okta writes, made from people and groups.

A body is data of the provider's, so it stays a plain dictionary. Nothing here sends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dirsync_okta.rehearsal.people import ORGANIZATION, Person
from dirsync_okta.rehearsal.places import Office

Body = dict[str, object]

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
DIRSYNC = "urn:dirsync:schemas:1.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

Member = tuple[str, str]  # SCIM id, userName


def profile(person: Person) -> Body:
    """What the app maps of a person. Attributes without a value are left out, as in Okta's creates."""
    return _present(
        {
            "userName": person.user_name,
            "name": {"givenName": person.given_name, "familyName": person.family_name},
            "emails": [_present({"primary": True, "value": person.email, "type": person.email_type})],
            "displayName": person.display_name,
            "externalId": person.okta_id,
            "locale": person.locale,
            "preferredLanguage": person.locale,
            "timezone": person.office.timezone if person.office else None,
            "userType": person.user_type,
            "title": person.title,
            "phoneNumbers": [{"value": person.phone, "type": "work", "primary": True}] if person.phone else None,
            "addresses": [_address(person.office)] if person.office else None,
            ENTERPRISE: _enterprise(person),
            DIRSYNC: {"assistants": list(person.assistants)} if person.assistants else None,
        }
    )


def full_profile(person: Person) -> Body:
    """What an update carries: the whole profile, with the empty attributes as empty values."""
    return {"title": "", DIRSYNC: {"assistants": []}, **profile(person)}


def created(person: Person, *, password: str) -> Body:
    """The body of a POST: the password is a placeholder, and always there."""
    mapped = profile(person)
    return {"schemas": _schemas(mapped), **mapped, "groups": [], "password": password, "active": True}


def patch(*operations: Body) -> Body:
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


def replace(value: Body) -> Body:
    """The operation that Okta likes best: `replace` without a path."""
    return {"op": "replace", "value": value}


def laid_over(answer: Body, values: Body) -> Body:
    """The wizard app's PUT: `values` laid over all that the server showed, its `meta` and nulls included."""
    merged = _over(answer, values)
    schemas = answer.get("schemas")
    known = [schema for schema in schemas if isinstance(schema, str)] if isinstance(schemas, list) else []
    return {**merged, "schemas": list(dict.fromkeys([*known, *_schemas(values)]))}


def group(name: str, members: Iterable[Member], *, id: str | None = None) -> Body:
    """A whole group, as in a POST or, with its id, in a PUT."""
    return _present(
        {"schemas": [CORE_GROUP], "id": id, "displayName": name, "members": [_member(one) for one in members]}
    )


def renamed(id: str, name: str) -> Body:
    """The rename that Okta sends before each update of members, whether or not the name is another."""
    return patch(replace({"id": id, "displayName": name}))


def membership(*, add: Sequence[Member] = (), remove: Sequence[Member] = ()) -> Body:
    """One PATCH of a group: a removal for each one who goes, then one addition of all who come."""
    removals: list[Body] = [{"op": "remove", "path": f'members[value eq "{id}"]'} for id, _ in remove]
    additions: list[Body] = [{"op": "add", "path": "members", "value": [_member(one) for one in add]}] if add else []
    return patch(*removals, *additions)


def all_members(members: Iterable[Member]) -> Body:
    """ "Push now": these members instead of all that were there."""
    return patch({"op": "replace", "path": "members", "value": [_member(one) for one in members]})


def _schemas(values: Body) -> list[str]:
    return [CORE_USER, *(key for key in values if ":" in key)]


def _present(body: Mapping[str, object]) -> Body:
    return {key: value for key, value in body.items() if value is not None}


def _address(office: Office) -> Body:
    return {
        "type": "work",
        "streetAddress": office.street,
        "locality": office.city,
        "region": office.region,
        "postalCode": office.postal_code,
        "country": office.country,
    }


def _enterprise(person: Person) -> Body:
    boss = person.manager
    return _present(
        {
            "employeeNumber": person.employee_number,
            "costCenter": person.department.cost_center,
            "organization": ORGANIZATION,
            "division": person.department.division,
            "department": person.department.name,
            "manager": {"value": boss.value, "displayName": boss.display_name} if boss else None,
        }
    )


def _member(member: Member) -> Body:
    return {"value": member[0], "display": member[1]}


def _over(below: Body, above: Body) -> Body:
    return {**below, **{key: _laid(below.get(key), value) for key, value in above.items()}}


def _laid(below: object, above: object) -> object:
    match below, above:
        case dict(), dict():
            return _over(below, above)
        case list(), list() if all(isinstance(element, dict) for element in [*below, *above]):
            return _elements(below, above)
        case _:
            return above


def _elements(below: list[Body], above: list[Body]) -> list[Body]:
    """Okta builds lists element by element (`emails.^[primary==true].value`); those of others stay."""
    rest, laid = list(below), []
    for element in above:
        alike = next((other for other in rest if _alike(other, element)), None)
        if alike is not None:
            rest.remove(alike)
        laid.append(_over(alike or {}, element))
    return laid + rest


def _alike(one: Body, other: Body) -> bool:
    if other.get("primary") is True:
        return one.get("primary") is True
    return one.get("type") == other.get("type")
