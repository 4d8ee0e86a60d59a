"""Assistants, in every form in which they come."""

import pytest

from dirsync_core.api import Clear, Set
from dirsync_okta.assistants import assistants_claim
from tests.okta.conversation import DIRSYNC

BOTH = Set(("ines.ruud@halden.example", "tor.vik@halden.example"))


@pytest.mark.parametrize(
    "written",  # surprise 83
    [
        ["ines.ruud@halden.example", "tor.vik@halden.example"],
        "ines.ruud@halden.example, tor.vik@halden.example",
        ["ines.ruud@halden.example,tor.vik@halden.example"],
        [{"value": "ines.ruud@halden.example"}, {"Value": "tor.vik@halden.example", "type": "work"}],
        [" ines.ruud@halden.example ", "", "  ", "tor.vik@halden.example", "INES.RUUD@halden.example"],
        [None, 7, ["ines.ruud@halden.example"], {"value": None}, "tor.vik@halden.example"],
    ],
)
def test_every_form_gives_the_same_list(written):
    assert assistants_claim({DIRSYNC: {"assistants": written}}) == BOTH


@pytest.mark.parametrize(
    "content",
    [
        {"assistants": ["a@b.c"]},
        {"Assistants": "a@b.c"},
        {"urn:envoy:schemas:1.0:User": {"assistants": ["a@b.c"]}},
        {"https://rnd.example/office": {"ASSISTANTS": "a@b.c"}},
        {DIRSYNC: {"assistants": ["a@b.c"]}, "urn:x:y": {"assistants": ["A@b.c"]}},
    ],
)
def test_any_extension_may_carry_them(content):
    assert assistants_claim(content) == Set(("a@b.c",))


@pytest.mark.parametrize("empty", [[], "", None, [""], [{"value": ""}], " , "])
def test_an_empty_list_means_that_there_are_none(empty):  # surprise 86
    assert assistants_claim({DIRSYNC: {"assistants": empty}}) == Clear()


@pytest.mark.parametrize("content", [{}, {DIRSYNC: {}}, {"name": {"assistants": "a@b.c"}}, {DIRSYNC: None}])
def test_without_a_word_of_them_there_is_no_opinion(content):
    assert assistants_claim(content) is None


def test_what_is_kept_is_what_was_written_first():
    claim = assistants_claim({"assistants": ["Ines.Ruud@Halden.example", "ines.ruud@halden.example"]})

    assert claim == Set(("Ines.Ruud@Halden.example",))


def test_a_list_may_name_what_is_no_address():  # never an error, never dropped
    assert assistants_claim({"assistants": ["Ines Ruud"]}) == Set(("Ines Ruud",))
