"""The moves of a warning: what fits no phase changes nothing, and whatever happens a visit comes in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.escalation import (
    Alerted,
    AttemptOver,
    CallOver,
    Ignore,
    KeyPressedLate,
    Leased,
    OrderVisit,
    PlanAttempt,
    ReleaseAttempt,
    Rose,
    TimePassed,
    WarningAction,
    WarningEvent,
    advance,
    open_warning,
)
from casework.policy import Policy
from casework.warning import Phase, ResidentWarning
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel, ScamType

pytestmark = pytest.mark.unit

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
POLICY = Policy.shipped("default")


def alerted(level: RiskLevel = RiskLevel.MEDIUM, call: str | None = "c1", at: datetime = NOON) -> Alerted:
    return Alerted(at, ScamType.POLICE, level, POLICY.plan_for(level, ScamType.POLICE), call)


def opened(level: RiskLevel = RiskLevel.MEDIUM, call: str | None = "c1") -> ResidentWarning:
    return open_warning("w", "r", "c", alerted(level, call), NOON)[0]


def dialling(level: RiskLevel = RiskLevel.MEDIUM) -> ResidentWarning:
    due = opened(level, call=None)
    return advance(due, Leased(NOON + timedelta(seconds=120)), NOON)[0]


def test_a_warning_without_a_live_call_is_due_at_once() -> None:
    warning, actions = open_warning("w", "r", "c", alerted(call=None), NOON)
    assert warning.phase is Phase.DUE
    assert actions == (PlanAttempt(1),)


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.DUE}))
def test_only_a_due_warning_can_be_leased(phase: Phase) -> None:
    from dataclasses import replace

    warning = replace(opened(), phase=phase)
    assert advance(warning, Leased(NOON), NOON) == (warning, (Ignore(),))


@pytest.mark.parametrize(("n", "fence"), [(2, 1), (1, 0), (1, 2)])
def test_an_outcome_of_another_attempt_or_fence_changes_nothing(n: int, fence: int) -> None:
    warning = dialling()
    assert advance(warning, AttemptOver(n, fence, Outcome.ACKNOWLEDGED), NOON) == (warning, (Ignore(),))


def test_time_that_has_not_come_changes_nothing() -> None:
    warning = opened()
    assert advance(warning, TimePassed(), NOON) == (warning, ())


def test_the_earliest_deadline_wins_when_an_alert_joins() -> None:
    first = opened()
    joined, _ = advance(first, alerted(at=NOON + timedelta(minutes=5)), NOON + timedelta(minutes=5))
    assert joined.deadline_at == NOON + timedelta(minutes=10)


def test_a_worse_alert_brings_its_plan_and_its_type() -> None:
    plan = POLICY.plan_for(RiskLevel.HIGH, ScamType.LOAN)
    risen, actions = advance(opened(), Rose(NOON, ScamType.LOAN, RiskLevel.HIGH, plan), NOON)
    assert (risen.level, risen.scam_type, risen.plan) == (RiskLevel.HIGH, ScamType.LOAN, plan)
    assert [type(action) for action in actions] == [OrderVisit]


def test_a_milder_alert_changes_neither_plan_nor_type() -> None:
    plan = POLICY.plan_for(RiskLevel.LOW, ScamType.LOAN)
    warning = opened()
    assert advance(warning, Rose(NOON, ScamType.LOAN, RiskLevel.LOW, plan), NOON) == (warning, ())


def test_a_planned_attempt_waits_with_its_number_when_another_call_is_alerted() -> None:
    due = opened(call=None)
    waiting, _ = advance(due, alerted(call="c2"), NOON)
    again, actions = advance(waiting, CallOver("c2"), NOON)
    assert waiting.phase is Phase.WAITING_FOR_CALL_END
    assert (again.phase, again.open_attempt, actions) == (Phase.DUE, 1, (ReleaseAttempt(1),))


def test_waiting_for_a_second_call_does_not_move_the_limit_of_the_first() -> None:
    later = NOON + timedelta(minutes=1)
    joined, _ = advance(opened(), alerted(call="c2", at=later), later)
    assert joined.wake_at == NOON + timedelta(minutes=3)


def test_the_same_call_is_waited_for_once() -> None:
    joined, _ = advance(opened(), alerted(call="c1"), NOON)
    assert joined.live_calls == ("c1",)


def test_an_alert_while_a_call_is_dialled_lets_it_go_on() -> None:
    joined, actions = advance(dialling(), alerted(call="c2"), NOON)
    assert (joined.phase, joined.live_calls, actions) == (Phase.DIALLING, ("c2",), ())


def test_an_alert_without_a_call_keeps_the_redials_spacing() -> None:
    waiting, _ = advance(dialling(), AttemptOver(1, 1, Outcome.BUSY), NOON)
    joined, actions = advance(waiting, alerted(call=None), NOON)
    assert (joined.phase, joined.wake_at, actions) == (Phase.WAITING, NOON + timedelta(minutes=2), ())


def test_a_lost_lease_during_another_suspect_call_waits_for_that_call() -> None:
    joined, _ = advance(dialling(), alerted(call="c2"), NOON)
    lost, _ = advance(joined, TimePassed(), NOON + timedelta(seconds=120))
    assert lost.phase is Phase.WAITING_FOR_CALL_END


def exhausted() -> ResidentWarning:
    warning = dialling()
    now = NOON
    for n in (1, 2, 3):
        warning, _ = advance(warning, AttemptOver(n, n, Outcome.NO_ANSWER), now)
        if n < 3:
            now += timedelta(minutes=(0, 2, 5)[n])
            warning, _ = advance(warning, TimePassed(), now)
            warning, _ = advance(warning, Leased(now + timedelta(seconds=120)), now)
    return warning


def test_an_exhausted_warning_is_live_until_its_visit_is_ordered() -> None:
    warning = exhausted()
    met, _ = advance(warning, TimePassed(), NOON + timedelta(minutes=10))
    assert warning.phase is met.phase is Phase.EXHAUSTED
    assert (warning.is_live, met.is_live) == (True, False)


@pytest.mark.parametrize(("call", "phase"), [("c9", Phase.WAITING_FOR_CALL_END), (None, Phase.DUE)])
def test_a_new_alert_makes_an_exhausted_warning_dial_again(call: str | None, phase: Phase) -> None:
    later = NOON + timedelta(minutes=9)
    joined, _ = advance(exhausted(), alerted(call=call, at=later), later)
    assert (joined.phase, joined.redials_used) == (phase, 0)


def test_a_visit_ordered_after_its_hour_gets_a_fresh_deadline() -> None:
    late = NOON + timedelta(hours=2)
    warning = advance(opened(RiskLevel.LOW, call=None), Leased(late), late)[0]
    _, actions = advance(warning, AttemptOver(1, 1, Outcome.WANTS_OFFICER), late)
    orders = [action for action in actions if isinstance(action, OrderVisit)]
    assert orders[0].deadline_at == late + timedelta(minutes=30)


EVENTS = st.one_of(
    st.just(TimePassed()),
    st.builds(Leased, st.just(NOON + timedelta(days=1))),
    st.builds(AttemptOver, st.integers(1, 6), st.integers(0, 6), st.sampled_from(Outcome)),
    st.builds(KeyPressedLate, st.sampled_from([Outcome.ACKNOWLEDGED, Outcome.WANTS_OFFICER, Outcome.PAID])),
    st.builds(CallOver, st.sampled_from(["c1", "c2"])),
    st.builds(
        alerted, st.sampled_from([RiskLevel.LOW, RiskLevel.MEDIUM]), st.sampled_from(["c1", "c2", None])
    ),
)


@given(st.lists(st.tuples(st.integers(0, 200), EVENTS), max_size=25))
def test_whatever_happens_success_comes_or_exactly_one_visit_is_ordered_by_ten_minutes(
    story: list[tuple[int, WarningEvent]],
) -> None:
    warning, now = opened(), NOON
    done: list[WarningAction] = []
    for seconds, event in [*story, (0, TimePassed())]:
        now += timedelta(seconds=seconds)
        warning, actions = advance(warning, event, now)
        done += actions
    if warning.phase is not Phase.SUCCEEDED:
        warning, actions = advance(warning, TimePassed(), max(now, NOON + timedelta(minutes=10)))
        done += actions
    visits = sum(isinstance(action, OrderVisit) for action in done)
    assert visits == 1 or (visits == 0 and warning.phase is Phase.SUCCEEDED)


@given(st.lists(st.tuples(st.integers(0, 200), EVENTS), max_size=25))
def test_whatever_happens_attempts_are_numbered_without_gap_and_never_overlap(
    story: list[tuple[int, WarningEvent]],
) -> None:
    warning, now = opened(), NOON
    planned: list[int] = []
    for seconds, event in story:
        now += timedelta(seconds=seconds)
        warning, actions = advance(warning, event, now)
        planned += [action.n for action in actions if isinstance(action, PlanAttempt)]
        assert planned == list(range(1, len(planned) + 1))
        assert (warning.open_attempt is not None) >= (warning.phase in {Phase.DUE, Phase.DIALLING})
