"""Each of the forty-eight sequences has a test that is called by its number."""

import re
from pathlib import Path


def test_each_sequence_has_a_test() -> None:
    here = Path(__file__).parent
    texts = (path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))

    found = {int(number) for text in texts for number in re.findall(r"^def test_(\d\d)_", text, re.M)}

    assert found == set(range(1, 49))
