"""Cursors, values and claims, without a server."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dirsync_core.api import Set
from dirsync_ldap.cursors import Cursor, next_cursor, read_cursor, read_moment
from dirsync_ldap.directory import LdapError, _entry
from dirsync_ldap.mapping import map_ldap

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["20261124120000Z", "20261124120000.0Z", "20261124120000.123456Z"])
def test_moments_are_read_as_servers_write_them(written: str) -> None:
    assert NOON == read_moment(written)


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert Cursor(NOON, 3) == read_cursor(str(Cursor(NOON, 3)))


def test_what_a_replica_brings_late_is_asked_for_too() -> None:
    assert "20261124115000Z" == Cursor(NOON).since


def test_every_so_many_pulls_everything_is_read() -> None:
    first = next_cursor(None, NOON, 3)
    assert first is not None
    second = next_cursor(read_cursor(first), NOON, 3)
    assert second is not None

    assert next_cursor(read_cursor(second), NOON, 3) is None
    assert next_cursor(None, NOON, 1) is None


def test_without_times_of_changes_everything_is_read_each_time() -> None:
    assert next_cursor(None, None, 24) is None


def entry(**raw: list[bytes]) -> dict[str, Any]:
    return {"dn": "cn=ann", "raw_attributes": {name.replace("_", ";"): values for name, values in raw.items()}}


def test_attributes_are_spelled_as_they_were_asked_for() -> None:
    assert ("Ann",) == _entry(entry(GIVENNAME=[b"Ann"]), {"givenname": "givenName"}).values["givenName"]


def test_values_that_are_no_text_are_written_in_digits() -> None:
    spelled = {"objectguid": "objectGUID", "cn": "cn"}

    found = _entry(entry(objectGUID=[b"plain text 16 by"], cn=[b"\xff"]), spelled)

    assert ("706c61696e20746578742031362062" + "79",) == found.values["objectGUID"]
    assert "ff" == found.first("cn")


def test_values_that_come_in_parts_are_no_whole_answer() -> None:
    raw = {"dn": "cn=all", "raw_attributes": {"member;range=0-1499": [b"cn=ann"]}}

    with pytest.raises(LdapError, match="cn=all has so many values of member"):
        _entry(raw, {"member": "member"})


class Stored:
    def __init__(self, content: dict[str, object]) -> None:
        self.content = content


@pytest.mark.parametrize(
    ("content", "name", "claim"),
    [
        ({"mail": ["a@x.example", "b@x.example"]}, "email", Set("a@x.example")),
        ({"cn": "Ann Lee"}, "displayName", Set("Ann Lee")),
        ({"cn": "Ann Lee", "displayName": "Ann"}, "displayName", Set("Ann")),
        ({"mobile": "1", "telephoneNumber": " "}, "phone", Set("1")),
        ({"managerMail": ["a@x.example"], "manager": "cn=a"}, "manager", Set("a@x.example")),
        ({"manager": "cn=a"}, "manager", None),
        ({"secretaryMail": ["a@x.example", "b@x.example"]}, "assistants", Set(("a@x.example", "b@x.example"))),
    ],
)
def test_an_entry_in_the_directory_s_words(content: dict[str, object], name: str, claim: object) -> None:
    assert claim == map_ldap(Stored(content), {}).get(name)  # type: ignore[arg-type]
