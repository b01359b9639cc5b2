"""The look-up of one number: what a call from it would be judged now, and every rule on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import median
from time import perf_counter_ns

from pydantic import BaseModel, ConfigDict

from blacklists.lists import NumberLists
from blacklists.normalise import parse_number
from contracts.node_api import Enrolment
from contracts.phone import NumberKind, PhoneNumber
from contracts.verdict import Action, RuleStep, Verdict
from screening.number_rules import judge_number
from screening.number_signs import TrunkFacts

RUNS = 21
"""How often the same question is put; the median leaves out what only the first one pays."""
_NOBODY = Enrolment(resident_id="", number="")


class Lookup(BaseModel):
    """The answer, as the API, the console and the command line give it."""

    model_config = ConfigDict(frozen=True)

    number: str
    """Normalised: E.164, a short code, or the kind where there are no digits to speak of."""
    kind: NumberKind
    verdict: Action
    number_risk: float
    """0 (nothing known) to 1 (certainly bad)."""
    rules: tuple[RuleStep, ...]
    """In the order walked; the last one that acts has decided."""
    list_version: str
    """Release of the number lists it rests on."""
    lookup_us: float
    """Reading the number and judging it, us: the median of 21 runs in this process."""


def look_up(
    lists: NumberLists,
    number: str,
    trunk: TrunkFacts,
    resident: Enrolment | None,
    unlisted: Action,
    now: datetime,
) -> Lookup:
    """Judge a number in any written form as a node would for a call that comes in now.

    `resident` None asks for somebody without contacts, without an emergency window, never called before.
    `unlisted` is the policy's default for numbers nothing is known of.
    """
    callee = resident or _NOBODY

    def judge() -> tuple[PhoneNumber, Verdict]:
        caller = parse_number(number, trunk.home_area)
        return caller, judge_number(caller, trunk, callee, lists, now, unlisted)

    caller, verdict = judge()
    return Lookup(
        number=str(caller),
        kind=caller.kind,
        verdict=verdict.action,
        number_risk=verdict.number_risk,
        rules=verdict.rules,
        list_version=verdict.list_version,
        lookup_us=round(_median_us(judge), 1),
    )


def deciding_rule(rules: Sequence[RuleStep]) -> int | None:
    """Return the place of the rule that decided; None where none matched.

    The walk ends with it. Shadow entries decide nothing, and a rule without an action only adds to the risk;
    verdicts stored before steps had actions are decided by their last match.
    """
    matched = [n for n, step in enumerate(rules) if step.matched and not step.shadow]
    acting = [n for n in matched if rules[n].action is not None]
    return max(acting or matched, default=None)


def _median_us(judge: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = perf_counter_ns()
        judge()
        times.append(perf_counter_ns() - began)
    return median(times) / 1000
