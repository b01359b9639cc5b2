"""The live feed inside one api process: lines being said now, held in memory alone for those who look."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from api.bell import Bell
from contracts.node_api import LiveLine


class LiveReader:
    """One open feed: the lines not yet sent to it."""

    def __init__(self, size: int) -> None:
        self._lines: deque[LiveLine] = deque(maxlen=size)
        self.dropped = 0
        """Lines lost because this reader was slower than `size` lines."""

    def offer(self, line: LiveLine) -> None:
        """Hold a line; the oldest one is dropped when full."""
        if len(self._lines) == self._lines.maxlen:
            self.dropped += 1
        self._lines.append(line)

    def take(self) -> list[LiveLine]:
        """Return the held lines and hold them no longer."""
        lines = list(self._lines)
        self._lines.clear()
        return lines


class LiveFeed:
    """Passes live lines on to open readers: of every call with `preview`, else only of calls with an alert.

    Used on the event loop's thread alone. Without a reader a line is gone at once: live text is not a fact.
    """

    def __init__(self, bell: Bell, *, preview: bool, queue: int, calls: int = 10_000) -> None:
        self.bell = bell
        """Rings when there is something new to send."""
        self._preview = preview
        self._queue = queue
        self._calls = calls
        self._alerted: OrderedDict[str, None] = OrderedDict()
        self._readers: set[LiveReader] = set()
        self.closed = False
        self.facts = 0
        """How often there were new facts."""
        self.withheld = 0
        """Lines of calls without an alert that were not passed on."""

    @property
    def readers(self) -> int:
        """How many feeds are open."""
        return len(self._readers)

    @property
    def dropped(self) -> int:
        """Lines that the open readers were too slow for."""
        return sum(reader.dropped for reader in self._readers)

    @contextmanager
    def reader(self) -> Iterator[LiveReader]:
        """Open a reader for as long as the block lasts."""
        reader = LiveReader(self._queue)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    def alerted(self, call_id: str) -> None:
        """Remember that a call has an alert: its lines may be shown; the oldest of `calls` is forgotten."""
        self._alerted[call_id] = None
        self._alerted.move_to_end(call_id)
        if len(self._alerted) > self._calls:
            self._alerted.popitem(last=False)

    def is_alerted(self, call_id: str) -> bool:
        """Whether a call is remembered to have an alert."""
        return call_id in self._alerted

    def tell_facts(self) -> None:
        """Wake every reader: there are new facts in the outbox."""
        self.facts += 1
        self.bell.ring()

    def publish(self, lines: Iterable[LiveLine]) -> None:
        """Hand lines to every open reader and wake them."""
        shown = [line for line in lines if self._may_show(line)]
        for reader in self._readers:
            for line in shown:
                reader.offer(line)
        if shown:
            self.bell.ring()

    def close(self) -> None:
        """End every open feed and poll, so that the process can stop."""
        self.closed = True
        self.bell.ring()

    def _may_show(self, line: LiveLine) -> bool:
        if self._preview or line.call_id in self._alerted:
            return True
        self.withheld += 1
        return False
