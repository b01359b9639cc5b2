"""Staff accounts, browser sessions and node tokens; only hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from contracts.errors import ConflictError, NotFoundError
from store import schema
from store.row import row_of, value_of
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
    with store.writing() as connection:
        taken = select(schema.accounts.c.id).where(schema.accounts.c.username == username)
        if connection.execute(taken).first():
            raise ConflictError(f"account {username}: the name is taken; choose another")
        account = Account(account_id, username, password_hash, role, store.now(connection))
        connection.execute(insert(schema.accounts), row_of(account))
    return account


def find_account(store: SqlStore, username: str) -> Account | None:
    """Return the account of a name."""
    query = select(schema.accounts).where(schema.accounts.c.username == username)
    with store.reading() as connection:
        row = connection.execute(query).mappings().first()
    return value_of(Account, row) if row else None


def set_password(store: SqlStore, username: str, password_hash: str) -> None:
    """Give an account a new password and end its sessions.

    Raises:
        NotFoundError: no such account.
    """
    accounts, sessions = schema.accounts, schema.sessions
    with store.writing() as connection:
        account_id = connection.execute(
            select(accounts.c.id).where(accounts.c.username == username)
        ).scalar_one_or_none()
        if account_id is None:
            raise NotFoundError(f"account {username}: unknown; add it first")
        changed = update(accounts).where(accounts.c.id == account_id)
        connection.execute(changed.values(password_hash=password_hash))
        connection.execute(delete(sessions).where(sessions.c.account_id == account_id))


def open_session(store: SqlStore, token_hash: str, account_id: str, lasts: timedelta) -> None:
    """Store a session by the hash of its token; sessions that have expired are swept out."""
    sessions = schema.sessions
    with store.writing() as connection:
        now = store.now(connection)
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        session = {"token_hash": token_hash, "account_id": account_id, "created_at": now}
        connection.execute(insert(sessions), session | {"expires_at": now + lasts})


def find_session(store: SqlStore, token_hash: str) -> Account | None:
    """Return whose session it is; None where it is unknown or has expired."""
    accounts, sessions = schema.accounts, schema.sessions
    with store.reading() as connection:
        query = select(accounts).join(sessions, sessions.c.account_id == accounts.c.id)
        query = query.where(sessions.c.token_hash == token_hash)
        query = query.where(sessions.c.expires_at > store.now(connection))
        row = connection.execute(query).mappings().first()
    return value_of(Account, row) if row else None


def end_session(store: SqlStore, token_hash: str) -> None:
    """Forget a session; forgetting it twice is no error."""
    with store.writing() as connection:
        connection.execute(delete(schema.sessions).where(schema.sessions.c.token_hash == token_hash))


def add_node_token(store: SqlStore, node: str, token_hash: str) -> None:
    """Let a node in by the hash of its token; a node's older token is replaced."""
    tokens = schema.node_tokens
    with store.writing() as connection:
        connection.execute(delete(tokens).where(tokens.c.node == node))
        row = {"node": node, "token_hash": token_hash, "created_at": store.now(connection)}
        connection.execute(insert(tokens), row)


def find_node(store: SqlStore, token_hash: str) -> str | None:
    """Return the name of the node a token belongs to."""
    query = select(schema.node_tokens.c.node).where(schema.node_tokens.c.token_hash == token_hash)
    with store.reading() as connection:
        return connection.execute(query).scalar_one_or_none()
