"""Rules that histories happen under, by name; few providers, locations and thresholds, so that all of them matter."""

from collections.abc import Mapping
from typing import Any

TENANTS = ("okta", "hr", "lab")
ASKED = "payroll"
_PROVIDERS = {
    "okta": {"plugin": "flat", "domains": ["x.example", "y.example"]},
    "hr": {"plugin": "flat", "domains": ["x.example"]},
    "lab": {"plugin": "flat"},
    ASKED: {"plugin": "asked", "domains": ["x.example"]},
    "contractors": {"plugin": "manual"},
}
_DIRECTORY = {"precedence": [*TENANTS, ASKED]}
_WITHOUT_LAB = {name: table for name, table in _PROVIDERS.items() if name != "lab"}
OSLO = {"oslo": {"filter": 'city eq "Oslo"'}}
TEAMS = OSLO | {"team": {"filter": 'not (groups eq "Interns")', "missing": "in"}}
TABLES: Mapping[str, Mapping[str, Any]] = {
    "everybody": {"directory": _DIRECTORY, "providers": _PROVIDERS},
    "oslo": {"directory": _DIRECTORY, "providers": _PROVIDERS, "locations": OSLO},
    "teams": {"directory": _DIRECTORY, "providers": _PROVIDERS, "locations": TEAMS},
    "no interns": {
        "directory": {"precedence": ["hr", "okta", ASKED, "lab"]},
        "providers": _PROVIDERS | {"okta": _PROVIDERS["okta"] | {"filter": 'not (groups eq "Interns")'}},
    },
    "adopting": {
        "directory": _DIRECTORY,
        "providers": _PROVIDERS | {"okta": _PROVIDERS["okta"] | {"on_match": "adopt"}},
    },
    "owned": {"directory": _DIRECTORY, "providers": _PROVIDERS, "precedence": {"assistants": ["local"]}},
    "without lab": {
        "directory": {"precedence": ["okta", "hr", ASKED]}, "providers": _WITHOUT_LAB, "locations": OSLO
    },
    "guarded": {
        "directory": _DIRECTORY, "providers": _PROVIDERS, "locations": TEAMS, "guard": {"people": 1, "percent": 1}
    },
    "hardly guarded": {
        "directory": _DIRECTORY,
        "providers": _PROVIDERS | {
            "okta": _PROVIDERS["okta"] | {"guard": {"people": 1, "percent": 1, "window": "48h"}},
            "hr": _PROVIDERS["hr"] | {"guard": {"people": 100, "percent": 100}},
        },
        "locations": OSLO,
    },
}  # fmt: skip
