"""Where INVITEs come in: held for the loop, which decides."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import pjsua2 as pj

from telephony.worker.leg import Leg, LegNews, guarded


@dataclass(frozen=True, slots=True)
class Arrived:
    """One INVITE, not yet answered."""

    leg: Leg
    source: str
    """Address and port it came from."""
    message: str
    """The whole request as received."""


class Doorway(pj.Account):
    """The account of every INVITE that comes in."""

    def __init__(self, arrived: deque[Arrived], news: deque[LegNews]) -> None:
        super().__init__()
        self._arrived = arrived
        self._news = news

    @guarded
    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802 (PJSUA2's name)
        """Hold the call: nobody else keeps it alive."""
        leg = Leg(self, self._news, prm.callId)
        self._arrived.append(Arrived(leg, prm.rdata.srcAddress, _readable(prm.rdata.wholeMsg)))


def _readable(message: str) -> str:
    """Return a message without the lone surrogates that stand for bytes which are no UTF-8.

    RFC 3261 7.3.1 wants UTF-8; older Chinese exchanges send names in GBK. A surrogate could neither be
    told to the controller nor be sent on, and the call would be lost.
    """
    if message.isascii():
        return message
    octets = message.encode("utf-8", "surrogateescape")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("gb18030", "replace")
