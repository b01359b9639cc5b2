"""The speech servers of a node: which leg is heard by which, and who gives way where places run short."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import structlog

from asr.errors import AsrLostError, AsrRefusedError, AsrRestartedError
from telephony.controller.patience import Patience
from telephony.controller.rank import Side
from telephony.controller.speech_server import Leg, Shortage, SpeechServer, least

LAG_BUCKETS_MS = (500, 1500, 4000)
_COUNTED = (
    "speech_blocks",
    "speech_lag_ms",
    *(f"speech_lag_le_{bucket}" for bucket in LAG_BUCKETS_MS),
    "speech_blocks_unheard",
    "speech_lost",
    "speech_refused",
    *(f"speech_shed_{side.name.lower()}" for side in Side),
)
_log = structlog.get_logger(__name__)


class SpeechPool:
    """Knows who is heard where. Nothing here waits: a leg without a place asks again soon.

    How many streams a server takes is not known beforehand, and other nodes may share it. From when one runs
    short on it gets no more of ours than it had, and again more after a while without a complaint.
    """

    def __init__(
        self,
        urls: Iterable[str],
        patience: Patience | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.patience = patience or Patience()
        self._servers = tuple(SpeechServer(url, self.patience) for url in urls)
        self._now = now
        self._placed: dict[Leg, SpeechServer] = {}
        self._late_since: dict[Leg, float] = {}
        self._waiting: set[Leg] = set()
        self.counters: Counter[str] = Counter(dict.fromkeys(_COUNTED, 0))
        """Totals since the node's start; docs/speech-client.md tells of what."""

    def place(self, leg: Leg) -> str | Shortage | None:
        """Return the URL of the server to try, or why there is none; None: one may be free in a moment.

        A server that was lost lately is no choice where there is another, however full that one is. Where all
        were, the one that was lost last is asked last: a server that is gone has fewest legs.
        """
        self._waiting.add(leg)
        now = self._now()
        servers = [server for server in self._servers if not self._is_doubted(server)] or self._servers
        for server in sorted(servers, key=lambda each: (max(each.doubted_until, now), len(each.legs))):
            if server.has_room(now) and (server.limit is None or self._comes_next(leg)):
                self._waiting.discard(leg)
                server.legs.add(leg)
                self._placed[leg] = server
                return server.url
        return self._make_room(leg, servers)

    @contextmanager
    def kept(self, leg: Leg) -> Iterator[None]:
        """Hold a leg's place while its stream is tried and lasts; the stream's end tells of the server."""
        server = self._placed[leg]
        try:
            yield
        except AsrLostError as error:
            self.counters["speech_lost"] += 1
            if not isinstance(error, AsrRestartedError):
                server.doubted_until = self._now() + self.patience.doubt_s
            raise
        except AsrRefusedError:
            self.counters["speech_refused"] += 1
            server.legs.discard(leg)
            server.refused(self._now())
            raise
        finally:
            del self._placed[leg]
            self._late_since.pop(leg, None)
            server.legs.discard(leg)
            server.leaving.discard(leg)

    def forget(self, leg: Leg) -> None:
        """The leg wants no place any more."""
        self._waiting.discard(leg)

    def has_choice(self, leg: Leg) -> bool:
        """Whether there is another server for a leg to go to, as far as is known."""
        mine = self._placed.get(leg)
        return any(server is not mine and not self._is_doubted(server) for server in self._servers)

    def measured(self, leg: Leg, behind_ms: float) -> None:
        """Take note of how far a leg's text is behind its sound, at each block while it has a stream."""
        self.counters.update(speech_blocks=1, speech_lag_ms=round(behind_ms))
        self.counters.update(f"speech_lag_le_{bucket}" for bucket in LAG_BUCKETS_MS if behind_ms <= bucket)
        if behind_ms <= self.patience.late_ms:
            self._late_since.pop(leg, None)
            return
        now, server = self._now(), self._placed[leg]
        late_s = now - self._late_since.setdefault(leg, now)
        if late_s >= self.patience.late_for_s and now >= server.settled_at:
            other = server.fell_behind(now)
            if other is not None:
                self._shed(other, server, "those who stay")

    def unheard(self) -> None:
        """A block was let go before anybody could hear it."""
        self.counters["speech_blocks_unheard"] += 1

    def _is_doubted(self, server: SpeechServer) -> bool:
        return self._now() < server.doubted_until

    def _comes_next(self, leg: Leg) -> bool:
        rank = leg.rank
        return not any(other.rank.outranks(rank) for other in self._waiting)

    def _make_room(self, leg: Leg, servers: Sequence[SpeechServer]) -> Shortage | None:
        if any(server.leaving for server in servers):
            return None
        other = least(each for server in servers for each in server.legs)
        if other is not None and leg.rank.outranks(other.rank):
            self._shed(other, self._placed[other], leg.name)
            return None
        return max(servers, key=lambda server: server.short_at).shortage

    def _shed(self, leg: Leg, server: SpeechServer, gainer: str) -> None:
        server.sheds(leg, self._now())
        rank = leg.rank
        self.counters[f"speech_shed_{rank.side.name.lower()}"] += 1
        _log.warning(
            "a leg gives way",
            leg=leg.name,
            level=rank.level.word,
            server=server.url,
            reason=server.shortage.value,
            to=gainer,
        )
        leg.give_way(f"{server.shortage}, {server.url} hears {gainer}")
