"""A desk over an invented company, in memory: what the pages are drawn from in their tests.

It keeps the contract of `Desk`, not its speed: lists are filtered by looking at everybody.
"""

import base64
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dirsync_core.api import bind, parse
from dirsync_core.filtering import Schema, any_attribute
from dirsync_core.model.claims import Value
from dirsync_core.model.errors import AddressTaken, NotFound, Refused, SettingsError, VersionMismatch
from dirsync_core.web.pages.queries import SITUATIONS, STATUSES, ChangesQuery, PeopleQuery, RecordsQuery, UnknownValue
from tests.browser.pages.company import LOCATIONS, NOW, RULES, Company, written

PAGE = 50
LISTED = ("sources", "local", "changedNames", "tag")
REQUEST = "0123456789abcdef"
"""The request of whatever is done here."""
ATTRIBUTES = [
    ("email", "text", "The primary e-mail address: the key by which people are matched"),
    ("displayName", "text", "The name as it is shown"),
    ("givenName", "text", ""),
    ("familyName", "text", ""),
    ("phone", "text", "The main phone number"),
    ("title", "text", ""),
    ("department", "text", ""),
    ("city", "text", "The place of work"),
    ("country", "text", ""),
    ("locale", "text", "Language and region, such as nb-NO"),
    ("assistants", "references", "E-mail addresses of assistants."),
    ("manager", "reference", "The manager’s e-mail address"),
    ("remote", "boolean", "Whether they work from home"),
    ("costCenter", "text", ""),
    ("groups", "texts", ""),
]


def _steps(first: str) -> list[dict[str, Any]]:
    return [
        {"title": "Make the application", "text": first, "fields": [], "after": "", "seen": None},
        {
            "title": "Give Okta this address and token",
            "text": "Provisioning → **Configure API Integration** → tick **Enable API Integration**.",
            "fields": [
                {"label": "Base URL", "value": "{base_url}/scim/v2", "copy": True},
                {"label": "API token", "value": "{token}", "copy": True},
            ],
            "after": "Press **Test API Credentials**, then Save. Do this before you assign anybody.",
            "seen": "call",
        },
        {
            "title": "Switch on what Okta may do",
            "text": "Provisioning → To App → Edit. Tick **Create Users**, **Update User Attributes**, "
            "**Deactivate Users**. Save.",
            "fields": [],
            "after": "",
            "seen": None,
        },
        {
            "title": "Let assistants come along",
            "text": "Directory → Profile Editor → Okta → **Add Attribute**, then map one to the other.",
            "fields": [
                {"label": "Data type", "value": "string array", "copy": False},
                {"label": "Variable and external name", "value": "assistants", "copy": True},
                {"label": "External namespace", "value": "urn:dirsync:schemas:1.0:User", "copy": True},
            ],
            "after": "",
            "seen": "references",
        },
        {
            "title": "Assign people",
            "text": "Assignments → **Assign to Groups** → Everyone, or the groups you want.",
            "fields": [],
            "after": "",
            "seen": "people",
        },
        {
            "title": "Decide who goes where",
            "text": "Everybody in one directory, or chosen per location.",
            "fields": [],
            "after": "",
            "seen": None,
        },
    ]


GUIDE: dict[str, Any] = {
    "title": "Connect Okta",
    "intro": "Six steps in Okta’s console, about ten minutes. You need to be an application admin there.",
    "tabs": [
        {
            "key": "catalogue",
            "title": "From the catalogue",
            "steps": _steps("Applications → **Browse App Catalog** → **Add Integration**."),
        },
        {
            "key": "wizard",
            "title": "Your own SAML or SWA app",
            "steps": _steps("Applications → **Create App Integration** → SWA."),
        },
    ],
    "troubles": [["401", "The token is another provider’s. Paste it again."], ["404", "It must end in `/scim/v2`."]],
}


def folded(person: Mapping[str, Any]) -> tuple[str, str]:
    """The keyset of the list: folded name, then id."""
    return str(person.get("displayName") or person["email"]).casefold(), person["id"]


DIALECT = {
    "since": "2027-02-01T08:00:00Z",
    "tolerances": [
        {"name": "email-no-type", "description": "an e-mail without a type counts as the primary one if alone",
         "serves": ["Okta"], "state": "needed", "count": 604, "lastAt": "2027-03-04T09:10:00Z",
         "example": 'emails: [{"value": …}]'},
        {"name": "active-as-text", "description": '`"active": "False"` instead of false', "serves": ["Entra"],
         "state": "unneeded", "count": 0, "lastAt": None, "example": None},
        {"name": "double-slash", "description": "`//Users`, from a base URL that ends in a slash", "serves": ["Okta"],
         "state": "off", "count": 0, "lastAt": None, "example": None},
    ],
}  # fmt: skip


class FakeDesk:
    """See `Desk`. `code` signs in once; `secret` is the session it gives."""

    def __init__(self, company: Company, *, now: datetime = NOW, signed_in: bool = True) -> None:
        self.company = company
        self.now = now
        self.code, self.secret, self.csrf = "once", "the-session", "the-csrf"
        self.sessions = {self.secret} if signed_in else set()
        self.versions: Counter[str] = Counter()
        self.placements: dict[tuple[str, str], str] = {}
        self.tokens: list[dict[str, Any]] = []
        self.broken: Exception | None = None
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.seen_call = True
        self.file_differs = False
        self.breaks_at = ""

    # --- what pages show ------------------------------------------------------------------------------------------

    async def shell(self, *, by: str) -> Any:
        if self.broken:
            raise self.broken
        situations = Counter(record["situation"] for record in self.company.records)
        toml = '[locations.elsewhere]\nmissing = "in"\n' if self.file_differs else None
        return {
            "organisation": "halden",
            "by": by,
            "people": sum(p["status"] == "active" for p in self.company.people.values()),
            "records": len(self.company.records),
            "situations": dict(situations),
            "cases": {},
            "held": 0,
            "locations": LOCATIONS if self.company.people else {},
            "sources": self.company.sources,
            "rules": {"version": 7, "fileDiffers": self.file_differs, "toml": toml},
        }

    async def people(self, query: PeopleQuery, *, by: str) -> Any:
        everybody = sorted(self.company.people.values(), key=folded)
        matching = [person for person in everybody if self._matches(person, query)]
        if query.sort == "changedAt":
            matching.sort(key=lambda person: person["changedAt"], reverse=True)
        start = self._start(matching, query)
        shown = matching[start : start + PAGE]
        referred = {a["person"] for p in shown for a in p["assistants"] if a.get("person")}
        return {
            "shell": await self.shell(by=by),
            "at": written(self.now) if query.at else None,
            "people": shown,
            "names": self._names(referred),
            "total": len(matching),
            "totalIsFloor": False,
            "nextCursor": _cursor(start + PAGE) if start + PAGE < len(matching) else None,
            "previousCursor": _cursor(max(0, start - PAGE)) if start else None,
            "seq": 48_211,
            "facets": self._facets(query),
            "letters": self._letters(everybody, query),
            "recordsCalled": sum(self._is_called(r, query.q) for r in self.company.records if not r["person"]),
        }

    def _matches(self, person: Mapping[str, Any], query: PeopleQuery) -> bool:
        words = (query.q or "").casefold().split()
        text = f"{person.get('displayName', '')} {person['email']} {person.get('phone', '')}".casefold()
        return (
            query.status in ("all", person["status"])
            and (not query.location or query.location in person["locations"])
            and (not query.source or query.source in person["sources"])
            and all(word in text for word in words)
            and (not query.filter or self._filter(query.filter).matches(person))
        )

    def _filter(self, text: str) -> Any:
        return bind(parse(text), Schema((), unknown=any_attribute))

    def _is_called(self, record: Mapping[str, Any], q: str | None) -> bool:
        return bool(q) and str(q).casefold() in f"{record['displayName']} {record['email']}".casefold()

    def _start(self, matching: Sequence[Any], query: PeopleQuery) -> int:
        if query.cursor:
            return _position(query.cursor)
        if query.from_:
            begins = query.from_.casefold()
            return next((i for i, p in enumerate(matching) if folded(p)[0] >= begins), len(matching))
        return 0

    def _facets(self, query: PeopleQuery) -> Any:
        everybody = self.company.people.values()
        shown = [person for person in everybody if query.status in ("all", person["status"])]
        statuses = Counter(person["status"] for person in everybody)
        return {
            "locations": [
                {"key": key, "name": name, "people": sum(key in p["locations"] for p in shown)}
                for key, name in (LOCATIONS.items() if everybody else ())
            ],
            "statuses": [{"status": status, "people": statuses[status]} for status in STATUSES],
            "sources": [
                {"name": s["name"], "people": sum(s["name"] in p["sources"] for p in shown)}
                for s in self.company.sources
            ],
        }

    def _letters(self, everybody: Sequence[Any], query: PeopleQuery) -> Any:
        if len(everybody) < 1000:
            return []
        first = Counter(person["displayName"][:1] for person in everybody)
        chosen = (query.from_ or "")[:1]
        second = Counter(p["displayName"][:2] for p in everybody if chosen and p["displayName"][:1] == chosen)
        return [
            {"letter": letter, "people": number} for letter, number in [*sorted(first.items()), *sorted(second.items())]
        ]

    def _names(self, ids: set[str]) -> Any:
        people = [self.company.people[one] for one in ids]
        return {
            p["id"]: {"displayName": p["displayName"], "email": p["email"], "source": p["sources"][0]} for p in people
        }

    async def export(self, query: PeopleQuery, *, by: str) -> AsyncIterator[str]:
        if query.filter:
            self._filter(query.filter)
        yield "email\n"
        for person in self.company.people.values():
            if person["email"] == self.breaks_at:
                raise RuntimeError("the disk is gone")
            if self._matches(person, query):
                yield f"{person['email']}\n"

    async def past_person(self, person: str, at: str, *, by: str) -> Any:
        if at > written(self.now):
            raise UnknownValue("at", at, ("a day gone by",))
        found = {key: value for key, value in self._person(person).items() if key not in LISTED}
        shape = {**found, "title": "Trainee", "provenance": {}}
        return {"shell": await self.shell(by=by), "at": written(self.now), "person": shape, "names": {}}

    async def person(self, person: str, *, by: str) -> Any:
        found = self._person(person)
        named = {a["person"] for a in found["assistants"] if a.get("person")}
        named |= {found["manager"]["person"]} if found.get("manager") else set()
        record = self._record_of(person)
        assists = [p for p in self.company.people.values() if any(a.get("person") == person for a in p["assistants"])]
        return {
            "shell": await self.shell(by=by),
            "person": found,
            "explanation": self._explanation(found["email"], record, found),
            "assists": [
                {"person": p["id"], "displayName": p["displayName"], "email": p["email"], "source": p["sources"][0]}
                for p in assists[:5]
            ],
            "names": self._names(named),
            "history": self._history(found),
            "historyTotal": 44,
            "locations": self._verdicts(found),
            "byHand": "contractors" if "contractors" in found["sources"] else None,
            "words": [],
            "contenders": [],
            "handedTo": [],
            "cases": [],
        }

    def _person(self, person: str) -> dict[str, Any]:
        if person not in self.company.people:
            raise NotFound(f"Nobody here has the id {person[:40]}.")
        return self.company.people[person]

    def _record_of(self, person: str) -> dict[str, Any]:
        return next(record for record in self.company.records if record["person"] == person)

    def _verdicts(self, person: Mapping[str, Any]) -> Any:
        lines = []
        for key, name in LOCATIONS.items():
            op = self.placements.get((person["id"], key)) or ("added" if person["local"] and key == "bergen" else None)
            inside = key in person["locations"]
            lines.append(
                {
                    "key": key,
                    "name": name,
                    "verdict": "in" if inside else "out",
                    "because": f"city is {person.get('city') or 'missing'}",
                    "term": RULES[key].split(" or ")[0] if inside and not op else None,
                    "placement": op,
                    "by": "sofie.r" if op else None,
                    "at": "2027-03-02T10:00:00Z" if op else None,
                }
            )
        return lines

    def _explanation(self, who: str, record: Mapping[str, Any] | None, person: Mapping[str, Any] | None) -> Any:
        records = [self._explained(record, person)] if record else []
        if record and person and "payroll" in person["sources"]:
            records.append(self._explained({**record, "id": record["id"] + "P", "provider": "payroll"}, person))
        if person and person["tag"] == "Okta claims the address":
            contested = {**self.company.records[-1], "provider": "okta", "situation": "contested", "email": who}
            records.append(self._explained(contested, None))
        here = person is not None
        values = len(person["provenance"]) if person else 0
        return {
            "who": who,
            "verdict": person["status"] if person else "nobody",
            "sentence": str(record["sentence"]) if record else "No source has ever told of this address.",
            "person": person["id"] if person else None,
            "records": records,
            "attributes": [],
            "cases": [],
            "merge": {"verdict": f"{values} values" if here else "", "reason": "okta 14, payroll 2" if here else ""},
            "outcome": {
                "status": person["status"] if person else "nobody",
                "verdict": person["status"] if person else "nobody",
                "reason": "version 31, since change 48,109" if here else "",
            },
            "placements": [],
        }

    def _explained(self, record: Mapping[str, Any], person: Mapping[str, Any] | None) -> Any:
        shape = next(s["shape"] for s in self.company.sources if s["name"] == record["provider"])
        stops = {
            "out_of_scope": "scope",
            "contested": "match",
            "unkeyed": "match",
            "inactive": "record",
            "tombstone": "record",
        }
        stop = stops.get(record["situation"], "map" if record["situation"] == "errored" else None)
        return {
            **{
                key: record[key]
                for key in ("id", "provider", "situation", "held", "sentence", "externalId", "changedAt")
            },
            "locations": self._verdicts(person) if person else self._out(),
            "stages": list(_stages(record, person, stop)),
            "shape": shape,
            "version": 14,
        }

    def _out(self) -> Any:
        return [
            {
                "key": key,
                "name": name,
                "verdict": "out",
                "because": "city is “Göteborg”",
                "term": RULES[key],
                "placement": None,
                "by": None,
                "at": None,
            }
            for key, name in LOCATIONS.items()
        ]

    def _history(self, person: Mapping[str, Any]) -> Any:
        events = [
            ("2027-03-04T08:02:00Z", "okta", "circle", "replace", {"phone": ["+47 221 04 500", person.get("phone")]}),
            ("2027-03-02T10:00:00Z", "sofie.r", "diamond", "placement", {"locations": [["oslo"], ["oslo", "bergen"]]}),
            ("2027-02-01T10:00:00Z", "okta", "circle", "replace", {"title": ["Engineer", "Senior engineer"]}),
            ("2027-01-03T02:00:00Z", "payroll", "flag", "replace", {"costCenter": ["4400", None]}),
            ("2025-01-12T10:00:00Z", "okta", "circle", "create", {}),
        ]
        return [
            {
                "request": f"{index:016x}",
                "at": at,
                "by": by,
                "provider": None if shape == "diamond" else by,
                "shape": shape,
                "kind": kind,
                "summary": "first pushed",
                "changed": changed,
                "ignored": [],
                "undoable": shape == "diamond",
            }
            for index, (at, by, shape, kind, changed) in enumerate(events)
        ]

    async def history(self, person: str, cursor: str | None, *, by: str) -> Any:
        found = self._person(person)
        start = _position(cursor) if cursor else 0
        return {
            "shell": await self.shell(by=by),
            "person": person,
            "displayName": found["displayName"],
            "history": self._history(found)[start : start + 3],
            "names": {},
            "total": 44,
            "nextCursor": _cursor(start + 3) if start < 2 else None,
        }

    async def can_undo(self, request: str, *, by: str) -> bool:
        return request == REQUEST

    async def why(self, who: str, *, by: str) -> Any:
        person = next((p for p in self.company.people.values() if who in (p["id"], p["email"])), None)
        record = next((r for r in self.company.records if who in (r["id"], r["email"], r["externalId"])), None)
        record = self._record_of(person["id"]) if person else record
        explanation = self._explanation(str((record or {}).get("email") or who), record, person)
        ways = [
            {
                "label": "Place in a location…",
                "href": f"/people/place?who={who}",
                "consequence": "By hand, for this person only. Rules never undo a placement.",
            },
            {
                "label": "In Okta",
                "href": None,
                "consequence": "Correct the city under Directory → People. The person appears with Okta’s next push.",
            },
        ]
        return {
            "shell": await self.shell(by=by),
            "explanation": explanation,
            "locations": {r["id"]: r["locations"] for r in explanation["records"]},
            "ways": [] if person else ways,
            "similar": 8 if record and not person else 0,
            "cases": [],
            "erased": None,
        }

    async def records(self, query: RecordsQuery, *, by: str) -> Any:
        mine = [r for r in self.company.records if query.provider in (None, r["provider"])]
        order = {situation: index for index, situation in enumerate(SITUATIONS)}
        shown = sorted(
            (r for r in mine if query.situation in (None, r["situation"])), key=lambda r: order[r["situation"]]
        )
        missing = [r for r in shown if "never had" in r["why"]]
        shown = {"value": missing, "other": [r for r in shown if r not in missing]}.get(query.want or "", shown)
        start = _position(query.cursor) if query.cursor else 0
        keys = (
            "id",
            "provider",
            "externalId",
            "email",
            "situation",
            "held",
            "sentence",
            "person",
            "displayName",
            "why",
            "status",
        )
        return {
            "shell": await self.shell(by=by),
            "records": [{key: r[key] for key in keys} for r in shown[start : start + PAGE]],
            "situations": dict(Counter(r["situation"] for r in mine)),
            "undetermined": sum("never had" in r["why"] for r in mine),
            "held": 0,
            "byProvider": dict(Counter(r["provider"] for r in self.company.records)),
            "nextCursor": _cursor(start + PAGE) if start + PAGE < len(shown) else None,
            "cause": "Most of these have no city." if query.situation == "out_of_scope" else None,
            "since": None,
        }

    async def changes(self, query: ChangesQuery, *, by: str) -> Any:
        shown = [c for c in self.company.changes if self._told(c, query)]
        page = shown[:PAGE]
        today = [c for c in self.company.changes if c["at"][:10] == written(self.now)[:10]]
        return {
            "shell": await self.shell(by=by),
            "changes": page,
            "names": self._names(
                {a["person"] for c in page for a in c["changed"].get("assistants", [[], []])[1] if a.get("person")}
            ),
            "older": page[-1]["seq"] if len(shown) > PAGE else None,
            "end": self.company.changes[0]["seq"] if self.company.changes else 0,
            "today": dict(Counter(c["type"] for c in today)),
        }

    def _told(self, change: Mapping[str, Any], query: ChangesQuery) -> bool:
        return (
            query.type in (None, change["type"])
            and query.source in (None, change["cause"]["provider"])
            and query.person in (None, change["person"], change["email"])
            and change["seq"] > (query.after or 0)
            and (query.before is None or change["seq"] < query.before)
        )

    async def providers(self, *, by: str) -> Any:
        hooks = ["dirsync_commands", "dirsync_mappers", "dirsync_providers"]
        keys = ("name", "distribution", "version", "state", "because", "hooks", "provides", "usedBy")
        plugins = [
            ("core", "dirsync-core", "0.5.2", "active", None, hooks[1:], ["provider csv", "mapper paths"], ["payroll"]),
            ("okta", "dirsync-okta", "0.5.2", "active", None, hooks, ["provider okta", "mapper okta"], ["okta", "hr"]),
            ("manual", "dirsync-manual", "0.5.2", "active", None, hooks, ["provider manual"], ["contractors"]),
            ("ldap", "dirsync-ldap", "0.3.1", "failed", "needs core 0.6 or newer", [], ["provider ldap"], ["labs"]),
        ]
        return {
            "shell": await self.shell(by=by),
            "providers": [self._provider(source) for source in self.company.sources],
            "plugins": [dict(zip(keys, plugin, strict=True)) for plugin in plugins],
        }

    def _provider(self, source: Mapping[str, Any]) -> Any:
        mine = [r for r in self.company.records if r["provider"] == source["name"]]
        return {
            **source,
            "plugin": {"contractors": "manual", "payroll": "csv", "labs": "ldap"}.get(source["name"], "okta"),
            "records": len(mine),
            "situations": dict(Counter(r["situation"] for r in mine)),
            "lastError": None,
            "dialect": DIALECT if source["pushes"] else None,
            "lastStatus": "PATCH Users, 200" if source["pushes"] and source["lastRequestAt"] else None,
            "calls": [1, 0, 0, 0, 0, 0, 1, 30, 140, 196, 60, 40, 66, 40, 28, 50, 26, 12, 4, 0, 0, 1, 0, 2]
            if mine and source["pushes"]
            else None,
            "guide": source["pushes"],
            "pull": None,
            "gone": False,
            "retired": None,
            "held": 0,
        }

    def _source(self, name: str) -> Any:
        found = next((s for s in self.company.sources if s["name"] == name), None)
        if found is None:
            raise NotFound(f"There is no provider {name[:40]}.")
        return found

    async def provider(self, name: str, *, by: str) -> Any:
        source = self._source(name)
        errors = [
            {
                "at": "2027-03-04T07:00:00Z",
                "request": "8c41d02e77aa0011",
                "status": 400,
                "detail": "“userName” is missing.",
            }
        ]
        return {
            "shell": await self.shell(by=by),
            "provider": self._provider(source),
            "errors": errors if source["pushes"] and source["lastRequestAt"] else [],
            "tokens": self.tokens,
        }

    async def dialect(self, name: str, *, by: str) -> Any:
        source = self._source(name)
        if not source["pushes"]:
            raise NotFound(f"Nothing is known of how {name} speaks: it does not call, or it is off.")
        return {"shell": await self.shell(by=by), "provider": self._provider(source), "dialect": DIALECT}

    async def setup(self, name: str, *, by: str) -> Any:
        source = self._source(name)
        if not source["pushes"]:
            raise NotFound(f"{name} has no set-up page: nothing calls it.")
        called = self.seen_call and source["lastRequestAt"]
        return {
            "shell": await self.shell(by=by),
            "guide": GUIDE,
            "baseUrl": f"https://dirsync.{'halden.example'}/providers/{name}",
            "provider": self._provider(source),
            "token": None,
            "tokens": self.tokens,
            "seen": {
                "call": source["lastRequestAt"] if called else None,
                "people": source["people"] if called else 0,
                "references": 0,
                "unkeyed": 4 if called else 0,
                "groups": 0,
            },
        }

    async def locations(self, *, by: str) -> Any:
        shell = await self.shell(by=by)
        people = self.company.people.values()
        lines = [
            {
                "key": key,
                "name": name,
                "filter": RULES[key],
                "missing": "in" if key == "elsewhere" else "out",
                "people": sum(key in p["locations"] for p in people),
                "placed": 8 if key == "bergen" else 0,
                "masked": 1 if key == "oslo" else 0,
            }
            for key, name in shell["locations"].items()
        ]
        return {"shell": shell, "locations": lines}

    async def form(self, person: str | None, *, by: str) -> Any:
        found = self._by_hand(person) if person else {}
        names = [name for name, _, _ in ATTRIBUTES]
        values = {k: v for k, v in found.items() if k in names and v not in (None, [])}
        if "assistants" in values:
            values["assistants"] = [a["written"] for a in values["assistants"]]
        if "manager" in values:
            values["manager"] = values["manager"]["written"]
        return {
            "shell": await self.shell(by=by),
            "person": person,
            "values": values,
            "locations": [],
            "until": found.get("until"),
            "provider": "contractors" if person else None,
            "version": self.versions[person] if person else 0,
            "attributes": [{"name": n, "kind": k, "description": d} for n, k, d in ATTRIBUTES],
        }

    def _by_hand(self, person: str) -> dict[str, Any]:
        found = self._person(person)
        if "contractors" not in found["sources"]:
            raise NotFound(f"Nothing is kept by hand of {found['displayName']}.")
        return found

    # --- what pages do --------------------------------------------------------------------------------------------

    async def add_person(
        self,
        values: Mapping[str, Value],
        *,
        locations: Sequence[str],
        until: date | None,
        provider: str | None,
        by: str,
    ) -> Any:
        self.calls.append(("add_person", (dict(values), tuple(locations), until, provider)))
        self._check(values)
        person = f"01JN{len(self.company.people):022d}"
        now = written(self.now)
        record = {"provider": "contractors", "record": f"{person}R", "since": now}
        self.company.people[person] = {
            "id": person,
            "status": "active",
            **{k: v for k, v in values.items() if isinstance(v, str)},
            **({"until": until.isoformat()} if until else {}),
            "locations": list(locations),
            "assistants": [
                {"written": a, "state": "pending", "by": "contractors"} for a in _texts(values, "assistants")
            ],
            "manager": None,
            "provenance": dict.fromkeys(values, record),
            "version": 1,
            "createdAt": now,
            "changedAt": now,
            "sources": ["contractors"],
            "local": bool(locations),
            "changedNames": [],
            "tag": None,
        }
        for key in locations:
            self.placements[person, key] = "added"
        self.company.records.append(_by_hand_record(person, values, now))
        return {
            "person": person,
            "request": REQUEST,
            "notes": ["E1 had this address until 2 March."] if "noted" in str(values["email"]) else [],
        }

    def _check(self, values: Mapping[str, Value], *, own: str | None = None) -> None:
        email = str(values["email"])
        if "@" not in email:
            raise SettingsError([f"email: “{email}” is no address. Write it as ann@halden.example."])
        holder = next((p for p in self.company.people.values() if p["email"] == email and p["id"] != own), None)
        if holder:
            raise AddressTaken(email, holder["id"], "Okta has this address.", ())

    async def change_person(
        self, person: str, values: Mapping[str, Value], *, until: date | None, by: str, version: int
    ) -> str:
        found = self._by_hand(person)
        if version != self.versions[person]:
            raise VersionMismatch(person, self.versions[person])
        self._check(values, own=person)
        self.versions[person] += 1
        found |= {k: v for k, v in values.items() if isinstance(v, str)}
        return REQUEST

    async def remove_person(self, person: str, *, by: str) -> str:
        self._by_hand(person)["status"] = "left"
        return REQUEST

    async def undo(self, request: str, *, by: str) -> Any:
        if request != REQUEST:
            raise Refused("Okta wrote this, and what a source wrote is not undone.")
        self.calls.append(("undo", (request,)))
        return {"people": [next(iter(self.company.people))], "request": "fedcba9876543210"}

    async def place(self, who: str, location: str, op: str, *, by: str) -> str:
        if location not in LOCATIONS:
            raise NotFound(f"There is no location {location[:40]}.")
        self.calls.append(("place", (who, location, op)))
        person = next((p for p in self.company.people.values() if who in (p["id"], p["email"])), None)
        if person:
            keys = set(person["locations"])
            person["locations"] = sorted(keys | {location} if op == "add" else keys - {location})
            self.placements[person["id"], location] = {"add": "added", "mask": "masked"}.get(op, "")
        return REQUEST

    async def create_token(self, provider: str, name: str, *, by: str) -> str:
        if any(token["name"] == name for token in self.tokens):
            raise Refused(f"There is a token “{name}” already.", ("Give another name.",))
        self.tokens.insert(
            0,
            {
                "id": f"t{len(self.tokens)}",
                "name": name,
                "createdAt": written(self.now),
                "expiresAt": "2027-06-02T00:00:00Z",
                "lastUsedAt": None,
                "last4": "7Qd2",
            },
        )
        return "dsk_okta_Zp4vT0c9mXr81LhUeW2sYbNfK6jAqG3t7Qd2"

    async def revoke_token(self, token: str, *, by: str) -> None:
        self.tokens = [one for one in self.tokens if one["id"] != token]

    # --- who asks -------------------------------------------------------------------------------------------------

    async def sign_in(self, code: str) -> str | None:
        if code != self.code:
            return None
        self.code = ""
        self.sessions.add(self.secret)
        return self.secret

    async def session(self, secret: str) -> Any:
        return {"by": "sofie.r", "csrf": self.csrf} if secret in self.sessions else None

    async def sign_out(self, secret: str) -> None:
        self.sessions.discard(secret)

    async def organisation(self) -> str | None:
        return "halden.example"


def _texts(values: Mapping[str, Value], name: str) -> tuple[str, ...]:
    value = values.get(name, ())
    return value if isinstance(value, tuple) else ()


def _by_hand_record(person: str, values: Mapping[str, Value], now: str) -> dict[str, Any]:
    return {
        "id": f"{person}R",
        "provider": "contractors",
        "externalId": None,
        "email": values["email"],
        "situation": "linked",
        "held": None,
        "sentence": "Kept by hand.",
        "person": person,
        "displayName": values.get("displayName", ""),
        "why": "kept by hand",
        "status": "active",
        "changedAt": now,
    }


def _stages(record: Mapping[str, Any], person: Mapping[str, Any] | None, stop: str | None) -> Any:
    said = {
        "record": ("", "", None),
        "map": ("17 values", "okta, phone-e164", None),
        "scope": ("in: Oslo", "", 'city eq "Oslo"'),
        "guard": ("passes", "nothing lost", None),
        "match": (
            f"is {person['givenName'] if person and 'givenName' in person else 'this person'}",
            "first with this address",
            None,
        ),
        "merge": ("joins", "", None),
        "person": ("active", "", None),
    }
    stopped = {"scope": "in no location", "match": "contested", "map": "a mapper failed", "record": record["situation"]}
    state = "passed"
    for stage, (verdict, reason, term) in said.items():
        if stage == stop:
            state = "stopped"
            yield {"stage": stage, "state": state, "verdict": stopped[stage], "reason": record["why"], "term": None}
            state = "not_reached"
        else:
            yield {"stage": stage, "state": state, "verdict": verdict, "reason": reason, "term": term}


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"at {position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor.encode()).decode().removeprefix("at "))
    except ValueError:
        raise UnknownValue("cursor", cursor) from None
