"""Passwords as Argon2id hashes."""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP password storage cheat sheet, 2024: Argon2id, 19 MiB, two passes, one lane.
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password; takes tens of ms on purpose."""
    return _HASHER.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Tell whether a password fits a stored hash; False for an unknown account (None) or a foreign hash.

    An unknown account costs the same time as a wrong password, so that answers do not tell who exists.
    """
    try:
        fits = _HASHER.verify(password, stored if stored is not None else _nobody())
    except UnknownHashError:
        return False
    return fits and stored is not None


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")
