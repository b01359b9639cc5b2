"""Random bearer tokens, kept as hashes: of nodes, programs and browsers."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Return a token of 256 random bits, safe in a URL or a header."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored in a token's place, 64 hexadecimal digits.

    A plain SHA-256 is enough for 256 random bits: there is nothing to guess, so a slow hash would only
    make every request slow.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(session_token: str) -> str:
    """Return the token that a session's forms must carry.

    It follows from the cookie's secret, which no other site can read, so nothing needs to be stored.
    """
    return hmac.new(session_token.encode(), b"changmao form", hashlib.sha256).hexdigest()


def is_form_token(session_token: str, presented: str) -> bool:
    """Tell whether a form's token belongs to the session, in constant time."""
    return hmac.compare_digest(form_token(session_token).encode(), presented.encode())
