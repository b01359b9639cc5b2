"""What is heard on a leg of ours before anybody answers, and the announcement found in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from contracts.evidence import Speaker
from contracts.speech import Heard
from telephony.announcement import Announcement, announcement_in
from telephony.controller.listening import Ear, Listening
from telephony.controller.rank import Rank, Side
from telephony.controller.ring_tone import is_ringing
from telephony.controller.speech_pool import SpeechPool
from telephony.link.framing import Sound

FIRST_BLOCKS = 4
"""400 ms; what is held while nothing but ringing is heard, so that no first syllable is lost."""
STRANGE_BLOCKS = 2
"""In a row that are more than ringing: one alone may be the edge of a tone."""
RANK = Rank(Side.NETWORK)
"""Every conversation goes before a network's voice."""


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
        self._sentence = ""  # the final result before
        self._said_until = 0.0  # up to where finals have come, seconds since the epoch
        self._in_a_call = False
        self._over = False

    def hear(self, sound: Sound) -> None:
        """Take a block of 100 ms; never waits."""
        if self._over:
            return
        self._first.append(sound)
        if self._listening is None:
            self._strange = 0 if is_ringing(sound.pcm) else self._strange + 1
            if self._strange < STRANGE_BLOCKS:
                return
            ear = Ear(sound.call_id, self._judge, rank=lambda _: RANK)
            self._listening = Listening(self._speech, sound.party, ear)
        while self._first:
            self._listening.feed(self._first.popleft())

    def stop(self) -> None:
        """Hear no more: nobody asks what is announced any more; never waits."""
        self._over, self._in_a_call = True, False
        if self._listening is not None:
            self._listening.stop()

    async def finish(self) -> None:
        """The network has cleared the call: wait, bounded, for its last words to become text."""
        self._over = True
        if self._listening is not None:
            await self._listening.finish()
        if self._in_a_call:
            self._in_a_call = False
            self._announced(Announcement.IN_A_CALL)

    def _judge(self, _party: Speaker, heard: Heard, origin: float) -> None:
        """Go by finals alone: a partial result may stop within 请不要挂机，您拨打的用户正在通话中.

        A pause may part that sentence too, or 请勿挂断 come after it: that a telephone is in a call is told
        when something else was said after it, or the network has cleared the call. What the stream after a
        lost one hears again was not said after it.
        """
        if not heard.final:
            return
        later = origin + heard.start_ms / 1000 >= self._said_until
        self._said_until = max(self._said_until, origin + heard.end_ms / 1000)
        announcement = announcement_in(heard.text)
        if announcement in {None, Announcement.IN_A_CALL}:
            announcement = announcement_in(self._sentence + heard.text)
        self._sentence = heard.text if later else self._sentence + heard.text
        before, self._in_a_call = self._in_a_call and later, announcement is Announcement.IN_A_CALL
        if announcement is not None and (before or not self._in_a_call):
            self._announced(announcement)
