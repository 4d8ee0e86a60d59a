"""What was just done, told on the view that follows.

The address carries a word of a fixed table and at most the id of what it was done to; no text is taken from it.
"""

from collections.abc import Mapping

from dirsync_core.web.pages.queries import Plain
from dirsync_core.web.pages.shapes import Message, Shell

_TOLD: Mapping[str, str] = {
    "added": "Added by hand. Sync never overwrites what is kept by hand.",
    "changed": "Changed.",
    "removed": "Removed. Added again, they come back as the same person.",
    "placed": "Placed in {where}. Rules never undo a placement.",
    "masked": "Hidden from {where}, and from no other location.",
    "cleared": "{where} is up to its rule again.",
    "revoked": "The token is revoked. Calls with it are refused from now on.",
    "signed-in": "Signed in on this browser for eight hours.",
}


def notices(query: Plain, shell: Shell) -> tuple[Message, ...]:
    """Give the message that the address asks for."""
    if query.done is None:
        return ()
    where = shell["locations"].get(query.where or "", "the location")
    text = _TOLD[query.done].format(where=where)
    return (Message(text=text[:1].upper() + text[1:]),)
