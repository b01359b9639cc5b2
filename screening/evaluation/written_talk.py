"""A talk as people write it down: one turn a line, each with or without its speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.evidence import Speaker
from screening.evaluation.dialogue import BENIGN, Dialogue, Turn
from screening.evaluation.playback import Delivered, deliveries_of

_SPEAKERS = {
    "caller": Speaker.CALLER,
    "来电方": Speaker.CALLER,
    "resident": Speaker.RESIDENT,
    "居民": Speaker.RESIDENT,
}
_TURN = re.compile(rf"\s*({'|'.join(_SPEAKERS)})\s*[:：](.*)", re.IGNORECASE | re.DOTALL)


def deliveries_of_text(text: str, speaker: Speaker) -> Iterator[Delivered]:
    """Yield what a recogniser would deliver of a written talk, turn after turn.

    A line that begins with 来电方：, 居民：, caller: or resident: is said by them, any other by `speaker`.
    """
    turns = tuple(_turn(line, speaker) for line in text.splitlines())
    # Nobody asks for the label of what is only listened to.
    yield from deliveries_of(Dialogue("text", BENIGN, "", "", None, turns))


def _turn(line: str, speaker: Speaker) -> Turn:
    if found := _TURN.fullmatch(line):
        return Turn(_SPEAKERS[found[1].lower()], found[2])
    return Turn(speaker, line)
