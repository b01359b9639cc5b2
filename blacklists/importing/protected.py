"""Lines that ask for something against the codes of police, emergency, government, carriers and banks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping

import numpy as np

from blacklists.importing.notice import Notice, named
from blacklists.importing.row import ImportRow
from blacklists.importing.seen import Segment, asked_by
from blacklists.key import key_of, text_of
from blacklists.reason import Reason, Why
from blacklists.short_codes import holder_of, protected_codes
from contracts.verdict import Action

_KEYS = sorted(map(key_of, protected_codes()))
_AGAINST = frozenset({(Action.MONITOR, False), (Action.DIVERT, False), (Action.REJECT, False)})


def lines_against_codes(segments: Iterator[Segment]) -> Iterator[Notice]:
    """Yield a notice for each protected code that a file wants listened to or kept off."""
    for segment in segments:
        for place in np.flatnonzero(np.isin(segment.keys, _KEYS)):
            asked = asked_by(int(segment.contents[place]))
            if asked in _AGAINST:
                yield Notice(int(segment.lines[place]), _contradiction(int(segment.keys[place]), asked[0]))


def codes_covered(block: ImportRow) -> Reason | None:
    """Return what is to be said of a prefix or a range over protected codes; None where nothing."""
    if (block.action, block.shadow) not in _AGAINST:
        return None
    pattern = block.pattern
    between = _KEYS[bisect_left(_KEYS, pattern.low) : bisect_right(_KEYS, pattern.high)]
    codes = [text_of(key) for key in between if pattern.covers(key)]
    if not codes:
        return None
    return Reason(Why.COVERS_CODES, {**named(pattern), "count": len(codes), **_held(codes[0])})


def _contradiction(key: int, action: Action) -> Reason:
    return Reason(Why.AGAINST_CODE, {**_held(text_of(key)), "action": action.value})


def _held(code: str) -> Mapping[str, str]:
    return {"number": code, "holder": holder_of(code) or ""}
