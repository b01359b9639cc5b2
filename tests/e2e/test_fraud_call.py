"""One fraud call through the whole service by the command line: from the INVITE to the open case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.demonstration import Demonstration, demonstrate
from tests.fixtures.likeness import samples_of, share_heard
from tests.fixtures.sound_files import WHISPER, prompt_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory, vosk_model: Path) -> Demonstration:
    return demonstrate(tmp_path_factory.mktemp("fraud-call"), vosk_model)


def test_every_step_happened_and_the_exit_code_says_so(demonstration: Demonstration) -> None:
    assert demonstration.code == 0, demonstration.stdout + demonstration.stderr


def test_standard_output_holds_the_json_and_nothing_else(demonstration: Demonstration) -> None:
    steps = demonstration.result["steps"]
    assert steps
    assert [step["name"] for step in steps if not step["happened"]] == []


def test_the_alert_comes_before_the_caller_asks_for_money(demonstration: Demonstration) -> None:
    assert 0 < demonstration.result["alert_after_s"] < 35


def test_the_alert_is_stored_soon_after_the_words_that_raise_it(demonstration: Demonstration) -> None:
    # A word may be recognised before its last sound has died away.
    assert -500 < demonstration.result["phrase_to_alert_ms"] <= 1500


def test_the_warning_is_dialled_at_once_when_the_call_is_over(demonstration: Demonstration) -> None:
    assert 0 <= demonstration.result["warning_invite_after_ms"] <= 1000


def test_the_resident_acknowledges_the_warning(demonstration: Demonstration) -> None:
    assert demonstration.result["acknowledged"] is True


def test_the_case_is_open_with_its_next_deadline(demonstration: Demonstration) -> None:
    assert demonstration.result["case_id"]
    assert demonstration.result["next_deadline_at"]


def test_the_alert_names_the_scam(demonstration: Demonstration) -> None:
    assert demonstration.result["scam_type"] == "police"


def test_what_the_caller_said_is_recognised(demonstration: Demonstration) -> None:
    assert demonstration.result["transcript_cer"] <= 0.15


def test_the_resident_hears_the_whisper(demonstration: Demonstration) -> None:
    heard = samples_of(demonstration.recordings / "resident-1.wav")
    assert share_heard(samples_of(WHISPER), heard) > 0.8


def test_the_caller_does_not_hear_the_whisper(demonstration: Demonstration) -> None:
    heard = samples_of(demonstration.recordings / "caller.wav")
    assert share_heard(samples_of(WHISPER), heard) < 0.2


def test_the_warning_call_plays_the_warning_of_this_scam(demonstration: Demonstration) -> None:
    heard = samples_of(demonstration.recordings / "resident-2.wav")
    assert share_heard(samples_of(prompt_of("police")), heard) > 0.8


def test_the_temporary_folder_is_taken_away(demonstration: Demonstration) -> None:
    assert list(demonstration.temporary.iterdir()) == []


def test_no_process_is_left(demonstration: Demonstration) -> None:
    assert demonstration.processes_left == []
