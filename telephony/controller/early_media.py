"""What is heard on a leg of ours before anybody answers, and the announcement found in it."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable

import structlog

from contracts.evidence import Speaker
from contracts.node_api import NoteKind
from contracts.speech import Heard
from contracts.taxonomy import RiskLevel
from telephony.announcement import Announcement, announcement_in
from telephony.controller.listening import Ear, Listening
from telephony.controller.ring_tone import is_ringing
from telephony.controller.speech_pool import Rank, SpeechPool
from telephony.link.framing import Sound

FIRST_BLOCKS = 4
"""400 ms; what is held while nothing but ringing is heard, so that no first syllable is lost."""
STRANGE_BLOCKS = 2
"""In a row that are more than ringing: one alone may be the edge of a tone."""
LONGEST_TEXT = 120
"""Characters; an announcement has 40 at the most and is said again and again."""

_log = structlog.get_logger(__name__)


class EarlyMedia:
    """Listens to the network, from the first sound that is not ringing; an ordinary call takes no stream.

    No text of it leaves this object: a ringing tone that a resident recorded is her own.
    """

    def __init__(self, speech: SpeechPool, announced: Callable[[Announcement], None]) -> None:
        self._speech = speech
        self._announced = announced
        self._first: deque[Sound] = deque(maxlen=FIRST_BLOCKS)
        self._strange = 0
        self._listening: Listening | None = None
        self._text = ""
        self._over = False
        self._ending: asyncio.Task[None] | None = None

    def hear(self, sound: Sound) -> None:
        """Take a block of 100 ms; never waits."""
        if self._over:
            return
        self._first.append(sound)
        if self._listening is None:
            self._strange = 0 if is_ringing(sound.pcm) else self._strange + 1
            if self._strange < STRANGE_BLOCKS:
                return
            ear = Ear(sound.call_id, self._judge, self._note, _rank)
            self._listening = Listening(self._speech, sound.party, ear)
        while self._first:
            self._listening.feed(self._first.popleft())

    def stop(self) -> None:
        """Hear no more, and leave the stream to its end; never waits."""
        self._over = True
        self._ending = asyncio.create_task(self.finish())

    async def finish(self) -> None:
        """Hear no more; wait, bounded, for the last words to become text."""
        self._over = True
        if self._listening is not None:
            await self._listening.finish()

    def _judge(self, _party: Speaker, heard: Heard, _origin: float) -> None:
        """Go by finals alone: a partial result may stop within 请不要挂机，您拨打的用户正在通话中."""
        if not heard.final:
            return
        self._text = (self._text + heard.text)[-LONGEST_TEXT:]
        announcement = announcement_in(self._text)
        if announcement is not None:
            self._announced(announcement)

    def _note(self, kind: NoteKind, detail: str) -> None:
        _log.info("listening to early media", kind=kind.value, detail=detail)


def _rank(_party: Speaker) -> Rank:
    """Every conversation goes before a network's voice."""
    return Rank(caller=False, level=RiskLevel.NONE, number_risk=0.0, dialogue_risk=-math.inf)
