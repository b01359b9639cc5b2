"""Entries that ask for something against the codes of police, emergency, government, carriers and banks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from blacklists.importing.notice import named
from blacklists.importing.row import ImportRow
from blacklists.key import key_of, text_of
from blacklists.reason import Reason, Why
from blacklists.short_codes import holder_of, protected_codes
from contracts.number_list import EntryKind
from contracts.verdict import Action

PROTECTED_KEYS = frozenset(map(key_of, protected_codes()))
_KEYS = sorted(PROTECTED_KEYS)
_AGAINST = frozenset({(Action.MONITOR, False), (Action.DIVERT, False), (Action.REJECT, False)})


def against_codes(row: ImportRow) -> Reason | None:
    """Return what is to be said of an entry that wants protected codes listened to or kept off; else None."""
    if (row.action, row.shadow) not in _AGAINST:
        return None
    pattern = row.pattern
    between = _KEYS[bisect_left(_KEYS, pattern.low) : bisect_right(_KEYS, pattern.high)]
    codes = [text_of(key) for key in between if pattern.covers(key)]
    if not codes:
        return None
    if pattern.kind is EntryKind.EXACT:
        return Reason(Why.AGAINST_CODE, {**_held(codes[0]), "action": row.action.value})
    return Reason(Why.COVERS_CODES, {**named(pattern), "count": len(codes), **_held(codes[0])})


def _held(code: str) -> Mapping[str, str]:
    return {"number": code, "holder": holder_of(code) or ""}
