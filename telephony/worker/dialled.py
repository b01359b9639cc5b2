"""A call of our own to a resident: one leg, what the network says on it, recordings, keys."""

from __future__ import annotations

import time

import pjsua2 as pj
import structlog

from contracts.evidence import Speaker
from telephony.link.framing import Sound
from telephony.link.messages import Answered, Dial, Dialled, Digit, Ended, HangUp, Played
from telephony.sip import ATTEMPT_HEADER, LOOP_HEADER
from telephony.worker.calls import PROMPTS, Floor
from telephony.worker.leg import Invitation, Leg, LegEvent, LegNews
from telephony.worker.player import Player
from telephony.worker.tap import Tap
from telephony.worker.voice import Voice

TALK_BOUND_S = 180.0
"""After the answer: all recordings, their keys and the last words take less than 100 s."""

_log = structlog.get_logger(__name__)


class DialledCall:
    """The resident's leg of one warning call."""

    def __init__(self, dial: Dial, floor: Floor, host: str) -> None:
        self.call_id = dial.call_id
        self._floor = floor
        self._ring_until = time.monotonic() + dial.ring_seconds
        self._answered_at: float | None = None
        self._talk_until = float("inf")
        self._rang = False
        self._voice = Voice(floor.players)
        self._tap: Tap | None = None
        self._abandoned = False
        self._over = False
        self._leg = Leg(floor.account, floor.news)
        self._place(dial, host)

    def _place(self, dial: Dial, host: str) -> None:
        from_addr = f"<sip:{dial.caller}@{host}>"
        headers = ((LOOP_HEADER, dial.call_id), (ATTEMPT_HEADER, dial.attempt_id))
        try:
            self._leg.invite(Invitation(dial.route, from_addr, headers))
        except pj.Error as error:
            _log.error("cannot dial", call_id=self.call_id, reason=error.reason)
            self._leg.gone = True
            self._report_end(503)
            return
        self._floor.report(Dialled(call_id=self.call_id, at=time.time()))

    @property
    def over(self) -> bool:
        """The leg's end was told: it may be gone while news of it still wait."""
        return self._over

    def legs(self) -> tuple[Leg, ...]:
        """Return the leg unless it is gone."""
        return () if self._leg.gone else (self._leg,)

    def owns(self, leg: Leg) -> bool:
        """Tell whether a leg is this call's."""
        return leg is self._leg

    def handle(self, news: LegNews) -> None:
        """Tell the controller what the resident's telephone does, before PJSUA2 has a chance to fail."""
        if news.event is LegEvent.ANSWERED:
            self._answered_at = time.time()
            self._talk_until = time.monotonic() + TALK_BOUND_S
            self._floor.report(Answered(call_id=self.call_id, at=self._answered_at))
            self._stop_listening()
        elif news.event is LegEvent.DIGIT:
            self._floor.report(Digit(call_id=self.call_id, digit=news.digit, at=time.time()))
        elif news.event is LegEvent.PROVISIONAL:
            self._rang = True
        elif news.event is LegEvent.MEDIA:
            self._voice.resume()
            self._listen()
        elif news.event is LegEvent.GONE:
            # A CANCEL of ours that met no ringing says that nothing was reached, not that nobody came.
            self._report_end(news.status if self._rang or news.status != 487 else 408)
            self._stop_listening()
            self._voice.stop()

    def tick(self, now: float) -> None:
        """CANCEL what nobody answers, end what nobody steers any more."""
        if (self._answered_at is None and now > self._ring_until) or now > self._talk_until:
            self._ring_until = self._talk_until = float("inf")
            self._leg.end()

    def play(self, file: str, to: Speaker, *, hold_peer: bool) -> None:  # noqa: ARG002 (one party only)
        """Play a recording to the resident; what plays already stops, what cannot be played is skipped."""
        if not self._voice.start(PROMPTS / file, self._leg):
            self._floor.report(Played(call_id=self.call_id, file=file))

    def played(self, player: Player) -> bool:
        """Report the end of a recording."""
        if not self._voice.ended(player):
            return False
        self._floor.report(Played(call_id=self.call_id, file=player.file.name))
        return True

    def hang_up(self, order: HangUp) -> None:  # noqa: ARG002 (one party only)
        """End the call."""
        self._leg.end()

    def abandon(self) -> None:
        """End the call without a report: who placed it is gone, and whoever comes next never knew it."""
        self._abandoned = True
        self._leg.end()

    def sounds(self) -> list[Sound]:
        """Return the blocks of early media; once somebody has answered nothing is listened to."""
        sounds = []
        while self._tap is not None and (block := self._tap.take_block()) is not None:
            sounds.append(Sound(self.call_id, Speaker.RESIDENT, *block))
        return sounds

    def _listen(self) -> None:
        """Hang the tap on before the answer; safe to repeat after every change of media."""
        audio = self._leg.audio() if self._answered_at is None else None
        if audio is not None:
            self._tap = self._tap or self._floor.taps.lend()
            audio.startTransmit(self._tap)

    def _stop_listening(self) -> None:
        """Take the tap off; where that fails it hears nothing, and is lent to nobody while the leg lasts."""
        if self._tap is None:
            return
        self._tap.cover()
        audio = self._leg.audio()
        if audio is not None:
            audio.stopTransmit(self._tap)
        self._floor.taps.give_back(self._tap)
        self._tap = None

    def _report_end(self, status: int) -> None:
        self._over = True
        if self._abandoned:
            return
        self._floor.report(
            Ended(
                call_id=self.call_id,
                cause=Speaker.RESIDENT.value,
                sip_code=status,
                at=time.time(),
                answered_at=self._answered_at,
            )
        )
