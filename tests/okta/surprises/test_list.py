"""surprises.md against the tests: each number has one."""

import re

from tests.docs.markdown import ROOT, page

_NAMED = re.compile(r"# surprises? ([\d, and]+)|def test_(\d\d)_")


def _tested() -> set[int]:
    files = [*(ROOT / "tests/okta").rglob("test_*.py"), ROOT / "tests/web/test_surprises.py"]
    found = (match for file in files for match in _NAMED.findall(file.read_text()))
    return {int(number) for match in found for number in re.findall(r"\d+", " ".join(match))}


def test_every_surprise_is_listed_and_tested() -> None:
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", page("docs/reference/surprises.md").text, re.M)}

    assert listed == set(range(1, 100)) == _tested()
