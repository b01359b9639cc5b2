"""The resident's phone: answers, talks, and does with warning calls what its script says."""

from __future__ import annotations

import time
from pathlib import Path

from telephony.phone.handset import Handset
from telephony.phone.phone import Phone
from telephony.phone.script import ResidentScript, WarningManners
from telephony.sip import ATTEMPT_HEADER, parse_request
from telephony.worker.doorway import Arrived
from telephony.worker.leg import LegEvent, LegNews
from telephony.worker.player import Player

_NEVER_ANSWER = (WarningManners.RING_OUT, WarningManners.ANNOUNCE)


class ResidentPhone:
    """Answers one call at a time; a second one is told that the line is busy."""

    def __init__(self, script: ResidentScript) -> None:
        self._script = script
        self._phone = Phone(script, "resident")
        self._handset: Handset | None = None
        self._attempt: str | None = None
        self._answer_at = float("inf")
        self._press_at = float("inf")
        self._calls = 0

    def run(self) -> None:
        """Answer calls until SIGTERM; ends the process."""
        while not self._phone.stopping:
            self._phone.poll()
            while self._phone.arrived:
                self._ring(self._phone.arrived.popleft())
            while self._phone.news:
                self._handle(self._phone.news.popleft())
            for player in self._phone.players.take_ended():
                self._said(player)
            self._tick(time.monotonic())
        if self._handset:
            self._handset.lay_down()
        self._phone.close(self._handset.leg if self._handset else None)

    def _ring(self, arrived: Arrived) -> None:
        attempt = parse_request(arrived.message).header(ATTEMPT_HEADER)
        self._phone.tell("invite", attempt=attempt)
        if self._handset is not None:
            arrived.leg.end(486)
            return
        self._calls += 1
        self._attempt = attempt
        wav = (self._script.announcement if self._announces else None) if attempt else self._script.wav
        self._handset = Handset(arrived.leg, self._phone.players, wav, self._record())
        arrived.leg.respond(183 if self._announces else 180)
        if not (attempt and self._script.warning in _NEVER_ANSWER):
            self._answer_at = time.monotonic() + self._script.answer_after_s

    @property
    def _announces(self) -> bool:
        return self._attempt is not None and self._script.warning is WarningManners.ANNOUNCE

    def _said(self, player: Player) -> None:
        """After its announcement the network clears the call."""
        if self._announces and self._handset is not None and self._handset.said(player):
            self._handset.leg.end(480)

    def _record(self) -> Path | None:
        return self._script.record / f"resident-{self._calls}.wav" if self._script.record else None

    def _handle(self, news: LegNews) -> None:
        if self._handset is None or news.leg is not self._handset.leg:
            return
        if news.event is LegEvent.ANSWERED:
            self._phone.tell("answered", attempt=self._attempt)
            if self._attempt and self._script.warning is WarningManners.PRESS:
                self._press_at = time.monotonic() + self._script.press_after_s
        if news.event in {LegEvent.MEDIA, LegEvent.ANSWERED}:
            self._handset.talk()
        elif news.event is LegEvent.GONE:
            self._phone.tell("gone", status=news.status, attempt=self._attempt)
            self._handset.lay_down()
            self._handset = None
            self._answer_at = self._press_at = float("inf")

    def _tick(self, now: float) -> None:
        if self._handset is None:
            return
        if now > self._answer_at:
            self._answer_at = float("inf")
            self._handset.leg.respond(200)
        if now > self._press_at:
            self._press_at = float("inf")
            self._phone.tell("pressed", attempt=self._attempt, detail=self._script.digit)
            self._handset.press(self._script.digit)


def run_resident(script: ResidentScript) -> None:
    """Run a resident's phone; ends the process."""
    ResidentPhone(script).run()
