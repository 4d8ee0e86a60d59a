"""What was just done, told on the view that follows.

The address carries a word of a fixed table and at most the id of what it was done to; no text is taken from it.
"""

from collections.abc import Collection, Mapping

from dirsync_core.web.pages.queries import Plain
from dirsync_core.web.pages.shapes import Message, Shell
from dirsync_core.web.pages.visits import Visit

_TOLD: Mapping[str, str] = {
    "added": "Added by hand. Sync never overwrites what is kept by hand.",
    "changed": "Changed.",
    "removed": "Removed. Added again, they come back as the same person.",
    "placed": "Placed in {where}. Rules never undo a placement.",
    "masked": "Hidden from {where}, and from no other location.",
    "cleared": "{where} is up to its rule again.",
    "undone": "Taken back: as it was before.",
    "revoked": "The token is revoked. Calls with it are refused from now on.",
    "applied": "Applied. Rules {version} count from now on; older ones can come back any time.",
    "thrown-away": "The draft is thrown away. Nothing was changed by it.",
    "pinned": "Your word on {where} counts. What the sources say is kept, and comes back when you let go.",
    "unpinned": "{where} is up to the sources again.",
    "adopted": "Handed over. What was kept by hand sleeps, and can be taken back.",
    "released": "Taken back. What was kept by hand counts again.",
    "let-go": "Let go. Nothing is deleted: whoever left returns when the source sends them again.",
    "same": "The same person: the new record is theirs from now on.",
    "kept": "Kept. They stay as they are until their source says anything new of them.",
    "another": "Somebody else: they are two people for good.",
    "apart": "Kept apart. Only a hand-over joins the two.",
    "retired": "Retired. Back in the settings and applied, the source is retired no longer.",
    "erased": "Erased, in history too. The address is refused from now on, until somebody lifts that.",
    "lifted": "Lifted. The address may come back, with its source’s next push.",
    "signed-in": "Signed in on this browser for eight hours.",
}

_OF_ATTRIBUTES = ("pinned", "unpinned")


def notices(
    query: Plain, shell: Shell, undo: str | None = None, attributes: Collection[str] = ()
) -> tuple[Message, ...]:
    """Give the message that the address asks for; `undo` is the request that it may offer to take back.

    `attributes` are those that it may name.
    """
    if query.done is None:
        return ()
    if query.done in _OF_ATTRIBUTES:
        where = query.where if query.where in attributes else "the value"
    else:
        where = shell["locations"].get(query.where or "", "the location")
    text = _TOLD[query.done].format(where=where, version=shell["rules"]["version"])
    return (Message(text=text[:1].upper() + text[1:], undo=undo),)


async def offered(visit: Visit, query: Plain) -> str | None:
    """Give the request that the address tells of, if whoever is signed in made it and it can be taken back."""
    if query.done is None or query.request is None:
        return None
    return query.request if await visit.desk.can_undo(query.request, by=visit.by) else None
