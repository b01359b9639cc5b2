"""Recordings played to a leg: made on demand, freed only when PJSUA2's clock can no longer call them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pjsua2 as pj
import structlog

REST_S = 1.0
"""How long a stopped player rests before it is freed."""

_log = structlog.get_logger(__name__)


class Player(pj.AudioMediaPlayer):
    """One recording on its way to one leg."""

    def __init__(self, file: Path, ended: Callable[[Player], None]) -> None:
        super().__init__()
        self.file = file
        self._ended = ended
        self.createPlayer(str(file), pj.PJMEDIA_FILE_NO_LOOP)

    def onEof2(self) -> None:  # noqa: N802 (PJSUA2's name)
        """Tell that the last sample was read."""
        self._ended(self)


class Players:
    """Starts and stops players, and frees them a second later from the loop's thread."""

    def __init__(self) -> None:
        self._ended: deque[Player] = deque()
        self._resting: deque[tuple[float, Player]] = deque()

    def start(self, file: Path, to: pj.AudioMedia) -> Player | None:
        """Play a 16-bit WAV of 8 kHz to a leg; None where it cannot be read: that must cost no call."""
        try:
            player = Player(file, self._ended.append)
        except pj.Error as error:
            _log.error("recording cannot be played", file=file.name, reason=error.reason)
            return None
        player.startTransmit(to)
        return player

    def stop(self, player: Player, to: pj.AudioMedia | None) -> None:
        """Silence a player; `to` is None where the leg is gone and PJSUA2 has cut the connection itself."""
        if to is not None:
            player.stopTransmit(to)
        self._resting.append((time.monotonic(), player))

    def take_ended(self) -> list[Player]:
        """Return the players that came to their end since last asked; free those that have rested."""
        while self._resting and time.monotonic() - self._resting[0][0] > REST_S:
            _, player = self._resting.popleft()
            player.__swig_destroy__(player)
        ended = list(self._ended)
        self._ended.clear()
        return ended
