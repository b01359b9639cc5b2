"""What both test phones share: an endpoint of their own, a loop, a way to tell."""

from __future__ import annotations

import signal
import sys
import time
from collections import deque

from telephony.phone.script import CallerScript, PhoneEvent, ResidentScript
from telephony.worker.doorway import Arrived, Doorway
from telephony.worker.endpoint import Endpoint, Ports
from telephony.worker.leg import Leg, LegNews
from telephony.worker.player import Players


class Phone:
    """One process's telephone."""

    def __init__(self, script: CallerScript | ResidentScript, user: str) -> None:
        self.arrived: deque[Arrived] = deque()
        self.news: deque[LegNews] = deque()
        self.players = Players()
        ports = Ports(script.host, script.sip_port, script.rtp_port, script.rtp_ports)
        self._endpoint = Endpoint(ports, user)
        self.account = Doorway(self.arrived, self.news)
        self.account.create(self._endpoint.account_settings)
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self.tell("listening")

    def poll(self) -> None:
        """Let the library work for a few milliseconds."""
        self._endpoint.poll()

    def tell(self, event: str, *, status: int = 0, attempt: str | None = None, detail: str = "") -> None:
        """Write one event to standard output."""
        told = PhoneEvent(event=event, at=time.time(), status=status, attempt=attempt, detail=detail)
        sys.stdout.write(told.model_dump_json(exclude_defaults=True) + "\n")
        sys.stdout.flush()

    def close(self, leg: Leg | None) -> None:
        """Hang up the leg if it is still there, end the library and the process."""
        self._endpoint.close(self.account, lambda: int(leg is not None and not leg.gone))

    def _stop(self, _signal: int, _frame: object) -> None:
        self.stopping = True
