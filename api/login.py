"""Logging in and out: a password for a session token."""

from __future__ import annotations

from api.context import Context
from api.errors import TooManyAttemptsError, UnauthenticatedError
from api.password import is_password
from api.token import new_token, token_hash
from store import accounts


def log_in(context: Context, name: str, password: str, address: str) -> str:
    """Open a session and return its token; slow on purpose, so call it on a thread.

    Raises:
        UnauthenticatedError: account or password is wrong; the message does not say which.
        TooManyAttemptsError: this account from this address, or this address, was wrong too often.
    """
    now = context.clock.now()
    # An office shares one address: a colleague's typing errors must not close everybody's door, and nobody
    # elsewhere can close it for an account.
    here = f"{address} {name}"
    try:
        context.limit.check(here, now)
        context.address_limit.check(address, now)
    except TooManyAttemptsError:
        context.metrics.logins.labels("limited").inc()
        raise
    account = accounts.find_account(context.store, name)
    if not is_password(password, account.password_hash if account else None) or account is None:
        context.limit.fail(here, now)
        context.address_limit.fail(address, now)
        context.metrics.logins.labels("wrong").inc()
        raise UnauthenticatedError("account or password is wrong")
    context.limit.succeed(here)
    context.metrics.logins.labels("good").inc()
    token = new_token()
    accounts.open_session(context.store, token_hash(token), account.id, context.settings.session_length)
    return token


def log_out(context: Context, session_token: str) -> None:
    """End a session; ending it twice is no error."""
    accounts.end_session(context.store, token_hash(session_token))
