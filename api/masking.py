"""Phone numbers as shown in lists: enough to tell them apart, not enough to dial."""

from __future__ import annotations


def masked(number: str | None) -> str:
    """Return a number with its middle hidden: +86138****0001, 96110 as it is; a dash for none.

    Short codes (up to six characters) belong to offices, not to persons, and stay readable.
    """
    if not number:
        return "—"
    if len(number) <= 6:
        return number
    tail = 4 if len(number) >= 10 else 2
    head = len(number) - tail - 4
    return number[: max(head, 1)] + "****" + number[-tail:]
