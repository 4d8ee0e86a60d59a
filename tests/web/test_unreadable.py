"""Requests that can't be read as HTTP, to a server as it is started: the answer is in the form of whoever is called."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest

from tests.web.test_killed import Killed

SCIM = "/providers/okta/scim/v2/Users"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    served = Killed(tmp_path_factory.mktemp("served"))
    served.start()
    yield served
    served.kill()


def answer(killed: Killed, request: str) -> tuple[str, bytes]:
    """Send bytes, and give the head and the body of what comes until the connection is closed."""
    with socket.create_connection(("127.0.0.1", int(urlsplit(killed.url).port or 0)), timeout=20) as connection:
        connection.sendall(request.encode())
        came = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = came.partition(b"\r\n\r\n")
    return head.decode(), body


@pytest.mark.parametrize(
    ("request_line", "headers", "because"),
    [
        (f"GET {SCIM} HTTP/9.9", "", "Bad status line"),
        (f"POST {SCIM} HTTP/1.1", "Content-Length: 5\r\nContent-Length: 6\r\n", "Duplicate Content-Length"),
        (f"POST {SCIM} HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding"),
        (f"GET {SCIM} HTTP/1.1", f"X-Long: {'a' * 10_000}\r\n", "Got more than 8190 bytes"),
        (f"GET {SCIM}?filter={'a' * 40_000} HTTP/1.1", "", "Got more than 32768 bytes"),
        (f"BREW {SCIM} HTTP/1.1", "", "Invalid method"),
    ],
)
def test_what_is_no_request_is_refused_as_scim_has_it(
    killed: Killed, request_line: str, headers: str, because: str
) -> None:
    secret = f"Authorization: Bearer {killed.token}\r\n"

    head, body = answer(killed, f"{request_line}\r\nHost: x\r\n{secret}{headers}\r\n")

    said = json.loads(body)
    assert head.split()[1] == "400"
    assert "Content-Type: application/scim+json" in head
    assert (said["schemas"], said["status"]) == ([ERROR], "400")
    assert because in said["detail"]
    assert "aaa" not in said["detail"]
    assert "X-Request-Id: " in head


def test_a_filter_may_be_as_long_as_is_announced_though_it_is_escaped(killed: Killed) -> None:
    wanted = quote(f'userName eq "{"ø" * 4_000}"')
    secret = f"Authorization: Bearer {killed.token}\r\nConnection: close\r\n"

    head, body = answer(killed, f"GET {SCIM}?filter={wanted} HTTP/1.1\r\nHost: x\r\n{secret}\r\n")

    assert (head.split()[1], json.loads(body)["totalResults"]) == ("200", 0)


def test_a_coding_that_is_not_there_is_not_supported(killed: Killed) -> None:
    head, body = answer(
        killed, f"POST {SCIM} HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{{}}"
    )

    assert (head.split()[1], json.loads(body)["status"]) == ("415", "415")


def test_what_calls_nobody_is_a_problem(killed: Killed) -> None:
    head, body = answer(killed, "GET / HTTP/9.9\r\nHost: x\r\n\r\n")

    assert "Content-Type: application/problem+json" in head
    assert json.loads(body)["status"] == 400


def test_what_was_read_is_in_no_log(killed: Killed) -> None:
    answer(killed, f"GET {SCIM} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {killed.token}\x00\r\n\r\n")

    assert killed.token not in (killed.folder / "log").read_text()
    assert "request_unreadable" in (killed.folder / "log").read_text()


def test_what_is_expected_beyond_the_standard_is_refused_as_scim_has_it(killed: Killed) -> None:
    secret = f"Authorization: Bearer {killed.token}\r\nConnection: close\r\n"

    head, body = answer(killed, f"GET {SCIM} HTTP/1.1\r\nHost: x\r\n{secret}Expect: tea\r\n\r\n")

    assert (head.split()[1], json.loads(body)["status"]) == ("417", "417")
