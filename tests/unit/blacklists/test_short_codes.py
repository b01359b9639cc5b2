from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.short_codes import PROTECTED_CODES, holder_of, is_short_code

pytestmark = pytest.mark.unit

_CODE = re.compile(r"1[12][0-9]|1[012][0-9]{3}|9[56][0-9]{3}|116114|118114")
_BANK = re.compile(r"955[0-9]{2}")


def test_short_codes_are_all_of_their_pattern_and_no_others():
    digits = [f"{number:0{length}}" for length in range(1, 7) for number in range(10**length)]
    assert [code for code in digits if is_short_code(code)] == [
        code for code in digits if _CODE.fullmatch(code)
    ]


@given(st.text(max_size=7))
def test_no_other_text_is_a_short_code(text):
    assert is_short_code(text) is bool(_CODE.fullmatch(text))


def test_banks_and_protected_codes_have_a_holder_and_no_others_have():
    digits = {f"{number:0{length}}" for length in range(1, 7) for number in range(10**length)}
    banks = {code for code in digits if _BANK.fullmatch(code)}
    assert {code for code in digits if holder_of(code)} == banks | PROTECTED_CODES.keys()
