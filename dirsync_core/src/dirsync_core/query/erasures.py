"""Erasures in the interface's shapes: of whoever was forgotten there is no more to show than this."""

from dirsync_core.model.erasures import Erasure
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, Shape


def erasures_shape(reading: Reading) -> Shape:
    """Give every erasure that holds, the newest first."""
    found: list[Json] = [erasure_shape(erasure) for erasure in reading.tx.erasures.all()]
    return {"erasures": found}


def erasure_shape(erasure: Erasure) -> Shape:
    """Give one erasure: the id of whom, when, by whom, and the keyed hashes of the addresses."""
    return {
        "subject": erasure.subject,
        "at": written_time(erasure.at),
        "by": erasure.by,
        "hashes": list(erasure.hashes),
    }
