"""The worker: takes INVITEs from trunks, asks the controller, keeps calls going with or without it."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass

import structlog
from pydantic import BaseModel

from blacklists.normalise import parse_number
from contracts.ports import RandomIds
from telephony.link.messages import (
    Decision,
    Dial,
    FromController,
    HangUp,
    Hello,
    Incoming,
    Play,
    Routes,
    Stats,
)
from telephony.settings import NodeSettings, Trunk
from telephony.sip import LOOP_HEADER, Request, caller_of, name_addr, parse_request, parse_uri
from telephony.worker.bridged import Arrival, BridgedCall
from telephony.worker.calls import Call, Floor
from telephony.worker.dialled import DialledCall
from telephony.worker.doorway import Arrived, Doorway
from telephony.worker.endpoint import Endpoint, Ports
from telephony.worker.leg import Leg, LegEvent, LegNews
from telephony.worker.link import ControllerLink
from telephony.worker.player import Players
from telephony.worker.tap import TapPool

STATS_EVERY_S = 1.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an INVITE does not come in."""

    status: int
    counter: str


class Worker:
    """One process's calls; everything here runs on the thread that owns PJSUA2."""

    def __init__(self, settings: NodeSettings, index: int, pid: int) -> None:
        self._settings = settings
        self._hello = Hello(worker=index, pid=pid, slots=settings.slots)
        self._ids = RandomIds()
        self._arrived: deque[Arrived] = deque()
        self._news: deque[LegNews] = deque()
        self._calls: dict[str, Call] = {}
        self._refused: set[Leg] = set()
        self._routes: dict[str, str] = {}
        self._counters: Counter[str] = Counter()
        self._stats_at = 0.0
        self._told_free = -1
        ports = Ports(
            settings.host,
            settings.sip_port + index,
            settings.rtp_port + index * settings.rtp_ports,
            settings.rtp_ports,
        )
        self._endpoint = Endpoint(ports)
        self._account = Doorway(self._arrived, self._news)
        self._account.create(self._endpoint.account_settings)
        self._link = ControllerLink(settings.socket_path)
        self._floor = Floor(self._account, self._news, TapPool(), Players(), self._link.tell)

    def step(self) -> None:
        """One round of the loop: at most 5 ms of waiting."""
        self._endpoint.poll()
        if self._link.reconnect([self._hello, *self._ongoing()]):
            _log.info("connected to the controller")
            self._abandon_own_calls()
        elif not self._link.connected:
            self._abandon_own_calls()
        while self._arrived:
            self._arrive(self._arrived.popleft())
        while self._news:
            self._handle(self._news.popleft())
        for message in self._link.receive():
            self._obey(message)
        for player in self._floor.players.take_ended():
            any(call.played(player) for call in self._calls.values())
        self._tick()
        self._link.send()

    def close(self) -> None:
        """Hang up everything and end the process."""
        self._endpoint.close(self._account, self._legs_left)

    # --- INVITEs ---------------------------------------------------------------------------------

    def _arrive(self, arrived: Arrived) -> None:
        at = time.time()
        leg = arrived.leg
        request = parse_request(arrived.message)
        trunk = self._trunk_of(arrived.source)
        refusal = self._refusal(request, trunk)
        if trunk is None or refusal is not None:
            self._refuse(leg, refusal or Refusal(403, "refused_source"))
            return
        incoming = Incoming(
            call_id=self._ids.new(),
            trunk=trunk.name,
            caller=caller_of(request),
            called=parse_uri(request.uri).user,
            at=at,
        )
        from_addr = name_addr(request.header("From", "f") or "")
        arrival = Arrival(incoming, leg, from_addr, self._route(trunk, incoming.called))
        self._calls[incoming.call_id] = BridgedCall(arrival, self._floor)
        self._counters["incoming"] += 1
        self._link.tell(incoming)

    def _trunk_of(self, source: str) -> Trunk | None:
        address = source.rpartition(":")[0]
        return next((trunk for trunk in self._settings.trunks if address in trunk.addresses), None)

    def _refusal(self, request: Request, trunk: Trunk | None) -> Refusal | None:
        if trunk is None:
            return Refusal(403, "refused_source")
        if request.header(LOOP_HEADER) is not None:
            return Refusal(482, "refused_loop")
        called = parse_number(parse_uri(request.uri).user, trunk.home_area).value
        if not called.startswith(trunk.numbers):
            return Refusal(404, "refused_number")
        if self._free_slots() < 2:  # the inbound leg and the resident's
            return Refusal(503, "refused_full")
        return None

    def _refuse(self, leg: Leg, refusal: Refusal) -> None:
        self._counters[refusal.counter] += 1
        self._refused.add(leg)
        leg.end(refusal.status)

    def _route(self, trunk: Trunk, called: str) -> str:
        number = parse_number(called, trunk.home_area).value
        return self._routes.get(number) or trunk.default_route.format(number=called)

    # --- the loop's parts ------------------------------------------------------------------------

    def _handle(self, news: LegNews) -> None:
        if news.leg in self._refused:
            if news.event is LegEvent.GONE:
                self._refused.discard(news.leg)
            return
        call = next((call for call in self._calls.values() if call.owns(news.leg)), None)
        if call is None:
            return
        call.handle(news)
        if call.over:
            del self._calls[call.call_id]

    def _obey(self, message: FromController) -> None:
        if isinstance(message, Routes):
            self._routes = message.routes
            return
        call = self._calls.get(message.call_id)
        if isinstance(message, Dial):
            self._dial(message)
        elif isinstance(message, Decision) and isinstance(call, BridgedCall):
            call.decide(message)
        elif isinstance(message, Play) and call is not None:
            call.play(message.file, message.to, hold_peer=message.hold_peer)
        elif isinstance(message, HangUp) and call is not None:
            call.hang_up(message.party, keep_peer=message.keep_peer)

    def _dial(self, dial: Dial) -> None:
        call = DialledCall(dial, self._floor, self._settings.host)
        self._counters["dialled"] += 1
        if not call.over:
            self._calls[dial.call_id] = call

    def _tick(self) -> None:
        now = time.monotonic()
        for call in self._calls.values():
            call.tick(now)
            for sound in call.sounds():
                self._link.hear(sound)
        free = self._free_slots()
        if free != self._told_free or now - self._stats_at >= STATS_EVERY_S:
            self._stats_at, self._told_free = now, free
            self._link.tell(Stats(free_slots=free, counters=self._totals()))

    def _totals(self) -> dict[str, int]:
        dropped = {
            "pcm_blocks_dropped": self._link.sounds_dropped,
            "pcm_frames_dropped": self._floor.taps.dropped,
            "messages_dropped": self._link.messages_dropped,
        }
        return {**self._counters, **dropped}

    def _abandon_own_calls(self) -> None:
        """Whoever steered a warning call is gone: end it rather than leave it silent."""
        for call in self._calls.values():
            if isinstance(call, DialledCall):
                call.abandon()

    def _ongoing(self) -> list[BaseModel]:
        bridged = (call for call in self._calls.values() if isinstance(call, BridgedCall))
        return [call.incoming.model_copy(update={"ongoing": True}) for call in bridged]

    def _legs_left(self) -> int:
        return len(self._refused) + sum(len(call.legs()) for call in self._calls.values())

    def _free_slots(self) -> int:
        return self._settings.slots - self._legs_left() - len(self._arrived)
