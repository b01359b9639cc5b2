"""The node controller: one process that knows all calls of its workers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

import structlog

from contracts.node_api import CallEnded, Command, LeasedAttempt, PollReply, PollRequest
from contracts.ports import Clock, IdSource
from telephony.controller.api_client import ApiClient
from telephony.controller.holdings import Keeper
from telephony.controller.reception import Reception, receive
from telephony.controller.reporter import Reporter
from telephony.controller.screened import Desk, ScreenedCall, Subject
from telephony.controller.speech_pool import SpeechPool
from telephony.controller.warning_call import Line, WarningCall
from telephony.controller.workers import Peer, Workers
from telephony.link.framing import Sound
from telephony.link.messages import Ended, FromWorker, Incoming, Played, Routes
from telephony.settings import NodeSettings

ROUTES_A_PIECE = 5000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What the controller works with."""

    api: ApiClient
    reporter: Reporter
    keeper: Keeper
    clock: Clock
    ids: IdSource


class Controller:
    """Judges, listens, alerts, warns. All of it runs on one event loop that never blocks."""

    def __init__(self, settings: NodeSettings, means: Means) -> None:
        self._settings = settings
        self._means = means
        self._trunks = {trunk.name: trunk for trunk in settings.trunks}
        self._stopping = False
        self._calls: dict[str, Peer] = {}
        self._screened: dict[str, ScreenedCall] = {}
        self._warning_calls: dict[str, WarningCall] = {}
        self._background: set[asyncio.Task[None]] = set()
        self.workers = Workers(self)
        self._speech = SpeechPool(settings.asr_urls)
        reporter = means.reporter
        self._desk = Desk(
            means.clock, means.ids, self._speech, settings.live_preview, reporter.report, reporter.show
        )
        self._line = Line(self.workers, means.clock, reporter.report, self._route, self._speech)

    # --- what workers say ------------------------------------------------------------------------

    def joined(self, peer: Peer) -> None:
        """Give a new worker its copy of the routes."""
        for piece in self._routes():
            peer.send(piece)

    def told(self, peer: Peer, message: FromWorker) -> None:
        """Act on a worker's message."""
        if isinstance(message, Incoming):
            self._receive(peer, message)
            return
        call_id = getattr(message, "call_id", "")
        if call_id in self._warning_calls:
            self._warning_calls[call_id].tell(message)
        elif isinstance(message, Ended):
            self._end(message)
        elif isinstance(message, Played) and call_id in self._screened:
            self._screened[call_id].played(message)

    def heard(self, sound: Sound) -> None:
        """Pass sound on to its call."""
        call = self._screened.get(sound.call_id) or self._warning_calls.get(sound.call_id)
        if call is not None:
            call.hear(sound)

    async def stop(self, server: asyncio.Server) -> None:
        """Let all workers go; calls that were delivered go on without us, warning calls end."""
        self._stopping = True
        await self.workers.close(server)
        await asyncio.sleep(0)  # what warning calls have to report

    def lost(self, peer: Peer) -> None:
        """A worker's calls went with it: put them on record, and free what waited for them."""
        for warning_call in self._warning_calls.values():
            if warning_call.peer is peer:
                warning_call.tell(None)
        if self._stopping:
            return
        for call_id in [call_id for call_id, owner in self._calls.items() if owner is peer]:
            now = self._means.clock.now().timestamp()
            self._end(Ended(call_id=call_id, cause="worker_lost", sip_code=0, at=now))

    def _receive(self, peer: Peer, incoming: Incoming) -> None:
        trunk = self._trunks[incoming.trunk]
        reception = receive(incoming, trunk, self._means.keeper.current, self._means.clock.now())
        decision = reception.decision
        peer.send(decision)
        self._means.reporter.report(reception.started)
        self._calls[incoming.call_id] = peer
        if decision.listen and incoming.call_id not in self._screened:
            self._screen(peer, reception)

    def _screen(self, peer: Peer, reception: Reception) -> None:
        holdings, resident, verdict = self._means.keeper.current, reception.resident, reception.verdict
        if holdings is None or resident is None or verdict is None:
            return
        subject = Subject(reception.incoming, reception.caller, resident, verdict)
        self._screened[reception.incoming.call_id] = ScreenedCall(subject, holdings, self._desk, peer)

    def _end(self, ended: Ended) -> None:
        self._calls.pop(ended.call_id, None)
        answered = ended.answered_at
        self._means.reporter.report(
            CallEnded(
                id=f"{ended.call_id}:ended",
                at=datetime.fromtimestamp(ended.at, UTC),
                call_id=ended.call_id,
                cause=ended.cause,
                sip_code=ended.sip_code,
                answered_at=datetime.fromtimestamp(answered, UTC) if answered else None,
            )
        )
        screened = self._screened.pop(ended.call_id, None)
        if screened is not None:
            self._start(screened.finish())

    # --- what the api asks -----------------------------------------------------------------------

    def offer(self) -> PollRequest:
        """Say what this node can take, and what it counted."""
        # Without a trunk there is nowhere to dial: nothing is to be leased and burnt.
        free = self.workers.free_slots() if self._settings.trunks else 0
        reporter = self._means.reporter
        own = {"events_waiting": reporter.waiting, "events_dropped": reporter.dropped}
        counters = {**self.workers.counters(), **self._speech.counters, **self._line.counters, **own}
        return PollRequest(node=self._settings.name, free_slots=max(0, free), counters=counters)

    def take(self, reply: PollReply) -> None:
        """Place the warning calls leased to us, carry out what operators ordered."""
        for attempt in reply.attempts:
            self._start(self._warn(attempt))
        for command in reply.commands:
            self._obey(command)

    def share_routes(self) -> None:
        """Give all workers their copy of a new snapshot's routes."""
        for piece in self._routes():
            self.workers.send_all(piece)

    def _routes(self) -> Iterator[Routes]:
        held = self._means.keeper.current
        if held is None:
            return
        routes = iter(held.enrolments.routes.items())
        first = True
        # One piece at least: workers must forget the last route too.
        while (piece := dict(islice(routes, ROUTES_A_PIECE))) or first:
            yield Routes(routes=piece, first=first)
            first = False

    async def _warn(self, attempt: LeasedAttempt) -> None:
        call = WarningCall(attempt, self._line)
        self._warning_calls[attempt.attempt_id] = call
        try:
            await call.run()
        finally:
            del self._warning_calls[attempt.attempt_id]

    def _obey(self, command: Command) -> None:
        call = self._screened.get(command.call_id)
        if call is None:
            _log.warning("command for a call that is over", command=command.kind, call_id=command.call_id)
            return
        call.obey(command.kind)

    def _route(self, attempt: LeasedAttempt) -> tuple[str, str]:
        """Return where a resident is reached and which number is shown: those of the number's trunk."""
        trunks = self._settings.trunks
        trunk = next((trunk for trunk in trunks if attempt.number.startswith(trunk.numbers)), trunks[0])
        return attempt.delivery_route or trunk.route_to(attempt.number), trunk.outbound_caller

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("a call's work failed", exc_info=task.exception())
