"""The mapper `phone-e164`: phone numbers of all sources in one form. Start at `mapper`."""

from dirsync_core.api import MapperType, hookimpl
from dirsync_phone.mapper import PHONE_MAPPER


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """Declare the mapper."""
    return [PHONE_MAPPER]
