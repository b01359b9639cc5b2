"""Who may log in, and for how long; which node may speak."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.errors import ConflictError, NotFoundError
from store.accounts import (
    add_account,
    add_node_token,
    end_session,
    find_account,
    find_node,
    find_session,
    open_session,
    set_password,
)
from store.unit_of_work import SqlStore

pytestmark = pytest.mark.integration


def test_an_account_is_found_by_its_name(store: SqlStore) -> None:
    account = add_account(store, "a1", "wang", "hash", "operator")
    assert find_account(store, "wang") == account
    assert find_account(store, "li") is None


def test_a_name_is_given_once(store: SqlStore) -> None:
    add_account(store, "a1", "wang", "hash", "operator")
    with pytest.raises(ConflictError, match="wang"):
        add_account(store, "a2", "wang", "hash", "operator")


def test_a_session_lasts_its_time_and_no_longer(store: SqlStore) -> None:
    account = add_account(store, "a1", "wang", "hash", "operator")
    open_session(store, "token", "a1", timedelta(hours=8))
    assert find_session(store, "token") == account
    store.clock_offset = timedelta(hours=8)
    assert find_session(store, "token") is None


def test_a_session_that_was_ended_is_unknown(store: SqlStore) -> None:
    add_account(store, "a1", "wang", "hash", "operator")
    open_session(store, "token", "a1", timedelta(hours=8))
    end_session(store, "token")
    end_session(store, "token")
    assert find_session(store, "token") is None


def test_a_new_password_ends_the_sessions(store: SqlStore) -> None:
    add_account(store, "a1", "wang", "hash", "operator")
    open_session(store, "token", "a1", timedelta(hours=8))
    set_password(store, "wang", "other")
    changed = find_account(store, "wang")
    assert changed is not None
    assert changed.password_hash == "other"
    assert find_session(store, "token") is None


def test_an_unknown_account_gets_no_password(store: SqlStore) -> None:
    with pytest.raises(NotFoundError):
        set_password(store, "nobody", "hash")


def test_a_nodes_newer_token_replaces_the_older(store: SqlStore) -> None:
    add_node_token(store, "node-1", "old")
    add_node_token(store, "node-1", "new")
    assert (find_node(store, "old"), find_node(store, "new")) == (None, "node-1")
