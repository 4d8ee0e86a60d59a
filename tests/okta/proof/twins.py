"""Resource types that an independent implementation, scim2-models, knows too: built there from our own `/Schemas`.

`twin(0)` is the user that is served, the others are made up from their number: attributes of all types, single and
multi-valued, case-exact or not, read-only, immutable, never returned, with sub-attributes and in extensions.
"""

import random
from collections.abc import Iterator
from functools import cache, reduce
from operator import or_
from typing import Any, get_args

import attrs
from scim2_models import Extension, PatchOp, Resource, Schema, ScimFilter

from dirsync_okta.extension import DIRSYNC_USER
from dirsync_okta.scim import USERS, Attribute, Definition, ResourceType, extended
from dirsync_okta.scim.answers import Addresses
from dirsync_okta.scim.discovery import Discovery
from dirsync_okta.scim.schema import Type

_SIMPLE = [each for each in get_args(Type) if each != "complex"]
_NAMES = ["colour", "Size", "isBig", "x-1", "birthDate", "homePage", "badge", "nameOfCat", "key", "notes"]
_PARTS = ["value", "type", "primary", "display", "since", "Weight", "$ref"]


@attrs.frozen(eq=False)
class Twin:
    """One type of resource, as we have it and as scim2-models has it."""

    ours: ResourceType
    theirs: Any
    filter: Any
    patch: Any

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.ours.core.urn)

    def places(self) -> Iterator[tuple[str | None, Attribute]]:
        """Give the attributes, each with the URN of its extension."""
        yield from ((urn, each) for urn, each in self.ours.attributes() if each.name not in ("schemas", "meta", "id"))


@cache
def twin(number: int) -> Twin:
    """Give the twin of that number."""
    return paired(extended(USERS, DIRSYNC_USER) if number == 0 else _made_up(random.Random(number), number))


def paired(ours: ResourceType) -> Twin:
    """Have scim2-models build a type of ours."""
    documents = Discovery([ours], Addresses("https://x.example")).schemas()
    core, *more = (Schema.model_validate(each) for each in documents)
    extensions: list[Any] = [Extension.from_schema(each) for each in more]
    theirs: Any = Resource.from_schema(core)
    theirs = theirs[reduce(or_, extensions)] if extensions else theirs
    return Twin(ours, theirs, ScimFilter[theirs], PatchOp[theirs])


def _made_up(dice: random.Random, number: int) -> ResourceType:
    urn = f"urn:example:made:{number}.0:Thing"
    core = Definition(urn, "Thing", "A thing.", (Attribute("userName", required=True), *_attributes(dice, 6)))
    extensions = tuple(
        Definition(f"urn:example:more:{number}.{n}:Thing", f"More{n}", "More.", _attributes(dice, 3))
        for n in range(dice.randrange(3))
    )
    return ResourceType("Thing", "user", "/Things", "A thing.", core, "userName", extensions)


def _attributes(dice: random.Random, most: int) -> tuple[Attribute, ...]:
    names = dice.sample(_NAMES, dice.randint(1, most))
    return tuple(_attribute(dice, name, deep=True) for name in names)


def _attribute(dice: random.Random, name: str, *, deep: bool) -> Attribute:
    kind: Type = "complex" if deep and dice.random() < 0.4 else dice.choice(_SIMPLE)
    made = Attribute(
        name,
        kind,
        "Something.",
        multi=deep and dice.random() < 0.5,
        case_exact=kind in ("reference", "binary") or dice.random() < 0.3,
        mutability=dice.choices(["readWrite", "readOnly", "immutable", "writeOnly"], [12, 1, 1, 1 if deep else 0])[0],
        references=("external",) if kind == "reference" else (),
        sub=_parts(dice) if kind == "complex" else (),
    )
    return attrs.evolve(made, returned="never") if made.mutability == "writeOnly" else made


def _parts(dice: random.Random) -> tuple[Attribute, ...]:
    return tuple(_part(dice, name) for name in dice.sample(_PARTS, dice.randint(1, 5)))


def _part(dice: random.Random, name: str) -> Attribute:
    if name == "primary":
        return Attribute("primary", "boolean", "Whether it is the one.")
    return _attribute(dice, name, deep=False)
