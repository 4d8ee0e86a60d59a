"""What is told of a plugin's exception: its kind and words, never its repr, which may hold a token."""

from dirsync_core.host.plugin_errors import described, words_of


class Leaking(OSError):
    def __repr__(self) -> str:
        return "Leaking(headers={'Authorization': 'Bearer token'})"


def test_the_kind_and_the_words_are_told() -> None:
    assert "Leaking: the line is down" == described(Leaking("the line is down"))
    assert "the line is down" == words_of(Leaking("the line is down"))


def test_of_an_error_without_words_the_kind_alone_is_told() -> None:
    assert ("Leaking", "Leaking") == (described(Leaking()), words_of(Leaking()))
