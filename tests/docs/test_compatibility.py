"""compatibility.md: the public names and signatures are those of the file, so that every change of them is seen."""

import difflib

from dirsync_core import api
from tests.docs.public_api import FILE, public_api


def test_public_names_and_signatures_are_those_that_were_written_down() -> None:
    before, now = FILE.read_text(encoding="utf-8").splitlines(), public_api().splitlines()

    changed = [line for line in difflib.unified_diff(before, now, lineterm="", n=0) if line[:1] in "+-"][2:]

    assert not changed, (
        "The public face changed. Where it only grew, or docs/reference/compatibility.md allows it, write it down with"
        " “python -m tests.docs.public_api” and in the CHANGELOG; else bring back what was:\n" + "\n".join(changed)
    )


def test_a_lost_name_and_a_renamed_argument_are_seen() -> None:
    text = public_api()

    assert "dirsync_core.api.Provider.pull(self, cursor)" in text.splitlines()
    assert "dirsync_core.api.dirsync_changed(changes)" in text.splitlines()
    assert all(f"dirsync_core.api.{name}" in text for name in api.__all__)
