"""The shipped phrases on written dialogues outside the project: synthetic fraud, ordinary talk."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from contracts.evidence import Speaker
from contracts.speech import Heard
from contracts.taxonomy import RiskLevel
from screening.session import ScreeningSession

pytestmark = pytest.mark.unit

SAMPLE = 200
FOLDER = os.environ.get("CHANGMAO_DIALOGUES_DIR", "")


def final(text):
    return Heard(text, final=True, start_ms=0, end_ms=1)


def sample(name):
    path = Path(FOLDER) / f"{name}.jsonl"
    if not FOLDER or not path.is_file():
        pytest.skip(f"needs {name}.jsonl in the folder named by CHANGMAO_DIALOGUES_DIR")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in random.Random(96110).sample(lines, SAMPLE)]


def alert_rate(name, shipped):
    alerts = 0
    for dialogue in sample(name):
        session = ScreeningSession(shipped, number_risk=0.0, high_risk_resident=False)
        turns = [turn for turn in dialogue["turns"] if turn["text"]]
        alerts += any(
            session.hear(Speaker(turn["speaker"]), final(turn["text"])).level >= RiskLevel.MEDIUM
            for turn in turns
        )
    return alerts / SAMPLE


def test_four_of_five_frauds_are_told(shipped):
    assert alert_rate("fraud_tune", shipped) > 0.8


@pytest.mark.parametrize("name", ["benign_service_tune", "benign_chat_tune", "benign_travel_tune"])
def test_ordinary_talk_raises_few_alerts(shipped, name):
    assert alert_rate(name, shipped) < 0.03
