"""All that is asked of one call's number: what lists, form, calls and reports say, read once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from blacklists.lists import Hit, NumberLists
from contracts.node_api import Enrolment
from contracts.number_list import ListKind
from contracts.phone import NumberKind, PhoneNumber
from contracts.verdict import SEVERITY, Action
from screening.number_risk import FIRST_CONTACT, combined, listed_risk, standing_clues
from screening.number_signs import Clue, Signs, TrunkFacts, signs_of

ONLY_FIRST_CONTACT = (FIRST_CONTACT,)
"""The history of most callers."""

# The most that the lists of a kind may ask; a hard list's entries are acted on as written.
_MOST = {ListKind.PROTECTED: Action.PASS, ListKind.ALLOW: Action.INDICATE, ListKind.SCORE: Action.MONITOR}


class Question:
    """One call: its number, its resident and the lists of the moment, with what follows from them.

    Nearly every call needs all of it, so that all is read at once.
    """

    def __init__(
        self,
        number: PhoneNumber,
        trunk: TrunkFacts,
        resident: Enrolment,
        lists: NumberLists,
        now: datetime,
        unlisted: Action,
    ) -> None:
        self.number = number
        self.resident = resident
        self.lists = lists
        self.now = now
        self.unlisted = unlisted
        self.found = lists.find(number, now)
        self.signs: Signs = signs_of(number, trunk, self._is_listed_code)

        self.hits: tuple[Hit, ...] = self.found.exact + self.found.covering
        """Every entry: those of the number itself first, then blocks, the narrowest first."""
        self.imitation: Clue | None = self.signs.imitation
        """Why the number is not the caller's own; None where nothing says so."""
        self.history: tuple[Clue, ...] = self._history() if number.value else ()
        """What published reports and calls of late say, and whether this is the first call."""
        risks = [worst_risk(self.found.exact, exact=True), *[clue.risk for clue in self.history]]
        self.score_risk: float = combined(risks)
        """By score lists that hold the number itself, and by its history; 0 to 0.95."""
        self.risk: float = self.score_risk
        """By everything that is known of the number, its form and its blocks included."""
        if self.found.covering or self.signs.clues:
            block = worst_risk(self.found.covering, exact=False)
            self.risk = combined([*risks, block, *[clue.risk for clue in self.signs.clues]])

    def _history(self) -> tuple[Clue, ...]:
        standing = self.lists.standing(self.number)
        familiar = self.lists.is_familiar(self.number, self.resident.resident_id)
        if standing is None:
            return () if familiar else ONLY_FIRST_CONTACT
        clues = tuple(standing_clues(standing))
        return clues if familiar else (*clues, FIRST_CONTACT)

    def _is_listed_code(self, code: str) -> bool:
        found = self.lists.find(PhoneNumber(code, NumberKind.SHORT_CODE), self.now)
        hits = found.exact + found.covering
        return any(hit.list.kind is ListKind.PROTECTED and not hit.shadow for hit in hits)


def asked_by(hit: Hit) -> Action:
    """Return the action an entry may ask for: at most its list's kind allows."""
    most = _MOST.get(hit.list.kind)
    return milder(hit.action, most) if most else hit.action


def lets_through(hit: Hit) -> bool:
    """Tell whether an entry speaks for the caller: such are believed only where nothing is imitated."""
    return hit.list.kind is not ListKind.SCORE and SEVERITY[asked_by(hit)] <= SEVERITY[Action.INDICATE]


def milder(one: Action, other: Action) -> Action:
    """Return the milder of two actions."""
    return min(one, other, key=SEVERITY.__getitem__)


def worst_risk(hits: Iterable[Hit], *, exact: bool) -> float:
    """Return the risk of the worst score-list entry that acts.

    Lists copy from one another, so a second one adds nothing.
    """
    worst = 0.0
    for hit in hits:
        if hit.list.kind is ListKind.SCORE and not hit.shadow:
            worst = max(worst, listed_risk(hit.action, ListKind.SCORE, exact=exact))
    return worst
