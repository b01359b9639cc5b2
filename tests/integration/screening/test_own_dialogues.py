"""The shipped phrases on our own dialogues, played as `changmao detect eval` plays them.

The phrasebook was made on and fitted to the tune parts; only the test parts say anything about calls nobody
has seen. Each bound lies a little on the worse side of what was reached when it was set. Move one only with a
reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.evaluation.dialogue import BENIGN, FRAUD, read_dialogues
from screening.evaluation.noise import add_noise
from screening.evaluation.trial import Trials
from screening.phrasebook import Phrasebook

pytestmark = pytest.mark.integration

DIALOGUES = Path(__file__).parents[2] / "fixtures" / "dialogues"


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(Phrasebook.shipped())


def alerted(trials: Trials, name: str, label: str, noise: float = 0.0) -> int:
    """Return how many calls of the files with this name and label raise an alert."""
    dialogues = [
        dialogue
        for path in sorted(DIALOGUES.glob(f"{name}.jsonl"))
        for dialogue in read_dialogues(path)
        if dialogue.label == label
    ]
    assert dialogues
    return sum(
        trials.of_text(dialogue, add_noise(dialogue, noise)).alert is not None for dialogue in dialogues
    )


@pytest.mark.parametrize(
    ("name", "least"),
    [
        pytest.param("everyday_fraud_tune", 50, id="tune-52"),
        pytest.param("everyday_fraud_test", 39, id="test-52"),
    ],
)
def test_frauds_are_told(trials: Trials, name: str, least: int) -> None:
    assert alerted(trials, name, FRAUD) >= least


@pytest.mark.parametrize(
    ("name", "most"),
    [
        pytest.param("near_domain_tune_?", 3, id="tune-80"),
        pytest.param("near_domain_test_?", 4, id="test-80"),
    ],
)
def test_genuine_calls_in_the_words_of_fraud_raise_few_alerts(trials: Trials, name: str, most: int) -> None:
    assert alerted(trials, name, BENIGN) <= most


def test_frauds_are_told_although_one_character_in_five_is_misheard(trials: Trials) -> None:
    assert alerted(trials, "everyday_fraud_test", FRAUD, noise=0.2) >= 29


def test_genuine_calls_raise_few_alerts_although_one_character_in_five_is_misheard(trials: Trials) -> None:
    assert alerted(trials, "near_domain_test_?", BENIGN, noise=0.2) <= 2
