"""The pages’ desk over a real installation. Start at `StoreDesk`."""

from dirsync_core.web.desk.desk import StoreDesk

__all__ = ["StoreDesk"]
