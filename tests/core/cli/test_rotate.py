"""`dirsync token rotate`: a new secret at once, the old ones for a while."""

from datetime import timedelta
from pathlib import Path

from dirsync_core.host import doors
from tests.core.world import World


async def test_the_tokens_before_it_end_after_the_overlap(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        old = await w._by_hand(lambda tx, rules, m: doors.create_token(tx, m, provider="okta"))
        new = await w._by_hand(lambda tx, rules, m: doors.rotate_tokens(tx, m, "okta", timedelta(hours=1)))

        async def opens(secret: str) -> bool:
            return await w.look(lambda tx: doors.valid_token(tx, secret, w.now)) is not None

        assert (True, True) == (await opens(old), await opens(new))
        w.now += timedelta(hours=2)
        assert (False, True) == (await opens(old), await opens(new))


async def test_a_token_that_ends_earlier_still_does(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        soon = w.now + timedelta(minutes=5)
        await w._by_hand(lambda tx, rules, m: doors.create_token(tx, m, provider="okta", expires_at=soon))

        await w._by_hand(lambda tx, rules, m: doors.rotate_tokens(tx, m, "okta", timedelta(hours=1)))

        assert soon == (await w.look(lambda tx: tx.access.tokens()))[0].expires_at
