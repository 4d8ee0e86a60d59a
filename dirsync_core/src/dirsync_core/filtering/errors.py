"""The one thing that can go wrong with a filter: it is not one, or it does not fit what it is bound to."""

from __future__ import annotations


class FilterError(ValueError):
    """A filter or path cannot be used.

    `detail` is a sentence or two for whoever wrote the filter: what is wrong, and what to write instead.
    `column` counts characters from 1 and says where in the text.
    """

    def __init__(self, detail: str, column: int = 1) -> None:
        super().__init__(detail, column)
        self.detail = detail
        self.column = column

    def __str__(self) -> str:
        return f"{self.detail} (column {self.column})"
