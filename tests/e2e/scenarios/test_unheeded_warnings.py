"""Warnings that nobody heeds, by the command line: silence is a failure, no answer leads to a visit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.demonstration import Demonstration, demonstrate
from tests.fixtures.sound_files import excerpt

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

CALL_S = 38
"""As much of the police call as it takes to the alert and the whisper."""


def play(scenario: str, folder: Path, model: Path) -> Demonstration:
    caller, resident = (
        excerpt("fraud_police", speaker, CALL_S, folder) for speaker in ("caller", "resident")
    )
    recordings = ("--caller-wav", str(caller), "--resident-wav", str(resident))
    return demonstrate(folder, model, "--scenario", scenario, *recordings)


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory, vosk_model: Path) -> Demonstration:
    return play("silent", tmp_path_factory.mktemp("silent"), vosk_model)


@pytest.fixture(scope="module")
def no_answer(tmp_path_factory: pytest.TempPathFactory, vosk_model: Path) -> Demonstration:
    return play("no_answer", tmp_path_factory.mktemp("no-answer"), vosk_model)


def test_a_resident_who_presses_nothing_has_not_acknowledged(silent: Demonstration) -> None:
    assert silent.result["acknowledged"] is False
    assert silent.result["attempts"] == ["silent"]


def test_the_exit_code_tells_that_a_step_is_missing(silent: Demonstration) -> None:
    assert silent.code == 1, silent.stderr


def test_the_missing_step_is_named(silent: Demonstration) -> None:
    assert silent.result["failed_step"] == "acknowledged"
    assert "acknowledged" in silent.stderr


def test_every_other_step_happened(silent: Demonstration) -> None:
    failed = [step["name"] for step in silent.result["steps"] if not step["happened"]]
    assert failed == ["acknowledged"]


def test_a_telephone_that_rings_out_is_dialled_again(no_answer: Demonstration) -> None:
    assert no_answer.result["attempts"] == ["no_answer", "no_answer"]


def test_after_the_last_attempt_a_visit_is_ordered_with_its_deadline(no_answer: Demonstration) -> None:
    visit = next(step for step in no_answer.result["steps"] if step["name"] == "visit_ordered")
    assert visit["happened"]
    assert visit["detail"].startswith("meet by 20")
    assert no_answer.result["next_deadline_at"]


def test_a_visit_instead_of_an_answer_is_what_the_scenario_is_about(no_answer: Demonstration) -> None:
    assert no_answer.code == 0, no_answer.stdout + no_answer.stderr
