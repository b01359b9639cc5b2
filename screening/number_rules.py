"""The rule chain over a caller's number: from the emergency window to the default, each step on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from blacklists.lists import Hit, NumberLists
from blacklists.short_codes import holder_of
from contracts.node_api import Enrolment
from contracts.number_list import ListKind
from contracts.phone import PhoneNumber
from contracts.verdict import SEVERITY, Action, RuleStep, Verdict
from screening.number_question import ONLY_FIRST_CONTACT, Question, asked_by, lets_through, milder
from screening.number_risk import FIRST_CONTACT, MONITORED_RISK, listed_risk
from screening.number_signs import TrunkFacts, is_protected
from screening.number_steps import Rule, matched, not_believed, not_matched, shadowed

_AND = "；"
_PREFIX_KINDS = (ListKind.ALLOW, ListKind.SCORE)


class _Decision(NamedTuple):
    action: Action
    risk: float


_Steps = list[RuleStep]
# What most calls are: nothing listed, never called before.
_FIRST_CONTACT_STEP = matched(Rule.SCORE, None, FIRST_CONTACT.reason)
_DEFAULT_STEPS = {
    action: matched(Rule.DEFAULT, action, "没有足以决定的依据，按策略处置") for action in Action
}


def judge_number(
    number: PhoneNumber,
    trunk: TrunkFacts,
    resident: Enrolment,
    lists: NumberLists,
    now: datetime,
    unlisted: Action,
) -> Verdict:
    """Walk the chain and return what to do with a call from this number to this resident.

    The first rule that decides ends the walk; all steps taken are in the verdict's `rules`, among them the
    shadow entries met on the way. `unlisted` is the default for numbers nothing is known of. `now` (aware)
    decides which entries are valid.
    """
    question = Question(number, trunk, resident, lists, now, unlisted)
    steps: _Steps = []
    decision = _walk(question, steps)
    return Verdict(
        action=decision.action,
        number_risk=decision.risk,
        rules=tuple(steps),
        list_version=lists.version,
    )


def _walk(question: Question, steps: _Steps) -> _Decision:
    taken = 0
    for rule, silent in _CHAIN:
        if decision := rule(question, steps):
            return decision
        if len(steps) == taken:
            steps.append(silent)
        taken = len(steps)
    return _default(question, steps)


def _emergency(question: Question, steps: _Steps) -> _Decision | None:
    if not question.lists.in_emergency(question.resident.resident_id, question.now):
        return None
    steps.append(matched(Rule.EMERGENCY, Action.PASS, "居民刚拨打过 110 或 120，来电一律放行"))
    return _Decision(Action.PASS, 0.0)


def _protected(question: Question, steps: _Steps) -> _Decision | None:
    if hit := _first(ListKind.PROTECTED, question.hits, question, Rule.PROTECTED, steps):
        return _listed(Rule.PROTECTED, hit, 0.0, steps)
    if not is_protected(question.number):
        return None
    code = question.number.value
    if question.imitation:
        steps.append(not_believed(Rule.PROTECTED, question.imitation.reason))
        return None
    steps.append(matched(Rule.PROTECTED, Action.PASS, f"境内中继原样显示的 {code}（{holder_of(code)}）"))
    return _Decision(Action.PASS, 0.0)


def _exact_allow(question: Question, steps: _Steps) -> _Decision | None:
    hit = _first(ListKind.ALLOW, question.found.exact, question, Rule.EXACT_ALLOW, steps)
    return _listed(Rule.EXACT_ALLOW, hit, 0.0, steps) if hit else None


def _contact(question: Question, steps: _Steps) -> _Decision | None:
    if not question.number.value or question.number.value not in question.resident.contacts:
        return None
    if question.imitation:
        steps.append(not_believed(Rule.CONTACT, question.imitation.reason))
        return None
    hard = (hit for hit in question.hits if hit.list.kind is ListKind.HARD and not hit.shadow)
    if not (hit := next(hard, None)):
        steps.append(matched(Rule.CONTACT, Action.PASS, "居民登记的联系人"))
        return _Decision(Action.PASS, 0.0)
    # A contact's telephone may be stolen: what the police would refuse is let through only to be heard.
    action = milder(hit.action, Action.MONITOR)
    steps.append(matched(Rule.CONTACT, action, f"居民登记的联系人，但在公安名单上：{hit.category}", hit))
    return _Decision(action, _hard_risk(hit))


def _police(question: Question, steps: _Steps) -> _Decision | None:
    hit = _first(ListKind.HARD, question.hits, question, Rule.POLICE, steps)
    return _listed(Rule.POLICE, hit, _hard_risk(hit), steps) if hit else None


def _prefix(question: Question, steps: _Steps) -> _Decision | None:
    for hit in question.found.covering:
        kind = hit.list.kind
        if kind not in _PREFIX_KINDS or not _acts(hit, question, Rule.PREFIX, steps):
            continue
        if kind is ListKind.ALLOW:
            return _listed(Rule.PREFIX, hit, 0.0, steps)
        action = _scored(question, hit)
        steps.append(matched(Rule.PREFIX, action, hit.category, hit))
        if action:
            return _Decision(action, question.risk)
    return None


def _score(question: Question, steps: _Steps) -> _Decision | None:
    """Listen where a score list, published reports or behaviour say so; never more (and never less).

    Of several score lists the most severe entry speaks.
    """
    listed = [hit for hit in question.found.exact if hit.list.kind is ListKind.SCORE]
    acting = (hit for hit in listed if _acts(hit, question, Rule.SCORE, steps))
    hit = max(acting, key=lambda hit: SEVERITY[hit.action], default=None)
    if hit is None and question.history is ONLY_FIRST_CONTACT:
        steps.append(_FIRST_CONTACT_STEP)
        return None
    if hit is None and not question.history:
        return None
    action = _scored(question, hit) if hit else None
    if question.score_risk >= MONITORED_RISK:
        action = _no_softer(question, Action.MONITOR)
    reasons = ([hit.category] if hit else []) + [clue.reason for clue in question.history]
    steps.append(matched(Rule.SCORE, action, _AND.join(reasons), hit))
    return _Decision(action, question.risk) if action else None


def _class(question: Question, steps: _Steps) -> _Decision | None:
    """Listen where the number's form, with all else that is known, makes the call likelier bad than not."""
    reasons = [clue.reason for clue in question.signs.clues]
    if question.risk < MONITORED_RISK:
        if not reasons:
            return None
        steps.append(matched(Rule.CLASS, None, _AND.join(reasons)))
        return None
    action = _no_softer(question, Action.MONITOR)
    steps.append(matched(Rule.CLASS, action, _AND.join((*reasons, f"综合风险 {question.risk:.2f}"))))
    return _Decision(action, question.risk)


def _default(question: Question, steps: _Steps) -> _Decision:
    steps.append(_DEFAULT_STEPS[question.unlisted])
    return _Decision(question.unlisted, question.risk)


_CHAIN: tuple[tuple[Callable[[Question, _Steps], _Decision | None], RuleStep], ...] = (
    (_emergency, not_matched(Rule.EMERGENCY)),
    (_protected, not_matched(Rule.PROTECTED)),
    (_exact_allow, not_matched(Rule.EXACT_ALLOW)),
    (_contact, not_matched(Rule.CONTACT)),
    (_police, not_matched(Rule.POLICE)),
    (_prefix, not_matched(Rule.PREFIX)),
    (_score, not_matched(Rule.SCORE)),
    (_class, not_matched(Rule.CLASS)),
)
"""The rules in order, each with the step that stands for it where it says nothing; then comes the default."""


def _first(kind: ListKind, hits: Iterable[Hit], question: Question, rule: Rule, steps: _Steps) -> Hit | None:
    for hit in hits:
        if hit.list.kind is kind and _acts(hit, question, rule, steps):
            return hit
    return None


def _acts(hit: Hit, question: Question, rule: Rule, steps: _Steps) -> bool:
    """Tell whether an entry counts; put on record one that only watches or is not believed."""
    if hit.shadow:
        steps.append(shadowed(rule, asked_by(hit), hit))
    elif question.imitation and lets_through(hit):
        steps.append(not_believed(rule, question.imitation.reason, hit))
    else:
        return True
    return False


def _scored(question: Question, hit: Hit) -> Action | None:
    """Return what a score list's entry decides; None where it is mild and all else says to listen."""
    action = asked_by(hit)
    if action is Action.PASS or (action is Action.INDICATE and question.risk >= MONITORED_RISK):
        return None
    return _no_softer(question, action)


def _no_softer(question: Question, action: Action) -> Action:
    """Return the action, or the default where that is stricter: what is bad never helps a caller."""
    return max(action, question.unlisted, key=SEVERITY.__getitem__)


def _hard_risk(hit: Hit) -> float:
    return listed_risk(hit.action, ListKind.HARD, exact=True)


def _listed(rule: Rule, hit: Hit, risk: float, steps: _Steps) -> _Decision:
    action = asked_by(hit)
    steps.append(matched(rule, action, hit.category, hit))
    return _Decision(action, risk)
