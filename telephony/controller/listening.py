"""One leg's sound on its way to text: an asr stream that is opened again when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from asr.client import RecognitionStream, StreamLimits
from asr.errors import AsrLostError, AsrRefusedError
from contracts.evidence import Speaker
from contracts.node_api import NoteKind
from contracts.speech import Heard
from telephony.controller.held_sound import HeldSound
from telephony.controller.speech_pool import Rank, Shortage, SpeechPool
from telephony.link.framing import Sound

RETRY_S = 0.1
LONGEST_RETRY_S = 1.0
"""A server that came back is heard of within 2 s: this, and the time to open a stream."""
SHORT_LIVED_RETRY_S = 10.0
"""The longest pause after streams that opened and broke off at once, again and again."""
SHORT_LIVED_S = 5.0
NO_PLACE_RETRY_S = 1.0
LAST_RESULT_S = 5.0
_WITHOUT_A_PLACE = {NoteKind.LISTENING_REFUSED, NoteKind.LISTENING_SHED}
_WITH_A_CHOICE = StreamLimits(open_within=timedelta(seconds=1.5), patience=timedelta(seconds=3))
"""Where there is another server. The only one may be slow on a busy machine: a new stream makes it slower."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ear:
    """Who is told what a leg says and what becomes of the listening, and who knows what the leg matters."""

    call_id: str
    heard: Callable[[Speaker, Heard, float], None]
    """A result; its times count from the given instant, seconds since the epoch."""
    noted: Callable[[NoteKind, str], None]
    rank: Callable[[Speaker], Rank]


class Listening:
    """Feeds one leg's blocks to a speech server until the leg is gone.

    A new stream hears the last 2 s again, so that no word is cut in two; what was said of an utterance by
    the lost one counts as its final result.
    """

    def __init__(self, pool: SpeechPool, speaker: Speaker, ear: Ear) -> None:
        self._pool = pool
        self._speaker = speaker
        self._ear = ear
        self._held = HeldSound()
        self._more = asyncio.Event()
        self._over = asyncio.Event()
        self._way = asyncio.Event()
        self._gave_way = False
        self._opened_at: float | None = None
        self._failures = 0
        self._trouble: NoteKind | None = None
        self._stream: RecognitionStream | None = None
        self._partial: Heard | None = None
        self._origin = 0.0
        # Up to where the leg was heard, seconds since the epoch, and what was missed before that.
        self._heard_until: float | None = None
        self._missed_s = 0.0
        self._task = asyncio.create_task(self._run())

    @property
    def rank(self) -> Rank:
        """How much it matters to hear this leg."""
        return self._ear.rank(self._speaker)

    @property
    def behind_ms(self) -> float:
        """Sound taken and not decoded yet, ms."""
        return self._held.waiting_ms + (self._stream.behind_ms if self._stream else 0)

    def feed(self, sound: Sound) -> None:
        """Take a block; never waits."""
        if self._heard_until is None:
            self._heard_until = sound.at
        dropped = self._held.dropped
        self._held.feed(sound)
        if self._held.dropped > dropped:
            self._pool.unheard()
        self._more.set()

    def give_way(self, shortage: Shortage) -> None:
        """Close the stream, for others' sake; another is opened once there is a place."""
        log = _log.bind(call_id=self._ear.call_id, speaker=self._speaker.value)
        log.warning("a leg gives way", reason=shortage.value, level=self.rank.level.word)
        self._gave_way = True
        self._way.set()

    async def finish(self) -> None:
        """The leg is gone: take the last result, bounded in time, and stop."""
        self._over.set()
        self._more.set()
        try:
            async with asyncio.timeout(LAST_RESULT_S):
                await asyncio.wait([self._task])
        except TimeoutError:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while not self._over.is_set():
                await self._next()
                if self._held.waiting:
                    await self._seek()
        finally:
            self._pool.leave(self)

    async def _seek(self) -> None:
        """Ask for a place, and keep it as long as it lasts."""
        self._way.clear()
        place = self._pool.place(self)
        if isinstance(place, Shortage):
            kind = NoteKind.LISTENING_SHED if self._gave_way else NoteKind.LISTENING_REFUSED
            self._note(kind, place)
            await self._pause(NO_PLACE_RETRY_S)
        elif place is None:
            await self._pause(RETRY_S)
        else:
            self._gave_way = False
            await self._keep(place)

    async def _keep(self, url: str) -> None:
        self._opened_at = None
        try:
            await self._listen(url)
        except AsrRefusedError:
            self._pool.refused(self)
            await self._pause(RETRY_S)
        except AsrLostError as error:
            self._pool.lost(self)
            await self._recover(str(error))
        except Exception as error:  # noqa: BLE001 (told by type alone: its text may be what was said)
            _log.error("a result could not be judged", error=type(error).__name__)
            self._pool.leave(self)
            await self._recover(type(error).__name__)
        finally:
            self._pool.leave(self)

    async def _recover(self, why: str) -> None:
        """Note it; go on at once after a stream that had lasted, later after each that had not."""
        self._note(NoteKind.LISTENING_LOST, why)
        opened_at = self._opened_at
        if opened_at is not None and _now() - opened_at >= SHORT_LIVED_S:
            self._failures = 0
        if self._failures:
            longest_s = LONGEST_RETRY_S if opened_at is None else SHORT_LIVED_RETRY_S
            await self._pause(min(RETRY_S * 2 ** min(self._failures, 10), longest_s))
        self._failures += 1

    async def _listen(self, url: str) -> None:
        """Open one stream and keep it until the leg or the stream ends, or it has to give way."""
        limits = _WITH_A_CHOICE if self._pool.has_choice else None
        async with await RecognitionStream.connect(url, limits=limits) as stream:
            self._begin(stream)
            talk = asyncio.create_task(self._converse(stream))
            way = asyncio.create_task(self._way.wait())
            try:
                await asyncio.wait({talk, way}, return_when=asyncio.FIRST_COMPLETED)
                if talk.done():
                    talk.result()
            finally:
                for task in (talk, way):
                    task.cancel()
                await asyncio.gather(talk, way, return_exceptions=True)
                self._end(stream)

    def _begin(self, stream: RecognitionStream) -> None:
        self._stream, self._opened_at = stream, _now()
        self._origin = self._held.rewind()
        self._missed_s = max(0.0, self._origin - (self._heard_until or self._origin))

    def _end(self, stream: RecognitionStream) -> None:
        """What the stream said of the utterance under way counts: it will say no more of it."""
        self._stream = None
        self._heard_until = max(self._heard_until or 0.0, self._origin + stream.decoded_ms / 1000)
        if self._partial is not None:
            said, self._partial = replace(self._partial, final=True), None
            self._ear.heard(self._speaker, said, self._origin)

    async def _converse(self, stream: RecognitionStream) -> None:
        work = (self._send(stream), self._receive(stream), self._welcome(stream))
        parts = [asyncio.create_task(part) for part in work]
        try:
            await asyncio.gather(*parts)
            self._partial = None  # what the last result did not confirm was never said
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _send(self, stream: RecognitionStream) -> None:
        await self._next()
        while self._held.waiting and not self._held.interrupted:
            await stream.send(self._held.take())
            self._pool.measured(self, self.behind_ms)
            await self._next()
        self._held.cut()
        await stream.finish()

    async def _receive(self, stream: RecognitionStream) -> None:
        async for heard in stream:
            before, self._partial = self._partial, None
            if heard.final or before is None or heard.text != before.text:
                self._ear.heard(self._speaker, heard, self._origin)
            self._partial = None if heard.final else heard

    async def _next(self) -> None:
        """Wait until a block is held or the leg has ended."""
        while not (self._held.waiting or self._over.is_set()):
            self._more.clear()
            await self._more.wait()

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than the leg lasts."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    async def _welcome(self, stream: RecognitionStream) -> None:
        """A stream that decodes is the end of a trouble; one that is only open may be closed at once."""
        if self._trouble is not None and await stream.answered():
            missed = f"{self._missed_s:.1f} s were not heard" if self._missed_s else "nothing was missed"
            self._note(NoteKind.LISTENING_RESUMED, missed)

    def _note(self, kind: NoteKind, detail: str) -> None:
        """Tell of a change for the worse or the better, once."""
        now = None if kind is NoteKind.LISTENING_RESUMED else kind
        if now is not self._trouble and not {now, self._trouble} <= _WITHOUT_A_PLACE:
            self._trouble = now
            self._ear.noted(kind, f"{self._speaker.value}: {detail}")


def _now() -> float:
    return asyncio.get_running_loop().time()
