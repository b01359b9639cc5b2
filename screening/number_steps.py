"""The steps of the rule chain as they are put on record."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from blacklists.lists import Hit
from contracts.verdict import Action, RuleStep


class Rule(StrEnum):
    """The rules, in the order walked."""

    EMERGENCY = "emergency"
    PROTECTED = "protected"
    EXACT_ALLOW = "exact_allow"
    CONTACT = "contact"
    POLICE = "police"
    PREFIX = "prefix"
    SCORE = "score"
    CLASS = "class"
    DEFAULT = "default"


def not_matched(rule: Rule) -> RuleStep:
    """Return the step of a rule that had nothing to say."""
    return RuleStep(rule=rule.value, matched=False)


def matched(rule: Rule, action: Action | None, reason: str, hit: Hit | None = None) -> RuleStep:
    """Return the step of a rule that matched; `action` None: it adds to the risk, and others decide."""
    if hit is None:
        return _without_entry(rule, action, reason)
    return _step(rule, hit, matched=True, action=action, reason=reason)


def not_believed(rule: Rule, imitation: str, hit: Hit | None = None) -> RuleStep:
    """Return the step of a rule that would let the call through, were the number not an imitation."""
    return _step(rule, hit, matched=False, action=None, reason=f"不予采信：{imitation}")


def shadowed(rule: Rule, action: Action, hit: Hit) -> RuleStep:
    """Return the step of an entry whose action is recorded and not done."""
    reason = f"{hit.category}（仅记录，不执行）"
    return _step(rule, hit, matched=True, action=action, reason=reason, shadow=True)


@lru_cache(maxsize=1024)
def _without_entry(rule: Rule, action: Action | None, reason: str) -> RuleStep:
    # The same few come up in call after call; as they are frozen they can be the same objects.
    return _step(rule, None, matched=True, action=action, reason=reason)


def _step(
    rule: Rule, hit: Hit | None, *, matched: bool, action: Action | None, reason: str, shadow: bool = False
) -> RuleStep:
    return RuleStep(
        rule=rule.value,
        matched=matched,
        entry=hit.entry if hit else None,
        list=hit.list.name if hit else None,
        version=hit.list.version if hit else None,
        action=action,
        shadow=shadow,
        reason=reason,
    )
