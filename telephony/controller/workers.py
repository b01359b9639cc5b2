"""The controller's end of the link: which workers are there, what they can take, what they say."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Protocol

import structlog
from pydantic import BaseModel, ValidationError

from contracts.validation import problem_of
from telephony.link.framing import BadFrameError, FrameReader, Sound, encode_message
from telephony.link.messages import WORKER_MESSAGE, FromWorker, Hello, Stats

CLOSE_S = 2.0
_log = structlog.get_logger(__name__)


class Peer:
    """One connected worker."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.index = -1
        self.free_slots = 0
        self.counters: dict[str, int] = {}

    def close(self) -> None:
        """End the connection."""
        self._writer.close()

    def send(self, message: BaseModel) -> None:
        """Send a control message; a worker that is gone hears nothing."""
        if not self._writer.is_closing():
            self._writer.write(encode_message(message))


class Listener(Protocol):
    """Who is told what workers say."""

    def joined(self, peer: Peer) -> None:
        """A worker said hello."""
        ...

    def told(self, peer: Peer, message: FromWorker) -> None:
        """A worker sent a control message."""
        ...

    def heard(self, sound: Sound) -> None:
        """A worker sent a block of sound."""
        ...

    def lost(self, peer: Peer) -> None:
        """A worker is gone, and its calls with it."""
        ...


class Workers:
    """All connected workers."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._peers: set[Peer] = set()
        self._past: Counter[str] = Counter()
        self._changed = asyncio.Event()

    async def serve(self, path: Path) -> asyncio.Server:
        """Listen on a Unix socket in a folder that only this user may enter."""
        await asyncio.to_thread(_make_way, path)
        return await asyncio.start_unix_server(self._attend, path)

    async def close(self, server: asyncio.Server) -> None:
        """Let all workers go; they deliver calls by themselves until the next controller."""
        server.close()
        for peer in tuple(self._peers):
            peer.close()
        async with asyncio.timeout(CLOSE_S):
            while self._peers:
                await self.changed()

    def send_all(self, message: BaseModel) -> None:
        """Send a control message to every worker."""
        for peer in self._peers:
            peer.send(message)

    def free_slots(self) -> int:
        """Return how many more calls of our own the workers can place."""
        return sum(peer.free_slots for peer in self._peers)

    def counters(self) -> dict[str, int]:
        """Return the totals of all workers since this controller's start."""
        return dict(sum((Counter(peer.counters) for peer in self._peers), self._past))

    async def changed(self) -> None:
        """Wait until some worker's free slots change."""
        self._changed.clear()
        await self._changed.wait()

    async def take_slot(self) -> Peer:
        """Wait for a free slot and take it from the worker that has most."""
        while self.free_slots() < 1:
            await self.changed()
        peer = max(self._peers, key=lambda peer: peer.free_slots)
        peer.free_slots -= 1  # until the worker's next count
        return peer

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(writer)
        frames = FrameReader()
        try:
            while data := await reader.read(1 << 16):
                for frame in frames.feed(data):
                    self._take_safely(peer, frame)
        except (OSError, BadFrameError, ValidationError) as error:
            detail = problem_of(error) if isinstance(error, ValidationError) else str(error)
            _log.error("worker's link broken", worker=peer.index, error=detail)
        finally:
            self._leave(peer)
            writer.close()

    def _take_safely(self, peer: Peer, frame: bytes | Sound) -> None:
        """A mistake of ours over one call must not cut off the worker's other calls."""
        try:
            self._take(peer, frame)
        except (BadFrameError, ValidationError):
            raise  # not a mistake of ours: the peer speaks another protocol
        except Exception:  # noqa: BLE001 (logged whole; the worker delivers without us)
            _log.exception("message of a worker failed", worker=peer.index)

    def _take(self, peer: Peer, frame: bytes | Sound) -> None:
        if isinstance(frame, Sound):
            self._listener.heard(frame)
            return
        message = WORKER_MESSAGE.validate_json(frame)
        if isinstance(message, Hello):
            peer.index = message.worker
            self._peers.add(peer)
            _log.info("worker joined", worker=peer.index, pid=message.pid, slots=message.slots)
            self._listener.joined(peer)
        elif isinstance(message, Stats):
            if message.free_slots != peer.free_slots:
                self._changed.set()
            peer.free_slots, peer.counters = message.free_slots, message.counters
        else:
            self._listener.told(peer, message)

    def _leave(self, peer: Peer) -> None:
        if peer in self._peers:
            self._peers.discard(peer)
            self._past.update(peer.counters)
            self._changed.set()
            _log.warning("worker lost", worker=peer.index)
            self._listener.lost(peer)


def _make_way(path: Path) -> None:
    """Make a folder that only this user may enter, and remove what an earlier controller left there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
