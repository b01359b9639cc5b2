"""A call from a trunk, bridged to the resident: two legs, two taps, a whisper to one of them."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pjsua2 as pj
import structlog

from contracts.evidence import Speaker
from telephony.link.framing import Sound
from telephony.link.messages import Answered, Decision, Deed, Ended, HangUp, Incoming, Played
from telephony.sip import LOOP_HEADER
from telephony.worker.calls import PROMPTS, Floor
from telephony.worker.leg import Invitation, Leg, LegEvent, LegNews
from telephony.worker.player import Player
from telephony.worker.tap import Tap
from telephony.worker.voice import Voice

DECISION_S = 0.020
"""A controller that has not decided by then is not waited for: call delivery fails open."""
RING_BOUND_S = 180.0
"""Timer C (RFC 3261 16.8): a caller cannot hold a ringing leg for ever."""
KEPT_BOUND_S = 30.0
"""A resident whose caller was hung up on is told why; longer than that nothing is left to say."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An INVITE that may come in: known trunk, known range, no loop."""

    incoming: Incoming
    inbound: Leg
    from_addr: str
    """The caller's From as name-addr; shown to the resident unaltered."""
    identity: tuple[tuple[str, str], ...]
    """Header fields that say more of who calls, passed on as they are."""
    default_route: str
    """Where the worker's own copy of the routes leads."""


class BridgedCall:
    """Inbound leg and resident leg of one screened or passed call."""

    def __init__(self, arrival: Arrival, floor: Floor) -> None:
        self.call_id = arrival.incoming.call_id
        self.incoming = arrival.incoming
        self._arrival = arrival
        self._floor = floor
        self._parties: dict[Speaker, Leg] = {Speaker.CALLER: arrival.inbound}
        self._departed: set[Speaker] = set()
        self._taps: dict[Speaker, Tap] = {}
        self._voice = Voice(floor.players)
        self._muted: Speaker | None = None
        self._listen = False
        self._kept: Speaker | None = None
        self._decided = False
        self._decide_until = time.monotonic() + DECISION_S
        self._ring_until = time.monotonic() + RING_BOUND_S
        self._kept_until = float("inf")
        self._answered_at: float | None = None
        self._cause = ""
        self._status = 0

    # --- the decision ----------------------------------------------------------------------------

    def decide(self, decision: Decision) -> None:
        """Do what the controller decided; of a late decision only listening counts."""
        self._listen = decision.listen
        if self._decided:
            self._connect()
            return
        self._decided = True
        if decision.deed is Deed.REJECT:
            self._refuse(decision.sip_code, "rejected")
        elif decision.deed is Deed.REDIRECT and decision.route:
            self._redirect(decision.route)
        else:
            self._deliver(decision.route or self._arrival.default_route)

    def tick(self, now: float) -> None:
        """Deliver without the controller when it is silent; end what rings or is kept for ever."""
        if not self._decided and now > self._decide_until:
            self._decided = True
            self.incoming = self.incoming.model_copy(update={"degraded": True})
            self._floor.report(self.incoming.model_copy(update={"ongoing": True}))
            self._deliver(self._arrival.default_route)
        if self._answered_at is None and now > self._ring_until:
            self._ring_until = float("inf")
            self._refuse(408, "not_delivered")
        if now > self._kept_until:
            self._kept_until = float("inf")
            self._refuse(0, "policy")

    def _redirect(self, route: str) -> None:
        self._cause, self._status = "redirected", 302
        self._parties[Speaker.CALLER].redirect(route)

    def _deliver(self, route: str) -> None:
        if self._parties[Speaker.CALLER].gone:
            return
        resident = Leg(self._floor.account, self._floor.news)
        headers = ((LOOP_HEADER, self.call_id), *self._arrival.identity)
        try:
            resident.invite(Invitation(route, self._arrival.from_addr, headers))
        except pj.Error as error:
            # The caller would be left ringing: PJSUA2 raises where no dialog is free or the route is bad.
            _log.error("cannot deliver", call_id=self.call_id, reason=error.reason)
            self._refuse(503, "not_delivered")
            return
        self._parties[Speaker.RESIDENT] = resident

    def _refuse(self, status: int, cause: str) -> None:
        self._cause = self._cause or cause
        self._status = self._status or status
        for leg in self.legs():
            leg.end(status)

    # --- the legs --------------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """The end of every leg was told: a leg may be gone while news of it still wait."""
        return self._departed == self._parties.keys()

    def legs(self) -> tuple[Leg, ...]:
        """Return the legs that are not gone."""
        return tuple(leg for leg in self._parties.values() if not leg.gone)

    def owns(self, leg: Leg) -> bool:
        """Tell whether a leg, gone or not, is one of this call's."""
        return leg in self._parties.values()

    def handle(self, news: LegNews) -> None:
        """Carry one leg's state over to the other."""
        party = Speaker.CALLER if news.leg is self._parties[Speaker.CALLER] else Speaker.RESIDENT
        if news.event is LegEvent.MEDIA:
            self._connect()
        elif news.event is LegEvent.GONE:
            self._gone(party, news.status)
        elif news.event is LegEvent.DIGIT:
            self._pass_on(news.digit, party)
        elif party is Speaker.RESIDENT and self._answered_at is None:
            self._resident_answers(news)

    def _resident_answers(self, news: LegNews) -> None:
        caller = self._parties[Speaker.CALLER]
        if news.event is LegEvent.PROVISIONAL:
            caller.respond(183 if news.status == 183 else 180)
        elif news.event is LegEvent.ANSWERED:
            self._answered_at = time.time()
            caller.respond(200)
            self._connect()  # early media was there before: no further change of media comes
            self._floor.report(Answered(call_id=self.call_id, at=self._answered_at))

    def _pass_on(self, digit: str, party: Speaker) -> None:
        """Keys are part of a call ("press 1"); they end at our leg unless they are sent on."""
        other = self._parties.get(_other(party))
        if other is not None:
            other.press(digit)

    def _gone(self, party: Speaker, status: int) -> None:
        self._departed.add(party)
        self._release(party)
        target = self._parties[party].redirected_to
        if target and not self._cause and not self._parties[Speaker.CALLER].gone:
            # The resident's telephone forwards its calls: the trunk decides whether it goes there.
            self._redirect(target)
            return
        if not self._cause:
            answered = self._answered_at is not None
            self._cause = party.value if answered or party is Speaker.CALLER else "not_delivered"
            self._status = status
        if self._kept is None or self._kept is party:
            for leg in self.legs():
                leg.end(0 if self._answered_at else self._status)
        if self.over:
            self._report_end()

    def _report_end(self) -> None:
        self._floor.report(
            Ended(
                call_id=self.call_id,
                cause=self._cause,
                sip_code=self._status,
                at=time.time(),
                answered_at=self._answered_at,
            )
        )

    # --- the sound -------------------------------------------------------------------------------

    def _connect(self) -> None:
        """Join both legs and hang the taps on; safe to repeat after every change of media."""
        audio = {party: leg.audio() for party, leg in self._parties.items()}
        caller, resident = audio.get(Speaker.CALLER), audio.get(Speaker.RESIDENT)
        if caller and resident:
            for party, source, target in (
                (Speaker.RESIDENT, resident, caller),
                (Speaker.CALLER, caller, resident),
            ):
                if party is not self._muted:
                    source.startTransmit(target)
        self._voice.resume()
        if self._listen and self._answered_at is not None:
            for party, source in audio.items():
                if source:
                    source.startTransmit(self._tap(party))

    def _tap(self, party: Speaker) -> Tap:
        if party not in self._taps:
            self._taps[party] = self._floor.taps.lend()
        return self._taps[party]

    def _release(self, party: Speaker) -> None:
        if self._voice.plays_to(self._parties[party]):
            self._voice.stop()
        # PJSUA2 cut the connection with the leg; the tap can be lent again.
        tap = self._taps.pop(party, None)
        if tap is not None:
            self._floor.taps.give_back(tap)

    def sounds(self) -> list[Sound]:
        """Return the blocks both taps heard."""
        blocks = []
        for party, tap in self._taps.items():
            while (block := tap.take_block()) is not None:
                blocks.append(Sound(self.call_id, party, *block))
        return blocks

    def play(self, file: str, to: Speaker, *, hold_peer: bool) -> None:
        """Whisper: play to one party; where `hold_peer`, the other is not heard meanwhile.

        What cannot be played counts as played: a missing recording must hold up nothing.
        """
        leg = self._parties.get(to)
        if leg is None or not self._voice.start(PROMPTS / file, leg):
            self._be_heard_again(file)
            return
        self._muted = _other(to) if hold_peer else None
        other = self._parties.get(_other(to))
        source, target = other.audio() if other else None, leg.audio()
        if hold_peer and source and target:
            source.stopTransmit(target)
        self._connect()

    def played(self, player: Player) -> bool:
        """Join the legs again after a whisper."""
        if not self._voice.ended(player):
            return False
        self._be_heard_again(player.file.name)
        return True

    def _be_heard_again(self, file: str) -> None:
        self._muted = None
        self._connect()
        self._floor.report(Played(call_id=self.call_id, file=file))

    def hang_up(self, order: HangUp) -> None:
        """End one party's leg by order; the peer follows unless it is kept, which is bounded in time."""
        self._cause = self._cause or order.cause
        if order.keep_peer:
            self._kept = _other(order.party)
            self._kept_until = time.monotonic() + KEPT_BOUND_S
        if order.party in self._parties:
            self._parties[order.party].end()


def _other(party: Speaker) -> Speaker:
    return Speaker.RESIDENT if party is Speaker.CALLER else Speaker.CALLER
