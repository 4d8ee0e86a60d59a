"""Tokens and sign-in: who may come in. Secrets are shown once; the store keeps hashes."""

import secrets
from datetime import datetime, timedelta
from itertools import count

from dirsync_core.model.errors import Refused
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Session, Token, Transaction

CODE_MINUTES = 10
SESSION_HOURS = 8


def create_token(
    tx: Transaction,
    moment: Moment,
    *,
    provider: str | None = None,
    api: str | None = None,
    write: bool = False,
    name: str = "",
    expires_at: datetime | None = None,
) -> str:
    """Make a token for a provider, or for the API, and give its secret, which is kept nowhere.

    Raises:
        Refused: a token of that name opens the same door already.
    """
    taken = {token.name for token in tx.access.tokens() if (token.provider, token.api) == (provider, api)}
    name = name.strip() or _free_name(provider or api or "token", taken)
    if name in taken:
        raise Refused(f"There is a token called “{name}” already.", ("Give another name, or revoke that one.",))
    secret = f"dsk_{provider or 'api'}_{secrets.token_urlsafe(30)}"
    token = Token(moment.new_id(), provider, api, write, name, secret[-4:], moment.at, expires_at)
    tx.access.put_token(token, secret)
    tx.events.append(moment, "token.created", record=token.id, body={"provider": provider, "api": api, "name": name})
    return secret


def rotate_tokens(tx: Transaction, moment: Moment, provider: str, overlap: timedelta) -> str:
    """Make a new token for a provider and give its secret; the others end after the overlap, or when they would."""
    ends = moment.at + overlap
    for token in tx.access.tokens():
        if token.provider == provider and (token.expires_at is None or token.expires_at > ends):
            tx.access.expire_token(token.id, ends)
    return create_token(tx, moment, provider=provider)


def _free_name(stem: str, taken: set[str]) -> str:
    return next(name for n in count(1) if (name := f"{stem}-{n}") not in taken)


def revoke_token(tx: Transaction, moment: Moment, token: str) -> bool:
    """End a token at once; False where there is none of that id."""
    if not tx.access.delete_token(token):
        return False
    tx.events.append(moment, "token.revoked", record=token)
    return True


def valid_token(tx: Transaction, secret: str, now: datetime) -> Token | None:
    """Give the token of a secret, unless it has expired."""
    token = tx.access.token(secret)
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        return None
    return token


def create_code(tx: Transaction, by: str, now: datetime) -> str:
    """Make a one-time code to sign in with, good for ten minutes."""
    code = secrets.token_urlsafe(24)
    tx.access.put_code(code, by, now + timedelta(minutes=CODE_MINUTES))
    return code


def sign_in(tx: Transaction, code: str, now: datetime) -> str | None:
    """Use a code up, and give the secret of a new session; None where it is used, old or unknown."""
    by = tx.access.take_code(code, now)
    if by is None:
        return None
    secret = secrets.token_urlsafe(32)
    tx.access.put_session(secret, Session(by, secrets.token_urlsafe(24), now + timedelta(hours=SESSION_HOURS)))
    return secret
