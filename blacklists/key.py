"""Numbers and prefixes as integers that sort like their digits, so that every look-up is a binary search.

A key holds 15 decimal digits (E.164's most), left-aligned, then the count of digits in the lowest four bits;
codes that are no E.164 (110, 96110, 4001234567) have a bit of their own above. All numbers that begin with
given digits are neighbours. Keys fit a signed 64-bit integer.
"""

from __future__ import annotations

DIGITS = 15
_NATIONAL = 1 << 60
_LENGTH_BITS = 4
_LENGTH = (1 << _LENGTH_BITS) - 1
_SCALE: tuple[int, ...] = tuple(10 ** (DIGITS - length) << _LENGTH_BITS for length in range(DIGITS + 1))


def key_of(value: str) -> int:
    """Return the key of a PhoneNumber's value or of a prefix in the same form.

    At least one and at most 15 digits, no leading zero, with a plus sign or without.
    """
    if value[0] == "+":
        length = len(value) - 1
        return int(value) * _SCALE[length] + length
    length = len(value)
    return _NATIONAL + int(value) * _SCALE[length] + length


def text_of(key: int) -> str:
    """Return the value a key was made from."""
    digits = str((key & (_NATIONAL - 1)) >> _LENGTH_BITS)[: length_of(key)]
    return f"+{digits}" if is_international(key) else digits


def length_of(key: int) -> int:
    """Return the count of digits."""
    return key & _LENGTH


def is_international(key: int) -> bool:
    """Tell whether the value begins with a plus sign: E.164, or leading digits of it."""
    return key < _NATIONAL


def last_with_prefix(key: int) -> int:
    """Return the greatest key that a number with these leading digits can have.

    From `key` to here lie the prefix itself and all longer numbers that begin with it, and no other: a
    shorter number whose missing digits would be zeros sorts before `key` by its count of digits.
    """
    return (key & ~_LENGTH) + _SCALE[length_of(key)] - 1
