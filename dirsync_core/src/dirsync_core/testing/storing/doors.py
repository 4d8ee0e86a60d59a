"""The rooms of tokens, sessions and traffic: secrets come in, and never out."""

from datetime import timedelta

import attrs

from dirsync_core.store.contract import Call, DialectUse, Session, Store, Token, Traffic, Transaction
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import AT, later

TOKEN = Token("t1", "okta", None, True, "set-up", "…9aZ", AT, later(60))


class DoorsContract(Contract):
    """The room of doors."""

    @asynchronous
    async def test_a_token_is_known_by_its_secret_alone(self, store: Store) -> None:
        await store.write(lambda tx: tx.access.put_token(TOKEN, "s3cret"))

        found = await store.read(lambda tx: [tx.access.token(word) for word in ("s3cret", "t1", "S3CRET", "")])
        assert found == [TOKEN, None, None, None]

    @asynchronous
    async def test_tokens_are_listed_used_and_revoked(self, store: Store) -> None:
        other = attrs.evolve(TOKEN, id="t0", provider=None, api="read", write=False, expires_at=None)
        await store.write(lambda tx: [tx.access.put_token(each, each.id) for each in (TOKEN, other)])
        await store.write(lambda tx: tx.access.used("t1", later(1)))
        used = attrs.evolve(TOKEN, last_used_at=later(1))

        assert [other, used] == await store.read(lambda tx: tx.access.tokens())
        assert await store.write(lambda tx: [tx.access.delete_token("t1") for _ in range(2)]) == [True, False]
        assert [other, None] == await store.read(lambda tx: [tx.access.token(secret) for secret in ("t0", "t1")])

    @asynchronous
    async def test_a_code_is_good_once_and_in_time(self, store: Store) -> None:
        await store.write(lambda tx: tx.access.put_code("c1", "sofie", later(5)))
        await store.write(lambda tx: tx.access.put_code("c2", "sofie", later(1)))

        def take(code: str, minutes: int) -> object:
            return lambda tx: tx.access.take_code(code, later(minutes))

        assert [await store.write(take("c1", 2)) for _ in range(2)] == ["sofie", None]
        assert await store.write(take("c2", 2)) is None
        assert await store.write(take("c3", 2)) is None

    @asynchronous
    async def test_a_session_ends_by_itself_or_by_signing_out(self, store: Store) -> None:
        session = Session("sofie", "csrf", later(5))
        await store.write(lambda tx: tx.access.put_session("secret", session))

        assert [session, None] == await store.read(lambda tx: [tx.access.session("secret", later(n)) for n in (4, 5)])
        await store.write(lambda tx: tx.access.end_session("secret"))
        assert await store.read(lambda tx: tx.access.session("secret", AT)) is None

    @asynchronous
    async def test_traffic_is_the_last_call_the_last_error_and_calls_by_the_hour(self, store: Store) -> None:
        def call(minutes: int, status: int = 200, provider: str = "okta") -> Call:
            return Call(provider, later(minutes), "POST", "/Users", status, "taken" if status >= 400 else None)

        await store.write(lambda tx: tx.traffic.note([call(1), call(2, 409), call(3)]))
        await store.write(lambda tx: tx.traffic.note([call(61), call(62, provider="hr")]))

        def of(tx: Transaction) -> Traffic:
            return tx.traffic.of("okta", later(30))

        assert Traffic(call(61), call(2, 409), {AT: 3, AT + timedelta(hours=1): 1}) == await store.read(of)
        assert Traffic(None, None, {}) == await store.read(lambda tx: tx.traffic.of("lab", AT))
        assert await store.read(lambda tx: [tx.traffic.began(name) for name in ("okta", "lab")]) == [AT, None]

    @asynchronous
    async def test_needs_of_tolerances_add_up_and_the_last_example_is_kept(self, store: Store) -> None:
        first = DialectUse("okta", "trailing-slash", 2, AT, "one")
        await store.write(lambda tx: tx.traffic.note_dialects([first, attrs.evolve(first, provider="hr")]))
        await store.write(lambda tx: tx.traffic.note_dialects([attrs.evolve(first, last_at=later(1), example="two")]))

        expected = attrs.evolve(first, count=4, last_at=later(1), example="two")
        assert {"trailing-slash": expected} == await store.read(lambda tx: tx.traffic.dialects("okta"))
        assert await store.read(lambda tx: tx.traffic.dialects("lab")) == {}
