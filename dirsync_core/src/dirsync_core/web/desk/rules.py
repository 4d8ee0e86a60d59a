"""The desk of locations and rules over a real installation: reading. What acts is in `drafting` of the host."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from dirsync_core.filtering import FilterError
from dirsync_core.host.asking import ask
from dirsync_core.host.host import Host
from dirsync_core.host.rules import drafting, planning
from dirsync_core.host.rules.compiling import RuleData, make_filter, renewed
from dirsync_core.host.rules.differing import differences
from dirsync_core.host.rules.drafts_told import told_effect
from dirsync_core.host.rules.rule_text import rule_text
from dirsync_core.model.claims import Attribute, AttributeKind
from dirsync_core.model.errors import NotFound
from dirsync_core.model.facts import Placement
from dirsync_core.model.identifiers import PersonId, RecordId, new_request_id
from dirsync_core.model.moments import Request, written_time
from dirsync_core.model.people import Json
from dirsync_core.query.plans import version_shape
from dirsync_core.query.reading import Reading, called
from dirsync_core.query.status import locations_shape
from dirsync_core.store.contract import KeptDraft
from dirsync_core.web.desk.shell import shell
from dirsync_core.web.pages import rules_shapes as shapes
from dirsync_core.web.pages.rules_desk import FiltersMisread, MoreThanShown, Overtaken, RulesEdit
from dirsync_core.web.pages.shapes import LocationsPage

T = TypeVar("T")

_PLAN_PAGE = 100
_VERSIONS = 20
_PLACED = 50


class StoreRules:
    """`RulesDesk` over a host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    # --- what pages show --------------------

    async def draft(self, *, by: str) -> shapes.DraftPage:
        """Give the draft with its plan, or what it would begin from."""
        return cast(shapes.DraftPage, await self._ask(lambda reading: _draft_page(self._host, reading, by)))

    async def plan(self, kind: str, after: int, *, by: str) -> shapes.PlanPage:
        """Give all that the draft would do of one kind."""

        def question(reading: Reading) -> dict[str, Any]:
            draft, text = reading.tx.drafts.get(), reading.tx.drafts.plan()
            if draft is None or text is None:
                raise NotFound(
                    "There is no plan: its draft was applied or thrown away, somebody was erased, or it is to come."
                )
            document = json.loads(text)
            effects = [effect for effect in document["effects"] if effect["kind"] == kind]
            more = after + _PLAN_PAGE
            return {
                "shell": shell(self._host, reading, by),
                "draft": _head(draft),
                "counts": document["counts"],
                "kind": kind,
                "effects": [_effect(effect) for effect in effects[after:more]],
                "nextCursor": more if more < len(effects) else None,
            }

        return cast(shapes.PlanPage, await self._ask(question))

    async def versions(self, before: int | None, *, by: str) -> shapes.VersionsPage:
        """Give the versions of the rules, newest first."""

        def question(reading: Reading) -> dict[str, Any]:
            newest = reading.rules.version
            first = min(newest, before - 1) if before is not None else newest
            found = [reading.tx.facts.rules(n) for n in range(first, max(0, first - _VERSIONS), -1)]
            return {
                "shell": shell(self._host, reading, by),
                "rules": [version_shape(rules, newest) for rules in found if rules is not None],
                "draft": _head(reading.tx.drafts.get()),
                "nextCursor": first - _VERSIONS + 1 if first > _VERSIONS else None,
            }

        return cast(shapes.VersionsPage, await self._ask(question))

    async def version(self, number: int, *, by: str) -> shapes.VersionPage:
        """Give one version of the rules."""

        def question(reading: Reading) -> dict[str, Any]:
            found = reading.tx.facts.rules(number)
            if found is None:
                raise NotFound(f"There is no version {number} of the rules; there are 1 to {reading.rules.version}.")
            before = reading.tx.facts.rules(number - 1)
            changed = differences(before.settings if before is not None else None, found.settings)
            return {
                "shell": shell(self._host, reading, by),
                "rules": version_shape(found, reading.rules.version),
                "changed": [
                    {"path": d.altered.path, "before": d.altered.before, "after": d.altered.after} for d in changed
                ],
                "toml": rule_text(found.settings, self._host.plugins),
                "draft": _head(reading.tx.drafts.get()),
            }

        return cast(shapes.VersionPage, await self._ask(question))

    async def location(self, key: str, placed: str | None, cursor: str | None, *, by: str) -> shapes.LocationPage:
        """Give one location as applied, with those who are placed there or hidden from it."""

        def question(reading: Reading) -> dict[str, Any]:
            line = next((line for line in _lines(reading) if line["key"] == key), None)
            if line is None:
                raise NotFound(f"There is no location “{key}”.")
            op = {"added": "add", "masked": "mask"}.get(placed or "")
            found = sorted(
                (p for p in reading.tx.facts.all_placements() if p.location == key and op in (None, p.op)),
                key=lambda p: p.subject,
            )
            shown = [p for p in found if cursor is None or p.subject > cursor][: _PLACED + 1]
            return {
                "shell": shell(self._host, reading, by),
                "location": line,
                "placed": [_placed(reading, p) for p in shown[:_PLACED]],
                "nextCursor": shown[_PLACED - 1].subject if len(shown) > _PLACED else None,
            }

        return cast(shapes.LocationPage, await self._ask(question))

    # --- what pages do --------------------

    async def change(self, edit: RulesEdit, seen: str | None, *, by: str) -> None:
        """Change the draft, and plan it."""
        applied, draft = await self._ask(lambda reading: (reading.tx.facts.rules(), reading.tx.drafts.get()))
        assert applied is not None
        rules = _edited(draft.rules if draft is not None else applied.settings, applied.settings, edit)
        self._check_filters(rules, edit)
        await self._overtaken(drafting.propose(self._host, rules, seen, _request(by)))

    async def again(self, seen: str, *, by: str) -> None:
        """Plan the draft again."""
        await self._overtaken(drafting.again(self._host, seen, _request(by)))

    async def go_back(self, version: int, seen: str | None, *, by: str) -> None:
        """Make an older version the draft."""
        older = await planning.draft_again(self._host, version)
        await self._overtaken(drafting.propose(self._host, older.rules, seen, _request(by)))

    async def throw_away(self, seen: str, *, by: str) -> None:
        """Throw the draft away."""
        await self._overtaken(drafting.throw_away(self._host, seen))

    async def apply(self, seen: str, typed: int | None, *, by: str) -> shapes.AppliedRules:
        """Apply the draft as its plan was shown."""
        try:
            done = await self._overtaken(drafting.apply(self._host, seen, typed, _request(by)))
        except drafting.BeyondReview as error:
            raise MoreThanShown([_effect(told_effect(effect)) for effect in error.beyond]) from error
        return {"version": done.version, "counts": {kind.value: n for kind, n in done.counts.items()}}

    # --- parts --------------------

    async def _ask(self, question: Callable[[Reading], T]) -> T:
        return await ask(self._host, question)

    async def _overtaken(self, doing: Any) -> Any:
        try:
            return await doing
        except drafting.DraftMoved as error:
            raise Overtaken(str(error)) from error

    def _check_filters(self, rules: RuleData, edit: RulesEdit) -> None:
        """Say of each filter that was written where in its text it is wrong."""
        written = {f"locations.{key}.filter": rules["locations"].get(key, {}).get("filter") for key in edit.locations}
        written |= {f"providers.{name}.filter": rules["providers"][name]["filter"] for name in edit.providers}
        schema: RuleData = cast(RuleData, renewed(rules, self._host.plugins)["schema"])
        attributes = [Attribute(n, AttributeKind(item["kind"]), item["description"]) for n, item in schema.items()]
        problems: dict[str, FilterError] = {}
        for path, text in written.items():
            if isinstance(text, str):
                try:
                    make_filter(text, attributes, self._host.plugins, path)
                except FilterError as error:
                    problems[path] = error
        if problems:
            raise FiltersMisread(problems)


def _request(by: str) -> Request:
    return Request(new_request_id(), by)


def _edited(rules: RuleData, applied: RuleData, edit: RulesEdit) -> dict[str, Json]:
    """Lay what somebody wrote over rules."""
    locations = dict(applied["locations"] if edit.restore else {} if edit.everybody else rules["locations"])
    for key, line in edit.locations.items():
        kept = locations.get(key, {}).get("filter")
        text = (line.filter or None) if line.filter is not None else kept
        own = {"name": line.name or key, "filter": text, "missing": line.missing}
        locations[key] = {**locations.get(key, {}), **own}
    providers = dict(rules["providers"])
    for name, source in edit.providers.items():
        text = (source.filter or None) if source.filter is not None else providers[name]["filter"]
        own = {"filter": text, "onMatch": source.on_match, "domains": list(source.domains)}
        providers[name] = {**providers[name], **own}
    left = {key: item for key, item in locations.items() if key not in edit.removed}
    return {**rules, "locations": left, "providers": providers}


def locations_page(host: Host, reading: Reading, by: str) -> LocationsPage:
    """Give the locations as applied; with the text for the file where that says something else."""
    applied, draft = reading.tx.facts.rules(), reading.tx.drafts.get()
    around = shell(host, reading, by)
    if around["rules"]["fileDiffers"] and applied is not None:
        around["rules"]["toml"] = rule_text(applied.settings, host.plugins)
    waiting = {"by": draft.by, "at": written_time(draft.at)} if draft is not None else None
    return cast(LocationsPage, {"shell": around, "locations": locations_shape(reading), "draft": waiting})


# --- the shapes ------------------------------------------------------------------------------------------------------


def _draft_page(host: Host, reading: Reading, by: str) -> dict[str, Any]:
    applied, draft = reading.tx.facts.rules(), reading.tx.drafts.get()
    assert applied is not None
    settings: RuleData = applied.settings
    rules: RuleData = draft.rules if draft is not None else settings
    lines = {line["key"]: line for line in _lines(reading)}
    told = draft.told if draft is not None else {}
    sketch = cast(RuleData | None, told.get("sketch"))
    plan = told if told and sketch is None else None
    after = cast(Mapping[str, list[int]] | None, plan["locations"] if plan else sketch["locations"] if sketch else None)
    return {
        "shell": shell(host, reading, by),
        "draft": _head(draft),
        "plan": plan,
        "sketch": sketch,
        "failed": told.get("failed"),
        "said": {"values": told["values"], "saying": told["saying"]} if "values" in told else None,
        "newer": reading.tx.feed.end() - int(cast(int, plan["basis"])) if plan is not None else 0,
        "locations": [
            _location(key, item, settings["locations"], lines, after) for key, item in rules["locations"].items()
        ],
        "gone": [line for key, line in lines.items() if key not in rules["locations"]],
        "providers": [
            _provider(reading, name, item, settings["providers"])
            for name, item in rules["providers"].items()
            if not item["byHand"]
        ],
        "attributes": [{"name": name, "kind": item["kind"]} for name, item in sorted(rules["schema"].items())],
    }


def _lines(reading: Reading) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], locations_shape(reading))


def _head(draft: KeptDraft | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    return {"mark": draft.mark, "base": draft.base, "by": draft.by, "at": written_time(draft.at)}


def _location(
    key: str, item: RuleData, applied: RuleData, lines: Mapping[str, RuleData], counts: Mapping[str, list[int]] | None
) -> dict[str, Any]:
    now = lines.get(key, {})
    counted = counts.get(key) if counts is not None else None
    people = now.get("people", 0)
    return {
        "key": key,
        "name": item["name"],
        **_filter(item["filter"]),
        "missing": item["missing"],
        "people": people,
        "after": counted[1] if counted else 0 if counts is not None and key not in lines else people,
        "placed": now.get("placed", 0),
        "masked": now.get("masked", 0),
        "changed": applied.get(key) != item,
    }


def _provider(reading: Reading, name: str, item: RuleData, applied: RuleData) -> dict[str, Any]:
    before = applied.get(name, {})
    return {
        "name": name,
        "title": reading.title(name),
        **_filter(item["filter"]),
        "onMatch": item["onMatch"],
        "domains": item["domains"],
        "changed": any(before.get(part) != item[part] for part in ("filter", "onMatch", "domains")),
    }


def _filter(setting: Any) -> dict[str, Any]:
    """Give a filter as text; one that a plugin brings is told, and is no text."""
    if isinstance(setting, Mapping):
        return {"filter": None, "told": ", ".join(f"{name} = {value}" for name, value in setting.items())}
    return {"filter": setting or "", "told": setting or ""}


def _effect(effect: Mapping[str, Any]) -> shapes.EffectLine:
    line = {name: effect.get(name) for name in shapes.EffectLine.__annotations__}
    return cast(shapes.EffectLine, line | {"displayName": effect["displayName"] or effect["email"]})


def _placed(reading: Reading, placement: Placement) -> dict[str, Any]:
    person = reading.person(PersonId(placement.subject))
    accepted = reading.tx.facts.accepted(RecordId(placement.subject)) if person is None else None
    email = person.email if person is not None else accepted.address if accepted is not None else None
    return {
        "subject": placement.subject,
        "person": person.id if person is not None else None,
        "displayName": called(person) if person is not None else email or placement.subject,
        "email": email,
        "op": "added" if placement.op == "add" else "masked",
        "by": placement.by,
        "at": written_time(placement.at),
    }
