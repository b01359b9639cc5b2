"""The caller's phone: dials, plays its recording, hangs up."""

from __future__ import annotations

import time

import pjsua2 as pj

from telephony.phone.handset import Handset
from telephony.phone.phone import Phone
from telephony.phone.script import CallerScript
from telephony.worker.leg import Invitation, Leg, LegEvent, LegNews

SILENT_TARGET_S = 4.0
"""A target that does not even say 100 Trying by then is taken for down."""


class CallerPhone:
    """Places one call."""

    def __init__(self, script: CallerScript) -> None:
        self._script = script
        self._phone = Phone(script, script.number)
        self._targets = list(script.targets)
        self._handset: Handset | None = None
        self._answered = False
        self._hang_up_at = float("inf")
        self._give_up_at = float("inf")
        self._done = False

    def run(self) -> None:
        """Call until answered or out of targets; ends the process."""
        self._dial_next()
        while not (self._done or self._phone.stopping):
            self._phone.poll()
            while self._phone.news:
                self._handle(self._phone.news.popleft())
            if any(self._handset and self._handset.said(p) for p in self._phone.players.take_ended()):
                self._hang_up_at = time.monotonic() + self._script.tail_s
            self._tick(time.monotonic())
        if self._handset:
            self._handset.lay_down()
        self._phone.close(self._handset.leg if self._handset else None)

    def _dial_next(self, status: int = 0) -> None:
        if not self._targets:
            self._phone.tell("failed", status=status)
            self._done = True
            return
        target = self._targets.pop(0)
        self._phone.tell("dialling", detail=target)
        leg = Leg(self._phone.account, self._phone.news)
        record = self._script.record / "caller.wav" if self._script.record else None
        self._handset = Handset(leg, self._phone.players, self._script.wav, record)
        self._give_up_at = time.monotonic() + SILENT_TARGET_S
        try:
            leg.invite(Invitation(target, f"<sip:{self._script.number}@{self._script.host}>"))
        except pj.Error as error:
            self._phone.tell("failed", detail=error.reason)
            self._done = True

    def _handle(self, news: LegNews) -> None:
        if self._handset is None or news.leg is not self._handset.leg:
            return
        if news.event is LegEvent.PROVISIONAL:
            self._give_up_at = float("inf")
        elif news.event is LegEvent.ANSWERED:
            self._answered = True
            self._give_up_at = float("inf")
            self._phone.tell("answered")
            self._handset.talk()
        elif news.event is LegEvent.MEDIA and self._answered:
            self._handset.talk()
        elif news.event is LegEvent.GONE:
            self._gone(news.status)

    def _gone(self, status: int) -> None:
        if self._answered:
            self._phone.tell("gone", status=status)
            self._done = True
        elif status in {408, 486, 487, 500, 503}:
            self._dial_next(status)
        else:
            self._phone.tell("failed", status=status)
            self._done = True

    def _tick(self, now: float) -> None:
        if self._handset and (now > self._hang_up_at or now > self._give_up_at):
            self._hang_up_at = self._give_up_at = float("inf")
            self._handset.leg.end()


def run_caller(script: CallerScript) -> None:
    """Run a caller's phone; ends the process."""
    CallerPhone(script).run()
