"""Passwords as hashes."""

from __future__ import annotations

import pytest

from api.password import hash_password, is_password

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password("长矛-test-1")


def test_the_hash_is_argon2id(stored: str):
    assert stored.startswith("$argon2id$")


def test_the_right_password_fits(stored: str):
    assert is_password("长矛-test-1", stored)


def test_a_wrong_password_does_not_fit(stored: str):
    assert not is_password("长矛-test-2", stored)


def test_nobody_has_the_password_of_an_unknown_account():
    assert not is_password("nobody has this password", None)


def test_a_hash_of_another_kind_fits_nothing():
    assert not is_password("x", "5f4dcc3b5aa765d61d8327deb882cf99")
