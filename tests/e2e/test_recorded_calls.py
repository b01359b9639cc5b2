"""Every recorded call, by telephone and recogniser: frauds are told while they last, no honest call is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from screening.evaluation.dialogue import BENIGN, FRAUD
from screening.evaluation.trial import Trial
from tests.fixtures.heard_calls import hear, length_ms, recorded_calls

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

CALLS = {call.dialogue.id: call for call in recorded_calls()}


@pytest.fixture(scope="module")
def trials(vosk_model: Path) -> dict[str, Trial]:
    return hear(list(CALLS.values()), vosk_model, jobs=min(4, os.cpu_count() or 1))


def labelled(label: str) -> list[str]:
    return [name for name, call in CALLS.items() if call.dialogue.label == label]


@pytest.mark.parametrize("call", labelled(FRAUD))
def test_a_fraud_raises_an_alert_before_the_call_ends(trials: dict[str, Trial], call: str) -> None:
    alert = trials[call].alert
    assert alert is not None, trials[call]
    # What is recognised after the last sound is recognised too late.
    assert alert.at_ms < length_ms(CALLS[call])


@pytest.mark.parametrize("call", labelled(BENIGN))
def test_an_honest_call_raises_no_alert(trials: dict[str, Trial], call: str) -> None:
    assert trials[call].alert is None, trials[call]
