"""The rule chain of a verdict as a page shows it: one row for each rule walked, the deciding one marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.console.list_wording import RULE
from api.console.wording import ACTION
from api.lookup import deciding_rule
from contracts.verdict import RuleStep


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One rule of the chain."""

    rule: str
    """In Chinese; the rule's own name where it is not known here."""
    matched: bool
    decides: bool
    shadow: bool
    action: str
    """What it asks for, in Chinese; empty where it asks for nothing."""
    list: str | None
    version: int | None
    entry: str | None
    reason: str


def chain(rules: Sequence[RuleStep]) -> tuple[ChainRow, ...]:
    """Return the rows of a verdict's rules, in the order walked."""
    last = deciding_rule(rules)
    return tuple(_row(step, decides=n == last) for n, step in enumerate(rules))


def _row(step: RuleStep, *, decides: bool) -> ChainRow:
    return ChainRow(
        rule=RULE.get(step.rule, step.rule),
        matched=step.matched,
        decides=decides,
        shadow=step.shadow,
        action=ACTION[step.action] if step.action else "",
        list=step.list,
        version=step.version,
        entry=step.entry,
        reason=step.reason or "",
    )
