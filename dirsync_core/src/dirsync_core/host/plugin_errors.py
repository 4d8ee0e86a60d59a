"""The words of an exception that a plugin raised.

Its `repr` is never logged or shown: that of an HTTP library's may hold the whole request, token included.
"""


def described(error: BaseException) -> str:
    """Give the kind of an error and its words."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def words_of(error: BaseException) -> str:
    """Give an error's words alone; its kind, where it has none."""
    return str(error) or type(error).__name__
