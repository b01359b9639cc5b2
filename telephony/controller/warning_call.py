"""One leased attempt: dial, hear the network out, play the scam type's warning, wait for a key."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from contracts.node_api import AttemptDialled, AttemptEnded, LeasedAttempt, NodeEvent
from contracts.outcome import Outcome
from contracts.ports import Clock
from telephony.announcement import Announcement
from telephony.controller.early_media import EarlyMedia
from telephony.controller.speech_pool import SpeechPool
from telephony.controller.workers import Peer, Workers
from telephony.link.framing import Sound
from telephony.link.messages import Answered, Dial, Dialled, Digit, Ended, FromWorker, HangUp, Play, Played
from telephony.sip import outcome_of

KEYS = "press_keys.wav"
CONFIRMED = "confirmed.wav"
OPERATOR = "connecting_operator.wav"
NETWORK_S = 5.0
"""Beyond the ringing time: for the network to carry a CANCEL through."""
RECORDING_S = 60.0
"""Longer than any recording that is shipped."""
MOST_WAITING = 64
"""Messages of the worker; of more, keys are let go: somebody leans on them. All others come once each."""

_KEY_OUTCOMES = {"1": Outcome.ACKNOWLEDGED, "2": Outcome.WANTS_OFFICER, "3": Outcome.PAID}
_REPLIES = {Outcome.ACKNOWLEDGED: CONFIRMED, Outcome.WANTS_OFFICER: OPERATOR, Outcome.PAID: OPERATOR}
_log = structlog.get_logger(__name__)


def _counter_of(announcement: Announcement) -> str:
    return f"announced_{announcement.value}"


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the residents' telephones."""

    workers: Workers
    clock: Clock
    report: Callable[[NodeEvent], None]
    route: Callable[[LeasedAttempt], tuple[str, str]]
    """SIP URI to dial, and the caller to show."""
    speech: SpeechPool
    """Where early media is heard."""
    counters: Counter[str] = field(
        default_factory=lambda: Counter(dict.fromkeys(map(_counter_of, Announcement), 0))
    )
    """Totals since the node's start: how often which announcement ended or coloured an attempt."""


class _EndedError(Exception):
    """The call is over before its script was, or as good as over."""

    def __init__(self, ended: Ended | None) -> None:
        super().__init__()
        self.ended = ended


class WarningCall:
    """Plays one attempt's script; reports exactly one outcome."""

    def __init__(self, attempt: LeasedAttempt, line: Line) -> None:
        self.attempt = attempt
        self._line = line
        self._told: asyncio.Queue[FromWorker | Announcement | None] = asyncio.Queue()
        self._early = EarlyMedia(line.speech, self._learn)
        self._announced: Announcement | None = None
        self._answered_at: datetime | None = None
        self._over = False
        self.peer: Peer | None = None

    def tell(self, message: FromWorker | None) -> None:
        """Take what the worker says of this call; None: the worker is gone."""
        if not isinstance(message, Digit) or self._told.qsize() < MOST_WAITING:
            self._told.put_nowait(message)

    def hear(self, sound: Sound) -> None:
        """Take a block of what is heard before the answer."""
        self._early.hear(sound)

    async def run(self) -> None:
        """Place the call and see it to its end; every wait in it is bounded."""
        try:
            await self._run()
        finally:
            self._early.stop()
            await self._early.finish()

    async def _run(self) -> None:
        ended = None
        try:
            outcome, digit = await self._place()
        except _EndedError as end:
            ended, digit = end.ended, None
            await self._hear_out(ended)
            outcome = self._outcome_of(ended)
        self._report(outcome, digit, ended)
        if self.peer is not None and not self._over:
            await self._part(outcome)

    async def _place(self) -> tuple[Outcome, str | None]:
        if not await self._take_worker():
            return Outcome.FAILED, None
        await self._dial()
        digit = await self._play(f"warning_{self.attempt.scam_type.value}.wav")
        digit = digit or await self._play(KEYS) or await self._key(self.attempt.key_seconds)
        return _KEY_OUTCOMES.get(digit or "", Outcome.SILENT), digit

    async def _take_worker(self) -> bool:
        """Wait for a free line while the lease still leaves time to ring."""
        left = (self.attempt.lease_until - self._line.clock.now()).total_seconds()
        try:
            async with asyncio.timeout(left - self.attempt.ring_seconds - NETWORK_S - RECORDING_S):
                self.peer = await self._line.workers.take_slot()
        except TimeoutError:
            _log.error("no line free for a warning call", attempt_id=self.attempt.attempt_id)
            return False
        return True

    async def _dial(self) -> None:
        route, caller = self._line.route(self.attempt)
        self._send(
            Dial(
                call_id=self.attempt.attempt_id,
                route=route,
                caller=caller,
                attempt_id=self.attempt.attempt_id,
                ring_seconds=self.attempt.ring_seconds,
            )
        )
        while not isinstance(message := await self._next(self.attempt.ring_seconds + NETWORK_S), Answered):
            if isinstance(message, Dialled):
                self._report_dialled(message)
            elif isinstance(message, Announcement):
                self._early.stop()
                raise _EndedError(None)
        self._answered_at = datetime.fromtimestamp(message.at, UTC)
        self._early.stop()

    async def _play(self, file: str) -> str | None:
        """Play a recording to its end, or until a key is pressed, which is returned."""
        self._send(Play(call_id=self.attempt.attempt_id, file=file))
        while True:
            message = await self._next(RECORDING_S)
            if isinstance(message, Digit) and message.digit in _KEY_OUTCOMES:
                return message.digit
            if isinstance(message, Played) and message.file == file:
                return None

    async def _key(self, seconds: float) -> str | None:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await self._next(seconds + NETWORK_S)
                    if isinstance(message, Digit) and message.digit in _KEY_OUTCOMES:
                        return message.digit
        except TimeoutError:
            return None

    async def _part(self, outcome: Outcome) -> None:
        """Say the last words, hang up, and hear the worker's last one; the outcome is told already."""
        with suppress(_EndedError):
            if outcome in _REPLIES:
                await self._say(_REPLIES[outcome])
        if self._over:
            return
        self._send(HangUp(call_id=self.attempt.attempt_id))
        with suppress(_EndedError):
            while True:
                await self._next(NETWORK_S)

    async def _say(self, file: str) -> None:
        """Play a recording to its end, whatever is pressed."""
        self._send(Play(call_id=self.attempt.attempt_id, file=file))
        while True:
            message = await self._next(RECORDING_S)
            if isinstance(message, Played) and message.file == file:
                return

    def _learn(self, announcement: Announcement) -> None:
        """Take what the network announced; once somebody has answered, nobody asks for it any more."""
        if announcement is self._announced or self._answered_at is not None:
            return
        if self._announced is Announcement.CALL_WAITING and announcement is Announcement.IN_A_CALL:
            return  # the same again, without the 请不要挂机 that was misheard: the resident is still asked
        # Barred or in arrears, the trunk's number burns every attempt of this node.
        log = _log.error if announcement is Announcement.OUR_LINE else _log.info
        log("announced", announcement=announcement.value, attempt_id=self.attempt.attempt_id)
        self._line.counters[_counter_of(announcement)] += 1
        self._announced = announcement
        if announcement.ends_attempt:
            self._told.put_nowait(announcement)

    async def _hear_out(self, ended: Ended | None) -> None:
        """Wait for the text of what the network said last: many announce once and clear the call."""
        if ended is not None and self._answered_at is None and self._announced is None:
            await self._early.finish()

    async def _next(self, seconds: float) -> FromWorker | Announcement:
        """Return what the worker says next; _EndedError where there is nothing more to come."""
        try:
            async with asyncio.timeout(seconds):
                message = await self._told.get()
        except TimeoutError:
            raise _EndedError(None) from None
        if message is None or isinstance(message, Ended):
            self._over = True
            raise _EndedError(message)
        return message

    def _outcome_of(self, ended: Ended | None) -> Outcome:
        if self._answered_at is None and self._announced and (ended or self._announced.ends_attempt):
            return self._announced.outcome
        if ended is None:
            return Outcome.INTERRUPTED
        if ended.answered_at is not None:
            return Outcome.HUNG_UP_EARLY
        return outcome_of(ended.sip_code)

    def _send(self, message: Dial | Play | HangUp) -> None:
        if self.peer is not None:
            self.peer.send(message)

    def _report_dialled(self, dialled: Dialled) -> None:
        self._line.report(
            AttemptDialled(
                id=f"{self.attempt.attempt_id}:{self.attempt.fence}:dialled",
                at=datetime.fromtimestamp(dialled.at, UTC),
                attempt_id=self.attempt.attempt_id,
                fence=self.attempt.fence,
            )
        )

    def _report(self, outcome: Outcome, digit: str | None, ended: Ended | None) -> None:
        now = self._line.clock.now()
        self._line.report(
            AttemptEnded(
                id=f"{self.attempt.attempt_id}:{self.attempt.fence}:ended",
                at=datetime.fromtimestamp(ended.at, UTC) if ended else now,
                attempt_id=self.attempt.attempt_id,
                fence=self.attempt.fence,
                outcome=outcome,
                sip_code=ended.sip_code if ended else None,
                answered_at=self._answered_at,
                digit=digit,
            )
        )
