"""One leg's sound on its way to text: an asr stream that is opened again when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from asr.client import RecognitionStream
from asr.errors import AsrLostError, AsrRefusedError
from contracts.evidence import Speaker
from contracts.node_api import NoteKind
from contracts.speech import Heard
from telephony.link.framing import Sound

HELD_BLOCKS = 20
"""2 s; what waits while a lost stream is opened again. Older blocks are dropped first."""
RETRY_S = 0.2
REFUSED_RETRY_S = 5.0
LAST_RESULT_S = 5.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ear:
    """Who is told what a leg says, and what becomes of the listening."""

    heard: Callable[[Speaker, Heard, float], None]
    """A result; its times count from the given instant, seconds since the epoch."""
    noted: Callable[[NoteKind, str], None]


class Listening:
    """Feeds one leg's blocks to the speech server until the leg is gone."""

    def __init__(self, url: str, speaker: Speaker, ear: Ear) -> None:
        self._url = url
        self._speaker = speaker
        self._ear = ear
        self._blocks: deque[Sound] = deque()
        # Dropped before the first block that waits: sent as silence, or all later times would shift.
        self._missing_bytes = 0
        self._more = asyncio.Event()
        self._over = asyncio.Event()
        self._trouble: NoteKind | None = None
        self._last_partial = ""
        self.dropped = 0
        self._task = asyncio.create_task(self._run())

    def feed(self, sound: Sound) -> None:
        """Take a block; never waits."""
        if len(self._blocks) >= HELD_BLOCKS:
            self._missing_bytes += len(self._blocks.popleft().pcm)
            self.dropped += 1
        self._blocks.append(sound)
        self._more.set()

    async def finish(self) -> None:
        """The leg is gone: take the last result, bounded in time, and stop."""
        self._over.set()
        self._more.set()
        try:
            async with asyncio.timeout(LAST_RESULT_S):
                await asyncio.wait([self._task])
        except TimeoutError:
            self._task.cancel()

    async def _run(self) -> None:
        while not self._over.is_set():
            try:
                await self._listen()
            except AsrRefusedError as error:
                self._note(NoteKind.LISTENING_REFUSED, str(error))
                await self._pause(REFUSED_RETRY_S)
            except AsrLostError as error:
                self._note(NoteKind.LISTENING_LOST, str(error))
                await self._pause(RETRY_S)
            except Exception as error:  # noqa: BLE001 (told by type alone: its text may be what was said)
                _log.error("a result could not be judged", error=type(error).__name__)
                self._note(NoteKind.LISTENING_LOST, type(error).__name__)
                await self._pause(RETRY_S)

    async def _listen(self) -> None:
        """Open one stream and keep it until the leg or the stream ends."""
        await self._next()
        if self._over.is_set() and not self._blocks:
            return
        async with await RecognitionStream.connect(self._url) as stream:
            self._note(NoteKind.LISTENING_RESUMED, "")
            origin = self._blocks[0].at
            self._missing_bytes = 0
            parts = [
                asyncio.create_task(part) for part in (self._send(stream), self._receive(stream, origin))
            ]
            try:
                await asyncio.gather(*parts)
            finally:
                for part in parts:
                    part.cancel()
                await asyncio.gather(*parts, return_exceptions=True)

    async def _send(self, stream: RecognitionStream) -> None:
        while True:
            await self._next()
            if not self._blocks:
                await stream.finish()
                return
            sound = self._blocks.popleft()
            silence, self._missing_bytes = bytes(self._missing_bytes), 0
            await stream.send(silence + sound.pcm)

    async def _receive(self, stream: RecognitionStream, origin: float) -> None:
        async for heard in stream:
            if heard.final or heard.text != self._last_partial:
                self._last_partial = "" if heard.final else heard.text
                self._ear.heard(self._speaker, heard, origin)

    async def _next(self) -> None:
        """Wait until a block is held or the leg has ended."""
        while not (self._blocks or self._over.is_set()):
            self._more.clear()
            await self._more.wait()

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than the leg lasts."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    def _note(self, kind: NoteKind, detail: str) -> None:
        """Tell of a change for the worse or the better, once."""
        now = None if kind is NoteKind.LISTENING_RESUMED else kind
        if now is not self._trouble:
            self._trouble = now
            self._ear.noted(kind, f"{self._speaker.value}: {detail}".rstrip(": "))
