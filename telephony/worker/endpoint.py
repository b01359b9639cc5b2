"""The PJSUA2 library of this process: started once, polled by one thread, shut down in the one safe order."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pjsua2 as pj

from contracts.errors import ConfigurationError

CLOCK_RATE = 8000
"""Hz; telephone sound, never resampled."""
FRAME_MS = 20
SWITCH_INTERVAL_S = 0.0005
"""PJSUA2's bridge clock needs the interpreter every 20 ms; the default of 5 ms lost a third of the frames."""
POLL_MS = 5
STOP_BOUND_S = 3.0
SESSION_S = 900


class PortTakenError(ConfigurationError):
    """Another program listens on a SIP port of ours."""

    code = "sip.port_taken"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one process signals and sends sound."""

    host: str
    sip: int
    """UDP and TCP."""
    rtp: int
    """First of the RTP ports."""
    rtp_count: int
    """Ranges of two processes must not overlap: binds would be retried, then fail."""


class Endpoint:
    """PJSUA2 bound to its ports; everything of it is called from the thread that made this."""

    def __init__(self, ports: Ports, user: str = "changmao") -> None:
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        # A cycle collected on PJSUA2's clock thread could free one of its objects there: collect by hand.
        gc.disable()
        self._collected = time.monotonic()
        self._ports = ports
        self._library = pj.Endpoint()
        with _hushed():
            self._library.libCreate()
            self._library.libInit(_library_settings())
        for kind, name in ((pj.PJSIP_TRANSPORT_UDP, "UDP"), (pj.PJSIP_TRANSPORT_TCP, "TCP")):
            self._listen(kind, name)
        self._library.libStart()
        # Without a null device there is no clock and no media.
        self._library.audDevManager().setNullDev()
        self._library.codecSetPriority("PCMA/8000", 255)
        self._library.codecSetPriority("PCMU/8000", 254)
        self.account_settings = self._account_settings(user)

    def poll(self) -> None:
        """Let PJSUA2 work for up to 5 ms; its callbacks run in here."""
        self._library.libHandleEvents(POLL_MS)
        if time.monotonic() - self._collected > 30:
            gc.collect()
            self._collected = time.monotonic()

    def close(self, account: pj.Account, legs_left: Callable[[], int]) -> None:
        """Hang up, wait (bounded) for every leg to go, end the library and the process.

        Any other order, and ordinary interpreter shutdown, aborts in PJSUA2's destructors.
        """
        self._library.hangupAllCalls()
        until = time.monotonic() + STOP_BOUND_S
        while legs_left() and time.monotonic() < until:
            self._library.libHandleEvents(POLL_MS)
        account.shutdown()
        self._library.libDestroy()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    def _listen(self, kind: int, name: str) -> None:
        transport = pj.TransportConfig()
        transport.port = self._ports.sip
        transport.boundAddress = self._ports.host
        try:
            self._library.transportCreate(kind, transport)
        except pj.Error as error:
            raise PortTakenError(
                f"cannot listen for SIP on {name} {self._ports.host}:{self._ports.sip}: {error.reason};"
                " end the program that does, or set another sip_port"
            ) from error

    def _account_settings(self, user: str) -> pj.AccountConfig:
        settings = pj.AccountConfig()
        settings.idUri = f"sip:{user}@{self._ports.host}:{self._ports.sip}"
        settings.mediaConfig.transportConfig.port = self._ports.rtp
        settings.mediaConfig.transportConfig.portRange = self._ports.rtp_count
        settings.mediaConfig.transportConfig.boundAddress = self._ports.host
        # Peers are configured, not discovered: their answers must not rewrite our addresses.
        settings.natConfig.contactRewriteUse = 0
        settings.natConfig.viaRewriteUse = 0
        settings.natConfig.sdpNatRewriteUse = 0
        # A peer that vanished without a BYE would keep its dialogs for ever: probe it (RFC 4028).
        settings.callConfig.timerUse = pj.PJSUA_SIP_TIMER_ALWAYS
        settings.callConfig.timerSessExpiresSec = SESSION_S
        return settings


@contextmanager
def _hushed() -> Iterator[None]:
    """PJSIP prints on standard output before its log level can be set; that is not its place to speak."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _library_settings() -> pj.EpConfig:
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.maxCalls = 1024  # clamped by the build; the worker's setting says what it offers
    settings.uaConfig.userAgent = "Changmao"
    settings.logConfig.level = 1
    settings.logConfig.consoleLevel = 1
    settings.medConfig.clockRate = CLOCK_RATE
    settings.medConfig.sndClockRate = CLOCK_RATE
    settings.medConfig.audioFramePtime = FRAME_MS
    settings.medConfig.ecTailLen = 0
    settings.medConfig.noVad = True
    # Else the clock stops after 1 s in which nothing is connected, and with it keys and the next words.
    settings.medConfig.sndAutoCloseTime = -1
    return settings
