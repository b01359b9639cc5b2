"""What every call of a worker shares: an identity, legs, taps, a player, and the way to report."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pjsua2 as pj
from pydantic import BaseModel

from contracts.evidence import Speaker
from telephony.link.framing import Sound
from telephony.link.messages import HangUp
from telephony.worker.leg import Leg, LegNews
from telephony.worker.player import Player, Players
from telephony.worker.tap import TapPool

PROMPTS = Path(__file__).parent.parent / "prompts"


@dataclass(frozen=True, slots=True)
class Floor:
    """What the worker lends to its calls."""

    account: pj.Account
    news: deque[LegNews]
    taps: TapPool
    players: Players
    report: Callable[[BaseModel], None]
    """Sends a control message to the controller."""


class Call(Protocol):
    """A call of this worker, whoever placed it."""

    call_id: str

    @property
    def over(self) -> bool:
        """The end of every leg was told."""
        ...

    def legs(self) -> tuple[Leg, ...]:
        """Return the legs that are not gone."""
        ...

    def owns(self, leg: Leg) -> bool:
        """Tell whether a leg, gone or not, is one of this call's."""
        ...

    def handle(self, news: LegNews) -> None:
        """Act on what one of its legs tells."""
        ...

    def tick(self, now: float) -> None:
        """Act on what is due; `now` is monotonic, in seconds."""
        ...

    def play(self, file: str, to: Speaker, *, hold_peer: bool) -> None:
        """Play a shipped recording to one party."""
        ...

    def hang_up(self, order: HangUp) -> None:
        """End one party's leg."""
        ...

    def played(self, player: Player) -> bool:
        """Take note that a player ended; False where it is none of this call's."""
        ...

    def sounds(self) -> list[Sound]:
        """Return the blocks heard since last asked."""
        ...
