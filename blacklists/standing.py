"""What nodes are told of numbers besides the lists: behaviour and reputation in one, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blacklists.behaviour import LEAST_REPEATS, LEAST_RESIDENTS, Behaviour, coarse
from blacklists.reputation import Reputation
from contracts.node_api import Standing

MOST_STANDINGS = 5_000
"""More would make the overlay slow to send; see `worst_first`."""


def standing_of(
    number: str, behaviour: Behaviour, reputation: Reputation | None, of_block: str = ""
) -> Standing:
    """Return a number's standing; the score counts only where the reputation is given, that is published.

    `of_block` are the leading digits of the block whose reputation it is, where it is not the number's own.
    """
    return Standing(
        number=number,
        residents_last_hour=coarse(behaviour.residents_last_hour),
        repeats=coarse(behaviour.repeats),
        later_reported=coarse(behaviour.later_reported),
        of_block=of_block,
        **_published(reputation),
    )


def block_standing(digits: str, reputation: Reputation) -> Standing:
    """Return the standing of a published block by its leading digits."""
    return Standing(number=digits, block=True, **_published(reputation))


def worst_first(
    standings: Iterable[Standing], most: int = MOST_STANDINGS
) -> tuple[tuple[Standing, ...], int]:
    """Return at most `most` standings, and how many were left out.

    First come those that clear a number of its block, then the worst. Equal ones go by their digits, so that
    equal facts make equal overlays.
    """
    ranked = sorted(standings, key=lambda standing: (-_weight(standing), standing.number))
    return tuple(ranked[:most]), max(len(ranked) - most, 0)


def _published(reputation: Reputation | None) -> Mapping[str, float | int]:
    if reputation is None:
        return {}
    # Two digits say enough; more would change the overlay with every reading.
    return {"score": max(round(reputation.score, 2), 0.01), "reports": reputation.reporters}


def _weight(standing: Standing) -> float:
    behaviour = (
        standing.later_reported
        + standing.residents_last_hour / LEAST_RESIDENTS
        + standing.repeats / LEAST_REPEATS
    )
    weight = behaviour + 10 * standing.score
    # Nothing is said against it: it stands here only so that its block's score does not count for it.
    return weight or float("inf")
