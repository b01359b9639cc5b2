"""The chain of rules as a page shows it."""

from __future__ import annotations

import pytest

from api.console.chain import chain
from api.lookup import deciding_rule
from contracts.verdict import Action, RuleStep

pytestmark = pytest.mark.unit

MISSED = RuleStep(rule="protected", matched=False)
SHADOW = RuleStep(rule="police", matched=True, action=Action.REJECT, shadow=True, list="trial", version=2)
WEAK = RuleStep(rule="class", matched=True, reason="virtual_operator")
DECIDED = RuleStep(rule="default", matched=True, action=Action.MONITOR)


def test_the_step_that_acts_decides():
    assert deciding_rule((MISSED, WEAK, DECIDED)) == 2


def test_a_shadow_entry_decides_nothing():
    assert deciding_rule((MISSED, SHADOW, DECIDED)) == 2


def test_a_chain_of_shadows_alone_has_no_deciding_rule():
    assert deciding_rule((MISSED, SHADOW)) is None


def test_a_verdict_stored_without_actions_was_decided_by_its_last_match():
    old = RuleStep(rule="police", matched=True, entry="e1", list="police")
    assert deciding_rule((MISSED, old)) == 1


def test_every_rule_walked_has_a_row_in_order():
    assert [row.rule for row in chain((MISSED, SHADOW, DECIDED))] == ["受保护号码", "公安名单", "默认处置"]


def test_the_action_a_shadow_entry_would_have_taken_is_shown():
    assert (chain((SHADOW,))[0].action, chain((SHADOW,))[0].shadow) == ("拒接来电", True)


def test_a_rule_unknown_here_is_shown_by_its_own_name():
    assert chain((RuleStep(rule="newer", matched=False),))[0].rule == "newer"
