"""One call of a test phone: plays a recording into it, records what it hears, presses keys."""

from __future__ import annotations

from pathlib import Path

import pjsua2 as pj

from telephony.worker.leg import Leg
from telephony.worker.player import Player, Players


class Handset:
    """Mouth and ear on one leg."""

    def __init__(self, leg: Leg, players: Players, wav: Path | None, record: Path | None) -> None:
        self.leg = leg
        self._players = players
        self._wav = wav
        self._record = record
        self._player: Player | None = None
        self._recorder: pj.AudioMediaRecorder | None = None

    def talk(self) -> None:
        """Start to play and to record as soon as there is sound; safe to repeat."""
        audio = self.leg.audio()
        if audio is None:
            return
        if self._record is not None and self._recorder is None:
            self._recorder = pj.AudioMediaRecorder()
            self._recorder.createRecorder(str(self._record))
            audio.startTransmit(self._recorder)
        if self._wav is not None and self._player is None:
            self._player = self._players.start(self._wav, audio)

    def said(self, player: Player) -> bool:
        """Tell whether it is this call's recording that came to its end."""
        return player is self._player

    def press(self, digit: str) -> None:
        """Press a key (RFC 4733)."""
        self.leg.press(digit)

    def lay_down(self) -> None:
        """Stop playing and close the recording."""
        if self._player is not None:
            self._players.stop(self._player, self.leg.audio())
            self._player = None
        if self._recorder is not None:
            # Closes the WAV; PJSUA2 removes the port from its clock first.
            self._recorder.__swig_destroy__(self._recorder)
            self._recorder = None
