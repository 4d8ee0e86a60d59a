"""`dirsync okta rehearse`."""

import asyncio
import json

import pytest
from click.testing import CliRunner, Result

from dirsync_okta.rehearsal import Progress, rehearse_command
from dirsync_okta.rehearsal.command import ProgressLine
from tests.okta.rehearsal.fake_scim import TOKEN, FakeScim, error


class Folder:
    """What the command line gives to commands in the server's folder."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.minted: list[tuple[str, float]] = []

    def mint_token(self, provider: str, *, hours: float = 1) -> str:
        self.minted.append((provider, hours))
        return self.token


async def run(*args: str, obj: object = None, env: dict[str, str | None] | None = None) -> Result:
    """Run the command in a thread: it has a loop of its own."""
    env = {"DIRSYNC_OKTA_TOKEN": None, **(env or {})}
    return await asyncio.to_thread(CliRunner().invoke, rehearse_command, list(args), obj=obj, env=env)


async def test_a_rehearsal_ends_with_0_and_a_summary(root: str) -> None:
    result = await run("--people", "12", "--url", root, obj=Folder())

    assert result.exit_code == 0
    assert "pushed 13 people" in result.stdout
    assert "Nothing failed." in result.stdout


async def test_a_token_for_an_hour_is_minted_in_the_servers_folder(root: str) -> None:
    folder = Folder()

    await run("--people", "1", "--url", root, obj=folder)

    assert folder.minted == [("okta", 1)]


async def test_the_token_of_the_environment_comes_first(root: str) -> None:
    folder = Folder("never used")

    result = await run("--people", "1", "--url", root, obj=folder, env={"DIRSYNC_OKTA_TOKEN": f" {TOKEN}\n"})

    assert result.exit_code == 0
    assert folder.minted == []


async def test_without_any_token_it_says_where_one_comes_from(root: str, fake: FakeScim) -> None:
    result = await run("--url", root)

    assert result.exit_code == 1
    assert "dirsync token create okta" in result.stderr
    assert fake.seen == []


async def test_json_is_one_document_on_stdout(root: str) -> None:
    result = await run("--people", "5", "--url", root, "--json", "--no-day", obj=Folder())

    report = json.loads(result.stdout)
    assert (report["ok"], report["people"], report["style"], report["day"]) == (True, 5, "oin", [])
    assert report["requests"]["create user"]["count"] == 5


async def test_progress_goes_to_stderr_in_steps_of_ten_per_cent(root: str) -> None:
    result = await run("--people", "40", "--url", root, "--no-day", obj=Folder())

    lines = [line for line in result.stderr.splitlines() if line.startswith("people:")]
    assert len(lines) == 10
    assert lines[-1] == "people: 40 of 40 (100 %)"


async def test_a_failure_ends_with_1_and_is_explained(root: str, fake: FakeScim) -> None:
    fake.refuse = lambda seen: error(409, "Kept by hand.") if seen.path == "/Groups" and seen.body else None

    result = await run("--people", "3", "--url", root, obj=Folder())

    assert result.exit_code == 1
    assert "create group, Everyone: 409: Kept by hand." in result.stdout


async def test_nothing_listening_is_one_clear_sentence(unused_tcp_port: int) -> None:
    result = await run("--url", f"http://127.0.0.1:{unused_tcp_port}", obj=Folder())

    assert result.exit_code == 1
    assert f"nothing listens at http://127.0.0.1:{unused_tcp_port}" in result.stderr
    assert "start it with dirsync serve" in result.stderr


async def test_a_refused_token_says_what_to_do(root: str) -> None:
    result = await run("--url", root, obj=Folder("old"))

    assert result.exit_code == 1
    assert "dirsync token create" in result.stderr
    assert "DIRSYNC_OKTA_TOKEN" in result.stderr


async def test_the_provider_is_part_of_the_address(root: str) -> None:
    result = await run("--url", f"{root}/", "--provider", "okta-emea", obj=Folder())

    assert result.exit_code == 1
    assert f"{root}/providers/okta-emea/scim/v2" in result.stderr


async def test_an_address_without_a_scheme_is_wrong_usage() -> None:
    result = await run("--url", "localhost:8080", obj=Folder())

    assert result.exit_code == 2
    assert "http://" in result.stderr


async def test_also_can_be_repeated(root: str, fake: FakeScim) -> None:
    args = ("--also", "bo@x.example", "--also", "ann@x.example")

    await run("--people", "3", "--url", root, "--no-day", *args, obj=Folder())

    assert {"bo@x.example", "ann@x.example"} <= {user["userName"] for user in fake.users.values()}


def test_on_a_terminal_one_line_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine(terminal=True)

    line(Progress("people", 1, 2))
    line(Progress("people", 2, 2))
    line.close()

    written = capsys.readouterr().err
    assert "\n" not in written
    assert written.endswith("people: 2 of 2 (100 %)\r")  # click takes the codes out where there is no terminal
