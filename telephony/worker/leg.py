"""One SIP dialog to one party. Its callbacks only hand over; the worker's loop acts on them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import wraps
from typing import Any

import pjsua2 as pj
import structlog

from telephony.sip import addr_spec, parse_request

_log = structlog.get_logger(__name__)

# Status 3 is how PJSUA2 calls a sendonly peer ("remote hold"); its sound is as good as any.
_AUDIBLE = (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)


def guarded(callback: Callable[..., None]) -> Callable[..., None]:
    """Wrap a PJSUA2 callback: an exception that left it would be printed and pin its object for ever."""

    @wraps(callback)
    def carry_on(*args: Any) -> None:  # noqa: ANN401 (whatever PJSUA2 passes)
        try:
            callback(*args)
        except Exception:  # noqa: BLE001 (logged whole; the call goes on)
            _log.exception("callback failed", callback=callback.__name__)

    return carry_on


class LegEvent(Enum):
    """What a leg tells its call."""

    PROVISIONAL = auto()
    ANSWERED = auto()
    MEDIA = auto()
    DIGIT = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class LegNews:
    """One event of one leg, waiting for the loop."""

    leg: Leg
    event: LegEvent
    status: int = 0
    digit: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an INVITE of ours carries."""

    uri: str
    from_addr: str
    """name-addr to present; a bridged call passes the caller's on unaltered (anti-fraud law, art. 14)."""
    headers: tuple[tuple[str, str], ...] = ()


class Leg(pj.Call):
    """A PJSUA2 call that survives PJSUA2's habits.

    Ids of calls are reused at once, so the C++ half is destroyed as the last deed of DISCONNECTED, and
    nothing is asked of it afterwards (`gone`).
    """

    def __init__(self, account: pj.Account, news: deque[LegNews], pjsua_id: int = -1) -> None:
        super().__init__(account, pjsua_id)
        self._news = news
        self._confirmed = False
        self.gone = False
        self.redirected_to: str | None = None
        """Where the peer's 3xx pointed."""

    def invite(self, invitation: Invitation) -> None:
        """Send an INVITE; pj.Error where no dialog is free or the URI is bad."""
        prm = pj.CallOpParam(True)
        prm.txOption.localUri = invitation.from_addr
        prm.txOption.headers = pj.SipHeaderVector(_headers(invitation.headers))
        self.makeCall(invitation.uri, prm)

    def respond(self, status: int) -> None:
        """Answer an INVITE, provisionally or finally; nothing where the leg is gone."""
        if self.gone:
            return
        prm = pj.CallOpParam(True)
        prm.statusCode = status
        try:
            self.answer(prm)
        except pj.Error as error:
            _log.warning("answer failed", status=status, reason=error.reason)

    def redirect(self, uri: str) -> None:
        """Answer 302 with a Contact (RFC 3261 21.3.3)."""
        prm = pj.CallOpParam(True)
        prm.statusCode = 302
        prm.txOption.headers = pj.SipHeaderVector(_headers((("Contact", f"<{uri}>"),)))
        self.answer(prm)

    def press(self, digit: str) -> None:
        """Send a key (RFC 4733); nothing where the leg is gone or its peer takes no keys."""
        if self.gone:
            return
        try:
            self.dialDtmf(digit)
        except pj.Error as error:
            _log.warning("key not sent", reason=error.reason)

    def end(self, status: int = 0) -> None:
        """CANCEL, BYE or a final answer, whichever the state asks for; nothing where the leg is gone."""
        if self.gone:
            return
        prm = pj.CallOpParam()
        prm.statusCode = status
        try:
            self.hangup(prm)
        except pj.Error as error:
            _log.warning("hang-up failed", reason=error.reason)

    def audio(self) -> pj.AudioMedia | None:
        """Return the audio that flows on this leg, or None."""
        if self.gone:
            return None
        info = self.getInfo()  # must outlive its media: SWIG's vectors point into it
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status in _AUDIBLE:
                return self.getAudioMedia(index)
        return None

    # --- PJSUA2's callbacks ----------------------------------------------------------------------

    @guarded
    def onCallState(self, _prm: pj.OnCallStateParam) -> None:  # noqa: N802 (PJSUA2's name)
        """Hand over a change of the dialog."""
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.gone = True
            self._news.append(LegNews(self, LegEvent.GONE, info.lastStatusCode))
            self.__swig_destroy__(self)  # must stay the last statement
        elif info.state == pj.PJSIP_INV_STATE_EARLY:
            self._news.append(LegNews(self, LegEvent.PROVISIONAL, info.lastStatusCode))
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED and not self._confirmed:
            self._confirmed = True
            self._news.append(LegNews(self, LegEvent.ANSWERED, info.lastStatusCode))

    @guarded
    def onCallMediaState(self, _prm: pj.OnCallMediaStateParam) -> None:  # noqa: N802
        """Hand over that sound may flow now, or no longer."""
        self._news.append(LegNews(self, LegEvent.MEDIA))

    @guarded
    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:  # noqa: N802
        """Hand over a pressed key."""
        self._news.append(LegNews(self, LegEvent.DIGIT, digit=prm.digit))

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:  # noqa: N802
        """Follow no 3xx by ourselves: what may be dialled is decided elsewhere."""
        # PJSIP prints targetUri as for a From field, which has no port: the response itself is whole.
        response = parse_request(prm.e.body.tsxState.src.rdata.wholeMsg)
        self.redirected_to = addr_spec(response.header("Contact", "m") or prm.targetUri)
        return int(pj.PJSIP_REDIRECT_STOP)

    @guarded
    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:  # noqa: N802
        """Decline: PJSUA2 would dial whatever a REFER names (RFC 3515), at our expense."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    @guarded
    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:  # noqa: N802
        """Decline: nobody may step into a call (RFC 3891)."""
        prm.statusCode = pj.PJSIP_SC_DECLINE


def _headers(fields: Iterable[tuple[str, str]]) -> list[pj.SipHeader]:
    headers = []
    for name, value in fields:
        header = pj.SipHeader()
        header.hName, header.hValue = name, value
        headers.append(header)
    return headers
