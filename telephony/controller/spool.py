"""Events that the api has not confirmed yet, kept on disk in the order they happened."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from contracts.node_api import AlertRaised, CallEnded, CallNoted, CallStarted, NodeEvent

MOST_HELD = 200_000
"""Past that, records of calls without an alert are no longer taken, and counted; all else always is."""

_EVENT: TypeAdapter[NodeEvent] = TypeAdapter(NodeEvent)
_log = structlog.get_logger(__name__)


class Spool:
    """An append-only file of JSON lines and a mark of how far it was delivered.

    Every method blocks on the disk. An event may be delivered twice after a crash, never not at all: the
    api knows its id.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mark = folder / "delivered"
        self._path = folder / "events.jsonl"
        self._refused = folder / "events.refused.jsonl"
        self._held: deque[bytes] = deque(self._left_over())
        self._begin_anew()
        self._file = self._path.open("ab", buffering=0)
        self._delivered_bytes = 0
        self._alerted: set[str] = set()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._held)

    def append(self, events: Iterable[NodeEvent]) -> None:
        """Write events and wait until the disk has them, all or (OSError: a full disk) none."""
        lines: list[bytes] = []
        for event in events:
            dispensable = self._is_dispensable(event)
            if dispensable and len(self._held) + len(lines) >= MOST_HELD:
                self.dropped += 1
                continue
            lines.append(event.model_dump_json().encode() + b"\n")
        self._write(b"".join(lines))
        self._held.extend(lines)

    def _write(self, data: bytes) -> None:
        before, rest = self._path.stat().st_size, memoryview(data)
        try:
            while rest:  # a disk that is nearly full takes a part
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            # Half a line would spoil the one written after it.
            self._file.truncate(before)
            raise

    def _is_dispensable(self, event: NodeEvent) -> bool:
        if isinstance(event, AlertRaised):
            self._alerted.add(event.call_id)
        if not isinstance(event, CallStarted | CallNoted | CallEnded):
            return False
        alerted = event.call_id in self._alerted
        if isinstance(event, CallEnded):
            self._alerted.discard(event.call_id)
        return not alerted

    def oldest(self, limit: int) -> list[NodeEvent]:
        """Return up to `limit` events that were not forgotten yet."""
        return [_EVENT.validate_json(line) for line, _ in zip(self._held, range(limit), strict=False)]

    def forget(self, count: int) -> None:
        """Let the oldest events go: the api has them."""
        gone = sum(len(self._held.popleft()) for _ in range(count))
        self._delivered_bytes = self._delivered_bytes + gone if self._held else 0
        # The mark goes first: were it to outlive the bytes it counts, new events would be taken for old.
        self._write_mark(self._delivered_bytes)
        if not self._held:
            self._file.truncate(0)

    def set_aside(self) -> None:
        """Move the oldest event, which the api refuses for ever, to a file for people to look at."""
        with self._refused.open("ab") as refused:
            refused.write(self._held[0])
        self.forget(1)

    def close(self) -> None:
        """Close the file; what it holds is taken up by the next spool in the same folder."""
        self._file.close()

    def _left_over(self) -> Iterable[bytes]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read_mark())
            yield from filter(_whole, file)

    def _begin_anew(self) -> None:
        """Write what is left to a new file, without delivered events and torn lines."""
        beside = self._path.with_suffix(".new")
        with beside.open("wb") as file:
            file.writelines(self._held)
            file.flush()
            os.fsync(file.fileno())
        # The mark goes first: a crash between the two repeats events, which is harmless.
        self._write_mark(0)
        beside.replace(self._path)

    def _read_mark(self) -> int:
        """Return how many bytes were delivered; 0, which repeats events, where the mark cannot be right."""
        try:
            mark = int(self._mark.read_bytes())
        except (FileNotFoundError, ValueError):
            return 0
        return mark if 0 <= mark <= self._path.stat().st_size else 0

    def _write_mark(self, offset: int) -> None:
        beside = self._mark.with_suffix(".new")
        beside.write_text(str(offset))
        beside.replace(self._mark)


def _whole(line: bytes) -> bool:
    """Tell whether a line survived a crash in the middle of writing it."""
    try:
        _EVENT.validate_json(line)
    except ValidationError:
        _log.warning("event cut short by a crash is skipped", bytes=len(line))
        return False
    return line.endswith(b"\n")
