"""Plan files: a plan as it was reviewed, with the rules that it is of, sealed against edits."""

import hashlib
import json
from typing import Any

from dirsync_core.model.errors import Refused
from dirsync_core.model.facts import Placement
from dirsync_core.model.moments import read_time
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Altered, Asleep, Effect, EffectKind, Plan
from dirsync_core.query.plans import plan_shape

_SEAL = "seal"
_FORM = "dirsync plan 1"


def plan_document(plan: Plan) -> dict[str, Json]:
    """Give a plan as `dirsync plan` prints and keeps it."""
    shape = plan_shape(plan)
    return {**shape, _SEAL: _seal_of(shape)}


def read_plan(text: str, name: str) -> Plan:
    """Read what `plan_document` gave. `name` is what the file is called.

    Raises:
        Refused: it is no plan, or not what was written any more.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _no_plan(name) from error
    if not isinstance(document, dict) or _SEAL not in document:
        raise _no_plan(name)
    seal = document.pop(_SEAL)
    if seal != _seal_of(document):
        raise Refused(
            f"{name} was edited after it was made, or by another version of dirsync, so nothing was applied.",
            ("Change plugins.toml instead, then: dirsync plan --out FILE",),
        )
    return _plan(document)


def _no_plan(name: str) -> Refused:
    return Refused(f"{name} is no plan, so nothing was applied.", ("Make one with: dirsync plan --out FILE",))


def _seal_of(shape: dict[str, Json]) -> str:
    text = f"{_FORM}\n{json.dumps(shape, sort_keys=True, ensure_ascii=True)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _plan(document: dict[str, Any]) -> Plan:
    """What bears the seal has the form that was written."""
    return Plan(
        store=document["store"],
        base=document["from"],
        version=document["to"],
        basis=document["basis"],
        at=read_time(document["at"]),
        by=document["by"],
        rules=document["rules"],
        altered=tuple(Altered(**altered) for altered in document["settings"]),
        effects=tuple(_effect(effect) for effect in document["effects"]),
        asleep=tuple(_asleep(placement) for placement in document["placements"]),
        emptied=tuple(document["emptied"]),
        trips=(document["guard"]["because"],) if document["guard"]["trips"] else (),
    )


def _effect(shape: dict[str, Any]) -> Effect:
    return Effect(
        kind=EffectKind(shape["kind"]),
        email=shape["email"],
        person=shape["person"],
        record=shape["record"],
        name=shape["name"],
        before=shape["before"],
        after=shape["after"],
        locations=tuple(shape["locations"]),
        called=shape["displayName"],
        origin=shape["origin"],
    )


def _asleep(shape: dict[str, Any]) -> Asleep:
    placement = Placement(shape["subject"], shape["location"], shape["op"], shape["by"], read_time(shape["at"]))
    return Asleep(placement, shape["email"])
