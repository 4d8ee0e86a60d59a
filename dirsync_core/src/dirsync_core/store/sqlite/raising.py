"""What a job raises, as something that can be given to whoever waits for its answer."""

from dirsync_core.model.errors import StoreError


def as_exception(error: BaseException) -> Exception:
    """Give an error as it is, but for one that would end the process, or would never reach whoever waits."""
    if isinstance(error, StopIteration):  # asyncio takes none for an answer, and waits for ever: PEP 479, of futures
        return StoreError(f"A job raised {error!r}: next() found nothing, mostly. Nothing of it was written.")
    if isinstance(error, Exception):
        return error
    return StoreError(f"A job tried to end the process, with {error!r}. Nothing of it was written.")
