"""One server for all tests, emptied for each."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from slapd import PASSWORD, PEOPLE, ROOT, Relay, Slapd, slapd, slapd_is_there


@pytest.fixture(scope="session")
def running() -> Iterator[Slapd]:
    if not slapd_is_there():
        pytest.skip("There is no /usr/sbin/slapd; Debian: apt-get install slapd")
    with slapd() as server:
        yield server


@pytest.fixture
def ldap(running: Slapd) -> Slapd:
    running.empty()
    return running


@pytest.fixture
def relay(ldap: Slapd) -> Iterator[Relay]:
    relay = Relay(ldap.port)
    yield relay
    relay.close()


@pytest.fixture
def reached(relay: Relay, tmp_path: Path) -> Mapping[str, Any]:
    """Three on a page, asked through the relay."""
    secret = tmp_path / "ldap-password"
    secret.write_text(PASSWORD)
    return {
        "url": f"ldap://127.0.0.1:{relay.port}",
        "base": PEOPLE,
        "bind": ROOT,
        "password": {"file": str(secret)},
        "page": 3,
        "full_every": 1,
    }
