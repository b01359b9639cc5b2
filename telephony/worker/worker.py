"""The worker: takes INVITEs from trunks, asks the controller, keeps calls going with or without it."""

from __future__ import annotations

import time
import traceback
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

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
from telephony.sip import (
    LOOP_HEADER,
    BadSipUriError,
    Request,
    caller_of,
    identity_of,
    name_addr,
    parse_request,
    parse_uri,
)
from telephony.worker.bridged import Arrival, BridgedCall
from telephony.worker.calls import Call, Floor
from telephony.worker.dialled import DialledCall
from telephony.worker.doorway import Arrived, Doorway
from telephony.worker.endpoint import Endpoint, Ports
from telephony.worker.leg import Leg, LegEvent, LegNews
from telephony.worker.link import ControllerLink
from telephony.worker.player import Player, Players
from telephony.worker.tap import TapPool

STATS_EVERY_S = 1.0
HANDLE_REST_S = 0.5
_Item = TypeVar("_Item")
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
        self._ended_at: deque[float] = deque()
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
        while self._arrived and self._is_rested():
            self._safely(self._arrive, self._arrived.popleft())
        while self._news:
            self._safely(self._handle, self._news.popleft())
        for message in self._link.receive():
            self._safely(self._obey, message)
        for player in self._floor.players.take_ended():
            self._safely(self._played, player)
        for call in tuple(self._calls.values()):
            self._safely(self._tick, call)
        self._report_stats()
        self._link.send()

    def close(self) -> None:
        """Hang up everything and end the process."""
        self._endpoint.close(self._account, self._legs_left)

    def _safely(self, act: Callable[[_Item], None], item: _Item) -> None:
        """A mistake of ours over one call must not end the others. Its text may hold numbers: not logged."""
        try:
            act(item)
        except Exception as error:  # noqa: BLE001 (told by type and place; the loop goes on)
            at = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(at.filename).name}:{at.lineno}"
            _log.error("step failed", step=act.__name__, error=type(error).__name__, place=place)
            if isinstance(item, Arrived):
                self._refuse(item.leg, Refusal(500, "failed"))

    # --- INVITEs ---------------------------------------------------------------------------------

    def _arrive(self, arrived: Arrived) -> None:
        at = time.time()
        leg = arrived.leg
        request = parse_request(arrived.message)
        trunk = self._trunk_for(arrived.source, request)
        if isinstance(trunk, Refusal):
            self._refuse(leg, trunk)
            return
        incoming = Incoming(
            call_id=self._ids.new(),
            trunk=trunk.name,
            caller=caller_of(request),
            called=parse_uri(request.uri).user,
            at=at,
        )
        from_addr = name_addr(request.header("From", "f") or "")
        route = self._route(trunk, incoming.called)
        arrival = Arrival(incoming, leg, from_addr, identity_of(request), route)
        self._calls[incoming.call_id] = BridgedCall(arrival, self._floor)
        self._counters["incoming"] += 1
        self._link.tell(incoming)

    def _trunk_for(self, source: str, request: Request) -> Trunk | Refusal:
        address = source.rpartition(":")[0]
        trunks = [trunk for trunk in self._settings.trunks if address in trunk.addresses]
        if not trunks:
            return Refusal(403, "refused_source")
        if request.header(LOOP_HEADER) is not None:
            return Refusal(482, "refused_loop")
        try:
            called = parse_uri(request.uri).user
        except BadSipUriError:
            return Refusal(400, "refused_malformed")
        # Several trunks may stand behind one address: their ranges tell them apart.
        found = next((trunk for trunk in trunks if _is_in_range(called, trunk)), None)
        if found is None:
            return Refusal(404, "refused_number")
        if self._free_slots() < 2:  # the inbound leg and the resident's
            return Refusal(503, "refused_full")
        return found

    def _refuse(self, leg: Leg, refusal: Refusal) -> None:
        self._counters[refusal.counter] += 1
        self._refused.add(leg)
        leg.end(refusal.status)

    def _route(self, trunk: Trunk, called: str) -> str:
        number = parse_number(called, trunk.home_area).value
        return self._routes.get(number) or trunk.default_route.format(number=called)

    # --- the loop's parts ------------------------------------------------------------------------

    def _is_rested(self) -> bool:
        """Tell whether few legs have just ended.

        Each holds about four handles for half a second more. The published wheel has 64 (four slots: four
        live legs, eight resting ones, the transports), and one too many aborts the process. INVITEs that
        wait keep a dialog each, so that PJSUA2 itself turns a flood away (486).
        """
        while self._ended_at and time.monotonic() - self._ended_at[0] > HANDLE_REST_S:
            self._ended_at.popleft()
        return len(self._ended_at) < 2 * self._settings.slots

    def _handle(self, news: LegNews) -> None:
        if news.event is LegEvent.GONE:
            self._ended_at.append(time.monotonic())
        if news.leg in self._refused:
            if news.event is LegEvent.GONE:
                self._refused.discard(news.leg)
            return
        call = next((call for call in self._calls.values() if call.owns(news.leg)), None)
        if call is None:
            return
        try:
            call.handle(news)
        finally:
            if call.over:
                del self._calls[call.call_id]

    def _obey(self, message: FromController) -> None:
        if isinstance(message, Routes):
            self._routes = {**({} if message.first else self._routes), **message.routes}
            return
        call = self._calls.get(message.call_id)
        if isinstance(message, Dial):
            self._dial(message)
        elif isinstance(message, Decision) and isinstance(call, BridgedCall):
            call.decide(message)
        elif isinstance(message, Play) and call is not None:
            call.play(message.file, message.to, hold_peer=message.hold_peer)
        elif isinstance(message, HangUp) and call is not None:
            call.hang_up(message)

    def _dial(self, dial: Dial) -> None:
        call = DialledCall(dial, self._floor, self._settings.host)
        self._counters["dialled"] += 1
        if not call.over:
            self._calls[dial.call_id] = call

    def _played(self, player: Player) -> None:
        any(call.played(player) for call in self._calls.values())

    def _tick(self, call: Call) -> None:
        call.tick(time.monotonic())
        for sound in call.sounds():
            self._link.hear(sound)

    def _report_stats(self) -> None:
        """Tell the controller, if there is one: an old count is worth nothing to the next."""
        if not self._link.connected:
            return
        now, free = time.monotonic(), self._free_slots()
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


def _is_in_range(called: str, trunk: Trunk) -> bool:
    return parse_number(called, trunk.home_area).value.startswith(trunk.numbers)
