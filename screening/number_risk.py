"""How much calls, reports and lists speak against a number, and how that adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blacklists.behaviour import LEAST_REPEATS, LEAST_RESIDENTS
from contracts.node_api import Standing
from contracts.number_list import ListKind
from contracts.verdict import Action
from screening.number_signs import Clue

MONITORED_RISK = 0.5
"""From here on a call is worth listening to: it is likelier bad than not."""
HIGHEST_RISK = 0.95
"""However much comes together; only an entry of a hard list is certain (1)."""

FIRST_CONTACT = Clue(0.1, "首次呼叫该居民")
"""Everybody calls for the first time once: weak, never enough alone or with another weak sign."""

MANY_RESIDENTS = LEAST_RESIDENTS
"""Residents within an hour. A courier with 150 to 200 parcels a day makes about 20 calls an hour."""
VERY_MANY_RESIDENTS = 50
"""Hubei's communications administration watches numbers that call out more than 60 times an hour (2016); a
salesman's dialler makes 250 calls in 40 minutes. Nodes are told 50 for 50 to 99 (blacklists.behaviour)."""
MANY_REPEATS = LEAST_REPEATS
"""Calls to one resident within ten minutes; callers from abroad were seen to ring three or four times over
(Beijing Youth Daily, 2020), but so does a worried daughter: never enough alone."""

_MANY_RISK = 0.3
_VERY_MANY_RISK = 0.6
_REPEATS_RISK = 0.3
# One report after a call may be a mistake; two make the call worth listening to (0.64).
_REPORTER_RISK = 0.4

_EXACT_RISK = {Action.INDICATE: 0.4}
_BLOCK_RISK = {Action.INDICATE: 0.3}
_HARD_RISK = {Action.PASS: 0.0, Action.INDICATE: MONITORED_RISK}


def combined(risks: Iterable[float]) -> float:
    """Return the risk of several clues: one minus the product of their complements (noisy or), capped.

    Each clue can make a call bad by itself, and each tells something the others do not (form, behaviour,
    reports, lists), so two together say more than the stronger one; a maximum would lose that, and a sum
    would leave the scale. Three digits, at most HIGHEST_RISK.
    """
    good = 1.0
    for risk in risks:
        good *= 1.0 - risk
    return min(round(1.0 - good, 3), HIGHEST_RISK)


def listed_risk(action: Action, kind: ListKind, *, exact: bool) -> float:
    """Return the risk of a number in a list: by its action, and higher for the number than for its block."""
    if kind is ListKind.HARD:
        return _HARD_RISK.get(action, 1.0)
    if kind is not ListKind.SCORE or action is Action.PASS:
        return 0.0
    return _EXACT_RISK.get(action, 0.8) if exact else _BLOCK_RISK.get(action, 0.6)


def standing_clues(standing: Standing) -> Iterator[Clue]:
    """Yield what published reports, calls of late and reports after calls say, the gravest kind first."""
    if standing.score > 0:
        block = standing.number if standing.block else standing.of_block
        whose = f"所在号段 {block}" if block else "该号码"
        yield Clue(standing.score, f"{whose}被举报 {standing.reports} 次，信誉分 {standing.score:.2f}")
    if count := standing.later_reported:
        yield Clue(1 - (1 - _REPORTER_RISK) ** count, f"{count} 位居民接听后举报")
    if (residents := standing.residents_last_hour) >= MANY_RESIDENTS:
        risk = _VERY_MANY_RISK if residents >= VERY_MANY_RESIDENTS else _MANY_RISK
        yield Clue(risk, f"一小时内呼叫 {residents} 位居民")
    if (repeats := standing.repeats) >= MANY_REPEATS:
        yield Clue(_REPEATS_RISK, f"十分钟内重复呼叫同一居民 {repeats} 次")
