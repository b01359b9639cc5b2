"""How much it matters to hear a leg, where not all can be heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from contracts.taxonomy import RiskLevel


class Side(IntEnum):
    """Whose voice a leg brings; the later matters more, whatever the call."""

    NETWORK = 0
    """On a call of our own, before anybody answers."""
    RESIDENT = 1
    CALLER = 2


@dataclass(frozen=True, order=True, slots=True)
class Rank:
    """How much it matters to hear a leg: any caller's goes before any resident's."""

    side: Side
    level: RiskLevel = RiskLevel.NONE
    number_risk: float = 0.0
    """0 to 1."""
    dialogue_risk: float = 0.0
    """Log-odds."""

    def outranks(self, other: Rank) -> bool:
        """Tell whether a leg of this rank takes the place of another; a livelier word alone does not."""
        mine = (self.side, self.level, self.number_risk)
        return mine > (other.side, other.level, other.number_risk)
