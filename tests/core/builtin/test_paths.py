"""The mapper `paths`: what lies at the end of a SCIM path, as a text."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dirsync_core.api import Record, RecordId, Set
from dirsync_core.builtin.paths import paths
from dirsync_core.filtering import FilterError

AT = datetime(2026, 11, 24, tzinfo=UTC)


def claimed(path: str, **body: Any) -> object:
    content = json.dumps(body).encode()
    record = Record(RecordId("r"), "okta", "user", "ann", None, content, True, 1, AT, AT)
    return paths({"found": path})(record, {}).get("found")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Oslo", "Oslo"),
        ("  Oslo ", "Oslo"),
        (7, "7"),
        (0, "0"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        ({"value": " 12 "}, "12"),
        ({"value": True}, "true"),
        (["", "b", "c"], "b"),
        ([{"value": "b"}], "b"),
    ],
)
def test_the_first_value_is_claimed_as_a_text(value: object, text: str) -> None:
    assert Set(text) == claimed("badge", badge=value)


@pytest.mark.parametrize("value", [None, "", "  ", [], {}, {"display": "b"}, [[]], {"value": {"display": "b"}}])
def test_where_there_is_no_text_there_is_no_opinion(value: object) -> None:
    assert claimed("badge", badge=value) is None


def test_a_path_leads_into_extensions_and_chosen_elements() -> None:
    addresses = [{"type": "home", "locality": "Moss"}, {"type": "work", "locality": "Oslo"}]

    assert Set("Oslo") == claimed('addresses[type eq "work"].locality', addresses=addresses)
    assert Set("42") == claimed("urn:acme:User:badge", **{"urn:acme:User": {"badge": 42}})


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(FilterError):
        paths({"city": "addresses["})
