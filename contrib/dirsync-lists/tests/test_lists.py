"""Allow and block lists: read for a draft, judged from the rules."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import Attribute, AttributeKind, Judgement, SettingsError, Verdict
from dirsync_core.testing import FilterContract, Scratch, plugins_of
from dirsync_lists.files import read_entries
from dirsync_lists.filters import ALLOW_LIST, BLOCK_LIST, ListSettings

ANN, BO = {"email": "Ann@Halden.example"}, {"email": "bo@vik.example"}
ATTRIBUTES = (Attribute("email"), Attribute("badge"), Attribute("groups", AttributeKind.TEXTS))


class TestAllowList(FilterContract):
    plugin = "dirsync_lists"
    filter_type = "allow-list"
    bad_settings = ({"file": None}, {"attribute": ["email"]})

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "oslo.txt").write_text("ann@halden.example\n@oslo.example\n")
        return {"file": str(tmp_path / "oslo.txt")}

    @pytest.fixture
    def examples(self) -> Sequence[tuple[Mapping[str, object], Verdict]]:
        return [(ANN, Verdict.IN), ({"email": "cy@oslo.example"}, Verdict.IN), (BO, Verdict.OUT),
                ({"city": "Oslo"}, Verdict.UNDETERMINED)]  # fmt: skip


class TestBlockList(FilterContract):
    plugin = "dirsync_lists"
    filter_type = "block-list"

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "not.txt").write_text("17\n")
        return {"file": str(tmp_path / "not.txt"), "attribute": "employeeNumber"}

    @pytest.fixture
    def examples(self) -> Sequence[tuple[Mapping[str, object], Verdict]]:
        return [({"employeeNumber": "17"}, Verdict.OUT), ({"employeeNumber": "18"}, Verdict.IN),
                (ANN, Verdict.UNDETERMINED)]  # fmt: skip


def judged(kind: Any, folder: Path, text: str, values: Mapping[str, object], **more: str) -> Judgement:
    (folder / "list.txt").write_text(text)
    found: Judgement = kind.create(kind.read(ListSettings("list.txt", **more), folder), ATTRIBUTES).judge(values)
    return found


# --- the file --------------------------------------------------------------------------------------------------------


def test_entries_are_folded_and_comments_passed_over(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes("\ufeff# Oslo\r\n\r\nANN@x.example # chef\r\n  bo@x.example\t# B\r\n".encode())

    assert ["ann@x.example", "bo@x.example"] == read_entries(tmp_path, "list.txt", addresses=True)


def test_an_edit_that_means_the_same_is_no_difference(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("ann@x.example\nbo@x.example\n")
    (tmp_path / "other.txt").write_text("# both\nBo@x.example\nann@x.example\nann@X.example")

    one, other = (read_entries(tmp_path, name, addresses=True) for name in ("one.txt", "other.txt"))

    assert one == other


def test_every_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("ann@x.example\nann\n\n@\nann@x.example bo@x.example\n")

    with pytest.raises(SettingsError) as caught:
        read_entries(tmp_path, "list.txt", addresses=True)

    assert ["file: list.txt, line 2", "file: list.txt, line 4", "file: list.txt, line 5"] == [
        problem.partition(": “")[0] for problem in caught.value.problems
    ]


def test_a_file_that_is_not_there_or_not_utf8_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"file: list\.txt can't be read: No such file"):
        read_entries(tmp_path, "list.txt", addresses=True)
    (tmp_path / "list.txt").write_bytes(b"ann@x.example\nbj\xf8rn@x.example\n")
    with pytest.raises(SettingsError, match=r"file: list\.txt, line 2: is no UTF-8"):
        read_entries(tmp_path, "list.txt", addresses=True)


def test_a_list_that_would_let_in_nobody_is_refused_and_one_that_blocks_nobody_is_not(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"list\.txt has no entry"):
        judged(ALLOW_LIST, tmp_path, "# nobody yet\n", ANN)

    assert Verdict.IN is judged(BLOCK_LIST, tmp_path, "# nobody yet\n", ANN).verdict


# --- judging ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "saw"),
    [
        ("ann@halden.example", "email is Ann@Halden.example, which is on the list"),
        ("@halden.example", "email is Ann@Halden.example, and @halden.example is on the list"),
    ],
)
def test_it_says_by_which_entry(tmp_path: Path, entry: str, saw: str) -> None:
    assert Judgement(Verdict.IN, "allow-list list.txt", saw) == judged(ALLOW_LIST, tmp_path, entry, ANN)
    assert Verdict.OUT is judged(BLOCK_LIST, tmp_path, entry, ANN).verdict


def test_a_domain_is_that_domain_and_none_below_it(tmp_path: Path) -> None:
    assert Verdict.OUT is judged(ALLOW_LIST, tmp_path, "@halden.example", {"email": "a@no.halden.example"}).verdict


def test_values_of_another_attribute_are_taken_as_they_are(tmp_path: Path) -> None:
    assert Verdict.IN is judged(ALLOW_LIST, tmp_path, "@17\n", {"badge": "@17"}, attribute="badge").verdict
    assert Verdict.OUT is judged(ALLOW_LIST, tmp_path, "@17\n", {"badge": "a@17"}, attribute="badge").verdict


@pytest.mark.parametrize(("attribute", "why"), [("bagde", "is no attribute"), ("groups", "holds no single text")])
def test_an_attribute_that_can_not_be_looked_up_is_refused(tmp_path: Path, attribute: str, why: str) -> None:
    with pytest.raises(SettingsError, match=f"^attribute: .*{why}"):
        judged(ALLOW_LIST, tmp_path, "17", {}, attribute=attribute)


# --- in a directory --------------------------------------------------------------------------------------------------

SETTINGS = """
[providers.hr]
plugin = "csv"
file = "hr.csv"
key = "email"

[locations.oslo]
filter = { type = "allow-list", file = "oslo.txt" }
"""


def dirsync(folder: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "dirsync_core.cli", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def said(folder: Path, *words: str) -> Any:
    return json.loads(dirsync(folder, *words, "--json")[1])


def test_an_edit_of_the_file_waits_for_apply_and_status_says_so(tmp_path: Path) -> None:
    (tmp_path / "plugins.toml").write_text(SETTINGS)
    (tmp_path / "hr.csv").write_text("email\nann@x.example\nbo@x.example\n")
    (tmp_path / "oslo.txt").write_text("ann@x.example\n")
    dirsync(tmp_path, "init")
    (tmp_path / "oslo.txt").write_text("ann@x.example\nbo@x.example\n")
    dirsync(tmp_path, "pull")

    status, plan = said(tmp_path, "status"), said(tmp_path, "plan")

    assert (1, True) == (status["people"]["active"], status["rules"]["fileDiffers"])
    assert [("joins", "bo@x.example", "locations.oslo.filter")] == [
        (effect["kind"], effect["email"], effect["origin"]) for effect in plan["effects"]
    ]
    assert 0 == dirsync(tmp_path, "apply", "--yes")[0]
    status = said(tmp_path, "status")
    assert (2, False) == (status["people"]["active"], status["rules"]["fileDiffers"])
    (tmp_path / "oslo.txt").write_text("ann@x.example\nbo\n")
    code, told = dirsync(tmp_path, "plan")
    assert 0 != code
    assert "locations.oslo.filter.file: oslo.txt, line 2: “bo” is neither" in told


@pytest.mark.parametrize(
    ("attribute", "told"),
    [
        ("email", "locations.oslo.filter.file: oslo.txt, line 2: “17” is neither"),
        ("bagde", "locations.oslo.filter.attribute: “bagde” is no attribute"),
    ],
)
async def test_what_is_wrong_is_told_with_its_path(tmp_path: Path, attribute: str, told: str) -> None:
    (tmp_path / "oslo.txt").write_text("ann@x.example\n17\n")
    filter = {"type": "allow-list", "file": "oslo.txt", "attribute": attribute}

    with pytest.raises(SettingsError, match=told):
        async with Scratch(tmp_path, {"locations": {"oslo": {"filter": filter}}}, plugins_of("dirsync_lists")):
            pass
