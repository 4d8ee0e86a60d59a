"""The filters `allow-list` and `block-list`: who is meant stands in a file. Start at `filters`."""

from dirsync_core.api import FilterType, hookimpl
from dirsync_lists.filters import ALLOW_LIST, BLOCK_LIST


@hookimpl
def dirsync_filters() -> list[FilterType]:
    """Declare both filters."""
    return [ALLOW_LIST, BLOCK_LIST]
