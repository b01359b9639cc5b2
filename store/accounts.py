"""Staff accounts, browser sessions and node tokens; only hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.unit_of_work import SqlStore


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff who may log in."""

    id: str
    username: str
    password_hash: str
    role: str
    created_at: datetime


def add_account(store: SqlStore, account_id: str, username: str, password_hash: str, role: str) -> Account:
    """Add an account.

    Raises:
        ConflictError: the name is taken.
    """
    raise NotImplementedError


def find_account(store: SqlStore, username: str) -> Account | None:
    """Return the account of a name."""
    raise NotImplementedError


def set_password(store: SqlStore, username: str, password_hash: str) -> None:
    """Give an account a new password and end its sessions.

    Raises:
        NotFoundError: no such account.
    """
    raise NotImplementedError


def open_session(store: SqlStore, token_hash: str, account_id: str, lasts: timedelta) -> None:
    """Store a session by the hash of its token."""
    raise NotImplementedError


def find_session(store: SqlStore, token_hash: str) -> Account | None:
    """Return whose session it is; None where it is unknown or has expired."""
    raise NotImplementedError


def end_session(store: SqlStore, token_hash: str) -> None:
    """Forget a session; forgetting it twice is no error."""
    raise NotImplementedError


def add_node_token(store: SqlStore, node: str, token_hash: str) -> None:
    """Let a node in by the hash of its token; a node's older token is replaced."""
    raise NotImplementedError


def find_node(store: SqlStore, token_hash: str) -> str | None:
    """Return the name of the node a token belongs to."""
    raise NotImplementedError
