"""Warnings that nobody heeds: silence is a failure, no answer leads to a visit; a missing step is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from changmao.demo.account import attempts_of, figures_of, steps_of
from changmao.demo.scenario import shipped_scenario
from contracts.taxonomy import ScamType
from tests.e2e.scenarios.conftest import Evening
from tests.fixtures.demonstration import Demonstration, demonstrate
from tests.fixtures.sound_files import excerpt

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

SILENT, NO_ANSWER = (
    replace(shipped_scenario(name), scam_type=ScamType.SERVICE) for name in ("silent", "no_answer")
)
HARMLESS_S = 6


@pytest.fixture(scope="module")
def unalerted(tmp_path_factory: pytest.TempPathFactory, vosk_model: Path) -> Demonstration:
    """The command, where nothing is said that would raise an alert."""
    folder = tmp_path_factory.mktemp("unalerted")
    caller, resident = (
        str(excerpt("benign_family", speaker, HARMLESS_S, folder)) for speaker in ("caller", "resident")
    )
    return demonstrate(folder, vosk_model, "--caller-wav", caller, "--resident-wav", resident)


def test_a_resident_who_presses_nothing_has_not_acknowledged(evening: Evening) -> None:
    figures = figures_of(SILENT, evening.calls["silent"])
    assert figures["acknowledged"] is False
    assert figures["attempts"] == ["silent"]


def test_every_other_step_happened(evening: Evening) -> None:
    failed = [step.name for step in steps_of(SILENT, evening.calls["silent"]) if not step.happened]
    assert failed == ["acknowledged"]


def test_a_telephone_that_rings_out_is_dialled_again(evening: Evening) -> None:
    attempts = attempts_of(evening.calls["no_answer"])
    assert [attempt["outcome"] for attempt in attempts] == ["no_answer", "no_answer"]


def test_after_the_last_attempt_a_visit_is_ordered_with_its_deadline(evening: Evening) -> None:
    visit = next(
        step for step in steps_of(NO_ANSWER, evening.calls["no_answer"]) if step.name == "visit_ordered"
    )
    assert visit.happened
    assert visit.detail.startswith("meet by 20")
    assert figures_of(NO_ANSWER, evening.calls["no_answer"])["next_deadline_at"]


def test_a_visit_instead_of_an_answer_is_what_the_scenario_is_about(evening: Evening) -> None:
    failed = [step.name for step in steps_of(NO_ANSWER, evening.calls["no_answer"]) if not step.happened]
    assert failed == []


def test_the_exit_code_tells_that_a_step_is_missing(unalerted: Demonstration) -> None:
    assert unalerted.code == 1, unalerted.stderr


def test_the_missing_step_is_named(unalerted: Demonstration) -> None:
    assert unalerted.result["failed_step"] == "alert_raised_in_call"
    assert "alert_raised_in_call" in unalerted.stderr
