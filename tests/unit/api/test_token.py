"""Tokens and the form tokens that follow from them."""

from __future__ import annotations

import pytest

from api.token import form_token, is_form_token, new_token, token_hash

pytestmark = pytest.mark.unit


def test_two_tokens_differ():
    assert new_token() != new_token()


def test_the_hash_does_not_show_the_token():
    token = new_token()
    assert token not in token_hash(token)


def test_the_form_token_does_not_show_the_session_token():
    assert "secret" not in form_token("secret")


def test_a_form_token_fits_its_own_session():
    assert is_form_token("mine", form_token("mine"))


@pytest.mark.parametrize("presented", ["", "mine", "窃取", form_token("yours")])
def test_no_other_form_token_fits(presented: str):
    assert not is_form_token("mine", presented)
