"""One leg's sound on its way to text: an asr stream that is opened again when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from asr.client import RecognitionStream, StreamLimits
from asr.errors import AsrLostError, AsrRefusedError, AsrRestartedError
from contracts.evidence import Speaker
from contracts.node_api import NoteKind
from contracts.speech import Heard
from telephony.controller.held_sound import HeldSound
from telephony.controller.rank import Rank
from telephony.controller.retries import Retries
from telephony.controller.speech_pool import SpeechPool
from telephony.controller.speech_server import Shortage
from telephony.link.framing import Sound

_WITHOUT_A_PLACE = {NoteKind.LISTENING_REFUSED, NoteKind.LISTENING_SHED}

_log = structlog.get_logger(__name__)


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Ear:
    """Who is told what a leg says and what becomes of the listening, and who knows what the leg matters."""

    call_id: str
    heard: Callable[[Speaker, Heard, float], None]
    """A result; its times count from the given instant, seconds since the epoch."""
    rank: Callable[[Speaker], Rank]
    broken_off: Callable[[Speaker, Heard, float], None] = _ignore
    """The partial result under way when a stream broke off or gave way: there will be no final one of it.

    The next stream hears the last 2 s again, and with them perhaps what this one said.
    """
    noted: Callable[[NoteKind, str], None] = _ignore


class Listening:
    """Feeds one leg's blocks to a speech server until the leg is gone.

    A new stream hears the last 2 s again, so that no word is cut in two.
    """

    def __init__(self, pool: SpeechPool, speaker: Speaker, ear: Ear) -> None:
        self._pool = pool
        self._patience = pool.patience
        self._speaker = speaker
        self._ear = ear
        self._held = HeldSound()
        self._retries = Retries(pool.patience)
        self._more = asyncio.Event()
        self._over = asyncio.Event()
        self._way = asyncio.Event()
        self._gave_way: str | None = None
        self._opened_at: float | None = None
        self._troubles: set[NoteKind] = set()
        self._stream: RecognitionStream | None = None
        self._partial: Heard | None = None
        self._origin = 0.0
        # Up to where the leg was heard, seconds since the epoch, and what was missed before that.
        self._heard_until: float | None = None
        self._missed_s = 0.0
        self._task = asyncio.create_task(self._run())

    @property
    def name(self) -> str:
        """Call and side, for the record."""
        return f"{self._ear.call_id}/{self._speaker.value}"

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
        if self._stream is not None:
            self._pool.measured(self, self.behind_ms)
            self._stream.set_limits(self._limits)
        dropped = self._held.dropped
        self._held.feed(sound)
        if self._held.dropped > dropped:
            self._pool.unheard()
        self._more.set()

    def give_way(self, why: str) -> None:
        """Close the stream, for others' sake; another is opened once there is a place."""
        self._gave_way = why
        self._way.set()

    def stop(self) -> None:
        """Hear no more: nobody asks for what was not heard yet; never waits."""
        self._over.set()
        self._task.cancel()

    async def finish(self) -> None:
        """The leg is gone: take the last result, bounded in time, and stop."""
        self._over.set()
        self._more.set()
        try:
            async with asyncio.timeout(self._patience.last_result_s):
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
            self._pool.forget(self)

    async def _seek(self) -> None:
        """Ask for a place, and keep it as long as it lasts."""
        self._way.clear()
        place = self._pool.place(self)
        if isinstance(place, Shortage):
            kind = NoteKind.LISTENING_SHED if self._gave_way else NoteKind.LISTENING_REFUSED
            self._note(kind, self._gave_way or place)
            await self._pause(self._patience.no_place_s)
        elif place is None:
            await self._pause(self._patience.retry_s)
        else:
            await self._keep(place)

    async def _keep(self, url: str) -> None:
        self._opened_at = None
        try:
            with self._pool.kept(self):
                await self._listen(url)
        except AsrRefusedError:
            await self._pause(self._patience.retry_s)
        except AsrRestartedError as error:
            # Its server is well. What cannot be decoded there no other decodes: a pause, not another one.
            await self._recover(url, str(error), elsewhere=False)
        except AsrLostError as error:
            await self._recover(url, str(error), elsewhere=self._pool.has_choice(self))
        except Exception as error:  # noqa: BLE001 (told by type and place: its text may be what was said)
            why, at = type(error).__name__, traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(at.filename).name}:{at.lineno}"
            _log.error("a result could not be judged", leg=self.name, error=why, place=place)
            await self._recover(url, why, elsewhere=False)

    async def _recover(self, url: str, why: str, *, elsewhere: bool) -> None:
        """Note a loss and wait before the next try, unless there is somewhere else to try."""
        if NoteKind.LISTENING_LOST not in self._troubles:
            _log.warning("a speech stream is lost", leg=self.name, server=url, reason=why)
        self._note(NoteKind.LISTENING_LOST, why)
        opened_at = self._opened_at
        pause_s = self._retries.pause_s(None if opened_at is None else _now() - opened_at)
        if not elsewhere:
            await self._pause(pause_s)

    async def _listen(self, url: str) -> None:
        """Keep one stream until the leg or the stream ends, or it has to give way, be it half open."""
        talk = asyncio.create_task(self._talk(url))
        way = asyncio.create_task(self._way.wait())
        try:
            await asyncio.wait({talk, way}, return_when=asyncio.FIRST_COMPLETED)
            if talk.done():
                talk.result()
        finally:
            for task in (talk, way):
                task.cancel()
            await asyncio.gather(talk, way, return_exceptions=True)

    @property
    def _limits(self) -> StreamLimits:
        """How long to bear with the server; changes as others are lost and come back."""
        return self._patience.with_a_choice if self._pool.has_choice(self) else self._patience.without

    async def _talk(self, url: str) -> None:
        async with await RecognitionStream.connect(url, limits=self._limits) as stream:
            self._begin(stream)
            try:
                await self._converse(stream)
            finally:
                self._end(stream)

    def _begin(self, stream: RecognitionStream) -> None:
        self._stream, self._opened_at = stream, _now()
        self._origin = self._held.rewind()
        self._missed_s = max(0.0, self._origin - (self._heard_until or self._origin))

    def _end(self, stream: RecognitionStream) -> None:
        self._stream = None
        if stream.decoded_ms:
            self._heard_until = max(self._heard_until or 0.0, self._origin + stream.decoded_ms / 1000)
        said, self._partial = self._partial, None
        if said is not None:
            self._ear.broken_off(self._speaker, said, self._origin)

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
            if self._held.owed_s > self._patience.longest_gap_s:
                # Silence in its place would have to be decoded too, and the server is slow already.
                raise AsrLostError(f"it is too slow, {self._held.owed_s:.1f} s could not wait for it")
            await stream.send(self._held.take())
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
        if not await stream.answered():
            return
        self._gave_way = None
        if self._troubles:
            missed = f"{self._missed_s:.1f} s were not heard" if self._missed_s else "nothing was missed"
            self._troubles.clear()
            self._tell(NoteKind.LISTENING_RESUMED, missed)

    def _note(self, kind: NoteKind, detail: str) -> None:
        """Tell of a loss, and of having no place, once each until the leg is heard again."""
        if kind not in self._troubles:
            self._troubles |= _WITHOUT_A_PLACE if kind in _WITHOUT_A_PLACE else {kind}
            self._tell(kind, detail)

    def _tell(self, kind: NoteKind, detail: str) -> None:
        self._ear.noted(kind, f"{self._speaker.value}: {detail}")


def _now() -> float:
    return asyncio.get_running_loop().time()
