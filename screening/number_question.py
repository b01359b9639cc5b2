"""All that is asked of one call's number: what lists, form, calls and reports say, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from blacklists.lists import Hit, NumberLists
from contracts.node_api import Enrolment
from contracts.number_list import ListKind
from contracts.phone import NumberKind, PhoneNumber
from contracts.verdict import Action
from screening.number_risk import FIRST_CONTACT, combined, listed_risk, standing_clues
from screening.number_signs import Clue, Signs, TrunkFacts, signs_of

SEVERITY = {action: place for place, action in enumerate(Action)}
"""Actions by how much they take from the caller."""

# The most that the lists of a kind may ask; a hard list's entries are acted on as written.
_MOST = {ListKind.PROTECTED: Action.PASS, ListKind.ALLOW: Action.INDICATE, ListKind.SCORE: Action.MONITOR}


class Question:
    """One call: its number, its resident and the lists of the moment, with what follows from them."""

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

    @property
    def imitation(self) -> Clue | None:
        """Why the number is not the caller's own; None where nothing says so."""
        return self.signs.imitation

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Every entry: those of the number itself first, then blocks, the narrowest first."""
        return self.found.exact + self.found.covering

    @cached_property
    def history(self) -> tuple[Clue, ...]:
        """What published reports and calls of late say, and whether this is the first call."""
        if not self.number.value:
            return ()
        standing = self.lists.standing(self.number)
        clues = tuple(standing_clues(standing)) if standing else ()
        familiar = self.lists.is_familiar(self.number, self.resident.resident_id)
        return clues if familiar else (*clues, FIRST_CONTACT)

    @cached_property
    def score_risk(self) -> float:
        """Risk by score lists that hold the number itself, and by its history; 0 to 0.95."""
        return combined((worst_risk(self.found.exact, exact=True), *_risks(self.history)))

    @cached_property
    def risk(self) -> float:
        """Risk by everything that is known of the number, its form and its blocks included; 0 to 0.95."""
        block = worst_risk(self.found.covering, exact=False)
        return combined((self.score_risk, block, *_risks(self.signs.clues)))

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
    return max((listed_risk(hit.action, hit.list.kind, exact=exact) for hit in _scoring(hits)), default=0.0)


def _scoring(hits: Iterable[Hit]) -> Iterator[Hit]:
    return (hit for hit in hits if hit.list.kind is ListKind.SCORE and not hit.shadow)


def _risks(clues: Iterable[Clue]) -> Iterator[float]:
    return (clue.risk for clue in clues)
