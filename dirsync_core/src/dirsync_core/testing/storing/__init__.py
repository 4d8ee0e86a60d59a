"""What a store has to be, room by room. Start at `StoreContract`."""

from dirsync_core.testing.storing.suite import StoreContract

__all__ = ["StoreContract"]
