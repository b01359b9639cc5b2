"""The account of a demonstration counts what belongs to its own call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from changmao.demo.account import Facts, attempts_of, figures_of, steps_of, visit_order_of
from changmao.demo.scenario import shipped_scenario

pytestmark = pytest.mark.unit

ENDED = "2026-03-01T08:01:00+00:00"


def warning_of(number: int, dialled_at: str) -> dict[str, Any]:
    attempt = {"dialled_at": dialled_at, "ended_at": dialled_at, "outcome": "acknowledged"}
    return {
        "warning": {"id": f"w{number}"},
        "attempts": [attempt],
        "visit_order": {"id": f"v{number}", "deadline_at": ENDED},
    }


@pytest.fixture
def facts() -> Facts:
    """The second call to a resident whose case is open already."""
    alert = {
        "warning_id": "w2",
        "scam_type": "police",
        "level": 3,
        "first_word_at": "2026-03-01T08:00:02+00:00",
        "phrase_ended_at": "2026-03-01T08:00:20+00:00",
        "received_at": "2026-03-01T08:00:20.400+00:00",
    }
    call = {
        "started_at": "2026-03-01T08:00:00+00:00",
        "answered_at": "2026-03-01T08:00:01+00:00",
        "ended_at": ENDED,
        "cause": "caller",
        "verdict": {"action": "monitor"},
    }
    view = {"alert": alert, "transcript": [{"speaker": "caller", "text": "您好"}], "evidence": [{}]}
    note = {"kind": "whisper_ended", "at": "2026-03-01T08:00:29+00:00"}
    warnings = [warning_of(1, "2026-03-01T07:00:00+00:00"), warning_of(2, "2026-03-01T08:01:00.100+00:00")]
    return Facts(
        {"call": call, "alerts": [view], "notes": [note], "case_id": "c1"},
        {"warnings": warnings, "next_deadline_at": ENDED},
        heard_live=2,
    )


def test_every_step_of_a_whole_call_has_happened(facts: Facts) -> None:
    steps = steps_of(shipped_scenario("fraud_police"), facts)
    assert [step.name for step in steps if not step.happened] == []


def test_attempts_of_an_earlier_warning_in_the_same_case_do_not_count(facts: Facts) -> None:
    assert [attempt["dialled_at"] for attempt in attempts_of(facts)] == ["2026-03-01T08:01:00.100+00:00"]


def test_the_warning_is_timed_from_the_end_of_its_own_call(facts: Facts) -> None:
    assert figures_of(shipped_scenario("fraud_police"), facts)["warning_invite_after_ms"] == 100


def test_the_visit_order_of_an_earlier_warning_does_not_count(facts: Facts) -> None:
    order = visit_order_of(facts)
    assert order is not None
    assert order["id"] == "v2"


def test_without_an_alert_there_is_neither_attempt_nor_order(facts: Facts) -> None:
    quiet = replace(facts, call={**facts.call, "alerts": [], "case_id": None}, case=None)
    assert (attempts_of(quiet), visit_order_of(quiet)) == ([], None)
