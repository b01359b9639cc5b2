"""The recording that plays to one party of a call, through holds and changes of media."""

from __future__ import annotations

from pathlib import Path

from telephony.worker.leg import Leg
from telephony.worker.player import Player, Players


class Voice:
    """At most one recording at a time, to one leg."""

    def __init__(self, players: Players) -> None:
        self._players = players
        self._player: Player | None = None
        self._leg: Leg | None = None

    def plays_to(self, leg: Leg | None) -> bool:
        """Tell whether this leg is being played to."""
        return self._player is not None and self._leg is leg

    def start(self, file: Path, leg: Leg) -> bool:
        """Play a recording from its beginning; False where there is no sound on the leg or in the file."""
        self.stop()
        audio = leg.audio()
        self._player = self._players.start(file, audio) if audio else None
        self._leg = leg if self._player else None
        return self._player is not None

    def resume(self) -> None:
        """Connect again: PJSUA2 cuts the connection when a party holds the call. Safe to repeat."""
        audio = self._leg.audio() if self._leg else None
        if self._player is not None and audio is not None:
            self._player.startTransmit(audio)

    def ended(self, player: Player) -> bool:
        """Stop if it is this recording that came to its end; False where it is another's."""
        if player is not self._player:
            return False
        self.stop()
        return True

    def stop(self) -> None:
        """Fall silent."""
        if self._player is not None and self._leg is not None:
            self._players.stop(self._player, self._leg.audio())
        self._player = self._leg = None
